"""From the rows of a list to notices: what web pages, JSON, XML and CSV have in common.

"Nothing" is told from "broken" positively in every kind: each says by what an honest list without
rows is known, and whatever is neither that nor rows with all their fields is an error.
"""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urldefrag

from aggregator.errors import MissingStructure, RecordError
from aggregator.identity import content_version
from aggregator.model import (
    Facts,
    Notice,
    Parsed,
    RawPayload,
    Rejection,
    Request,
    StatedTime,
    Window,
)
from aggregator.sources.base import Adapter, parsed_list
from aggregator.sources.links import host_of, web_link
from aggregator.sources.row_options import RowListOptions, RowRule
from aggregator.sources.row_values import (
    DATES,
    Doubts,
    Values,
    facts_of,
    names_no_day,
    published_of,
    read_date,
    readable_date,
    why_unreadable,
)

ENOUGH_TO_TELL = 2
LONGEST_KEY = 500
OCID = re.compile(r"ocds-[a-z0-9]{6}-[\w-]{1,60}", re.ASCII)
"""A key of this form is the procurement's own number, by which its copies elsewhere are known."""
LONGEST_NUMBER = 9
"""Digits of a believable count."""

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a page says of the list: how many pages there are, and rows on this one."""

    pages: int | None = None
    rows: int | None = None


SILENT = Stated()


class RowList(Adapter, Generic[Row]):
    """A list and its further pages. Every reading is of the list as it stands.

    Rows may show years-old publication dates, so nothing is left out for its age. A kind says how
    the value of a field is found (`value`), whether its place is there at all (`has`), on which
    words the version of a row depends (`wording`), and what the row's own bytes are (`bytes_of`).
    """

    options: RowListOptions[Any]
    readers = frozenset({"read_page"})
    parses_untrusted_markup = True

    @property
    def shows_everything(self) -> bool:
        """As the entry says."""
        return self.options.shows_everything

    def requests(self, window: Window) -> Iterable[Request]:
        """The first page; it leads to the next."""
        yield self.page(1)

    def page(self, number: int) -> Request:
        """The call for one page of the list."""
        return Request(
            source_id=self.id,
            url=f"{self.base_url}{self.options.path.replace('{page}', str(number))}",
            reader="read_page",
            page=number,
            headers=self.options.headers,
        )

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of a page, and the page after it. Raises AnswerError."""
        raise NotImplementedError

    def value(self, row: Row, rule: Any) -> str | None:
        """The text of a field; None where there is none. Raises RecordError where it is no text."""
        raise NotImplementedError

    def has(self, row: Row, rule: Any) -> bool:
        """Whether the place of a field is there, be it empty."""
        raise NotImplementedError

    def wording(self, row: Row) -> Mapping[str, object]:
        """The words of all fields as they stand there, on which the version depends.

        Not `value`: what we make of a text may change with the program, its words do not. A new
        publication date alone makes no new version.
        """
        raise NotImplementedError

    def bytes_of(self, row: Row) -> bytes:
        """The row by itself, for a person to look at."""
        raise NotImplementedError

    def sought(self, rule: Any, rows: Sequence[Row]) -> str:
        """What was looked for, and what there is instead, in words."""
        raise NotImplementedError

    def answer(
        self,
        rows: Sequence[Row],
        payload: RawPayload,
        *,
        stated: Stated = SILENT,
        strays: Iterable[Rejection] = (),
    ) -> Parsed:
        """All that a page gave. Raises MissingStructure where rows are not as they should be."""
        number = payload.request.page
        self.demand_enough(len(rows), number, stated)
        self.demand_fields(rows, self.rules())
        self.demand_order(rows)
        results = [*self.results(rows, payload), *strays, *self.cut_off(number, stated, payload)]
        details = self.details(result for result in results if isinstance(result, Notice))
        return parsed_list(results, (*self.next_page(number, stated), *details))

    def next_page(self, number: int, stated: Stated) -> tuple[Request, ...]:
        """The call for the page after this one, where there is to be one."""
        last = min(self.options.pages, stated.pages or self.options.pages)
        further = "{page}" in self.options.path and number < last
        return (self.page(number + 1),) if further else ()

    def details(self, notices: Iterable[Notice]) -> Iterable[Request]:
        """The calls for pages of their own that rows have; most lists say all there is."""
        return ()

    def demand_enough(self, count: int, number: int, stated: Stated) -> None:
        """Raise where there are fewer rows than the page or the entry says there must be."""
        options, due = self.options, stated.rows
        if due is None and options.page_size and stated.pages and number < stated.pages:
            due = options.page_size
        if due is not None and count != due:
            raise MissingStructure(f"page {number} has {count} rows where there should be {due}")
        if number == 1 and count < options.min_rows:
            raise MissingStructure(
                f"the list has {count} rows; there were never fewer than {options.min_rows}"
            )

    def demand_fields(self, rows: Sequence[Row], rules: Mapping[str, RowRule]) -> None:
        """Raise where a field is in no row at all, or none of its dates can be read."""
        for name, rule in rules.items():
            if not rule.optional and not any(self.has(row, rule) for row in rows):
                raise MissingStructure(f"no row has the field {name}{self.sought(rule, rows)}")
            if name in DATES:
                self.demand_dates(name, rule, rows)

    def demand_dates(self, name: str, rule: RowRule, rows: Sequence[Row]) -> None:
        """Raise where none of several dates can be read."""
        texts = [text for row in rows if (text := self.text_or_nothing(row, rule))]
        dated = [text for text in texts if not names_no_day(text)]
        if len(dated) >= ENOUGH_TO_TELL and not any(readable_date(text, rule) for text in dated):
            raise MissingStructure(f"no {name} can be read: {why_unreadable(dated[0], rule)}")

    def demand_order(self, rows: Sequence[Row]) -> None:
        """Raise where every row ends before it begins: the two columns have changed places."""
        rules = self.options.fields
        if not rules.keys() >= DATES:
            return
        pairs = [
            (published.instant, deadline.instant)
            for row in rows
            if (published := self.date(row, rules["published"]))
            and (deadline := self.date(row, rules["deadline"]))
        ]
        if len(pairs) >= ENOUGH_TO_TELL and all(begun > ends for begun, ends in pairs):
            raise MissingStructure("every deadline lies before its publication; dates were swapped")

    def date(self, row: Row, rule: RowRule) -> StatedTime | None:
        """The date of a field; None where there is none to read."""
        text = self.text_or_nothing(row, rule)
        return read_date(text, rule) if text and readable_date(text, rule) else None

    def text_or_nothing(self, row: Row, rule: RowRule) -> str | None:
        """The text of a field; None also where it is no text, which the row itself will say."""
        try:
            return self.value(row, rule)
        except RecordError:
            return None

    def cut_off(self, number: int, stated: Stated, payload: RawPayload) -> Iterable[Rejection]:
        """A word where the list goes on behind the last page that the entry reads."""
        pages = self.options.pages
        if stated.pages and stated.pages > pages == number and not self.options.newest_first:
            reason = f"the list has {stated.pages} pages, the entry reads {pages}"
            yield self.rejection("pages", reason, payload.request.url.encode())

    def rules(self) -> Mapping[str, RowRule]:
        """All fields of a row with the rules to find them."""
        found = {"key": self.options.key} | {str(n): r for n, r in self.options.fields.items()}
        link = self.options.link
        return found | {"link": link} if isinstance(link, RowRule) else found

    def results(self, rows: Sequence[Row], payload: RawPayload) -> Iterable[Notice | Rejection]:
        """Each row as a notice, or why it is none; a key that is used twice is refused then."""
        seen: set[Hashable] = set()
        for row in rows:
            try:
                key = self.value(row, self.options.key)
            except RecordError as fault:
                yield self.rejection("key", fault.reason, self.bytes_of(row))
                continue
            if key in seen and key:
                reason = "is used twice on the page"
                yield self.rejection("key", reason, self.bytes_of(row), key[:LONGEST_KEY])
                continue
            seen.add(key)
            made = self.record(partial(self.notice, row, key, payload), b"", key)
            if isinstance(made, Rejection):
                name = key and key[:LONGEST_KEY]
                made = self.rejection(made.field, made.reason, self.bytes_of(row), name)
            yield made

    def notice(self, row: Row, key: str | None, payload: RawPayload) -> Notice:
        """One row as a notice. Raises RecordError."""
        options = self.options
        values = {str(name): self.value(row, rule) for name, rule in options.fields.items()}
        if not key or len(key) > LONGEST_KEY:
            raise RecordError("key", "is too long" if key else "is missing")
        if not values.get("title"):
            raise RecordError("title", "is missing")
        link, doubts = self.link(row, key, payload)
        facts, unread = self.facts(values)
        published, undated = published_of(values, options.fields)
        return Notice(
            source_id=self.id,
            notice_id=key,
            ocid=key if OCID.fullmatch(key) else None,
            version=content_version(self.wording(row)),
            facts=facts,
            published=published,
            url=link,
            tags=options.tags,
            flags=(*doubts, *unread, *undated),
        )

    def facts(self, values: Values) -> tuple[Facts, Doubts]:
        """What the row states, and in words what of it could not be read."""
        return facts_of(values, self.options)

    def link(self, row: Row, key: str, payload: RawPayload) -> tuple[str | None, Doubts]:
        """The page for people, and a doubt where the row leads to another host."""
        rule, page = self.options.link, urldefrag(payload.request.url).url
        if rule is None:
            return page, ()
        if isinstance(rule, str):
            return f"{self.base_url}{rule.replace('{key}', quote(key, safe=''))}", ()
        found = self.value(row, rule)
        hosts = {host_of(self.base_url), *self.options.link_hosts}
        link = web_link(found, page, hosts) if found else None
        return link, () if link else ("its link leads elsewhere and was left out",)
