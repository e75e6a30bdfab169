"""Lists, groups, held mail and moderators on the command line."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.errors import ConfigError, UnknownIdentifier
from aggregator.held import NotWaiting
from aggregator.model import Channel, ChannelKind, Message, MessageState
from aggregator.testing import a_subscriber, utc

SETTINGS = """\
host: {name: Vale of Arden CVS, contact: help@vale.example.org, base_url: "https://v.example.org"}
moderators: [mo@vale.example.org]
"""


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    home.mkdir()
    (home / "fairnotice.yaml").write_text(SETTINGS, encoding="utf-8")
    return home


@pytest.fixture
def members(tmp_path: Path) -> Path:
    file = tmp_path / "members.csv"
    file.write_bytes(
        "Organisation;E-Mail;Area;Tel\r\nCaf\xe9 Arden;ann@example.org;;0113\r\n"
        "Minds;bob@example.org;Narnia;\r\n".encode("cp1252")
    )
    return file


def test_a_list_is_looked_at_first_and_then_sent(home: Path, members: Path) -> None:
    looked = fairnotice("subscribers", "import", members, "--home", home)
    assert looked.exit_code == 1
    assert "line 2  ann@example.org  would be asked by mail" in looked.output
    assert "line 3  bob@example.org  “Narnia” is no place we know" in looked.output
    assert "Not used, and kept nowhere: Tel" in looked.output
    assert "add --send" in looked.output
    assert "pending" not in fairnotice("subscribers", "counts", "--home", home).output
    sent = fairnotice("subscribers", "import", members, "--send", "--home", home)
    assert "1 asked, 0 known already, 0 left out, 1 to be mended" in sent.output
    counts = json.loads(fairnotice("subscribers", "counts", "--json", "--home", home).output)
    assert (counts["states"], counts["waiting"]) == ({"pending": 1}, 1)
    listed = json.loads(fairnotice("subscribers", "list", "--json", "--home", home).output)
    assert listed["Organisation"] == "Café Arden"
    evidence = fairnotice("subscribers", "evidence", "ANN@example.org", "--home", home).output
    assert "from the list members.csv, line 2" in evidence


def test_without_pages_nobody_is_asked(tmp_path: Path, members: Path) -> None:
    bare = tmp_path / "bare"
    answer = fairnotice("subscribers", "import", members, "--send", "--home", bare)
    assert isinstance(answer.exception, ConfigError)
    assert "host.base_url" in str(answer.exception)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"Name\nAnn\n"])
def test_what_is_no_list_is_named_with_the_file(home: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "what.csv"
    file.write_bytes(content)
    answer = fairnotice("subscribers", "import", file, "--home", home)
    assert isinstance(answer.exception, ConfigError)
    assert "what.csv" in str(answer.exception)


def test_an_unknown_group_is_refused_before_anybody_is_asked(home: Path, members: Path) -> None:
    answer = fairnotice("subscribers", "import", members, "--group", "Forum", "--home", home)
    assert isinstance(answer.exception, UnknownIdentifier)


def test_a_group_is_made_changed_listed_and_removed(home: Path, members: Path) -> None:
    made = fairnotice("groups", "add", "Crisis forum", "--place", "Leeds", "--home", home)
    assert made.output == "Crisis forum is there\n"
    fairnotice(
        "subscribers", "import", members, "--send", "--group", "crisis FORUM", "--home", home
    )
    changed = fairnotice(
        "groups", "add", "crisis forum", "--change", "--how-often", "weekly", "--home", home
    )
    assert "Crisis forum is changed" in changed.output
    assert "1 members, 0 get mails  weekly" in fairnotice("groups", "list", "--home", home).output
    only = fairnotice("subscribers", "list", "--group", "Crisis forum", "--home", home)
    assert "ann@example.org" in only.output
    fairnotice("groups", "remove", "Crisis forum", "--home", home)
    assert "no groups yet" in fairnotice("groups", "list", "--home", home).output


def test_the_export_is_for_its_owner_alone_and_on_record(
    home: Path, members: Path, tmp_path: Path
) -> None:
    fairnotice("subscribers", "import", members, "--send", "--home", home)
    file = tmp_path / "all.csv"
    assert fairnotice("subscribers", "export", file, "--home", home).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][:3] == ["ann@example.org", "", "Café Arden"]
    record = fairnotice("moderators", "record", "--home", home).output
    assert "exported all members" in record
    assert "imported members.csv: 1 asked" in record


def held(home: Path, *names: str) -> None:
    with Instance.at(home).store() as store:
        store.add_subscriber(a_subscriber(id="ann", email="ann@example.org"))
        for name in names:
            mail = Channel(kind=ChannelKind.EMAIL, target="ann@example.org")
            message = Message(
                id=name, subscriber_id="ann", channel=mail, created_at=utc(2026, 11, 20),
                subject="14 new", text="Fourteen tenders.",
            )  # fmt: skip
            store.enqueue(message, state=MessageState.HELD, at=utc(2026, 11, 20))


def test_held_mail_is_listed_shown_released_and_dropped(home: Path) -> None:
    held(home, "digest-1", "digest-2", "digest-3")
    now = ("--now", "2026-11-23T10:00", "--home", str(home))
    listed = fairnotice("outbox", *now).output
    assert "digest-1  held for 3 days, to ann@example.org: much is new at once" in listed
    assert "Fourteen tenders." in fairnotice("outbox", "show", "digest-1", *now).output
    dropped = fairnotice("outbox", "drop", "digest-1", "--because", "old", "--by", "Cleo", *now)
    assert "digest-1 is dropped" in dropped.output
    assert "dropped by Cleo, 2026-11-23 10:00 UTC: old" in (
        fairnotice("outbox", "show", "digest-1", *now).output
    )
    assert isinstance(fairnotice("outbox", "release", "digest-1", *now).exception, NotWaiting)
    assert "digest-2 goes out" in fairnotice("outbox", "release", "digest-2", *now).output
    assert "digest-3 goes out" in fairnotice("outbox", "release", "--all", *now).output
    assert fairnotice("outbox", *now).output == "No mail waits for a person.\n"
    for wrong in (("release",), ("release", "digest-1", "--all"), ("drop", "digest-1")):
        assert fairnotice("outbox", *wrong, *now).exit_code == 2


def test_sessions_are_shown_and_revoked(home: Path) -> None:
    with Instance.at(home).store():
        pass
    nobody = fairnotice("moderators", "link", "eve@example.org", "--home", home)
    assert isinstance(nobody.exception, UnknownIdentifier)
    link = fairnotice("moderators", "link", "MO@vale.example.org", "--home", home).output
    assert link.startswith("https://v.example.org/moderate/sign-in/")
    shown = fairnotice("moderators", "sessions", "--home", home).output
    assert "may sign in: mo@vale.example.org" in shown
    ended = fairnotice("moderators", "revoke", "all", "--home", home)
    assert ended.output == "0 sessions and 1 link ended\n"
    assert fairnotice("moderators", "revoke", "all", "--home", home).exit_code == 1
