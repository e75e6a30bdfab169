"""A few days of the simulated month; `make politeness` runs all of it."""

import pytest

from tests.politeness.month import month, simulated


@pytest.mark.slow
def test_no_call_is_against_robots_pace_or_retry_after() -> None:
    world = simulated(lambda: month(days=2.5, seed=3))
    assert world.wrong == {}, world.examples[:5]
    assert world.pages > 250
    assert world.rests > 2
    assert world.conditional / world.pages >= 0.9


@pytest.mark.parametrize(
    ("fault", "shows"),
    [("ignore Retry-After", "Retry-After"), ("two queues", "pace"), ("no robots", "robots")],
)
def test_the_audit_catches_a_planted_fault(fault: str, shows: str) -> None:
    world = simulated(lambda: month(days=1, seed=3, fault=fault))
    assert world.wrong[shows] > 0
