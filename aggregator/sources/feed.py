"""RSS and Atom feeds of any site: grants, news, consultations."""

import io
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

import feedparser
from pydantic import Field

from aggregator.errors import (
    MissingStructure,
    ParsingError,
    RecordError,
    Undecodable,
)
from aggregator.identity import content_version
from aggregator.model import (
    Buyer,
    Facts,
    Notice,
    Parsed,
    ProcurementKind,
    RawPayload,
    Rejection,
    Request,
    StatedTime,
    Window,
)
from aggregator.parsing.dates import deadline_words, parse_uk, stated_deadlines
from aggregator.parsing.text import fold, plain
from aggregator.sources.base import Adapter, AdapterOptions, parsed_list
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.doubts import as_published
from aggregator.sources.links import web_link

END = re.compile(
    rb"</(?:[a-z]+:)?(?:rss|feed|rdf)>(?:\s|<!--(?:[^-]|-(?!->))*-->)*\Z", re.IGNORECASE
)
"""Caching plugins write comments behind the end."""

BLOCK = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
TITLE = re.compile(rb"<(?:[a-z]+:)?title\b", re.IGNORECASE)
IMAGE = re.compile(rb"<image\b.*?</image>", re.DOTALL | re.IGNORECASE)
APPEARED = re.compile(r"\s*The post .{1,300} appeared first on .{1,200}\Z")
"""WordPress adds this to every summary."""

HAS_ENDED = "this feed has ended"
"""GOV.UK does not answer 404 for a retired feed: it serves one entry with this title."""

