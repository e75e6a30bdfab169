"""What people say, and how good the judging is, as a host asks on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator import relevance
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.derive import derive
from aggregator.errors import ConfigError, UnknownIdentifier
from aggregator.testing import a_notice, utc

PROFILE = relevance.load_profile()
NOW = ("--now", "2026-11-23T10:00")


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An instance that knows one crisis café and one road."""
    home = tmp_path / "var"
    road = a_notice(
        notice_id="000002-2026", ocid="ocds-h6vhtk-000002", version="v2",
        title="Road resurfacing", description="Planing and surfacing works.",
    )  # fmt: skip
    with Instance.at(home).store() as store, store.transaction():
        added = store.add_notices(
            [a_notice(), road],
            payload_id=None,
            retrieved_at=utc(2026, 11, 23, 9),
            backfill=False,
        )
        derive(added, store=store, profile=PROFILE)
    return home


def test_a_verdict_is_said_shown_listed_and_exported(home: Path, tmp_path: Path) -> None:
    place = ("--home", home)
    said = fairnotice(
        "verdict", "say", "000001-2026", "yes", "--by", "Cleo", "--note", "clear", *NOW, *place
    )
    assert said.exit_code == 0, said.output
    assert "Cleo says yes (clear), Monday 23 November 2026" in said.output
    assert said.output.strip().endswith("| Crisis café for adults")
    assert fairnotice("verdict", "list", *place).output == said.output
    assert "People: Cleo says yes (clear)" in fairnotice("show", "000001-2026", *place).output
    story = json.loads(fairnotice("show", "000001-2026", "--json", *place).output)
    assert story["people"][0]["answer"] == "yes"
    file = tmp_path / "mine.csv"
    assert fairnotice("verdict", "export", file, *place).exit_code == 0
    assert file.read_text(encoding="utf-8").splitlines() == [
        "source,notice_id,ocid,verdict,sure,by,address",
        "find-a-tender,000001-2026,ocds-h6vhtk-000001,yes,1,moderator,"
        "https://example.org/Notice/000001-2026",
    ]
    assert fairnotice("verdict", "export", "-", *place).output == file.read_text(encoding="utf-8")


def test_a_subscriber_says_not_for_us(home: Path) -> None:
    place = ("--home", home)
    assert fairnotice("subscribe", "add", "a@example.org", *place).exit_code == 0
    said = fairnotice(
        "verdict", "say", "000001-2026", "not-for-us", "--subscriber", "A@example.org", *place
    )
    assert "says not for us" in said.output
    assert "Nothing to tell anybody" in fairnotice("digest", *NOW, *place).output
    (line,) = fairnotice(
        "verdict", "list", "--subscriber", "a@example.org", "--json", *place
    ).output.splitlines()
    record = json.loads(line)
    assert (record["answer"], record["moderator"]) == ("not_for_us", None)


def test_an_answer_that_is_none_is_refused_with_those_there_are(home: Path) -> None:
    result = fairnotice("verdict", "say", "000001-2026", "perhaps", "--home", home)
    assert result.exit_code == 2
    assert "yes" in result.output
    assert "not_for_us" in result.output
    assert fairnotice("verdict", "list", "--home", home).output == ""


def test_a_verdict_on_nothing_or_by_nobody_is_refused(home: Path) -> None:
    for words in (["fn-nothing", "yes"], ["000001-2026", "yes", "--subscriber", "x@example.org"]):
        result = fairnotice("verdict", "say", *words, "--home", home)
        assert isinstance(result.exception, UnknownIdentifier)


def test_an_export_that_cannot_be_written_is_named(home: Path) -> None:
    result = fairnotice("verdict", "export", home, "--home", home)
    assert isinstance(result.exception, ConfigError)
    assert "cannot be written" in str(result.exception)


def test_exported_verdicts_measure_the_judging_on_ones_own_notices(
    home: Path, tmp_path: Path
) -> None:
    place, file = ("--home", home), tmp_path / "mine.csv"
    fairnotice("verdict", "say", "000001-2026", "yes", *place)
    fairnotice("verdict", "say", "000002-2026", "yes", *place)
    fairnotice("verdict", "export", file, *place)
    result = fairnotice("quality", "--labels", file, *place)
    assert result.exit_code == 0, result.output
    assert "2 of 2 labelled notices are here" in result.output
    assert "missed: Road resurfacing <https://example.org/Notice/000001-2026>" in result.output
    found = json.loads(fairnotice("quality", "--labels", file, "--json", *place).output)
    (told,) = (row for row in found["verdicts"] if row["name"] == "core and related together")
    assert told["recall"]["hits"] == 1


def test_quality_is_measured_on_a_file_of_notices(tmp_path: Path) -> None:
    corpus, labels = tmp_path / "notices.jsonl", tmp_path / "labels.csv"
    records = [
        {"id": 1, "title": "Crisis café", "description": "", "buyer": "A council", "cpv": ""},
        {"id": 2, "title": "Road works", "description": None, "buyer": None, "cpv": ["45233120"]},
        {"id": 3, "title": "Nobody labelled this"},
    ]
    corpus.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    labels.write_text("id,label,types\n1,core,crisis\n2,no,\n9,no,\n", encoding="utf-8")
    result = fairnotice("quality", "--labels", labels, "--corpus", corpus, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["labelled"], found["missing"], found["faults"]) == (2, ["9"], [])


def test_where_no_labelled_notice_is_here_it_says_what_to_do(home: Path) -> None:
    result = fairnotice("quality", "--home", home)
    assert result.exit_code == 1
    assert "fairnotice collect find-a-tender --since" in result.output
    assert "not here: 222 of contracts-finder, published 2015" in result.output


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"id": 1, "title": "x"}\n{"id": \n', "line 2: no JSON"),
        (b"[1]\n", "line 1: a line holds one object"),
        (b'{"id": 1, "title": "\xff"}\n', "line 1: no JSON"),
    ],
)
def test_a_fault_in_a_file_of_notices_is_named_with_its_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    corpus = tmp_path / "notices.jsonl"
    corpus.write_bytes(content)
    result = fairnotice("quality", "--corpus", corpus)
    assert isinstance(result.exception, ConfigError)
    assert problem in str(result.exception)


def test_labels_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    for content, problem in ((None, "cannot be read"), (b"id,label\n\xff,core\n", "not UTF-8")):
        if content is not None:
            file.write_bytes(content)
        result = fairnotice("quality", "--labels", file)
        assert isinstance(result.exception, ConfigError)
        assert problem in str(result.exception)


def test_one_form_of_output_at_a_time() -> None:
    result = fairnotice("quality", "--json", "--markdown")
    assert result.exit_code == 2
    assert "choose one" in result.output
