"""What a newcomer meets in the first hour: clear words, nothing made by mistake."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer.main
from click.testing import Result
from typer.testing import CliRunner

from aggregator import relevance
from aggregator.alert import ComposeResult, Delivered
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.cli.judging import judged_lines
from aggregator.cli.show import composed_lines, delivery_lines
from aggregator.derive import derive
from aggregator.doctor import read_words
from aggregator.errors import ConfigError
from aggregator.model import Outcome, ProcurementKind, SourceRun
from aggregator.testing import a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
NOON = utc(2026, 11, 23, 12)
NOW = ("--now", "2026-11-23T12:00")
READING = (
    ["list"], ["show", "fn-x"], ["subscribe", "list"], ["subscribe", "remove", "a@example.org"],
    ["digest"], ["deliver"], ["rebuild"],
)  # fmt: skip


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An instance that knows an early engagement, a grant and a piece of news."""
    home = tmp_path / "var"
    engagement = a_notice(
        notice_id="000002-2026", ocid="ocds-h6vhtk-000002", notice_type="UK2", tags=("planning",),
        title="Crisis café: early conversation", deadline=None, status="planning",
        engagement_deadline=a_stated_time(utc(2026, 11, 30, 17)),
    )  # fmt: skip
    grant, news = (
        a_notice(
            source_id="cvs", notice_id=kind, ocid=None, notice_type=None, tags=(), kind=kind,
            title=f"Mental health {kind}", deadline=None, status=None, legal_basis=None,
        )
        for kind in (ProcurementKind.GRANT, ProcurementKind.NEWS)
    )  # fmt: skip
    with Instance.at(home).store() as store, store.transaction():
        added = store.add_notices(
            [engagement, grant, news], payload_id=None, retrieved_at=NOON, backfill=False
        )
        derive(added, store=store, profile=PROFILE)
    return home


def listed(home: Path, title: str) -> str:
    lines = fairnotice("list", "--all", *NOW, "--home", home).output.splitlines()
    (line,) = [line for line in lines if title in line]
    return line


def test_an_engagement_is_listed_and_shown_with_the_day_to_take_part_by(home: Path) -> None:
    words = "Take part by Monday 30 November 2026, 5pm"
    line = listed(home, "early conversation")
    assert words in line
    assert "no deadline stated" not in line
    assert words in fairnotice("show", "000002-2026", *NOW, "--home", home).output
    records = fairnotice("list", "--all", "--json", *NOW, "--home", home).output.splitlines()
    dated = {record["title"]: record["act_by"] for record in map(json.loads, records)}
    assert dated["Crisis café: early conversation"]["label"] == "Take part by"
    assert dated["Mental health grant"] is None


def test_grants_are_open_for_applications_and_news_is_news(home: Path) -> None:
    assert "Open for applications" in listed(home, "Mental health grant")
    assert "no deadline stated" in listed(home, "Mental health grant")
    news = listed(home, "Mental health news")
    assert "  News " in news
    assert "Open for bids" not in news
    assert "deadline" not in news


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_reading_command_makes_no_home_but_says_what_does(
    tmp_path: Path, command: list[str]
) -> None:
    home = tmp_path / "vra"
    result = fairnotice(*command, "--home", home)
    assert isinstance(result.exception, ConfigError)
    assert "there is no Fair Notice here" in str(result.exception)
    assert "fairnotice collect" in str(result.exception)
    assert not home.exists()


def test_doctor_and_the_list_of_sources_make_no_home_either(tmp_path: Path) -> None:
    home = tmp_path / "vra"
    result = fairnotice("doctor", "--home", home)
    assert result.exit_code == 1
    assert f"there is no Fair Notice in {home}" in result.output
    assert "never read" in fairnotice("sources", "list", "--home", home).output
    assert not home.exists()


