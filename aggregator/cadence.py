"""When a digest is due: on working days, at the reader's hour, once for each day, week or month.

Arithmetic on UK calendar days, without a clock. A due instant is made from a day and an hour, never
by adding hours, so that a change of the clocks neither skips nor doubles one. From 01:00 to 01:59
the UK has no such hour once a year, and two of them once a year: hour 1 is refused.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from aggregator.calendar import Nation, is_working_day
from aggregator.model import Cadence
from aggregator.parsing.dates import LONDON, to_uk

GROUPING = timedelta(minutes=15)
"""What happens within so long of each other is told together, also to those who want it at once."""

DAYTIME = range(7, 21)
"""Hours of the UK day in which somebody may be disturbed between two digests."""

NO_HOUR = 1
DAY = timedelta(days=1)
SEARCHED = 70
"""Days in which every cadence has a due day: two months and some holidays."""


def latest_due(
    cadence: Cadence, *, hour: int, now: datetime, nation: Nation = Nation.ENGLAND
) -> datetime:
    """The last instant at or before `now` at which a digest was due, in UTC.

    Daily digests are due on every working day, weekly ones on the first working day of the week,
    monthly ones on the first of the month, each at `hour` UK time; immediate ones every quarter of
    an hour. Raises ValueError for hour 1.
    """
    if cadence is Cadence.IMMEDIATE:
        return quarter(now)
    today = to_uk(now).date()
    for back in range(SEARCHED):
        day = today - back * DAY
        if is_due_day(cadence, day, nation) and (due := at_hour(day, hour)) <= now:
            return due
    raise AssertionError("two months without a working day")


def next_due(
    cadence: Cadence, *, hour: int, now: datetime, nation: Nation = Nation.ENGLAND
) -> datetime:
    """The first instant after `now` at which a digest is due, in UTC. Raises ValueError."""
    if cadence is Cadence.IMMEDIATE:
        return quarter(now) + GROUPING
    today = to_uk(now).date()
    for ahead in range(SEARCHED):
        day = today + ahead * DAY
        if is_due_day(cadence, day, nation) and (due := at_hour(day, hour)) > now:
            return due
    raise AssertionError("two months without a working day")


def is_due_day(cadence: Cadence, day: date, nation: Nation = Nation.ENGLAND) -> bool:
    """Whether a digest of this cadence is due on a UK calendar day."""
    if not is_working_day(day, nation):
        return False
    return not any(is_working_day(earlier, nation) for earlier in before(cadence, day))


def before(cadence: Cadence, day: date) -> Iterator[date]:
    """The days of the same week or month before this one; none for a daily digest."""
    days = {Cadence.WEEKLY: day.weekday(), Cadence.MONTHLY: day.day - 1}.get(cadence, 0)
    return (day - number * DAY for number in range(1, days + 1))


def at_hour(day: date, hour: int) -> datetime:
    """The hour of a UK day in UTC. Raises ValueError for the hour that clock changes touch."""
    if hour == NO_HOUR:
        raise ValueError("digests are never due from 01:00 to 01:59: the clocks change then")
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def quarter(now: datetime) -> datetime:
    """The quarter of an hour that has begun, in UTC."""
    moment = now.astimezone(UTC)
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def between(now: datetime) -> datetime:
    """The due instant of a digest between two regular ones: one for each quarter of an hour.

    Half a minute past, so that it never takes the place of a regular one.
    """
    return quarter(now) + timedelta(seconds=30)


def is_daytime(now: datetime) -> bool:
    """Whether a reader may be disturbed at this hour."""
    return to_uk(now).hour in DAYTIME


def is_working(now: datetime, nation: Nation = Nation.ENGLAND) -> bool:
    """Whether it is a working day in the UK."""
    return is_working_day(to_uk(now).date(), nation)
