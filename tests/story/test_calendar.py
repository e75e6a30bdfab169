"""Working days and the last day to object."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.calendar import (
    Nation,
    Standstill,
    StandstillRule,
    add_working_days,
    is_working_day,
    standstill,
    working_days_between,
)

DAYS = st.dates(date(2024, 1, 1), date(2028, 6, 30))


def test_a_bank_holiday_is_a_working_day_where_it_is_not_kept() -> None:
    saint_patrick = date(2026, 3, 17)
    assert is_working_day(saint_patrick, Nation.ENGLAND)
    assert not is_working_day(saint_patrick, Nation.NORTHERN_IRELAND)
    second_of_january = date(2026, 1, 2)
    assert is_working_day(second_of_january, Nation.WALES)
    assert not is_working_day(second_of_january, Nation.SCOTLAND)


def test_weekends_and_moved_holidays_are_no_working_days() -> None:
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 12, 28))  # for Boxing Day on a Saturday


@pytest.mark.parametrize(
    ("published", "last_day"),
    [(date(2026, 2, 12), date(2026, 2, 24)), (date(2026, 3, 19), date(2026, 3, 31))],
)
def test_english_health_notices_give_the_eighth_working_day_after_publication(
    published: date, last_day: date
) -> None:
    counted = standstill(published, StandstillRule.PSR_ENGLAND)
    assert counted.last_day == last_day
    assert counted.first_day == date(published.year, published.month, published.day + 1)


def test_the_notice_that_gives_one_day_more_is_within_the_later_reading() -> None:
    counted = standstill(date(2026, 5, 11), StandstillRule.PSR_ENGLAND)
    assert (counted.last_day, counted.last_day_at_latest) == (date(2026, 5, 21), date(2026, 5, 22))


def test_the_act_counts_the_day_of_publication() -> None:
    counted = standstill(date(2026, 2, 12), StandstillRule.PROCUREMENT_ACT)
    assert counted == Standstill(
        first_day=date(2026, 2, 12),
        last_day=date(2026, 2, 23),
        last_day_at_latest=date(2026, 2, 23),
    )


def test_under_the_act_a_notice_on_a_saturday_begins_to_count_on_monday() -> None:
    saturday, monday = date(2026, 11, 14), date(2026, 11, 16)
    assert (
        standstill(saturday, StandstillRule.PROCUREMENT_ACT).last_day
        == standstill(monday, StandstillRule.PROCUREMENT_ACT).last_day
    )


def test_wales_begins_on_the_day_of_publication_and_ends_with_england() -> None:
    published = date(2026, 6, 1)
    wales = standstill(published, StandstillRule.PSR_WALES)
    assert wales.first_day == published
    assert wales.last_day == standstill(published, StandstillRule.PSR_ENGLAND).last_day


def test_christmas_lengthens_a_standstill() -> None:
    counted = standstill(date(2026, 12, 18), StandstillRule.PSR_ENGLAND)
    assert counted.last_day == date(2027, 1, 4)


def test_bank_holidays_are_those_the_government_lists(shared: Path) -> None:
    listed = json.loads((shared / "data/reference/bank_holidays_uk_2024_2028.json").read_text())
    for division, nations in {
        "england-and-wales": (Nation.ENGLAND, Nation.WALES),
        "scotland": (Nation.SCOTLAND,),
        "northern-ireland": (Nation.NORTHERN_IRELAND,),
    }.items():
        days = {date.fromisoformat(row["date"]) for row in listed["divisions"][division]}
        every = [date(2024, 1, 1) + timedelta(days=n) for n in range(5 * 365)]
        for nation in nations:
            closed = {day for day in every if day.weekday() < 5 and not is_working_day(day, nation)}
            assert days <= closed | {day for day in days if day.weekday() >= 5}
            assert len(closed - days) <= 1  # a day proclaimed after the list was made


@given(DAYS, st.integers(-30, 30), st.sampled_from(Nation))
def test_adding_working_days_lands_on_one_and_counts_back(
    day: date, count: int, nation: Nation
) -> None:
    landed = add_working_days(day, count, nation)
    assert is_working_day(landed, nation)
    if count > 0:
        assert working_days_between(day, landed, nation) == count
        assert add_working_days(landed, -count, nation) <= day


@given(DAYS, st.sampled_from(StandstillRule))
def test_a_standstill_lasts_eight_working_days_by_every_rule(
    published: date, rule: StandstillRule
) -> None:
    counted = standstill(published, rule)
    assert published <= counted.first_day <= counted.last_day <= counted.last_day_at_latest
    nation = Nation.WALES if rule is StandstillRule.PSR_WALES else Nation.ENGLAND
    own_day = is_working_day(published, nation) and rule is StandstillRule.PROCUREMENT_ACT
    assert working_days_between(published, counted.last_day, nation) == 8 - own_day
