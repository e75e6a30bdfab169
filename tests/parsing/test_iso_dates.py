"""ISO times as OCDS services print them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime
from aggregator.parsing.dates import LONDON, ZoneRule, in_words, parse_iso, to_uk, whole_day
from aggregator.testing import utc

FIRST = utc(1981, 1, 1).replace(tzinfo=None)
LAST = utc(2149, 12, 31).replace(tzinfo=None)


def offset(text: str) -> StatedTime:
    return parse_iso(text, zone=ZoneRule.OFFSET)


def test_a_time_with_offset_is_that_moment() -> None:
    assert offset("2026-06-29T10:00:00+01:00").instant == utc(2026, 6, 29, 9)
    assert offset("2026-12-04T12:00:00Z").instant == utc(2026, 12, 4, 12)


def test_the_published_text_is_kept() -> None:
    assert offset("2026-12-04T12:00:00Z").text == "2026-12-04T12:00:00Z"


def test_a_time_without_offset_is_uk_time_and_says_so() -> None:
    stated = offset("2026-07-01T09:30:00")
    assert stated.instant == utc(2026, 7, 1, 8, 30)
    assert stated.rule == "no offset published, read as UK time"


def test_a_bare_day_lasts_until_its_end_in_the_uk() -> None:
    summer, winter = offset("2026-06-19"), offset("2026-12-19")
    assert summer.precision is Precision.DAY
    assert summer.instant == datetime(2026, 6, 19, 22, 59, 59, tzinfo=UTC)
    assert winter.instant == datetime(2026, 12, 19, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-07-03T00:00:00Z", "2026-07-03T23:59:59Z", "2026-12-03T00:00:00+01:00"],
)
def test_edges_of_a_day_keep_the_printed_day(text: str) -> None:
    assert to_uk(offset(text).instant).date().isoformat() == text[:10]
    assert "printed day is kept" in offset(text).rule


def test_a_midnight_with_the_right_offset_needs_no_repair() -> None:
    assert offset("2026-07-03T23:59:59+01:00").rule == "offset as published"


def test_scottish_and_welsh_times_are_uk_time_whatever_their_z_says() -> None:
    stated = parse_iso("2019-05-30T12:00:00Z", zone=ZoneRule.UK_LOCAL)
    assert stated.instant == utc(2019, 5, 30, 11)
    assert in_words(stated) == "Thursday 30 May 2019, 12 noon"


def test_the_hour_that_clocks_skip_is_counted_as_gmt() -> None:
    stated = offset("2026-03-29T01:30:00")
    assert stated.instant == utc(2026, 3, 29, 1, 30)
    assert "clocks went forward" in stated.rule


def test_of_the_hour_that_comes_twice_the_first_is_taken() -> None:
    stated = offset("2026-10-25T01:30:00")
    assert stated.instant == utc(2026, 10, 25, 0, 30)
    assert "clocks went back" in stated.rule


def test_24_00_is_the_end_of_its_day() -> None:
    assert in_words(offset("2026-06-19T24:00:00Z")) == "Friday 19 June 2026, 11:59pm"


def test_seven_digits_of_a_second_as_dot_net_writes_them() -> None:
    assert offset("2026-12-04T12:00:00.0000000Z").instant == utc(2026, 12, 4, 12)


@pytest.mark.parametrize(
    "text",
    [
        *("0001-01-01T00:00:00Z", "1900-01-01", "9999-12-31T23:59:59Z", "1753-01-01T00:00:00"),
        *("2026-02-30", "2026-13-01", "2026-12-04T25:00:00", "2026-12-04T12:60:00Z"),
        *("2026", "2026-12", "20261204", "2026-W49-5", "12/04/2026", "soon", "", " ", "\x00"),
        *("2026-12-04T12:00:00+25:00", "2026-12-04junk", "２０２６-12-04", "-026-12-04"),
        *("2026-12-04T24:00:01", "2026-12-04T" + "0" * 60),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ParsingError):
        offset(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for zone in ZoneRule:
        try:
            stated = parse_iso(text, zone=zone)
        except ParsingError:
            continue
        assert stated.instant.tzinfo is UTC


@given(st.datetimes(min_value=FIRST, max_value=LAST))
def test_every_uk_clock_time_is_shown_as_it_was_printed(wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    stated = parse_iso(wall.isoformat(), zone=ZoneRule.UK_LOCAL)
    shown = to_uk(stated.instant).replace(tzinfo=None)
    skipped = "clocks went forward" in stated.rule
    assert (shown == wall) is not skipped


@given(
    st.datetimes(
        min_value=FIRST,
        max_value=LAST,
        timezones=st.just(LONDON),
    )
)
def test_a_moment_survives_being_printed(moment: datetime) -> None:
    moment = moment.astimezone(UTC).replace(microsecond=0)
    edge_of_day = (moment.hour, moment.minute, moment.second) in ((0, 0, 0), (23, 59, 59))
    if not edge_of_day:
        assert offset(moment.isoformat()).instant == moment


def test_contract_periods_are_days() -> None:
    start = whole_day(offset("2026-09-04T00:00:00Z"))
    end = whole_day(offset("2026-09-20T23:59:59Z"))
    assert (in_words(start), in_words(end)) == (
        "Friday 4 September 2026",
        "Sunday 20 September 2026",
    )
    assert start.precision is end.precision is Precision.DAY


def test_a_time_within_the_day_stays_a_time() -> None:
    noon = offset("2026-09-04T12:00:00Z")
    assert whole_day(noon) is noon


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-27T12:00:00Z", "Friday 27 November 2026, 12 noon"),
        ("2026-11-27T14:30:00Z", "Friday 27 November 2026, 2:30pm"),
        ("2026-11-27T23:59:59Z", "Friday 27 November 2026, 11:59pm"),
        ("2026-11-27T09:00:00Z", "Friday 27 November 2026, 9am"),
        ("2026-11-27T00:05:00Z", "Friday 27 November 2026, 12:05am"),
        ("2026-11-27T12:01:00Z", "Friday 27 November 2026, 12:01pm"),
        ("2026-11-27T00:00:00Z", "Friday 27 November 2026, 12 midnight (start of the day)"),
        ("2026-11-27", "Friday 27 November 2026"),
        ("2026-06-29T10:00:00+01:00", "Monday 29 June 2026, 10am"),
    ],
)
def test_times_in_words(text: str, words: str) -> None:
    assert in_words(offset(text)) == words


def test_an_instant_in_words() -> None:
    assert in_words(utc(2026, 7, 1, 11)) == "Wednesday 1 July 2026, 12 noon"