STUMBLES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What feedparser raises over broken feeds, such as an XML declaration with a NUL in it."""

Entry = dict[str, Any]

PARTS = {
    "id": ("id",),
    "link": ("link",),
    "date": ("published", "updated"),
    "text": ("summary", "content"),
}
ALWAYS = ("id", "link")
PARTS_IN_WORDS = {
    "id": "a guid or id",
    "link": "a link",
    "date": "a date",
    "text": "any text below its title",
}

ENOUGH_TO_TELL = 2
"""Entries; one alone may well lack something."""

LONGEST_KEY = 500
LONGEST_TITLE = 500


class FeedOptions(AdapterOptions):
    """path: of the feed, with its question mark and all. buyer: the body that funds or asks.

    kind_of_notice: contract, grant, consultation or news. may_be_empty: true where a feed without
    any entry is no sign of trouble. link_hosts: where entries may lead, any place if not said.
    without: what no entry of this feed ever has; anything else that is in no entry is an error.
    full_text: true where entries carry the whole post beside an excerpt.
    """

    path: Annotated[str, Field(pattern=r"^/\S*$", max_length=1000)]
    kind_of_notice: ProcurementKind
    buyer: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    may_be_empty: bool = False
    link_hosts: tuple[str, ...] = ()
    without: tuple[Literal["id", "link", "date", "text"], ...] = ()
    full_text: bool = False


class Feed(Adapter):
    """One feed; its entries are told apart by guid or id, else by link."""

    options: FeedOptions
    Options: ClassVar[type[AdapterOptions]] = FeedOptions
    readers = frozenset({"read_feed"})
    parses_untrusted_markup = True

    def requests(self, window: Window) -> Iterable[Request]:
        """The feed itself: it always shows the newest."""
        url = f"{self.base_url}{self.options.path}"
        yield Request(source_id=self.id, url=url, reader="read_feed")

    def read_feed(self, payload: RawPayload) -> Parsed:
        """Every entry as a notice. Raises AnswerError where the feed is cut, gone or no feed."""
        demand_end(payload.body)
        feed = parse_feed(payload)
        entries: Sequence[Entry] = feed["entries"]
        if any(fold(entry.get("title") or "") == HAS_ENDED for entry in entries):
            raise MissingStructure("this feed has ended; look for its successor on the site")
        if not entries and not self.options.may_be_empty:
            raise MissingStructure("the feed holds no entries at all")
        if not entries and len(TITLE.findall(IMAGE.sub(b"", payload.body))) > 1:
            raise MissingStructure("what the feed holds is not marked as entries any more")
        self.demand_parts(entries)
        if self.options.full_text and entries:
            self.demand_full_text(entries)
        blocks = [found[0] for found in BLOCK.finditer(payload.body)]
        known = blocks if len(blocks) == len(entries) else [b""] * len(entries)
        if not feed["bozo"]:
            return parsed_list(self.each(entries, known, payload, ()))
        results = [*self.each(entries, known, payload, ("the feed was not well-formed",))]
        if (lost := len(blocks) - len(entries)) > 0:
            results.append(
                self.rejection("feed", f"{lost} entries could not be read", payload.body)
            )
        return parsed_list(results)

    def demand_parts(self, entries: Sequence[Entry]) -> None:
        """Raise where no entry has a part that feeds have: the feed is made otherwise now."""
        for name, fields in PARTS.items():
            there = any(dict.get(entry, field) for entry in entries for field in fields)
            if name == "link":  # feedparser takes an id for a link where there is none
                there = any(has_link(entry) for entry in entries)
            enough = len(entries) >= (1 if name in ALWAYS else ENOUGH_TO_TELL)
            if enough and not there and name not in self.options.without:
                raise MissingStructure(
                    f"no entry has {PARTS_IN_WORDS[name]}; if this feed never has one, say so with "
                    f"without: [{name}]"
                )

    def demand_full_text(self, entries: Sequence[Entry]) -> None:
        """Raise where posts or excerpts have gone from a feed that has both."""
        whole = [entry for entry in entries if content_of(entry)]
        if not whole:
            raise MissingStructure("no entry carries the whole post any more")
        if all(summary_of(entry) == content_of(entry) for entry in whole):
            raise MissingStructure("no entry has an excerpt beside the whole post any more")

    def each(
        self,
        entries: Sequence[Entry],
        blocks: Sequence[bytes],
        payload: RawPayload,
        flags: tuple[str, ...],
    ) -> Iterable[Notice | Rejection]:
        """Notices and rejections. An entry's key is its guid (RSS) or id (Atom), else its link; one
        that is used twice is refused the second time."""
        seen: set[str] = set()
        for entry, block in zip(entries, blocks, strict=True):
            link = web_link(entry.get("link") or "", payload.request.url, self.options.link_hosts)
            key = str(entry.get("id") or link or "").strip()
            if key and key in seen:
                yield self.rejection("guid", "is used twice in the feed", block, key)
                continue
            seen.add(key)
            make = partial(self.notice, entry, key, link, flags)
            yield self.record(make, block, key[:LONGEST_KEY] or None)

    def notice(self, entry: Entry, key: str, link: str | None, flags: tuple[str, ...]) -> Notice:
        """One entry as a notice. Raises RecordError."""
        title = plain(entry.get("title"), longest=LONGEST_TITLE)
        if not key or len(key) > LONGEST_KEY:
            raise RecordError("guid", "is missing" if not key else "is too long")
        if not title:
            raise RecordError("title", "is missing")
        options, summary, content = self.options, summary_of(entry), content_of(entry)
        published, doubts = published_of(entry)
        unread = unread_deadline(summary, content)
        return Notice(
            source_id=self.id,
            notice_id=key,
            version=content_version([link, *published_text(entry)]),
            facts=Facts(
                kind=options.kind_of_notice,
                title=title,
                description=summary or content,
                additional_text=content if summary else None,
                buyers=(Buyer(name=options.buyer),) if options.buyer else (),
            ),
            published=published,
            url=link,
            flags=(*flags, *doubts, *unread, *([] if link else ["no link that can be followed"])),
        )


def demand_end(body: bytes) -> None:
    """Raise where the document does not reach its own end: a cut feed looks like a short one."""
    if END.search(body.replace(b"\0", b"")[-4000:].rstrip()):  # NULs stand between UTF-16 letters
        return
    refuse_if_blocked(body.decode("utf-8", "replace"))
    if not re.search(rb"<(?:[a-z]+:)?(?:rss|feed|rdf)\b", body[:4000].replace(b"\0", b""), re.I):
        raise MissingStructure("the answer is no feed")
    raise Undecodable("the feed stops before its end")


def has_link(entry: Entry) -> bool:
    """Whether the entry has a link of its own, be it one that nobody should follow."""
    link = str(dict.get(entry, "link") or "")
    return bool(link) and (link != dict.get(entry, "id") or link.startswith("http"))


def parse_feed(payload: RawPayload) -> Entry:
    """feedparser's reading. It must never see bytes or text: those it would open as a file."""
    content_type = payload.headers.get("content-type")
    headers = {"content-type": content_type} if content_type else {}
    body = io.BytesIO(payload.body)
    try:
        feed = feedparser.parse(body, sanitize_html=False, response_headers=headers)
    except STUMBLES as fault:
        raise Undecodable(f"the feed is broken: {type(fault).__name__}: {fault}") from None
    if not feed.get("version"):
        raise MissingStructure("the answer is no feed")
    if feed["bozo"] and not feed["entries"]:
        raise Undecodable(f"the feed is broken: {feed.get('bozo_exception')}")
    return feed  # type: ignore[no-any-return]


def summary_of(entry: Entry) -> str | None:
    """The excerpt, as text."""
    return APPEARED.sub("", plain(entry.get("summary")) or "") or None


def content_of(entry: Entry) -> str | None:
    """The whole post where the feed carries it, as text."""
    bodies = [body.get("value") for body in entry.get("content") or ()]
    return plain(bodies[0]) if bodies else None


def published_text(entry: Entry) -> list[object]:
    """What the version depends on: the texts as served, whatever we make of them."""
    bodies = [body.get("value") for body in entry.get("content") or ()]
    return [entry.get("title"), entry.get("summary"), *bodies]


def published_of(entry: Entry) -> tuple[StatedTime | None, tuple[str, ...]]:
    """Its date (Atom feeds may know only `updated`), or a doubt in words."""
    text = dict.get(entry, "published") or dict.get(entry, "updated")
    if not text:
        return None, ()
    try:
        return parse_uk(text), ()
    except ParsingError:
        return None, (as_published("publication date", text),)


def unread_deadline(*texts: str | None) -> tuple[str, ...]:
    """A doubt where the texts name a deadline and none that we can read."""
    known = [text for text in texts if text]
    if any(stated_deadlines(text) for text in known):
        return ()
    found = next((words for text in known if (words := deadline_words(text))), None)
    return (as_published("deadline", found),) if found else ()
