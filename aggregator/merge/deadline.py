"""The deadline to go by, where the text and the date field of a notice may disagree.

Buyers type the date into a field and again into the text. A date that the text states outright
wins if it can be true: the same day at another hour, or a few days off and after publication. A
text that still names the deadline of an earlier version has not been brought up to date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Notice, Precision, Stage, Standing, StatedTime, StoredNotice
from aggregator.parsing import dates
from aggregator.stage import is_update, published_at

NEAR = timedelta(days=7)
"""How far apart text and field may be for the text to be believed."""

SAME = timedelta(minutes=2)
"""23:59 and 23:59:59 are one deadline."""

NO_BIDS = frozenset(
    {
        Stage.INTENDED_DIRECT,
        Stage.AWARD_INTENDED,
        Stage.AWARDED,
        Stage.IN_CONTRACT,
        Stage.MODIFIED,
        Stage.ENDING,
        Stage.ENDED,
        Stage.CANCELLED,
    }
)
"""Stages of notices that ask for no bids: their date field is never a new deadline."""

ANNOUNCED = (Stage.INTENDED_DIRECT, Stage.AWARD_INTENDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """time: the deadline to go by. in_field: the other date, where the text won. flag: in words."""

    time: StatedTime | None = None
    in_field: StatedTime | None = None
    flag: str | None = None


def of_notice(
    stored: StoredNotice, reading: Standing, earlier: Sequence[StatedTime] = ()
) -> Deadline:
    """The deadline that one notice states; `earlier` are the date fields of notices before it."""
    notice, published = stored.notice, published_at(stored)
    field = notice.facts.deadline
    if reading.stage in NO_BIDS:
        return _not_for_bids(field, published, reading.stage)
    stated = tuple(time for time in _in_text(notice) if time.instant > published)
    if field is None:
        return _from_text_alone(stated)
    if not stated or any(_agree(time, field) for time in stated):
        return Deadline(time=field)
    return _believed(stated, field, earlier)


def of_changes(
    changes: Iterable[StoredNotice], known: Deadline, earlier: Sequence[StatedTime] = ()
) -> Deadline:
    """The deadline after later change notices that move it in prose, without a date field.

    Only a change notice with exactly one date that was not a date field before is believed:
    "instead of … read …" names two, and the rest of its text may be an old one.
    """
    for stored in changes:
        if is_update(stored.notice) and stored.notice.facts.deadline is None:
            known = _changed(stored, known, earlier)
    return known


def _changed(stored: StoredNotice, known: Deadline, earlier: Sequence[StatedTime]) -> Deadline:
    stated = {
        time.instant: time
        for time in _in_text(stored.notice)
        if time.instant > published_at(stored)
        and not any(same_uk_day(time, old) for old in earlier)
    }
    if len(stated) != 1:
        return known
    (time,) = stated.values()
    if known.time is None:
        return Deadline(time=time, flag="The deadline is taken from the text of a change notice.")
    if _agree(time, known.time):
        return known
    flag = (
        f"A change notice says in its text {dates.in_words(time)}; before that it was "
        f"{dates.in_words(known.time)}. The text is taken; check with the buyer."
    )
    return Deadline(time=time, in_field=known.in_field or known.time, flag=flag)


def same_uk_day(one: StatedTime, other: StatedTime) -> bool:
    """True where both fall on the same calendar day in the UK."""
    return dates.to_uk(one.instant).date() == dates.to_uk(other.instant).date()


def _in_text(notice: Notice) -> tuple[StatedTime, ...]:
    facts = notice.facts
    texts = (facts.description, facts.additional_text, facts.how_to_take_part)
    return tuple(time for text in texts if text for time in dates.stated_deadlines(text))


def _not_for_bids(field: StatedTime | None, published: datetime, stage: Stage) -> Deadline:
    """An award repeats the deadline of its call; a date ahead ends the time to object."""
    if field is None or stage not in ANNOUNCED or field.instant <= published:
        return Deadline(time=field)
    return Deadline(
        flag=f"The date field says {dates.in_words(field)}, but no bids are asked for: it ends the "
        "time to object or to make oneself known."
    )


def _from_text_alone(stated: tuple[StatedTime, ...]) -> Deadline:
    if len({time.instant for time in stated}) != 1:
        return Deadline()
    return Deadline(time=stated[0], flag="The deadline is taken from the text of the notice.")


def _agree(stated: StatedTime, field: StatedTime) -> bool:
    """The same moment, or a text that names the same day without an hour."""
    if abs(stated.instant - field.instant) <= SAME:
        return True
    return stated.precision is Precision.DAY and same_uk_day(stated, field)


def _believed(
    stated: tuple[StatedTime, ...], field: StatedTime, earlier: Sequence[StatedTime]
) -> Deadline:
    """The text's date where exactly one can be true, else the field; flagged either way."""
    outdated = [old for old in earlier if not same_uk_day(old, field)]
    fresh = [time for time in stated if not any(same_uk_day(time, old) for old in outdated)]
    likely = {time.instant: time for time in fresh if _plausible(time, field)}
    if len(likely) == 1:
        (time,) = likely.values()
        flag = (
            f"The text says {dates.in_words(time)}, the date field {dates.in_words(field)}. "
            "The text is taken; check with the buyer."
        )
        return Deadline(time=time, in_field=field, flag=flag)
    flag = (
        f"The text speaks of {dates.in_words(stated[0])}, the date field says "
        f"{dates.in_words(field)}. The field is taken; check with the buyer."
    )
    return Deadline(time=field, flag=flag)


def _plausible(stated: StatedTime, field: StatedTime) -> bool:
    return same_uk_day(stated, field) or abs(stated.instant - field.instant) <= NEAR
