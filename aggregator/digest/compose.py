"""Choosing what goes into a digest, under which heading, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.digest.dates import act_by
from aggregator.match import reminded_of
from aggregator.model import (
    Digest,
    DigestItem,
    DigestKind,
    DigestRun,
    DigestSection,
    Event,
    EventKind,
    Stage,
    Watch,
)

MOST_ITEMS = 50
"""More opportunities than this are not read in one mail and would not surely fit; the least urgent
wait for the next digest and are not marked as told."""

FOREVER = timedelta(days=36_500)
NOT_YET_OPEN = frozenset({Stage.PIPELINE, Stage.ENGAGEMENT, Stage.PLANNED, Stage.INTENDED_DIRECT})
CURRENT = frozenset({Stage.OPEN, Stage.STANDING, Stage.UNKNOWN})
"""What does not say where it stands is shown as if open: better looked at than missed."""

OVER = frozenset({EventKind.CANCELLED, EventKind.CLOSED, EventKind.GONE_QUIET})


class Heading(StrEnum):
    """The sections of a digest in the order in which they are read."""

    OPEN_NOW = "Open now"
    NEW = "New"
    CHANGED = "Changed"
    CLOSING = "Closing soon"
    HEADS_UP = "Heads-up: not open for bids yet"
    ALREADY_OPEN = "Already open"
    DECIDED = "Decided, closed or cancelled"


def compose(
    run: DigestRun, kind: DigestKind, items: Iterable[DigestItem], *, now: datetime
) -> Digest | None:
    """The digest of these items, None when there is nothing to tell: empty ones are never sent.

    Items of one opportunity become one, with all its events and reasons. A reminder of a deadline
    that has passed meanwhile is not shown, but its event counts as told once a digest goes out.
    """
    merged = one_each(items)
    shown = [item for item in merged if not is_overtaken(item, now)]
    placed = [(place(item, kind), item) for item in shown]
    placed.sort(key=lambda one: rank(one[0], one[1], now))
    kept = placed[:MOST_ITEMS]
    if not kept:
        return None
    overtaken = [item for item in merged if is_overtaken(item, now)]
    told = [event.id for item in (*(item for _, item in kept), *overtaken) for event in item.events]
    return Digest(
        run=run,
        kind=kind,
        sections=sections(kept),
        composed_at=now,
        event_ids=tuple(dict.fromkeys(told)),
        left_out=len(placed) - len(kept),
    )


def still_watching(run: DigestRun, watch: Watch, *, now: datetime) -> Digest:
    """The digest that says that there is nothing new, and what was looked at to say so."""
    return Digest(
        run=run,
        kind=DigestKind.STILL_WATCHING,
        sections=(),
        composed_at=now,
        event_ids=(),
        watch=watch,
    )


def sections(placed: Sequence[tuple[Heading, DigestItem]]) -> tuple[DigestSection, ...]:
    """The items under their headings; both are in order already."""
    groups: dict[Heading, list[DigestItem]] = {}
    for heading, item in placed:
        groups.setdefault(heading, []).append(item)
    return tuple(
        DigestSection(heading=heading, items=tuple(found)) for heading, found in groups.items()
    )


def one_each(items: Iterable[DigestItem]) -> list[DigestItem]:
    """One item for each opportunity, events in the order in which they happened."""
    groups: dict[str, list[DigestItem]] = {}
    for item in items:
        groups.setdefault(item.opportunity.id, []).append(item)
    return [merge(group) for group in groups.values()]


def merge(group: Sequence[DigestItem]) -> DigestItem:
    """Several items of one opportunity as one."""
    first = group[0]
    events = {event.id: event for item in group for event in item.events}
    return replace(
        first,
        events=tuple(sorted(events.values(), key=happened)),
        why=tuple(dict.fromkeys(words for item in group for words in item.why)),
        known=any(item.known for item in group),
    )


def happened(event: Event) -> tuple[datetime, str]:
    """Events in time; those of one moment in an order that never changes."""
    return event.at, event.id


def place(item: DigestItem, kind: DigestKind) -> Heading:
    """The heading an item belongs under."""
    if item.known and kind is not DigestKind.OPEN_NOW:
        return place_known(item)
    if item.stage in NOT_YET_OPEN:
        return Heading.HEADS_UP
    if item.stage not in CURRENT:
        return Heading.DECIDED
    if kind is DigestKind.OPEN_NOW:
        return Heading.OPEN_NOW
    if item.events and all(event.backfill for event in item.events):
        return Heading.ALREADY_OPEN
    return Heading.NEW


def place_known(item: DigestItem) -> Heading:
    """The heading of something the reader was told of before."""
    kinds = {event.kind for event in item.events}
    if item.stage not in CURRENT | NOT_YET_OPEN or kinds <= OVER:
        return Heading.DECIDED
    if kinds <= {EventKind.DEADLINE_NEAR, EventKind.APPEARED}:
        return Heading.CLOSING
    return Heading.CHANGED


def is_overtaken(item: DigestItem, now: datetime) -> bool:
    """Whether it only reminds of a date that has passed."""
    if not item.known or not item.events:
        return False
    if any(event.kind is not EventKind.DEADLINE_NEAR for event in item.events):
        return False
    dates = [reminded_of(event, item.opportunity) for event in item.events]
    return all(date is None or date.instant <= now for date in dates)


def rank(
    heading: Heading, item: DigestItem, now: datetime
) -> tuple[int, bool, timedelta, float, str]:
    """Most urgent first: by section, by the time left, then the newest, then by id.

    A cancellation comes before everything else that is over: somebody may be writing a bid.
    """
    date = act_by(item.opportunity, item.stage)
    ahead = date.instant - now if date else FOREVER
    published = item.opportunity.latest.published
    newest = published.instant if published else item.opportunity.notices[-1].retrieved_at
    return (
        tuple(Heading).index(heading),
        item.stage is not Stage.CANCELLED,
        ahead if ahead > timedelta(0) else FOREVER,
        -newest.timestamp(),
        item.opportunity.id,
    )
