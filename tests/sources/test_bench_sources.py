"""The bench reads what it measures; the figures themselves depend on the machine."""

import json

from aggregator import bench_sources


def test_every_way_of_access_is_measured_beside_bare_parsing() -> None:
    figures = [json.loads(line) for line in bench_sources.lines(rounds=1)]
    measured = [figure for figure in figures if "times_bare_parsing" in figure]
    assert len(measured) == len(bench_sources.MOST_TIMES)
    assert all(figure["times_bare_parsing"] > 0 for figure in measured)
    assert figures[-1]["peak_mb"] > 0
