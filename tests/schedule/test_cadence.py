"""When digests are due: once a day, week or month, whatever clocks and holidays do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from aggregator import cadence
from aggregator.calendar import Nation, is_working_day
from aggregator.model import Cadence
from aggregator.parsing.dates import LONDON, to_uk
from aggregator.testing import utc

YEARS = range(2026, 2036)
HOURS = [hour for hour in range(24) if hour != 1]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def days() -> Iterator[date]:
    day = date(YEARS.start, 1, 1)
    while day.year < YEARS.stop:
        yield day
        day += DAY


PERIODS = {
    Cadence.DAILY: lambda day: day,
    Cadence.WEEKLY: lambda day: day.isocalendar()[:2],
    Cadence.MONTHLY: lambda day: (day.year, day.month),
}


def expected(kind: Cadence) -> list[date]:
    """The first working day of every period, found without the code under test."""
    first: dict[object, date] = {}
    for day in days():
        if is_working_day(day):
            first.setdefault(PERIODS[kind](day), day)
    return sorted(first.values())[1:]  # the first week began in the year before


@pytest.mark.parametrize("kind", PERIODS)
@pytest.mark.parametrize("hour", [0, 2, 7, 23])
def test_in_ten_years_each_period_has_one_due_instant_never_none_never_two(
    kind: Cadence, hour: int
) -> None:
    instants = [datetime.combine(day, time(hour), LONDON) for day in expected(kind)]
    for instant, following in pairwise(instants):
        due = instant.astimezone(UTC)
        ask = {"hour": hour}
        assert cadence.latest_due(kind, now=due, **ask) == due
        assert cadence.latest_due(kind, now=due + MINUTE, **ask) == due
        assert cadence.latest_due(kind, now=following - MINUTE, **ask) == due
        assert cadence.next_due(kind, now=due, **ask) == following
        assert cadence.next_due(kind, now=following - MINUTE, **ask) == following
        assert to_uk(due).hour == hour


def clock_changes() -> list[date]:
    return [
        day
        for day in days()
        if datetime.combine(day, time(0), LONDON).utcoffset()
        != datetime.combine(day, time(12), LONDON).utcoffset()
    ]


@pytest.mark.parametrize("hour", HOURS)
def test_minute_by_minute_round_every_change_of_the_clocks_no_run_is_lost_or_doubled(
    hour: int,
) -> None:
    assert len(clock_changes()) == 20
    for changing in clock_changes():
        start = datetime.combine(changing - DAY, time(0), LONDON).astimezone(UTC)
        moments = (start + number * 5 * MINUTE for number in range(4 * 24 * 12))
        runs = []
        for now in moments:
            due = cadence.latest_due(Cadence.DAILY, hour=hour, now=now)
            if not runs or due > runs[-1]:
                runs.append(due)
        wanted = [
            due
            for number in range(6)
            if is_working_day(day := changing + (number - 1) * DAY)
            and runs[0] < (due := datetime.combine(day, time(hour), LONDON)) <= now
        ]
        assert runs[1:] == wanted


@pytest.mark.parametrize("kind", PERIODS)
def test_the_hour_that_clock_changes_touch_is_refused(kind: Cadence) -> None:
    with pytest.raises(ValueError, match="clocks change"):
        cadence.latest_due(kind, hour=1, now=utc(2026, 11, 24, 12))
    with pytest.raises(ValueError, match="clocks change"):
        cadence.next_due(kind, hour=1, now=utc(2026, 11, 24, 12))


def test_nothing_is_due_on_a_sunday_or_a_bank_holiday() -> None:
    sunday, new_year = utc(2026, 11, 22, 12), utc(2027, 1, 1, 12)
    assert cadence.latest_due(Cadence.DAILY, hour=7, now=sunday) == utc(2026, 11, 20, 7)
    assert cadence.latest_due(Cadence.DAILY, hour=7, now=new_year) == utc(2026, 12, 31, 7)


def test_a_weekly_digest_moves_to_tuesday_when_monday_is_a_holiday() -> None:
    easter_week = utc(2027, 4, 1, 12)
    assert cadence.latest_due(Cadence.WEEKLY, hour=7, now=easter_week) == utc(2027, 3, 30, 6)
    assert cadence.next_due(Cadence.WEEKLY, hour=7, now=utc(2027, 3, 26)) == utc(2027, 3, 30, 6)


def test_a_monthly_digest_is_due_on_the_first_working_day() -> None:
    assert cadence.latest_due(Cadence.MONTHLY, hour=9, now=utc(2026, 8, 20)) == utc(2026, 8, 3, 8)
    assert cadence.next_due(Cadence.MONTHLY, hour=9, now=utc(2026, 12, 20)) == utc(2027, 1, 4, 9)


def test_scotland_has_its_own_second_of_january() -> None:
    asked = {"hour": 7, "now": utc(2029, 1, 2, 12)}
    assert cadence.latest_due(Cadence.DAILY, **asked) == utc(2029, 1, 2, 7)
    assert cadence.latest_due(Cadence.DAILY, nation=Nation.SCOTLAND, **asked) == utc(
        2028, 12, 29, 7
    )


def test_at_once_means_grouped_within_a_quarter_of_an_hour() -> None:
    now = utc(2026, 11, 22, 13, 44)
    assert cadence.latest_due(Cadence.IMMEDIATE, hour=7, now=now) == utc(2026, 11, 22, 13, 30)
    assert cadence.next_due(Cadence.IMMEDIATE, hour=7, now=now) == utc(2026, 11, 22, 13, 45)
    assert cadence.between(now) == utc(2026, 11, 22, 13, 30) + timedelta(seconds=30)
