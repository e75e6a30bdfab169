"""The bench of judging measures what it says."""

import json

from aggregator import bench, bench_relevance, relevance

PROFILE = relevance.load_profile()


def test_judging_is_measured_beside_parsing_expressions_and_memory() -> None:
    releases = [one for body in bench.packages(20) for one in json.loads(body)["releases"]]
    judging, expressions, memory = map(json.loads, bench_relevance.lines(releases, PROFILE))
    assert judging["notices"] == memory["notices"] == 20
    assert judging["times_json_loads"] > 0
    assert expressions["expressions"] > 1000
    assert expressions["judging_times_faster"] >= expressions["aim"] == 5
    assert 0 < memory["profile_mb"] < 100
    assert 0 <= memory["growth_while_judging_mb"] < 50


def test_the_plain_expressions_find_the_phrases_the_judge_finds() -> None:
    expressions = bench_relevance.expressions_of(PROFILE)
    found = bench_relevance.found_by(expressions, "an evening crisis cafe for mental health")
    assert {"crisis caf", "mental health"} <= {match[0] for match in found}
    assert bench_relevance.found_by(expressions, "road resurfacing") == []
