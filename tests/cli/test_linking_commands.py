"""How a host looks at likely links and decides, on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator import relevance
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.derive import derive
from aggregator.relink import NotLinked
from aggregator.testing import a_notice, utc

NOW = ("--now", "2026-11-23T10:00")


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An instance that knows one crisis café from two services."""
    home = tmp_path / "var"
    copy = a_notice(source_id="contracts-finder", notice_id="cf-1", ocid="ocds-b5fd17-1")
    with Instance.at(home).store() as store, store.transaction():
        added = store.add_notices(
            [a_notice(), copy],
            payload_id=None,
            retrieved_at=utc(2026, 11, 23, 9),
            backfill=False,
        )
        derive(added, store=store, profile=relevance.load_profile())
    return home


def ids(home: Path) -> list[str]:
    listed = fairnotice("list", "--all", "--json", *NOW, "--home", home)
    assert listed.exit_code == 0, listed.output
    return [json.loads(line)["id"] for line in listed.output.splitlines()]


def test_what_is_probably_the_same_is_listed_and_shown_with_the_reason(home: Path) -> None:
    one, other = ids(home)
    listed = fairnotice("list", "--all", *NOW, "--home", home).output
    assert f"Probably the same as {other} (Crisis café for adults): same title" in listed
    assert f"Probably the same as {one}" in listed
    shown = fairnotice("show", one, *NOW, "--home", home).output
    assert f"Probably the same as {other}" in shown
    story = json.loads(fairnotice("show", one, "--json", *NOW, "--home", home).output)
    assert [likely["id"] for likely in story["probably_same"]] == [other]


def test_two_are_linked_and_parted_again(home: Path) -> None:
    one, other = ids(home)
    linked = fairnotice("link", one, other, "--by", "Cleo", *NOW, "--home", home)
    assert linked.exit_code == 0, linked.output
    assert "2 notices: Crisis café for adults" in linked.output
    assert len(ids(home)) == 1
    shown = fairnotice("show", other, *NOW, "--home", home).output
    assert "by a person: Cleo says that this and" in shown
    again = fairnotice("link", one, other, *NOW, "--home", home)
    assert isinstance(again.exception, NotLinked)
    parted = fairnotice("unlink", one, *NOW, "--home", home)
    assert parted.exit_code == 0, parted.output
    assert set(ids(home)) == {one, other}
    assert "Probably" not in fairnotice("list", "--all", *NOW, "--home", home).output


def test_the_queue_is_worked_off(home: Path) -> None:
    place = ("--home", home)
    line = fairnotice("review", *place).output
    assert "likely link: contracts-finder cf-1 “Crisis café for adults” and find-a-tender" in line
    item = line.split()[0]
    record = json.loads(fairnotice("review", "list", "--json", *place).output)
    assert (record["id"], record["answer"]) == (item, None)
    assert "[later, host]" in fairnotice("review", "later", item, *NOW, *place).output
    assert item in fairnotice("review", *place).output
    assert "[yes, Cleo]" in fairnotice("review", "yes", item, "--by", "Cleo", *NOW, *place).output
    assert len(ids(home)) == 1
    assert fairnotice("review", "list", *place).output == "Nothing waits for a person.\n"
    assert item in fairnotice("review", "list", "--settled", *place).output


def reviewed(home: Path) -> str:
    """The one question there is."""
    (line,) = fairnotice("review", "--home", home).output.splitlines()
    return line.split()[0]


@pytest.mark.parametrize("said", ["yes", "no", "later"])
def test_an_answer_is_undone_and_all_is_as_before(home: Path, said: str) -> None:
    before = fairnotice("list", "--all", "--json", *NOW, "--home", home).output
    asked = fairnotice("review", "--home", home).output
    item = reviewed(home)
    answered = fairnotice("review", said, item, "--by", "Cleo", *NOW, "--home", home)
    assert answered.exit_code == 0, answered.output
    undone = fairnotice("review", "undo", item, "--by", "Cleo", *NOW, "--home", home)
    assert undone.exit_code == 0, undone.output
    assert fairnotice("review", "--home", home).output == asked
    assert fairnotice("list", "--all", "--json", *NOW, "--home", home).output == before
    with Instance.at(home).store() as store:
        assert store.link_decisions() == ()
        assert [one.act for one in store.moderations()] == ["undone", "answered"]
    again = fairnotice("review", "undo", item, *NOW, "--home", home)
    assert isinstance(again.exception, NotLinked)
    other = fairnotice("review", "yes", item, *NOW, "--home", home)
    assert other.exit_code == 0, other.output


def test_two_that_were_joined_and_parted_are_probably_one_as_before(home: Path) -> None:
    before = fairnotice("list", "--all", "--json", *NOW, "--home", home).output
    item = reviewed(home)
    fairnotice("review", "yes", item, *NOW, "--home", home)
    fairnotice("review", "undo", item, *NOW, "--home", home)
    state = fairnotice("list", "--all", "--json", *NOW, "--home", home).output
    assert state == before
    with Instance.at(home).store() as store:
        likely = store.likely_links()
    assert len(likely) == 1
