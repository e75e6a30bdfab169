"""Dates as people in the UK write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParsingError
from aggregator.model import Precision
from aggregator.parsing.dates import in_words, parse_uk, parse_with_remark, to_uk
from aggregator.testing import utc

FRIDAY = "Friday 4 December 2026"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4/12/2026", FRIDAY),
        ("04/12/2026", FRIDAY),
        ("04-12-2026", FRIDAY),
        ("04.12.2026", FRIDAY),
        ("4/12/2026 14:30", f"{FRIDAY}, 2:30pm"),
        ("04/12/2026 09:00:00", f"{FRIDAY}, 9am"),
        ("4 December 2026", FRIDAY),
        ("4th Dec 2026, 5pm", f"{FRIDAY}, 5pm"),
        ("the 4th of December 2026 at 5.30 p.m.", f"{FRIDAY}, 5:30pm"),
        ("12 noon on Friday 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("12.00 noon, 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("12pm Fri 4 Dec 2026", f"{FRIDAY}, 12 noon"),
        ("midday on Friday, 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("close of business on 4 December 2026", f"{FRIDAY}, 5pm"),
        ("COB 4 December 2026", f"{FRIDAY}, 5pm"),
        ("midnight on 4 December 2026", f"{FRIDAY}, 11:59pm"),
        ("17:00 hours 4 December 2026", f"{FRIDAY}, 5pm"),
        ("1700hrs on 4 December 2026", f"{FRIDAY}, 5pm"),
        ("4-Dec-2026", FRIDAY),
        ("December 4, 2026 2:30 PM", f"{FRIDAY}, 2:30pm"),
        ("12 noon (UK time) on 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("12:00 GMT 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("noon, 1 July 2026 (BST)", "Wednesday 1 July 2026, 12 noon"),
        ("Fri, 04 Dec 2026 12:00:00 GMT", f"{FRIDAY}, 12 noon"),
        ("Fri, 04 Dec 2026 12:00:00 +0000", f"{FRIDAY}, 12 noon"),
        ("Wed, 01 Jul 2026 12:00:00 GMT", "Wednesday 1 July 2026, 1pm"),
        ("Fri, 04 Dec 2026 12:00:00 -0500", f"{FRIDAY}, 5pm"),
        ("2026-12-04T12:00:00Z", f"{FRIDAY}, 12 noon"),
        ("2026-12-04 12:00", f"{FRIDAY}, 12 noon"),
        ("no later than 12 noon on 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("before 12 noon on 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("Closing date: 4 December 2026", FRIDAY),
        ("Deadline: 5pm on Friday 4 December 2026", f"{FRIDAY}, 5pm"),
        ("The deadline is 4 December 2026", FRIDAY),
        ("Closes 4 December 2026", FRIDAY),
        ("Applications close at noon on 4 December 2026", f"{FRIDAY}, 12 noon"),
        ("29 February 2028", "Tuesday 29 February 2028"),
    ],
)
def test_a_clear_date_is_read(text: str, words: str) -> None:
    assert in_words(parse_uk(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        *("TBC", "", "n/a", "Dec 2026", "2026", "Friday", "Friday 4 December", "12 noon"),
        *("31/02/2026", "29 February 2027", "0/1/2026", "12/25/2026", "32 January 2026"),
        *("4/12/26", "4 Dec 26", "26/11/27"),
        *("Friday 5 December 2026", "Sun, 04 Dec 2026 12:00:00 GMT"),
        *("5:00 4 December 2026", "12am 4 December 2026", "12:00am on 4 December 2026"),
        *("13am 4 December 2026", "0pm 4 December 2026", "25:00 4 December 2026"),
        *("12:60 4 December 2026", "3 noon 4 December 2026"),
        *("12 noon GMT on 1 July 2026", "12 noon BST on 4 December 2026"),
        *("Fri, 04 Dec 2026 12:00:00 EST", "12:00 GMT BST 4 December 2026"),
        *("9am to 5pm 4 December 2026", "4 December 2026 or 5 December 2026"),
        *("before 4 December 2026", "around 4 December 2026", "4 December 2026?"),
        *("4 December 1066", "4 December 9999", "1/1/0001"),
        "4 December 2026 " + "x" * 200,
    ],
)
def test_what_is_doubtful_or_impossible_is_refused(text: str) -> None:
    with pytest.raises(ParsingError):
        parse_uk(text)


def test_a_day_without_time_says_that_it_lasts_until_its_end() -> None:
    stated = parse_uk("4 July 2026")
    assert stated.precision is Precision.DAY
    assert "end of that day" in stated.rule
    assert to_uk(stated.instant).hour == 23


@pytest.mark.parametrize("text", ["midnight on 4 December 2026", "cob 4 December 2026"])
def test_readings_that_need_a_rule_name_it(text: str) -> None:
    assert "read as" in parse_uk(text).rule


def test_formats_that_a_source_is_known_to_use_come_first() -> None:
    formats = ("%d/%m/%y", "%d/%m/%y %H:%M", "%Y%m%d %H%M %z")
    assert in_words(parse_uk("04/12/26", formats)) == FRIDAY
    assert in_words(parse_uk("04/12/26 14:30", formats)) == f"{FRIDAY}, 2:30pm"
    assert parse_uk("20261204 1200 +0100", formats).instant == utc(2026, 12, 4, 11)


def test_a_format_does_not_make_an_impossible_date_possible() -> None:
    with pytest.raises(ParsingError):
        parse_uk("31/02/26", ("%d/%m/%y",))


@given(st.dates(min_value=utc(1990, 1, 1).date(), max_value=utc(2100, 1, 1).date()))
def test_every_day_is_read_the_uk_way_round(day: object) -> None:
    for pattern in (
        "{0.day}/{0.month}/{0.year}",
        "{0.day:02}.{0.month:02}.{0.year}",
        "{0:%d %B %Y}",
    ):
        assert to_uk(parse_uk(pattern.format(day)).instant).date() == day


@given(st.text(alphabet="0123456789/:. apmnoGMTBSTDecFri-+,th", max_size=40) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        stated = parse_uk(text)
    except ParsingError:
        return
    assert 1980 <= stated.instant.year <= 2151


@pytest.mark.parametrize(
    "text",
    [
        "4 December 2026 (or when funds run out)",
        "4 December 2026, or when the funds run out",
        "4 December 2026 or sooner if the fund is spent",
        "Closing date: 4 December 2026 (may close early)",
    ],
)
def test_a_date_with_a_remark_behind_is_read_and_the_remark_kept(text: str) -> None:
    stated = parse_with_remark(text)
    assert in_words(stated) == FRIDAY
    assert stated.text == text


@pytest.mark.parametrize(
    "text",
    [
        *("Ongoing", "Noon on Friday 18th December", "4 December 2026 (extended from 1 December)"),
        *("4 December 2026 (provisional)", "4 December 2026 or 8 January 2027", "", "(4)"),
        *("4 December 2026 (questions)", "4 December 2026 (was November)", "4 December (or later)"),
        *("4 December 2026 (noon for paper, midnight online)", "4 December 2026 (" + "x" * 999),
        "The deadline was 4 December 2026",
    ],
)
def test_a_remark_that_puts_the_date_in_doubt_is_no_remark(text: str) -> None:
    with pytest.raises(ParsingError):
        parse_with_remark(text)


@given(st.text(alphabet="4 December2026(,or)nx–", max_size=60))
def test_any_remark_may_follow(remark: str) -> None:
    with suppress(ParsingError):
        assert parse_with_remark(f"4 December 2026{remark}").text
