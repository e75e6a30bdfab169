"""Where all notices of a story together put a procurement: oldest to newest, no clock.

A story never goes backwards silently. A notice of an earlier phase moves it only where it says
something new: a new call after a cancellation or an award opens it again; a copy on another
source that comes late, a re-dated notice, or a change notice without a date of its own do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from aggregator.model import WITHDRAWN_NOTICE, Stage, Standing, StatedTime, StoredNotice
from aggregator.stage.reading import DROPPED, is_update, read

PLANNING = (Stage.PIPELINE, Stage.ENGAGEMENT, Stage.PLANNED)
CALLS = (Stage.OPEN, Stage.STANDING)
AWARDING = (
    Stage.INTENDED_DIRECT,
    Stage.AWARD_INTENDED,
    Stage.AWARDED,
    Stage.IN_CONTRACT,
    Stage.MODIFIED,
    Stage.ENDING,
    Stage.ENDED,
)
"""From the first word of an award to the end of the contract, in this order."""

NEVER = datetime.min.replace(tzinfo=UTC)
COPY_TOLERANCE = timedelta(days=1)
"""A copy on another source may give the same deadline with another hour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chapter:
    """One notice with what it says by itself."""

    stored: StoredNotice
    reading: Standing

    @property
    def deadline(self) -> StatedTime | None:
        return self.stored.notice.facts.deadline

    @property
    def told_at(self) -> datetime:
        return published_at(self.stored)

    @property
    def new(self) -> bool:
        """False for a change to an earlier notice."""
        return not is_update(self.stored.notice)


def published_at(stored: StoredNotice) -> datetime:
    """When a notice was published; when it was retrieved where it does not say."""
    published = stored.notice.published
    return published.instant if published else stored.retrieved_at


def standing(
    notices: Sequence[StoredNotice], readings: Sequence[Standing] | None = None
) -> Standing:
    """The stage after the newest of these notices.

    notices: oldest first. readings: what `read` says of each, where that is known already.
    """
    readings = readings or [read(stored.notice) for stored in notices]
    chapters = [_chapter(*pair) for pair in zip(notices, readings, strict=True)]
    current = chapters[0]
    told = [current]
    for chapter in chapters[1:]:
        if _moves(current, chapter, told):
            current = chapter
        told.append(chapter)
    return current.reading


def _chapter(stored: StoredNotice, reading: Standing) -> _Chapter:
    if reading.since is None:
        reading = replace(reading, since=stored.retrieved_at)
    return _Chapter(stored=stored, reading=reading)


def _moves(current: _Chapter, new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """Whether the new notice brings the story to its own stage."""
    old, stage = current.reading.stage, new.reading.stage
    if stage in (old, Stage.UNKNOWN) or _said_before(new, told):
        return False
    if old is Stage.UNKNOWN:
        return True
    if stage is Stage.CANCELLED:
        return _concerns(new, current) and _cancels_all(new, told)
    phase = _calls if stage in CALLS else _plans if stage in PLANNING else _awards
    return phase(current, new, told)


def _said_before(new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """A notice that was re-dated or edited, at the same stage as when it was last seen."""
    for chapter in reversed(told):
        if _same_notice(chapter, new):
            return chapter.reading.stage is new.reading.stage
    return False


def _concerns(new: _Chapter, current: _Chapter) -> bool:
    """A withdrawal from Contracts Finder is of one notice: what came after that one stands."""
    withdrawn = _withdraws(new)
    return not withdrawn or current.stored.notice.notice_id.startswith(withdrawn)


def _withdraws(chapter: _Chapter) -> tuple[str, ...]:
    """What the ids of a notice that this one withdraws begin with; mostly nothing."""
    related = chapter.stored.notice.related
    return tuple(one.identifier for one in related if one.scheme == WITHDRAWN_NOTICE)


def _cancels_all(new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """False where only some of the lots are given up and the others go on."""
    facts = new.stored.notice.facts
    if facts.status in DROPPED or not facts.lots:
        return True
    known = {
        lot.id
        for chapter in told
        if chapter.reading.stage in CALLS
        for lot in chapter.stored.notice.facts.lots
    }
    return known <= {lot.id for lot in facts.lots if lot.status is None or lot.status in DROPPED}


def _calls(current: _Chapter, new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """A call after planning is the next step; after anything else it must be a new one."""
    old = current.reading.stage
    if old in PLANNING:
        return new.new or new.deadline is not None
    if old in CALLS:
        return _same_source(current, new)
    return _same_notice(current, new) or _is_new_call(current, new, told)


def _is_new_call(current: _Chapter, new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """A call with time left to answer that is no late copy and no mere correction."""
    if new.deadline is None:
        return new.reading.stage is Stage.STANDING and new.new
    if new.deadline.instant <= new.told_at:
        return False
    if not _same_source(current, new):
        return new.deadline.instant > _last_deadline(told) + COPY_TOLERANCE
    return new.new or current.reading.stage is Stage.CANCELLED


def _plans(current: _Chapter, new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """Plans follow one another; after a call or an award they begin another round."""
    old = current.reading.stage
    if old in PLANNING:
        return new.reading.stage is not Stage.PIPELINE
    if not new.new or not _same_source(current, new):
        return False
    if old in CALLS:
        return new.told_at > _last_deadline(told) > NEVER
    return True


def _awards(current: _Chapter, new: _Chapter, told: Sequence[_Chapter]) -> bool:
    """Awards move on; back only for other awards or lots than those already told."""
    old, stage = current.reading.stage, new.reading.stage
    if old is Stage.STANDING:
        return stage is Stage.ENDED
    if stage is Stage.CLOSED:
        running = _is_running(current, new) and not _same_source(current, new)
        return old in (*PLANNING, *CALLS) and not running
    if old not in AWARDING:
        return True
    if AWARDING.index(stage) > AWARDING.index(old):
        return True
    return new.new and _same_source(current, new) and not _about(new) <= _known(told)


def _is_running(call: _Chapter, new: _Chapter) -> bool:
    """True where the call's deadline was still ahead when the new notice came."""
    return call.deadline is not None and call.deadline.instant > new.told_at


def _about(chapter: _Chapter) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset((award.id, award.lots) for award in chapter.stored.notice.facts.awards)


def _known(told: Sequence[_Chapter]) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset(about for chapter in told for about in _about(chapter))


def _last_deadline(told: Sequence[_Chapter]) -> datetime:
    """The latest deadline of any call so far; the beginning of time where none was stated."""
    deadlines = [
        chapter.deadline.instant
        for chapter in told
        if chapter.deadline and chapter.reading.stage in CALLS
    ]
    return max(deadlines, default=NEVER)


def _same_source(one: _Chapter, other: _Chapter) -> bool:
    """Also where one withdrew the other: Contracts Finder tells the two in different places."""
    if one.stored.notice.source_id == other.stored.notice.source_id:
        return True
    withdrawn = _withdraws(one)
    return bool(withdrawn) and other.stored.notice.notice_id.startswith(withdrawn)


def _same_notice(one: _Chapter, other: _Chapter) -> bool:
    return _same_source(one, other) and one.reading.notice_id == other.reading.notice_id
