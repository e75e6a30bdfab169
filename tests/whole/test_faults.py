"""Faults of portals are named in two runs, and nothing is lost once they are over.

`python -m tests.faults` does the same with every kind of fault and prints a table.
"""

from pathlib import Path

import pytest

from tests.faults.harness import trial

pytestmark = [pytest.mark.replay, pytest.mark.enable_socket, pytest.mark.timeout(400)]

FAULTS = ("empty200=1", "truncate=1")


async def test_every_fault_is_named_in_two_runs_and_costs_no_notice(
    shared: Path, tmp_path: Path
) -> None:
    rows = await trial(shared, tmp_path, FAULTS)
    assert len(rows) >= 4 * len(FAULTS)
    assert [row for row in rows if not row.sound] == []
    assert sum(row.met for row in rows) >= len(rows) - 2
