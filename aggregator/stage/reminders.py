"""Events that the clock brings: a deadline comes near or passes, a story goes quiet."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator import identity
from aggregator.model import Event, EventKind, Opportunity, Stage, StatedTime, StoredNotice
from aggregator.parsing import dates
from aggregator.stage.clock import at, engagement_end, gone_quiet_at, is_open
from aggregator.stage.combining import published_at

REMIND_DAYS = (14, 7, 3, 1)
"""How many days before a deadline followers hear of it."""


class _Instant(NamedTuple):
    """One moment at which something happens by itself. leads_to: the date it comes before."""

    kind: EventKind
    at: datetime
    field: str
    leads_to: StatedTime | None = None


def clock_events(opportunity: Opportunity, after: datetime, until: datetime) -> tuple[Event, ...]:
    """What happens by itself in the time (after, until], in order.

    `at` of each event is the instant itself. The same date behind the same notice gives the same
    ids, however often and in whatever pieces the time is asked for. Nothing is said of instants
    before the notice behind the date was published.
    """
    due = [instant for instant in _instants(opportunity) if after < instant.at <= until]
    events = [_event(opportunity, instant) for instant in due if _happens(opportunity, instant)]
    return tuple(sorted(events, key=lambda event: (event.at, event.id)))


def _instants(opportunity: Opportunity) -> Iterator[_Instant]:
    stage = opportunity.standing.stage
    if is_open(opportunity.standing) and (end := opportunity.deadline):
        yield from _before(end, "deadline")
        if stage is Stage.OPEN:
            yield _Instant(EventKind.CLOSED, end.instant, "deadline")
    elif stage is Stage.ENGAGEMENT and (end := engagement_end(opportunity)):
        yield from _before(end, "engagement_deadline")
    if quiet := gone_quiet_at(opportunity):
        yield _Instant(EventKind.GONE_QUIET, quiet[0], "standing", quiet[1])


def _before(end: StatedTime, field: str) -> Iterator[_Instant]:
    for days in REMIND_DAYS:
        yield _Instant(EventKind.DEADLINE_NEAR, end.instant - timedelta(days=days), field, end)


def _happens(opportunity: Opportunity, instant: _Instant) -> bool:
    if instant.kind is EventKind.GONE_QUIET:
        return at(opportunity, instant.at).stage is Stage.STALLED
    return instant.at > published_at(_behind(opportunity, instant.field))


def _event(opportunity: Opportunity, instant: _Instant) -> Event:
    """Its id holds the date it leads up to as well as its own moment: a week before one deadline
    can be a fortnight before the deadline it is moved to."""
    notice = _behind(opportunity, instant.field).notice
    date = instant.leads_to
    return Event(
        id=identity.event_id(
            f"{notice.source_id}/{notice.notice_id}",
            instant.kind,
            instant.at.isoformat(),
            date.instant.isoformat() if date else "",
        ),
        opportunity_id=opportunity.id,
        kind=instant.kind,
        at=instant.at,
        source_id=notice.source_id,
        notice_id=notice.notice_id,
        field=instant.field if date else None,
        new=dates.in_words(date) if date else None,
    )


def _behind(opportunity: Opportunity, field: str) -> StoredNotice:
    """The notice that stated the date; the newest where nothing is known about the field."""
    reference = opportunity.provenance.get(field)
    for stored in reversed(opportunity.notices):
        if f"{stored.notice.source_id}/{stored.notice.notice_id}" == reference:
            return stored
    return opportunity.notices[-1]
