"""A slice of the simulated year, over a change of the clocks; `make year` does all of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.year.rules import in_utc, is_due_on, next_due
from tests.year.simulation import Year, is_sound


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("start", ["2026-03-27", "2026-10-23"])
def test_over_a_change_of_the_clocks_everybody_is_told_once_and_in_time(
    tmp_path: Path, start: str
) -> None:
    began = datetime.fromisoformat(start).replace(tzinfo=UTC)
    year = Year(tmp_path, days=5, sources=3, subscribers=30, start=began)
    report = year.run()
    assert is_sound(report), report["examples"]
    assert report["messages"] > 0


def test_the_oracle_sees_what_is_lost_doubled_late_or_unwanted(tmp_path: Path) -> None:
    year = Year(tmp_path, days=6, sources=2, subscribers=20, seconds=60)
    year.run()
    oracle = year.oracle
    told = next(key for key, heard in oracle.heard.items() if heard)
    honest = list(oracle.heard[told])
    for kind, heard in (
        ("lost", []),
        ("doubled", [*honest, honest[-1].replace(minute=59)]),
        ("late", [honest[0].replace(year=2027)]),
    ):
        oracle.heard[told] = heard
        oracle.wrong.clear()
        oracle.judge()
        assert oracle.wrong[kind], kind
    oracle.heard[told] = honest
    stranger = next(w for w in oracle.wishes if not w.wants(oracle.tenders[told[1]]))
    oracle.heard[(stranger.reader, told[1])] = honest
    oracle.wrong.clear()
    oracle.judge()
    assert oracle.wrong["unwanted"]


def test_the_rules_know_the_hours_and_the_holidays() -> None:
    assert in_utc(date(2026, 3, 28), 7) == datetime(2026, 3, 28, 7, tzinfo=UTC)
    assert in_utc(date(2026, 3, 30), 7) == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert in_utc(date(2026, 10, 26), 7) == datetime(2026, 10, 26, 7, tzinfo=UTC)
    assert not is_due_on("daily", date(2026, 4, 6))
    assert is_due_on("weekly", date(2026, 4, 7))
    due = next_due("monthly", 9, datetime(2026, 7, 31, 12, tzinfo=UTC))
    assert due == datetime(2026, 8, 3, 8, tzinfo=UTC)
