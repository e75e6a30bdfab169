"""The date of an opportunity as a file that a calendar takes, and takes again when it moves.

RFC 5545: one event with a UID that stays, a SEQUENCE that grows with every notice, and STATUS
CANCELLED instead of vanishing. Whoever subscribes to its address sees a moved deadline move.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration

from aggregator import stage as stages
from aggregator.digest import wording
from aggregator.digest.clean import link, one_line
from aggregator.digest.dates import ActBy, act_by
from aggregator.model import Opportunity, Stage, StatedTime
from aggregator.parsing.dates import in_words, to_uk

PRODUCT = "-//Fair Notice//deadlines//EN"
LONGEST_TITLE, LONGEST_PLACE = 120, 200
REFRESH = timedelta(hours=12)
NOT_THE_RECORD = (
    "Taken from the notice: check the official one before you act. Dates move; this entry moves "
    "with them where your calendar reads it again."
)
OVER = frozenset({Stage.CANCELLED, Stage.STALLED})
TO_COME = frozenset(
    {
        *(Stage.PIPELINE, Stage.ENGAGEMENT, Stage.PLANNED, Stage.OPEN),
        *(Stage.STANDING, Stage.UNKNOWN),
    }
)
"""Stages at which an earlier deadline says nothing."""


def calendar_file(opportunity: Opportunity, *, now: datetime) -> bytes | None:
    """The date that matters at the stage the opportunity has `now`, as iCalendar.

    None where there is none. What is decided gives its last deadline, what was cancelled gives it
    marked so: an entry in a calendar never just vanishes.
    """
    stage = stages.at(opportunity, now).stage
    date = act_by(opportunity, stage)
    if date is None and stage not in TO_COME:
        date = last_deadline(opportunity)
    if date is None:
        return None
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add_component(event(opportunity, date, cancelled=stage in OVER))
    written: bytes = calendar.to_ical()
    return written


def event(opportunity: Opportunity, date: ActBy, *, cancelled: bool) -> Event:
    """The entry: what, when, where the notice stands."""
    title = one_line(opportunity.facts.title, LONGEST_TITLE) or "A notice without a title"
    entry = Event()
    entry.add("uid", f"{opportunity.id}@fair-notice")
    entry.add("sequence", len(opportunity.notices) - 1 + cancelled)
    entry.add("dtstamp", opportunity.notices[-1].retrieved_at.astimezone(UTC))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("summary", f"{'Cancelled' if cancelled else date.label}: {title}")
    entry.add("description", description(opportunity, date))
    entry.add("transp", "TRANSPARENT")
    if address := link(opportunity.latest.url):
        entry.add("url", address)
    if is_whole_day(date):
        entry.add("dtstart", to_uk(date.instant).date())
    else:
        entry.add("dtstart", date.instant.astimezone(UTC))
    if not cancelled:
        entry.add_component(day_before(title))
    return entry


def description(opportunity: Opportunity, date: ActBy) -> str:
    """The date in words, the buyer, the official page, and what this is not."""
    lines = (
        f"{date.label} {date.loosely or date.words}.",
        wording.buyers(opportunity.facts),
        link(opportunity.latest.url),
        NOT_THE_RECORD,
    )
    return "\n".join(line for line in lines if line)


def is_whole_day(date: ActBy) -> bool:
    """Whether only a day was named; its last second stands for it."""
    return date.loosely is not None or "," not in date.words.split("(")[0]


def day_before(title: str) -> Alarm:
    """A reminder on the day before, which calendars let people switch off."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-1))
    return alarm


def last_deadline(opportunity: Opportunity) -> ActBy | None:
    """The deadline that was stated last, of a story that has none any more."""
    for time in latest_first(opportunity):
        if time is not None:
            return ActBy(label="Closed", instant=time.instant, words=in_words(time))
    return None


def latest_first(opportunity: Opportunity) -> list[StatedTime | None]:
    """The deadlines of its notices, the newest first."""
    stated = [stored.notice.facts.deadline for stored in reversed(opportunity.notices)]
    return [opportunity.deadline, *stated]
