"""Short slices of the drills; `make drill` does many."""

from pathlib import Path

import pytest

from tests.drills import faults, loads, restores

pytestmark = pytest.mark.slow


def test_backups_under_write_load_restore_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    load = loads.drill(tmp_path, 4)
    assert load.commits >= 4
    assert (load.backups, load.bad) == (4, 0)


@pytest.mark.parametrize("way", restores.WAYS)
def test_what_was_brought_back_tells_nothing_again_and_everything_since_once(
    tmp_path: Path, way: str
) -> None:
    outcome = restores.drill(tmp_path, way, seed=3)
    assert outcome.mails >= 9
    assert (outcome.again, outcome.lost, outcome.doubled) == (0, [], [])


@pytest.mark.skipif(not faults.strace_is_here(), reason="strace is not here")
def test_a_disk_that_fails_at_any_call_loses_and_doubles_nothing(tmp_path: Path) -> None:
    found = faults.drill(tmp_path, 18, seed=5, seconds=200)
    assert found.points >= 9
    assert found.hit >= 1
    assert found.crashed == []
    assert (found.lost, found.doubled, found.damaged) == ([], [], 0)
