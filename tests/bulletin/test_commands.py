"""The bulletin as an office manager asks for it on the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.errors import FairNoticeError, UnknownIdentifier
from bulletin.made import FIRST, arrives

MONDAY = ("--now", "2026-11-16T08:00")
SETTINGS = """\
host:
  name: Vale of Arden CVS
  contact: help@vale-cvs.example.org
  place: Leeds
  logo: logo.png
"""


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    home.mkdir()
    (home / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (home / "fairnotice.yaml").write_text(SETTINGS, encoding="utf-8")
    with Instance.at(home).store() as store:
        for number in (1, 2):
            arrives(store, number, FIRST.replace(hour=6))
    return home


def test_it_is_composed_shaped_and_published(home: Path) -> None:
    place = ("--home", home)
    draft = fairnotice("bulletin", *MONDAY, *place)
    assert draft.exit_code == 0, draft.output
    assert "Mental-health tenders and grants for Leeds" in draft.stdout
    assert "2 open now" in draft.stdout
    assert "a draft until it is published" in draft.stderr
    pinned = fairnotice("bulletin", "pin", "000002-2026", "--by", "Ann", *MONDAY, *place)
    assert pinned.output.startswith("1  pin by Ann, Monday 16 November 2026")
    added = fairnotice(
        "bulletin", "add", "Clinic on Tuesday", "--link", "https://example.org/clinic",
        *MONDAY, *place,
    )  # fmt: skip
    assert added.output.strip().endswith("Clinic on Tuesday <https://example.org/clinic>")
    out = fairnotice("bulletin", "publish", *MONDAY, *place)
    assert "1 worth a look, 1 open now" in out.stdout
    assert "published:" in out.stderr
    listed = fairnotice("bulletin", "list", *place).output
    assert "2026-W47  published Monday 16 November 2026" in listed
    assert "(in 2026-W47)" in listed
    again = fairnotice("bulletin", "--week", "2026-W47", *place)
    assert again.stdout == out.stdout


def test_the_files_load_nothing_and_say_the_same(home: Path) -> None:
    fairnotice("bulletin", *MONDAY, "--home", home)
    page, paste, text = (
        (home / "bulletin" / f"2026-W47{end}").read_text(encoding="utf-8")
        for end in (".html", "-to-paste.html", ".txt")
    )
    assert 'src="data:image/png;base64,' in page
    assert paste.strip() in page
    for unwanted in ("<style", "<img", "class=", "<script", "url(", "src="):
        assert unwanted not in paste
    for content in (page, paste, text):
        assert "Mental health crisis café 1" in content
        assert "Not everything is advertised" in content
        assert "https://example.org/Notice/000001-2026" in content


def test_typing_errors_are_answered_in_words(home: Path) -> None:
    place = ("--home", home)
    before = fairnotice("bulletin", *place, "pin", "000001-2026")
    assert before.exit_code == 2
    assert "write it behind the command" in before.output
    assert isinstance(fairnotice("bulletin", "--week", "W48", *place).exception, UnknownIdentifier)
    assert isinstance(fairnotice("bulletin", "pin", "nobody", *place).exception, UnknownIdentifier)
    assert isinstance(fairnotice("bulletin", "undo", *place).exception, UnknownIdentifier)
    fairnotice("bulletin", "publish", *MONDAY, *place)
    twice = fairnotice("bulletin", "publish", *MONDAY, *place)
    assert isinstance(twice.exception, FairNoticeError)
    assert "published already" in str(twice.exception)


def test_a_host_without_a_place_is_told_what_that_means(home: Path) -> None:
    (home / "fairnotice.yaml").unlink()
    shown = fairnotice("bulletin", *MONDAY, "--home", home)
    assert "No place is set under host: in fairnotice.yaml" in shown.stderr
    assert "2 open now" in shown.stdout


def test_where_nothing_was_collected_it_says_how_to_begin(tmp_path: Path) -> None:
    failed = fairnotice("bulletin", "--home", tmp_path / "none")
    assert "`fairnotice collect` makes one" in str(failed.exception)
