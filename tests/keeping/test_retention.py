"""Which backups stay."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.retention import DAYS, MONTHS, WEEKS, kept
from aggregator.testing import utc

NIGHT = utc(2026, 11, 22, 2, 30)


def nights(count: int) -> list[datetime]:
    return [NIGHT - timedelta(days=back) for back in range(count)]


def test_a_year_of_nights_leaves_seven_days_four_weeks_and_six_months() -> None:
    stay = sorted(kept(nights(365)), reverse=True)
    assert stay[:7] == nights(7)
    assert [f"{moment:%d %b}" for moment in stay[7:]] == [
        "15 Nov", "08 Nov", "01 Nov", "31 Oct", "30 Sep", "31 Aug", "31 Jul", "30 Jun",
    ][: len(stay) - 7]  # fmt: skip
    assert stay[-1] == utc(2026, 6, 30, 2, 30)


def test_a_month_without_backups_costs_none_of_the_good_ones() -> None:
    """Only days with a backup count: time alone removes nothing."""
    last_good = [NIGHT - timedelta(days=40 + back) for back in range(7)]
    assert kept(last_good) == frozenset(last_good)


def test_of_several_on_a_day_the_newest_stays() -> None:
    day = [utc(2026, 11, 22, hour) for hour in (3, 9, 15)]
    assert kept(day) == {day[-1]}


def test_days_are_those_of_uk_calendars() -> None:
    """23:30 UTC in July is 00:30 of the next day in the UK."""
    late, next_noon = utc(2026, 7, 1, 23, 30), utc(2026, 7, 2, 11)
    assert kept([late, next_noon]) == {next_noon}


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda moment: utc(moment.year, moment.month, moment.day, moment.hour, moment.minute)
)


@settings(deadline=None)
@given(st.lists(moments, max_size=80))
def test_the_newest_always_stays_and_the_number_is_bounded(made: list[datetime]) -> None:
    stay = kept(made)
    assert stay <= set(made)
    assert len(stay) <= DAYS + WEEKS + MONTHS
    assert not made or max(made) in stay


@settings(deadline=None)
@given(st.lists(moments, max_size=60))
def test_applying_the_rule_twice_removes_no_more(made: list[datetime]) -> None:
    assert kept(kept(made)) == kept(made)
