"""The one date that matters at each stage, and how long that is from now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.model import Opportunity, Precision, Stage, StatedTime
from aggregator.parsing.dates import in_words, to_uk
from aggregator.stage import objections_until

SOON = 7
"""Days left from which a date is set off as urgent."""

OUR_COUNT = "by our count: check the notice"

EXPECTED = frozenset({Stage.PIPELINE, Stage.PLANNED})
CLOSING = {
    Stage.OPEN: "Closes",
    Stage.CLOSED: "Closed",
    Stage.STANDING: "First applications by",
}
OBJECTING = {
    Stage.INTENDED_DIRECT: "Tell the buyer by",
    Stage.AWARD_INTENDED: "Standstill ends",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ActBy:
    """A date with what it is: "Closes", "Take part by", "Tender expected".

    counted: not published but worked out by the rules, so it has to be shown as such.
    """

    label: str
    instant: datetime
    words: str
    counted: bool = False
    is_limit: bool = True
    """Whether something has to be done by then; an expected date is none."""

    loosely: str | None = None
    """An expected date as it is meant: "in February 2027", "on Friday 5 February 2027"."""


def act_by(opportunity: Opportunity, stage: Stage) -> ActBy | None:
    """The date a reader has to know at this stage; None where there is none."""
    facts, deadline = opportunity.facts, opportunity.deadline
    if stage in OBJECTING:
        return objecting(OBJECTING[stage], opportunity)
    if stage in EXPECTED:
        return expected("Tender expected", facts.expected_tender)
    if stage is Stage.ENGAGEMENT:
        return stated("Take part by", facts.engagement_deadline or deadline)
    return stated(CLOSING[stage], deadline) if stage in CLOSING else None


def stated(label: str, time: StatedTime | None) -> ActBy | None:
    """A date as published."""
    if time is None:
        return None
    return ActBy(label=label, instant=time.instant, words=in_words(time))


def expected(label: str, time: StatedTime | None) -> ActBy | None:
    """A date the buyer hopes for, by its day, never by an hour.

    Forms insist on a day: the first or last of a month stands for the month.
    """
    if time is None:
        return None
    day = in_words(replace(time, precision=Precision.DAY))
    loosely = f"in {day.split(' ', 2)[2]}" if is_month(time.instant) else f"on {day}"
    return ActBy(
        label=label, instant=time.instant, words=in_words(time), is_limit=False, loosely=loosely
    )


def is_month(instant: datetime) -> bool:
    """Whether it is the first or the last day of a month."""
    day = to_uk(instant).date()
    return day.day == 1 or (day + timedelta(days=1)).day == 1


def objecting(label: str, opportunity: Opportunity) -> ActBy | None:
    """Until when an announced award can be questioned: as published, else by our count."""
    until = objections_until(opportunity)
    if until is None:
        return None
    for time in published_times(opportunity):
        if time is not None and time.instant == until:
            return stated(label, time)
    day = StatedTime(text="", instant=until, precision=Precision.DAY, rule=OUR_COUNT)
    return ActBy(label=label, instant=until, words=f"{in_words(day)} ({OUR_COUNT})", counted=True)


def published_times(opportunity: Opportunity) -> Iterator[StatedTime | None]:
    """The dates of notices that may end the time to object."""
    for stored in opportunity.notices:
        yield from (award.standstill_end for award in stored.notice.facts.awards)
        yield stored.notice.facts.deadline


def days_left(instant: datetime, now: datetime) -> int | None:
    """Calendar days in the UK from now to a date; 0 is today, None when it has passed."""
    if instant <= now:
        return None
    return (to_uk(instant).date() - to_uk(now).date()).days


def left_in_words(days: int) -> str:
    """ "today", "tomorrow", "11 days left"."""
    return {0: "today", 1: "tomorrow"}.get(days, f"{days} days left")
