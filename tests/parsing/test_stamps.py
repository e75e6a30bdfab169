"""Dates that machines write for machines."""

import pytest

from aggregator.errors import ParsingError
from aggregator.parsing.dates import ZoneRule, parse_stamp


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("/Date(1797595200000)/", "2026-12-18T12:00:00+00:00"),
        (" /Date(1797595200000+0100)/ ", "2026-12-18T12:00:00+00:00"),
        ("/Date(1782734400000)/", "2026-06-29T12:00:00+00:00"),
    ],
)
def test_milliseconds_are_counted_in_utc(text: str, instant: str) -> None:
    stated = parse_stamp(text)
    assert stated is not None
    assert stated.instant.isoformat() == instant


def test_a_source_may_mean_uk_clocks() -> None:
    for text in ("/Date(1782734400000)/", "2026-06-29T12:00:00Z"):
        stated = parse_stamp(text, zone=ZoneRule.UK_LOCAL)
        assert stated is not None
        assert stated.instant.isoformat() == "2026-06-29T11:00:00+00:00"


@pytest.mark.parametrize("text", ["18/12/2026", "", "/Date(x)/", "2026-12-18", "/Date(1)/ or so"])
def test_anything_else_is_left_to_others(text: str) -> None:
    assert parse_stamp(text) is None


@pytest.mark.parametrize(
    "text", ["/Date(-62135596800000)/", "/Date(0)/", "/Date(999999999999999)/"]
)
def test_a_stamp_of_no_real_date_is_refused(text: str) -> None:
    with pytest.raises(ParsingError):
        parse_stamp(text)
