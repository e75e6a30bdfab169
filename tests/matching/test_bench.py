"""The figures about matching are of what they say."""

import json

from typer.testing import CliRunner

from aggregator.bench_matching import EVENTS, lines, measured
from aggregator.cli import command_line


def test_both_ways_give_the_same_and_nobody_is_matched_too_often() -> None:
    figures = measured(300, 200)
    assert figures.equal
    assert figures.subscriptions == 300
    assert 0 < figures.matches <= 300
    assert figures.most_share <= 1 / 200
    assert figures.indexed < figures.one_by_one < figures.unprepared


def test_the_figures_are_told_with_their_aims() -> None:
    (line,) = lines(20, 10)
    told = json.loads(line)
    assert told["events"] == 10
    assert told["equal"] is True
    assert told["met"] == (told["times"] >= told["aim"])


def test_the_command_knows_matching_and_refuses_what_it_does_not_know() -> None:
    assert EVENTS == 1000
    answer = CliRunner().invoke(command_line(), ["bench", "everything"])
    assert answer.exit_code == 2
    assert "match" in answer.output
