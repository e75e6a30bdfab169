"""A short slice of the kills; `make kills` runs many."""

from pathlib import Path

import pytest

from tests.kills.compositions import PLANTED, Composition
from tests.kills.harness import Plan, trial
from tests.kills.syscalls import every_call, is_possible

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.network]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("channel", ["file", "smtp"])
def test_killed_at_random_moments_nothing_is_lost_or_told_twice(
    tmp_path: Path, channel: str
) -> None:
    figures = trial(Plan(home=tmp_path, kills=30, seconds=200, seed=7, channel=channel))
    assert figures.kills >= 15
    assert figures.mails >= 15
    assert (figures.lost, figures.doubled) == ([], [])


@pytest.mark.timeout(240)
@pytest.mark.skipif(not is_possible(), reason="strace is not here or may not look at our children")
def test_killed_before_a_call_to_the_kernel_nothing_is_lost_or_told_twice(tmp_path: Path) -> None:
    figures = every_call(Plan(home=tmp_path, kills=0, seconds=200), step=61)
    assert figures.kills >= 5
    assert (figures.lost, figures.doubled) == ([], [])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_the_count_sees_a_planted_fault(tmp_path: Path, fault: Composition) -> None:
    plan = Plan(
        home=tmp_path, kills=1000, seed=7, composition=fault, stop_early=True, kills_a_life=15
    )
    figures = trial(plan)
    assert figures.lost or figures.doubled
    assert figures.kills <= 1000
