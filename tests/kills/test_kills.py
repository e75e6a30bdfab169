"""A short slice of the kills; `make kills` runs many."""

from pathlib import Path

import pytest

from tests.kills.harness import Plan, trial

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.mark.parametrize("channel", ["file", "smtp"])
def test_killed_at_random_moments_nothing_is_lost_or_told_twice(
    tmp_path: Path, channel: str
) -> None:
    figures = trial(Plan(home=tmp_path, kills=400, seconds=25, seed=7, channel=channel))
    assert figures.kills >= 20
    assert figures.mails >= 20
    assert (figures.lost, figures.doubled) == ([], [])


def test_the_count_sees_what_a_planted_fault_doubles(tmp_path: Path) -> None:
    plan = Plan(home=tmp_path, kills=80, seconds=40, seed=7, channel="smtp", never_ask=True)
    assert trial(plan).doubled
