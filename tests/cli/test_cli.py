"""The command line as a host uses it."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator.cli import command_line
from aggregator.errors import ConfigError, UnknownIdentifier

COMMANDS = (
    ["collect"], ["run"], ["subscribe", "add"], ["subscribe", "list"], ["subscribe", "remove"],
    ["digest"], ["deliver"], ["list"], ["show"], ["sources", "list"], ["sources", "try"],
    ["judge"], ["stage"], ["verdict", "say"], ["verdict", "list"], ["verdict", "export"],
    ["quality"], ["rebuild"], ["demo"], ["bench"], ["doctor"],
)  # fmt: skip

SOURCES = """\
- id: cvs
  kind: feed
  name: A voluntary action's news
  base_url: https://cvs.example.org
  pace: 1
  path: /feed/
  kind_of_notice: grant
"""

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Small grants for mental wellbeing</title>
<link>https://cvs.example.org/grants</link><guid>g1</guid>
<pubDate>Mon, 16 Nov 2026 09:00:00 +0000</pubDate>
<description>Grants for mental health groups.</description></item></channel></rss>"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES, encoding="utf-8")
    return path


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


def at(tmp_path: Path, sources: Path) -> tuple[str, str, str, str]:
    return ("--home", str(tmp_path / "var"), "--sources", str(sources))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_takes_home_and_sources(command: list[str]) -> None:
    result = fairnotice(*command, "--help")
    assert result.exit_code == 0
    for option in ("--help", "--home", "--sources"):
        assert option in result.output


def test_a_subscription_is_entered_listed_and_ended(tmp_path: Path, sources: Path) -> None:
    place = at(tmp_path, sources)
    added = fairnotice("subscribe", "add", "a@example.org", "--place", "Wales", *place)
    assert added.exit_code == 0, added.output
    listed = json.loads(fairnotice("subscribe", "list", "--json", *place).output)
    assert (listed["email"], listed["state"]) == ("a@example.org", "confirmed")
    assert fairnotice("subscribe", "remove", "a@example.org", *place).exit_code == 0
    assert fairnotice("subscribe", "list", *place).output == ""


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["not an address"], "e-mail address"),
        (["a@example.org", "--verdict", "cor"], "core"),
        (["a@example.org", "--stage", "opne"], "open"),
        (["a@example.org", "--type", "crisys"], "crisis"),
        (["a@example.org", "--place", "Atlantis"], "Atlantis"),
        (["a@example.org", "--webhook", "ftp://example.org"], "web address"),
    ],
)
def test_a_typing_error_is_refused_with_what_is_allowed(
    tmp_path: Path, sources: Path, options: list[str], hint: str
) -> None:
    result = fairnotice("subscribe", "add", *options, *at(tmp_path, sources))
    assert result.exit_code == 2
    assert hint in result.output
    assert fairnotice("subscribe", "list", *at(tmp_path, sources)).output == ""


def test_an_unknown_source_is_named_with_those_there_are(tmp_path: Path, sources: Path) -> None:
    result = fairnotice("collect", "find-a-tendr", *at(tmp_path, sources))
    assert isinstance(result.exception, UnknownIdentifier)
    assert "cvs" in str(result.exception)


def test_a_wrong_entry_is_named_with_file_line_and_field(tmp_path: Path, sources: Path) -> None:
    sources.write_text(SOURCES.replace("kind_of_notice", "kind_of_notise"), encoding="utf-8")
    result = fairnotice("sources", "list", *at(tmp_path, sources))
    assert isinstance(result.exception, ConfigError)
    words = str(result.exception)
    assert "line 7" in words
    assert "cvs" in words
    assert "kind_of_notise" in words
    assert "kind_of_notice" in words


def test_an_unknown_kind_is_named_with_those_there_are(tmp_path: Path, sources: Path) -> None:
    sources.write_text(SOURCES.replace("kind: feed", "kind: fead"), encoding="utf-8")
    result = fairnotice("sources", "list", *at(tmp_path, sources))
    assert isinstance(result.exception, ConfigError)
    assert "find-a-tender" in str(result.exception)


@pytest.mark.enable_socket
def test_trying_a_saved_page_prints_its_rows(tmp_path: Path, sources: Path) -> None:
    page = tmp_path / "feed.xml"
    page.write_bytes(FEED)
    result = fairnotice("sources", "try", "cvs", "--fixture", page, *at(tmp_path, sources))
    assert result.exit_code == 0, result.output
    assert "Small grants for mental wellbeing" in result.output


def test_judging_a_file_prints_a_line_for_each_notice(tmp_path: Path) -> None:
    file = tmp_path / "notices.jsonl"
    lines = [
        {"id": "1", "title": "Crisis café", "description": "", "buyer": "A council", "cpv": ""},
        {"id": "2", "title": "Road works", "description": None, "buyer": None, "cpv": "45233120"},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    result = fairnotice("judge", file)
    judged = [json.loads(line) for line in result.output.splitlines()]
    assert [(one["id"], one["verdict"]) for one in judged] == [("1", "core"), ("2", "no")]
    assert set(judged[0]) == {"id", "verdict", "types", "score", "reasons"}
    assert judged[0]["types"] == ["crisis"]
    assert any("crisis caf" in reason.lower() for reason in judged[0]["reasons"])


def test_a_line_that_is_no_json_is_named_and_the_others_are_judged(tmp_path: Path) -> None:
    file = tmp_path / "notices.jsonl"
    file.write_text('{"id": "1", "title": "Crisis café"}\n{"id": \n[1]\n\n', encoding="utf-8")
    result = fairnotice("judge", file)
    judged = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert judged[0]["verdict"] == "core"
    assert [one["line"] for one in judged[1:]] == [2, 3]
    assert result.exit_code == 1


def test_nothing_known_says_what_to_do(tmp_path: Path, sources: Path) -> None:
    result = fairnotice("list", *at(tmp_path, sources))
    assert result.exit_code == 0
    assert "fairnotice collect" in result.output


def test_a_time_that_is_none_is_refused(tmp_path: Path, sources: Path) -> None:
    result = fairnotice("list", "--now", "soon", *at(tmp_path, sources))
    assert result.exit_code == 2
    assert "--now" in result.output


def test_doctor_names_what_to_do_about_a_source_never_read(tmp_path: Path, sources: Path) -> None:
    result = fairnotice("doctor", *at(tmp_path, sources))
    assert result.exit_code == 1
    assert "fairnotice collect cvs" in result.output
