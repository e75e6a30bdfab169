"""What goes into an edition, under which heading, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.digest import Heading
from aggregator.digest.compose import is_overtaken, one_each, place, rank
from aggregator.match import reminded_of
from aggregator.model import DigestItem, DigestKind, Event, EventKind, Opportunity

MOST_ENTRIES = 40
"""More are not read in one bulletin, and mail programs cut what is longer than about 100 kB. The
least urgent wait for the next edition."""

ORDER = (
    Heading.NEW,
    Heading.OPEN_NOW,
    Heading.CLOSING,
    Heading.CHANGED,
    Heading.HEADS_UP,
    Heading.ALREADY_OPEN,
    Heading.DECIDED,
)
REMINDED_FROM, REMINDED_TO = timedelta(days=14), timedelta(days=3)
"""Days before a deadline at which a reminder is made that a weekly reader can still use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An opportunity that may be printed, with the place it has in the edition."""

    heading: Heading
    item: DigestItem


def placed(
    items: Iterable[DigestItem], *, is_first: bool, now: datetime
) -> tuple[tuple[Line, ...], int]:
    """The lines of an edition in order, and how many had no room.

    is_first: no edition was printed before, so all of it is simply open now.
    """
    kind = DigestKind.OPEN_NOW if is_first else DigestKind.UPDATE
    shown = [item for item in one_each(items) if not is_overtaken(item, now)]
    lines = [Line(heading=place(item, kind), item=item) for item in shown]
    lines.sort(key=lambda line: _rank(line, now))
    return tuple(lines[:MOST_ENTRIES]), max(0, len(lines) - MOST_ENTRIES)


def _rank(line: Line, now: datetime) -> tuple[object, ...]:
    _, *rest = rank(line.heading, line.item, now)
    return (ORDER.index(line.heading), *rest)


def is_worth_printing(
    event: Event, opportunity: Opportunity, printed: Sequence[Event], now: datetime
) -> bool:
    """Whether an event is told to weekly readers who know the opportunity.

    printed: its events that earlier editions told. Of a date that comes near they hear once, early
    enough to act.
    """
    if event.kind is not EventKind.DEADLINE_NEAR:
        return True
    date = reminded_of(event, opportunity)
    if event.backfill or date is None or date.instant <= now:
        return False
    if date.instant - event.at <= REMINDED_TO:
        return False
    return not any(
        one.kind is EventKind.DEADLINE_NEAR and one.at >= date.instant - REMINDED_FROM
        for one in printed
    )


def no_news_after(last: datetime | None, event: Event) -> Event:
    """The event, as one of the past where it was known to the edition before.

    What that had no room for, or the host left out, is open already and not new.
    """
    if last is None or event.at > last:
        return event
    return replace(event, backfill=True)
