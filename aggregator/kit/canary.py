"""`fairnotice sources canary`: one polite call to a source, and a report to paste into an issue.

The report holds figures and public words only: no address of ours, no contact, no settings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from aggregator import __version__
from aggregator.collect import Reader
from aggregator.config import SourceEntry
from aggregator.errors import OwnNetworkDown, SourceError
from aggregator.model import Facts, Notice, Parsed, RawPayload, Request, Window
from aggregator.parsing.dates import in_words
from aggregator.ports import Clock, Fetcher, Source

REACH = timedelta(days=7)
SHOWN = 3
LONGEST = 100
USEFUL = ("content-type", "date", "last-modified", "etag")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What one call gave: an answer and what was read of it, or a fault."""

    request: Request
    at: datetime
    payload: RawPayload | None = None
    parsed: Parsed | None = None
    fault: SourceError | None = None


async def ask(source: Source, *, fetch: Fetcher, read: Reader, clock: Clock) -> Call:
    """Ask for the first page, or the last seven days, and read it."""
    now = clock.now().replace(microsecond=0)
    request = next(iter(source.requests(Window(start=now - REACH, end=now))))
    payload = None
    try:
        payload = await fetch.fetch(request)
        parsed = await read(source, payload)
    except SourceError as fault:
        return Call(request=request, at=now, payload=payload, fault=fault)
    return Call(request=request, at=now, payload=payload, parsed=parsed)


def report(entry: SourceEntry, call: Call) -> Iterator[str]:
    """The report in Markdown, line by line."""
    yield f"### Canary: {entry.id} ({entry.kind}), {call.at:%Y-%m-%d %H:%M} UTC"
    yield ""
    yield f"- Fair Notice {__version__}; last seen live: {entry.last_checked_live}"
    yield f"- asked: `{call.request.url}`"
    if isinstance(call.fault, OwnNetworkDown):
        yield "- **there is no network here**, so this says nothing about the source"
        return
    if call.payload is not None:
        yield from answered(call.payload)
    if call.fault is not None:
        yield f"- **{type(call.fault).__name__}**: {call.fault}"
    elif call.parsed is not None:
        yield from understood(call.parsed)
        yield from remedies(entry, call.parsed)


def answered(payload: RawPayload) -> Iterator[str]:
    """Status, size and headers."""
    yield f"- answered: {payload.status}, {len(payload.body):,} bytes"
    told = [f"{name}: {payload.headers[name]}" for name in USEFUL if name in payload.headers]
    if told:
        yield f"- headers: `{'; '.join(told)}`"


def understood(parsed: Parsed) -> Iterator[str]:
    """How many rows, which fields they state, and the newest."""
    notices, refused = parsed.notices, parsed.rejections
    further = len(parsed.requests)
    yield f"- read: {len(notices)} notices, {len(refused)} refused, {further} more calls"
    if notices:
        yield f"- fields: {', '.join(coverage(notices))}"
    dates = sorted(one.published.instant for one in notices if one.published)
    if dates:
        yield f"- published: {dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d}"
    for notice in notices[:SHOWN]:
        deadline = notice.facts.deadline
        closes = f", closes {in_words(deadline)}" if deadline else ", no deadline"
        yield f"  - `{notice.notice_id[:LONGEST]}` {(notice.facts.title or '')[:LONGEST]}{closes}"
    for one in refused[:SHOWN]:
        yield f"  - refused, {one.field}: {one.reason[:LONGEST]}"


def coverage(notices: Sequence[Notice]) -> list[str]:
    """Each field that some notice states, with the share of notices that do."""
    shares = []
    for one in fields(Facts):
        count = sum(getattr(notice.facts, one.name) not in (None, ()) for notice in notices)
        if count:
            shares.append(f"{one.name} {100 * count // len(notices)} %")
    return shares


def remedies(entry: SourceEntry, parsed: Parsed) -> Iterator[str]:
    """What a person does with a report that is well."""
    if parsed.notices and not parsed.rejections:
        yield f"- well: compare with {entry.homepage or entry.base_url}, then set last_checked_live"
    for one in entry.to_confirm:
        yield f"- [ ] to confirm: {' '.join(one.split())}"
