"""Words about health blame nobody and are clear to a volunteer."""

import re
from typing import Any

import pytest

from aggregator import health
from aggregator.model import Finding, FindingKind, Health, HealthState
from aggregator.testing import utc

NOW = utc(2026, 11, 21, 12)
TUESDAY = utc(2026, 11, 17, 15)


def a_state(state: HealthState, source_id: str = "northmoor", **changes: Any) -> Health:
    values: dict[str, Any] = {
        "source_id": source_id,
        "name": "Northmoor Council",
        "state": state,
        "at": NOW,
        "since": TUESDAY,
        "because": "because",
        "last_notice_at": TUESDAY,
    }
    return Health(**{**values, **changes})


def test_silence_is_told_as_what_we_have_seen() -> None:
    quiet = a_state(HealthState.QUIET, usual="4 a day", since=utc(2026, 11, 19))
    assert health.sentence(quiet) == (
        "We have seen nothing from Northmoor Council since Tuesday 17 November; usually 4 a day."
    )


def test_a_source_of_which_nothing_was_ever_seen_has_no_day() -> None:
    quiet = a_state(HealthState.QUIET, last_notice_at=None)
    assert health.sentence(quiet) == "We have not seen anything from Northmoor Council yet."


def test_a_day_long_ago_has_its_year() -> None:
    quiet = a_state(HealthState.QUIET, last_notice_at=utc(2025, 11, 4, 9))
    assert "since Tuesday 4 November 2025." in health.sentence(quiet)


def test_what_is_odd_is_said() -> None:
    finding = Finding(kind=FindingKind.FIELD_EMPTY, words="no row has a deadline any more")
    odd = a_state(HealthState.SUSPICIOUS, findings=(finding,))
    assert health.sentence(odd) == (
        "What we have read from Northmoor Council since Tuesday 17 November may not be all: "
        "no row has a deadline any more."
    )


@pytest.mark.parametrize("state", HealthState)
def test_no_sentence_blames_anybody(state: HealthState) -> None:
    words = health.sentence(a_state(state))
    assert "Northmoor Council" in words
    assert words.endswith(".")
    assert not re.search(r"(?i)\b(broken|fault|error|down|blocks?|refus\w+|fail\w*)\b", words)


def test_all_sources_in_one_line() -> None:
    well = [a_state(HealthState.WELL, f"s{n}") for n in range(22)]
    quiet = a_state(HealthState.QUIET)
    assert health.summary([*well, quiet]) == "23 sources checked, 1 quiet since Tuesday."
    assert health.summary(well) == "22 sources checked, all well."
    assert health.summary(well[:1]) == "1 source checked, all well."
    assert health.summary([]) == "No source is switched on."


def test_several_in_one_state_are_counted_from_the_first_day() -> None:
    two = [
        a_state(HealthState.QUIET, last_notice_at=utc(2026, 11, 3, 9)),
        a_state(HealthState.QUIET),
        a_state(HealthState.BLOCKED, since=NOW),
        a_state(HealthState.NEVER_ASKED),
        a_state(HealthState.UNKNOWN),
    ]
    assert health.summary(two) == (
        "5 sources checked, 2 quiet, some since 3 November, 1 not read today, 1 not read yet."
    )


def test_a_digest_hears_of_the_sources_it_touches_and_only_when_they_are_not_well() -> None:
    states = [
        a_state(HealthState.QUIET, "a"),
        a_state(HealthState.FAILING, "b"),
        a_state(HealthState.WELL, "c"),
        a_state(HealthState.FAILING, "d"),
    ]
    found = health.touching({"a", "b", "c", "unknown"}, states)
    assert len(found) == 2
    assert found[0].startswith("We have not been able to read")
    assert health.touching({"c"}, states) == ()