@pytest.mark.parametrize("command", [["list"], ["collect"], ["demo"]], ids=" ".join)
def test_a_home_that_is_a_file_is_named_as_one(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "letters.txt"
    file.write_text("keep me", encoding="utf-8")
    result = fairnotice(*command, "--home", file)
    assert isinstance(result.exception, ConfigError)
    assert "--home names a folder" in str(result.exception)
    assert file.read_text(encoding="utf-8") == "keep me"


def test_a_wrong_since_is_blamed_on_since(tmp_path: Path) -> None:
    result = fairnotice("collect", "--since", "foo", "--home", tmp_path / "var")
    assert result.exit_code == 2
    assert "--since" in result.output
    assert "--now" not in result.output


def test_the_same_subscription_twice_is_one(tmp_path: Path) -> None:
    words = ("subscribe", "add", "a@example.org", "--place", "Leeds", "--home", tmp_path / "var")
    first, second = fairnotice(*words), fairnotice(*words)
    assert "is subscribed" in first.output
    assert "The first digest, “Open now”" in first.output
    assert "has this subscription already" in second.output
    assert len(fairnotice("subscribe", "list", "--home", tmp_path / "var").output.splitlines()) == 1
    assert fairnotice(*words, "--weekly").output.startswith("a@example.org is subscribed")
    assert len(fairnotice("subscribe", "list", "--home", tmp_path / "var").output.splitlines()) == 2


def test_the_first_digest_is_promised_only_while_it_is_still_to_come(home: Path) -> None:
    place = ("--home", home)
    fairnotice("subscribe", "add", "a@example.org", *place)
    assert fairnotice("digest", *place).exit_code == 0
    more = fairnotice("subscribe", "add", "a@example.org", "--place", "Leeds", *place).output
    assert "Open now" not in more
    assert "was composed before" in more


def test_only_what_happened_to_messages_is_counted() -> None:
    assert list(delivery_lines(Delivered(sent=2))) == ["2 sent"]
    assert list(delivery_lines(Delivered())) == ["Nothing waits."]


def test_a_digest_that_failed_is_not_called_nothing_to_tell() -> None:
    assert list(composed_lines(ComposeResult(problems=("x",)), whole=False)) == []
    assert list(composed_lines(ComposeResult(), whole=False)) == ["Nothing to tell anybody."]


def test_a_digest_that_cannot_be_composed_is_said_and_ends_in_a_failure(home: Path) -> None:
    fairnotice("subscribe", "add", "a@example.org", "--home", home)
    with Instance.at(home).store() as store:
        store._db.write("UPDATE subscriptions SET criteria = '{'")
    result = fairnotice("digest", "--home", home)
    assert result.exit_code == 1
    assert "the digest for a@example.org could not be composed" in result.output


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"title": 5}, "title"),
        ({"title": "x", "description": ["y"]}, "description"),
        ({"title": "x", "buyer": 7}, "buyer"),
        ({"title": "x", "cpv": True}, "cpv"),
    ],
)
def test_a_record_of_the_wrong_type_is_refused_by_field(
    record: dict[str, object], field: str
) -> None:
    (line,) = judged_lines([json.dumps(record).encode()], PROFILE)
    found = json.loads(line)
    assert found["error"].startswith(f"{field} has to be")
    assert found["line"] == 1


def a_run(outcome: Outcome, days_ago: int) -> SourceRun:
    at = NOON - timedelta(days=days_ago)
    return SourceRun(source_id="cvs", started_at=at, finished_at=at, outcome=outcome)


def test_a_source_that_was_only_asked_in_vain_was_never_read() -> None:
    failed, good = a_run(Outcome.FAILED, 0), a_run(Outcome.COMPLETE, 1)
    assert read_words([]) == "never read"
    assert read_words([failed]) == "never read; asked in vain Monday 23 November 2026, 12 noon"
    assert read_words([failed, good]) == (
        "last read Sunday 22 November 2026, 12 noon; asked in vain Monday 23 November 2026, 12 noon"
    )
    assert read_words([good]) == "last read Sunday 22 November 2026, 12 noon"


def test_an_empty_list_after_runs_in_vain_points_to_doctor(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with Instance.at(home).store() as store:
        run_id = store.begin_run("cvs", datetime.now(UTC), window=None, backfill=False)
        store.finish_run(run_id, a_run(Outcome.FAILED, 0))
    assert "fairnotice doctor" in fairnotice("list", "--home", home).output


def test_a_tried_row_shows_what_was_understood_and_what_is_doubtful() -> None:
    from aggregator.cli.show import notice_lines

    lines = list(notice_lines(a_notice(flags=("the year was guessed",))))
    assert "Crisis café for adults" in lines[0]
    assert "value not stated" in lines[1]
    assert lines[2].strip().startswith("An evening mental health")
    assert lines[3] == "    doubtful: the year was guessed"


def test_help_names_each_of_our_commands_without_cutting_it() -> None:
    group = typer.main.get_command(command_line())
    ours = ("collect", "run", "digest", "deliver", "list", "show", "judge", "stage", "rebuild",
            "doctor", "bench", "demo", "subscribe", "sources")  # fmt: skip
    for name in ours:
        words = group.commands[name].get_short_help_str(60)  # type: ignore[attr-defined]
        assert not words.endswith("..."), f"{name}: {words}"
