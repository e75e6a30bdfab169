"""What an entry says about a list, whatever the list is served as."""

import re
from collections.abc import Mapping
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Kind

from aggregator.model import ProcurementKind
from aggregator.parsing.dates import ZoneRule
from aggregator.sources.base import AdapterOptions

FieldName = Literal[
    "title",
    "description",
    "additional_text",
    "buyer",
    "reference",
    "category",
    "cpv",
    "status",
    "method_details",
    "place",
    "value",
    "minimum_value",
    "deadline",
    "expected_tender",
    "published",
]


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"is no regular expression: {fault}") from None
    return text


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("is no encoding; common are utf-8, cp1252 and utf-16") from None
    return name


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Path = Annotated[str, Field(pattern=r"^/\S*$", max_length=1000)]
Regex = Annotated[str, AfterValidator(_regex)]
Encoding = Annotated[str, AfterValidator(_encoding)]


def _rule_or_path(value: object) -> str:
    """Which of the two a link is, so that only the faults of that one are told."""
    return "<path>" if isinstance(value, str) else "<rule>"


class RowRule(AdapterOptions):
    """Where a field stands in a row; what each kind of list adds says how it is found.

    regex: keep its first group, or all it matches. formats: of dates, as in "%d/%m/%Y %H:%M".
    optional: true where the value may be missing from every row. zone: uk_local where the list
    stamps UK clocks with an offset that it does not mean.
    """

    regex: Regex | None = None
    formats: Texts = ()
    optional: bool = False
    zone: ZoneRule = ZoneRule.OFFSET


RuleT = TypeVar("RuleT", bound=RowRule)


class RowListOptions(AdapterOptions, Generic[RuleT]):
    """path: behind base_url, with {page} where there are several pages; pages: how many are read.

    newest_first: true where reading only the first pages is meant. page_size: how many rows a full
    page has. min_rows: fewer on the first page are a sign of trouble. key: what tells one row from
    another for ever. link: a rule, or a path with {key} in it. tags: OCDS tags that all rows
    deserve. headers: sent along, where the portal insists. shows_everything: the list holds
    all that is open now, to its last page, so that a row that is gone means something.
    """

    path: Path
    pages: Annotated[int, Field(ge=1, le=500)] = 1
    page_size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    newest_first: bool = False
    shows_everything: bool = False
    min_rows: Annotated[int, Field(ge=0)] = 0
    key: RuleT
    link: (
        Annotated[
            Annotated[RuleT, Kind("<rule>")] | Annotated[Path, Kind("<path>")],
            Discriminator(_rule_or_path),
        ]
        | None
    ) = None
    fields: dict[FieldName, RuleT]
    kind_of_notice: ProcurementKind
    buyer: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: Texts = ()
    link_hosts: Texts = ()
    headers: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if "title" not in self.fields:
            raise ValueError("fields must say where the title stands")
        if self.pages > 1 and "{page}" not in self.path:
            raise ValueError("path must hold {page} where there are several pages")
        return self
