"""What an entry says about a page, and finding it there."""

import re
import warnings
from typing import Annotated, Literal, Self

import soupsieve
from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Kind

from aggregator.errors import Undecodable
from aggregator.model import ProcurementKind, RawPayload
from aggregator.parsing.text import plain
from aggregator.sources.base import AdapterOptions
from aggregator.sources.html_labels import beside_label

CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)

FieldName = Literal[
    "title",
    "description",
    "buyer",
    "reference",
    "category",
    "status",
    "method_details",
    "place",
    "value",
    "deadline",
    "published",
]


def _selector(text: str) -> str:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as fault:
        raise ValueError(f"is no CSS selector: {str(fault).splitlines()[0]}") from None
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"is no regular expression: {fault}") from None
    return text


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Selector = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_selector)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Path = Annotated[str, Field(pattern=r"^/\S*$", max_length=1000)]


def _rule_or_path(value: object) -> str:
    """Which of the two a link is, so that only the faults of that one are told."""
    return "<path>" if isinstance(value, str) else "<rule>"


class FieldRule(AdapterOptions):
    """Where a field stands in a row: by CSS selector, or beside a label (one of several).

    Beside: in the next cell or element, after the label on its line or after "Label:" in one text.

    attr: take this attribute instead of the text. regex: keep its first group, or all it matches.
    formats: of dates, as in "%d/%m/%Y %H:%M". optional: true where no row needs to have it.
    """

    select: Selector | None = None
    labelled: Texts = ()
    attr: str | None = None
    regex: Annotated[str, AfterValidator(_regex)] | None = None
    formats: Texts = ()
    optional: bool = False

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if bool(self.select) == bool(self.labelled):
            raise ValueError("needs either select or labelled")
        return self


class HtmlListOptions(AdapterOptions):
    """expect: a selector that is on every page of the list, with rows or without.

    empty_marker: words on the page when the list is truly empty. end_marker: what a whole page
    ends with. shows_everything: the list holds all that is open now, to its last page, so that a
    row that is gone means something. link: a rule, or a path with {key} in it. tags: OCDS tags that
    all rows deserve.
    """

    path: Path
    pages: Annotated[int, Field(ge=1, le=100)] = 1
    expect: Selector
    empty_marker: str | None = None
    end_marker: Annotated[str, Field(min_length=1)] = "</html>"
    rows: Selector
    key: FieldRule
    link: (
        Annotated[
            Annotated[FieldRule, Kind("<rule>")] | Annotated[Path, Kind("<path>")],
            Discriminator(_rule_or_path),
        ]
        | None
    ) = None
    fields: dict[FieldName, FieldRule]
    kind_of_notice: ProcurementKind
    buyer: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: Texts = ()
    shows_everything: bool = False
    link_hosts: Texts = ()

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if "title" not in self.fields:
            raise ValueError("fields must say where the title stands")
        if self.pages > 1 and "{page}" not in self.path:
            raise ValueError("path must hold {page} where there are several pages")
        return self


def page_of(payload: RawPayload) -> BeautifulSoup:
    """The page; its encoding is that of the header, else its own word. Raises Undecodable."""
    charset = CHARSET.search(payload.headers.get("content-type", ""))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            return BeautifulSoup(payload.body, "lxml", from_encoding=charset and charset[1])
        except (ValueError, LookupError) as fault:  # such as an encoding with a NUL in its name
            raise Undecodable(f"the page cannot be decoded: {fault}") from None


def element_of(row: Tag, rule: FieldRule) -> Tag | None:
    """The element that holds the field; None where this row has none."""
    if rule.select:
        return row.select_one(rule.select)
    return beside_label(row, rule.labelled)


def value_of(row: Tag, rule: FieldRule) -> str | None:
    """The text of the field; None where there is none."""
    element = element_of(row, rule)
    if element is None:
        return None
    text = _attribute(element, rule) if rule.attr else element.decode_contents()
    if text is not None and not rule.attr:
        text = plain(text)
    if text is not None and rule.regex:
        found = re.search(rule.regex, text)
        text = (found[1] if found.re.groups else found[0]) if found else None
    return (text or "").strip() or None


def wording_of(row: Tag, options: HtmlListOptions) -> dict[str, str]:
    """The words of all fields as they stand there, on which the version of a row depends.

    Not `value_of`: what we make of a text may change with the program, its words do not. A new
    publication date alone makes no new version.
    """
    wording: dict[str, str] = {}
    for name, rule in options.fields.items():
        element = element_of(row, rule)
        if element is not None and name != "published":
            text = _attribute(element, rule) if rule.attr else element.get_text(" ")
            wording[name] = " ".join((text or "").split())
    return wording


def _attribute(element: Tag, rule: FieldRule) -> str | None:
    """What a label leads to may have the attribute itself or hold the element that has it."""
    name = rule.attr or ""
    bearer = element
    if rule.labelled and not element.has_attr(name):
        inner = element.find(True, attrs={name: True})
        bearer = inner if isinstance(inner, Tag) else element
    value = bearer.get(name)
    return " ".join(value) if isinstance(value, list) else value
