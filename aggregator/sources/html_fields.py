"""What an entry says about a page, and finding it there."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

import soupsieve
from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from pydantic import AfterValidator, Field, model_validator

from aggregator.errors import Undecodable
from aggregator.model import RawPayload
from aggregator.parsing.text import plain
from aggregator.sources.base import AdapterOptions
from aggregator.sources.html_labels import beside_label
from aggregator.sources.row_options import FieldName, Path, RowListOptions, RowRule, Texts
from aggregator.sources.row_texts import kept

UNSEEN = ("script", "template", "noscript")
CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


def _selector(text: str) -> str:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as fault:
        raise ValueError(f"is no CSS selector: {str(fault).splitlines()[0]}") from None
    return text


Selector = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_selector)]


class FieldRule(RowRule):
    """Where a field stands in a row: by CSS selector, or beside a label (one of several).

    Beside: in the next cell or element, after the label on its line or after "Label:" in one text;
    in a table whose `header` is named, in the cell below that heading. attr: take this attribute
    instead of the text.
    """

    select: Selector | None = None
    labelled: Texts = ()
    attr: str | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if bool(self.select) == bool(self.labelled):
            raise ValueError("needs either select or labelled")
        return self


class DetailOptions(AdapterOptions):
    """A page of its own that each row has, asked for once per version of the row.

    path: with {key} in it; left out, the row's link is followed where it stays on the site.
    expect: a selector that is on every such page. fields: of the whole page.
    """

    path: Path | None = None
    expect: Selector
    fields: dict[FieldName, FieldRule]

    @model_validator(mode="after")
    def _has_a_title(self) -> Self:
        if "title" not in self.fields:
            raise ValueError("fields must say where the title stands, which proves the page")
        return self


class HtmlListOptions(RowListOptions[FieldRule]):
    """expect: a selector that is on every page of the list, with rows or without.

    empty_marker: words on the page when the list is truly empty. end_marker: what a whole page
    ends with. rows: a selector of the rows; not_rows: of what stands between them and is none.
    header: of the heading cells of a table; cells: how many a row has, where no heading names
    them. page_count: where the page says how many there are.
    """

    expect: Selector
    empty_marker: str | None = None
    end_marker: Annotated[str, Field(min_length=1)] = "</html>"
    rows: Selector
    not_rows: Selector | None = None
    header: Selector | None = None
    cells: Annotated[int, Field(ge=1, le=100)] | None = None
    page_count: FieldRule | None = None
    detail: DetailOptions | None = None

    @model_validator(mode="after")
    def _leads_to_details(self) -> Self:
        if self.detail and self.detail.path is None and self.link is None:
            raise ValueError("detail needs a path, or a link of the row that leads there")
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


@dataclass(frozen=True)
class HtmlRow:
    """A row of a page, which remembers what was found in it: finding takes most of the time."""

    tag: Tag
    elements: dict[int, Tag | None] = field(default_factory=dict, repr=False)
    texts: dict[int, str | None] = field(default_factory=dict, repr=False)

    def element(self, rule: FieldRule) -> Tag | None:
        """The element that holds the field; None where this row has none."""
        if id(rule) not in self.elements:
            self.elements[id(rule)] = (
                self.tag.select_one(rule.select)
                if rule.select
                else beside_label(self.tag, rule.labelled)
            )
        return self.elements[id(rule)]

    def value(self, rule: FieldRule) -> str | None:
        """The text of the field; None where there is none."""
        if id(rule) not in self.texts:
            element = self.element(rule)
            self.texts[id(rule)] = None if element is None else text_in(element, rule)
        return self.texts[id(rule)]

    def hides(self, rule: FieldRule) -> bool:
        """Whether text of the field was moved where no reader sees it: a script or template."""
        element = self.element(rule)
        if element is None or rule.attr:
            return False
        return element.name in UNSEEN or element.find(UNSEEN) is not None

    def wording(self, fields: Mapping[FieldName, FieldRule]) -> dict[str, str]:
        """The words of all fields as they stand there, on which the version of a row depends."""
        wording: dict[str, str] = {}
        for name, rule in fields.items():
            element = self.element(rule)
            if element is not None and name != "published":
                text = _attribute(element, rule) if rule.attr else element.get_text(" ")
                wording[name] = " ".join((text or "").split())
        return wording


def text_in(element: Tag, rule: FieldRule) -> str | None:
    """What a rule keeps of an element that was found; None for nothing."""
    text = _attribute(element, rule) if rule.attr else plain(element.decode_contents())
    return kept(text, rule)


def _attribute(element: Tag, rule: FieldRule) -> str | None:
    """What a label leads to may have the attribute itself or hold the element that has it."""
    name = rule.attr or ""
    bearer = element
    if rule.labelled and not element.has_attr(name):
        inner = element.find(True, attrs={name: True})
        bearer = inner if isinstance(inner, Tag) else element
    value = bearer.get(name)
    return " ".join(value) if isinstance(value, list) else value
