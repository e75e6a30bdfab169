"""Lists on web pages, read by CSS selectors that stand in sources.yaml alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag

from aggregator.errors import MissingStructure, RecordError, Undecodable
from aggregator.identity import content_version
from aggregator.model import Notice, Parsed, RawPayload, Rejection, Request, Window
from aggregator.sources.base import Adapter, AdapterOptions, parsed_list
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.html_fields import (
    FieldRule,
    HtmlListOptions,
    element_of,
    page_of,
    value_of,
    wording_of,
)
from aggregator.sources.html_labels import labels_seen
from aggregator.sources.html_values import (
    DATES,
    facts_of,
    names_no_day,
    published_of,
    readable_date,
    why_unreadable,
)
from aggregator.sources.links import host_of, web_link

ENOUGH_TO_TELL = 2
OCID = re.compile(r"ocds-[a-z0-9]{6}-[\w-]{1,60}", re.ASCII)
"""A key of this form is the procurement's own number, by which its copies elsewhere are known."""


class HtmlList(Adapter):
    """A list page and those that follow it. Every reading is of the list as it stands.

    Rows may show years-old publication dates, so nothing is left out for its age.
    """

    options: HtmlListOptions
    Options: ClassVar[type[AdapterOptions]] = HtmlListOptions
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
        url = f"{self.base_url}{self.options.path.replace('{page}', str(number))}"
        return Request(source_id=self.id, url=url, reader="read_page", page=number)

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of a page, and the page after it while there are rows.

        Raises AnswerError where anything is missing that the entry expects on every page.
        """
        options, number = self.options, payload.request.page
        soup = self.whole(payload)
        rows = soup.select(options.rows)
        if not rows and options.empty_marker and options.empty_marker in soup.get_text(" "):
            return Parsed()
        self.demand_marker(soup)
        if not rows and number > 1:
            return Parsed()
        if not rows:
            raise MissingStructure(f"the page has no rows (“{options.rows}”)")
        self.demand_fields(rows)
        last = number >= options.pages or "{page}" not in options.path
        results = [self.row(row, payload) for row in rows]
        return parsed_list(results, () if last else (self.page(number + 1),))

    def whole(self, payload: RawPayload) -> BeautifulSoup:
        """The page, down to its end."""
        marker = self.options.end_marker
        if marker.lower().encode() not in payload.body.lower():
            refuse_if_blocked(payload.body.decode("utf-8", "replace"))
            raise Undecodable(f"the page stops before its end (“{marker}”)")
        return page_of(payload)

    def demand_marker(self, soup: BeautifulSoup) -> None:
        """Raise where the page lacks what is on every page of the list."""
        if not soup.select_one(self.options.expect):
            refuse_if_blocked(soup.get_text(" "))
            raise MissingStructure(f"“{self.options.expect}” is not on the page")

    def demand_fields(self, rows: Sequence[Tag]) -> None:
        """Raise where a field is in no row at all, or none of its dates can be read."""
        for name, rule in self.rules().items():
            if not rule.optional and not any(element_of(row, rule) for row in rows):
                raise MissingStructure(f"no row has the field {name}{self.sought(rule, rows)}")
            if name in DATES:
                texts = [text for row in rows if (text := value_of(row, rule))]
                dated = [text for text in texts if not names_no_day(text)]
                good = any(readable_date(text, rule) for text in dated)
                if len(dated) >= ENOUGH_TO_TELL and not good:
                    why = why_unreadable(dated[0], rule)
                    raise MissingStructure(f"no {name} can be read: {why}")

    def sought(self, rule: FieldRule, rows: Sequence[Tag]) -> str:
        """What was looked for, and where it was a label, which labels there are instead."""
        if rule.select:
            return f" (“{rule.select}”)"
        wanted = " or ".join(f"“{label}”" for label in rule.labelled)
        seen = ", ".join(f"“{label}”" for label in labels_seen(rows))
        return f" (labelled {wanted}); labels in the rows: {seen or 'none'}"

    def rules(self) -> Mapping[str, FieldRule]:
        """All fields of a row with the rules to find them."""
        return {"key": self.options.key} | {str(n): rule for n, rule in self.options.fields.items()}

    def row(self, row: Tag, payload: RawPayload) -> Notice | Rejection:
        """One row as a notice, or why it is none."""
        key = value_of(row, self.options.key)
        return self.record(lambda: self.notice(row, key, payload), str(row).encode(), key)

    def notice(self, row: Tag, key: str | None, payload: RawPayload) -> Notice:
        """One row as a notice. Raises RecordError."""
        options = self.options
        values = {str(name): value_of(row, rule) for name, rule in options.fields.items()}
        if not key:
            raise RecordError("key", "is missing")
        if not values.get("title"):
            raise RecordError("title", "is missing")
        link, doubts = self.link(row, key, payload)
        facts, unread = facts_of(values, options)
        published, undated = published_of(values, options)
        return Notice(
            source_id=self.id,
            notice_id=key,
            ocid=key if OCID.fullmatch(key) else None,
            version=content_version(wording_of(row, options)),
            facts=facts,
            published=published,
            url=link,
            tags=options.tags,
            flags=(*doubts, *unread, *undated),
        )

    def link(self, row: Tag, key: str, payload: RawPayload) -> tuple[str | None, tuple[str, ...]]:
        """The page for people, and a doubt where the row leads to another host."""
        rule, page = self.options.link, payload.request.url
        if rule is None:
            return page, ()
        if isinstance(rule, str):
            return f"{self.base_url}{rule.replace('{key}', quote(key, safe=''))}", ()
        found = value_of(row, rule)
        hosts = {host_of(self.base_url), *self.options.link_hosts}
        link = web_link(found, page, hosts) if found else None
        return link, () if link else ("its link leads elsewhere and was left out",)
