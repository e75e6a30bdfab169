"""What a newly arrived notice changed in a story: the events that subscribers may be told.

Housekeeping stays silent: white space, a re-dated notice, document numbers, a telephone number, the
same facts copied by another source. What moves the story to another stage is told as that one
step, since the new stage shows all its facts anyway.
"""

from collections.abc import Sequence

from aggregator import identity, stage
from aggregator.changes.differences import Difference, differences
from aggregator.model import Event, EventKind, Opportunity, Stage, StoredNotice

__all__ = ["events", "rerun"]

BEFORE_OR_OPEN = (
    Stage.PIPELINE,
    Stage.ENGAGEMENT,
    Stage.PLANNED,
    Stage.OPEN,
    Stage.STANDING,
    Stage.UNKNOWN,
)
"""From these a story goes on to a call in the ordinary way; from all others it opens again."""


def events(
    before: Opportunity | None, after: Opportunity, arrived: StoredNotice
) -> tuple[Event, ...]:
    """The events that `arrived` brought by turning `before` into `after`, in a fixed order.

    before: None for a story that begins. Ids are hashes of the notice's version, the kind and the
    field or lot; `at` is when the notice was retrieved, and `backfill` is the notice's own.
    """
    if before is None:
        return (_event(after, arrived, EventKind.APPEARED),)
    old, new = before.standing.stage, after.standing.stage
    if old is new:
        again = _again_after_deadline(before, after, arrived)
        return (*again, *_changed(after, arrived, differences(before, after, arrived)))
    step = _step(old, after, arrived)
    if new is Stage.MODIFIED:
        return (step, *_changed(after, arrived, differences(before, after, arrived)))
    return (step,)


def rerun(
    later: Opportunity, earlier: Opportunity, arrived: StoredNotice, *, sure: str, why: str
) -> Event:
    """The event that `later` looks like the re-run of `earlier`: the same id whoever came last.

    sure: how sure that is. why: the evidence, in words. `old` names the earlier one.
    """
    first, before = later.notices[0].notice, earlier.notices[0].notice
    return Event(
        id=identity.event_id(
            f"{first.source_id}/{first.notice_id}",
            EventKind.RERUN,
            f"{before.source_id}/{before.notice_id}",
        ),
        opportunity_id=later.id,
        kind=EventKind.RERUN,
        at=arrived.retrieved_at,
        source_id=first.source_id,
        notice_id=first.notice_id,
        old=f"{earlier.facts.title or 'no title'} ({earlier.id})",
        new=f"{sure}: {why}",
        backfill=arrived.backfill or later.notices[0].backfill,
    )


def _again_after_deadline(
    before: Opportunity, after: Opportunity, arrived: StoredNotice
) -> tuple[Event, ...]:
    """A call whose deadline had passed when a notice gave it a new one: it opens again."""
    if after.standing.stage is not Stage.OPEN or not (before.deadline and after.deadline):
        return ()
    published = stage.published_at(arrived)
    if not before.deadline.instant <= published < after.deadline.instant:
        return ()
    return (_event(after, arrived, EventKind.REOPENED, old=Stage.CLOSED, new=Stage.OPEN),)


def _step(old: Stage, after: Opportunity, arrived: StoredNotice) -> Event:
    """From one stage to another; cancelled and re-opened have names of their own."""
    new = after.standing.stage
    if new is Stage.CANCELLED:
        reason = after.facts.reason_ended
        return _event(after, arrived, EventKind.CANCELLED, old=old, new=reason)
    again = new is Stage.OPEN or (new is Stage.STANDING and old is Stage.CANCELLED)
    kind = EventKind.REOPENED if again and old not in BEFORE_OR_OPEN else EventKind.MOVED_ON
    return _event(after, arrived, kind, old=old, new=new)


def _changed(
    after: Opportunity, arrived: StoredNotice, found: Sequence[Difference]
) -> tuple[Event, ...]:
    return tuple(
        _event(
            after,
            arrived,
            EventKind.CHANGED,
            field=difference.field,
            lot_id=difference.lot_id,
            old=difference.old,
            new=difference.new,
        )
        for difference in found
    )


def _event(
    after: Opportunity,
    arrived: StoredNotice,
    kind: EventKind,
    *,
    field: str | None = None,
    lot_id: str | None = None,
    old: str | None = None,
    new: str | None = None,
) -> Event:
    notice = arrived.notice
    version = f"{notice.source_id}/{notice.notice_id}/{notice.version}"
    return Event(
        id=identity.event_id(version, kind, field or "", lot_id or ""),
        opportunity_id=after.id,
        kind=kind,
        at=arrived.retrieved_at,
        source_id=notice.source_id,
        notice_id=notice.notice_id,
        field=field,
        lot_id=lot_id,
        old=old,
        new=new,
        backfill=arrived.backfill,
    )
