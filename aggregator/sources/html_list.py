"""Lists on web pages, read by CSS selectors that stand in sources.yaml alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar
from urllib.parse import parse_qs, quote, urldefrag, urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

from aggregator.errors import MissingStructure, Undecodable
from aggregator.identity import content_version
from aggregator.model import (
    Notice,
    Parsed,
    RawPayload,
    Rejection,
    RelatedProcess,
    Request,
)
from aggregator.sources.base import AdapterOptions, parsed
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.html_fields import (
    DetailOptions,
    FieldRule,
    HtmlListOptions,
    HtmlRow,
    page_of,
    text_in,
)
from aggregator.sources.html_labels import labels_seen
from aggregator.sources.html_tables import label_cells, strays
from aggregator.sources.links import host_of
from aggregator.sources.row_options import RowRule
from aggregator.sources.row_values import facts_of, published_of
from aggregator.sources.rows import LONGEST_NUMBER, RowList, Stated

DETAIL = "/page"
"""What the id of a notice made of a row's own page ends with."""


class HtmlList(RowList[HtmlRow]):
    """A list page and those that follow it, and a page of its own for each row where there is one.

    A row and its page are two notices of one story, so that a page that cannot be read never hides
    its row.
    """

    options: HtmlListOptions
    Options: ClassVar[type[AdapterOptions]] = HtmlListOptions
    readers = frozenset({"read_page", "read_detail"})

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of a page, and the page after it while there are rows.

        Raises AnswerError where anything is missing that the entry expects on every page.
        """
        options, number = self.options, payload.request.page
        soup = self.whole(payload)
        rows = self.rows_of(soup)
        if not rows and options.empty_marker and options.empty_marker in soup.get_text(" "):
            self.demand_enough(0, number, Stated())
            return Parsed()
        self.demand_marker(soup, options.expect)
        stated = self.stated(soup)
        if not rows and number > max(1, stated.pages or 1):
            return Parsed()
        if not rows and (number == 1 or stated.pages):
            raise MissingStructure(f"the page has no rows (“{options.rows}”)")
        if not rows:
            return Parsed()
        known = soup.select(options.not_rows) if options.not_rows else ()
        odd = [*strays(rows, known), *(row for row in rows if not self.is_full(row))]
        if not any(self.is_full(row) for row in rows):
            raise MissingStructure(f"no row has {options.cells} cells")
        lost = [
            self.rejection("row", "looks unlike the other rows", str(row).encode()) for row in odd
        ]
        full = [HtmlRow(row) for row in rows if self.is_full(row)]
        return self.answer(full, payload, stated=stated, strays=lost)

    def is_full(self, row: Tag) -> bool:
        """Whether a row has all its cells."""
        cells = self.options.cells
        return cells is None or len(row.find_all(("td", "th"), recursive=False)) == cells

    def rows_of(self, soup: BeautifulSoup) -> Sequence[Tag]:
        """The rows of the page."""
        rows = soup.select(self.options.rows)
        if self.options.header:
            label_cells(rows, soup.select(self.options.header))
        return rows

    def stated(self, soup: BeautifulSoup) -> Stated:
        """How many pages the page says there are. Raises MissingStructure where it should."""
        if (rule := self.options.page_count) is None:
            return Stated()
        found = soup.select(rule.select) if rule.select else [HtmlRow(soup).element(rule)]
        texts = [text_in(element, rule) for element in found if element is not None]
        numbers = [
            int(text) for text in texts if text and text.isdecimal() and len(text) < LONGEST_NUMBER
        ]
        if not numbers and not rule.optional:
            raise MissingStructure("the page no longer says how many pages there are")
        return Stated(pages=max(numbers, default=1))

    def whole(self, payload: RawPayload) -> BeautifulSoup:
        """The page, down to its end."""
        marker = self.options.end_marker
        if marker.lower().encode() not in payload.body.lower():
            refuse_if_blocked(payload.body.decode("utf-8", "replace"))
            raise Undecodable(f"the page stops before its end (“{marker}”)")
        return page_of(payload)

    def demand_marker(self, soup: BeautifulSoup, expect: str) -> None:
        """Raise where the page lacks what is on every page of its kind."""
        if not soup.select_one(expect):
            refuse_if_blocked(soup.get_text(" "))
            raise MissingStructure(f"“{expect}” is not on the page")

    def demand_fields(self, rows: Sequence[HtmlRow], rules: Mapping[str, RowRule]) -> None:
        """Raise also where the text of a field has moved into a script."""
        super().demand_fields(rows, rules)
        for name, rule in rules.items():
            if isinstance(rule, FieldRule) and any(row.hides(rule) for row in rows):
                raise MissingStructure(f"the field {name} is now filled in by a script")

    def sought(self, rule: FieldRule, rows: Sequence[HtmlRow]) -> str:
        """What was looked for, and where it was a label, which labels there are instead."""
        if rule.select:
            return f" (“{rule.select}”)"
        wanted = " or ".join(f"“{label}”" for label in rule.labelled)
        seen = ", ".join(f"“{label}”" for label in labels_seen(row.tag for row in rows))
        return f" (labelled {wanted}); labels in the rows: {seen or 'none'}"

    def value(self, row: HtmlRow, rule: FieldRule) -> str | None:
        """The text of a field."""
        return row.value(rule)

    def has(self, row: HtmlRow, rule: FieldRule) -> bool:
        """Whether the row has an element for the field, with what the rule looks for in it."""
        if (rule.regex or rule.attr) and not rule.optional:
            return row.value(rule) is not None
        return row.element(rule) is not None

    def wording(self, row: HtmlRow) -> Mapping[str, object]:
        """The words of the fields."""
        return row.wording(self.options.fields)

    def bytes_of(self, row: HtmlRow) -> bytes:
        """The row's markup."""
        return str(row.tag).encode()

    def details(self, notices: Iterable[Notice]) -> Iterable[Request]:
        """The pages of the rows. The address carries key and version behind its #, which no server
        sees: a row that changed is a page not yet asked for."""
        if (detail := self.options.detail) is None:
            return
        for notice in notices:
            if page := self.page_of_row(detail, notice):
                mark = urlencode({"row": notice.notice_id, "version": notice.version})
                yield Request(
                    source_id=self.id, url=f"{page}#{mark}", reader="read_detail", once=True
                )

    def page_of_row(self, detail: DetailOptions, notice: Notice) -> str | None:
        """The address of a row's own page; None where it has none on this site."""
        if detail.path:
            return (
                f"{self.base_url}{detail.path.replace('{key}', quote(notice.notice_id, safe=''))}"
            )
        page = urldefrag(notice.url or "").url
        return page if page and host_of(page) == host_of(self.base_url) else None

    def read_detail(self, payload: RawPayload) -> Parsed:
        """A row's own page as a further notice of its story. Raises AnswerError."""
        detail = self.options.detail
        marks = parse_qs(urlsplit(payload.request.url).fragment)
        if detail is None or "row" not in marks:
            raise MissingStructure("pages of single rows are no longer read; ask for the list")
        soup = self.whole(payload)
        self.demand_marker(soup, detail.expect)
        page = HtmlRow(soup)
        self.demand_fields([page], {str(name): rule for name, rule in detail.fields.items()})
        key = marks["row"][0]
        made = self.record(
            lambda: self.detail_notice(page, detail, key, payload), payload.body, key
        )
        if isinstance(made, Rejection):
            raise MissingStructure(
                f"the page of {key} cannot be read ({made.field}: {made.reason})"
            )
        return parsed([made])

    def detail_notice(
        self, page: HtmlRow, detail: DetailOptions, key: str, payload: RawPayload
    ) -> Notice:
        """The notice of a row's own page, which names the row as its earlier notice."""
        values = {str(name): page.value(rule) for name, rule in detail.fields.items()}
        if not values["title"]:
            raise MissingStructure(f"the page of {key} has no title")
        facts, doubts = facts_of(values, self.options.model_copy(update={"fields": detail.fields}))
        published, undated = published_of(values, detail.fields)
        return Notice(
            source_id=self.id,
            notice_id=key + DETAIL,
            version=content_version(page.wording(detail.fields)),
            facts=facts,
            published=published,
            url=urldefrag(payload.request.url).url,
            tags=self.options.tags,
            related=(RelatedProcess(relationship="previous", identifier=key),),
            flags=(*doubts, *undated),
        )
