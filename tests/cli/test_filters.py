"""A filter on the command line: looked at, saved, told back, and what it leaves out."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aggregator import relevance
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.derive import derive
from aggregator.model import Place
from aggregator.testing import a_notice, utc

NOW = ("--now", "2026-11-24T12:00")


def fairnotice(*words: object) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    with Instance.at(home).store() as store, store.transaction():
        added = store.add_notices(
            [a_notice(places=(Place(code="TLE41"),))],
            payload_id=None,
            retrieved_at=utc(2026, 11, 2, 9),
            backfill=False,
        )
        derive(added, store=store, profile=relevance.load_profile())
    return home


def test_a_filter_is_looked_at_before_it_is_saved(home: Path) -> None:
    shown = fairnotice(
        "subscribe", "preview", "--place", "ls7", "--neighbours", "--home", home, *NOW
    )
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[0] == "mental health is the purpose; in Leeds and next to it"
    assert lines[1] == "1 in 1 week: about 1.0 a week"
    assert "Crisis café for adults" in lines[2]
    assert "[Next to Leeds.]" in lines[2]


def test_one_that_brings_nothing_says_what_to_change(home: Path) -> None:
    shown = fairnotice("subscribe", "preview", "--place", "Cornwall", "--home", home, *NOW)
    assert shown.exit_code == 0, shown.output
    assert "would have brought nothing" in shown.output
    assert "- widen the places: that alone would bring 1" in shown.output


def test_near_misses_of_a_subscriber_are_listed(home: Path) -> None:
    who = "director@example.org"
    wishes = ("--place", "Leeds", "--most-year", "£100k", "--days-left", "5")
    saved = fairnotice("subscribe", "add", who, *wishes, "--home", home)
    assert saved.exit_code == 0, saved.output
    assert "in Leeds; up to £100,000 a year; or no value stated; at least 5 days left" in (
        saved.output
    )
    near = fairnotice("subscribe", "near", who, "--home", home, *NOW)
    assert near.exit_code == 0, near.output
    assert "Crisis café for adults" in near.output
    assert "would have come, but it is in Bradford" in near.output
    assert "in Leeds" in fairnotice("subscribe", "list", "--home", home).output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--place", "Yorkshir"), "--place"),
        (("--most-year", "lots"), "--most-year"),
        (("--word", "-prison"), "--word"),
        (("--without", "NOT prison"), "--without"),
        (("--kind", "auction"), "--kind"),
        (("--days-left", "soon"), "--days-left"),
        (("--language", "Klingon"), "--language"),
        (("--least-value", "2m", "--most-value", "1m"), "--least-value"),
    ],
)
def test_a_typing_error_names_the_option(home: Path, options: tuple[str, ...], said: str) -> None:
    for command in (("preview",), ("add", "director@example.org")):
        answer = fairnotice("subscribe", *command, *options, "--home", home)
        assert answer.exit_code == 2, answer.output
        assert said in answer.output
        assert "Traceback" not in answer.output
