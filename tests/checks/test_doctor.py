"""The doctor says what is not well and what to do, for people and for programs."""

import json
import socket
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result as Ran
from typer.testing import CliRunner

from aggregator import doctor, pulse
from aggregator.app import Instance
from aggregator.checks import files, machine, names
from aggregator.cli import command_line
from aggregator.errors import UnsafeStart
from aggregator.model import Message, MessageState, RawPayload, Request
from aggregator.store import Store
from aggregator.testing import a_notice, a_subscriber, utc
from caring.test_caring import a_digest

NOW = utc(2026, 11, 22, 9)
SOURCES = """\
- id: cvs
  name: Northmoor CVS
  kind: feed
  base_url: https://cvs.example.org
  pace: 1
  path: /feed/
  kind_of_notice: grant
"""
OPEN_ADDRESS = """\
host: {name: Arden Action, contact: hello@arden.org.uk, base_url: 'http://n.arden.org.uk'}
"""
GOOD = {
    "arden.org.uk": ("v=spf1 include:spf.arden.org.uk ~all", "other=1"),
    "_dmarc.arden.org.uk": ("v=DMARC1; p=none",),
    "default._domainkey.arden.org.uk": ("v=DKIM1; p=MIGf",),
}


def fairnotice(*words: str | Path) -> Ran:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


def at(home: Path, settings: str | None = None) -> tuple[str, Path, str, Path]:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    if settings is not None:
        (home / "fairnotice.yaml").write_text(settings, encoding="utf-8")
    return ("--home", home, "--sources", home / "sources.yaml")


def asking(records: Mapping[str, tuple[str, ...]]) -> names.Ask:
    return lambda name: records.get(name, ())


def of_dns(records: Mapping[str, tuple[str, ...]]) -> dict[str, names.Result]:
    return {one.about: one for one in names.of_domain("arden.org.uk", asking(records))}


def test_a_domain_that_says_everything_is_well() -> None:
    assert {name: one.well for name, one in of_dns(GOOD).items()} == {
        "spf": True, "dkim": True, "dmarc": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "texts", "about", "remedy"),
    [
        ("arden.org.uk", (), "spf", "add a TXT record at arden.org.uk"),
        ("arden.org.uk", ("v=spf1 a ~all", "v=spf1 mx ~all"), "spf", "join them"),
        ("arden.org.uk", ("v=spf1 +all",), "spf", "-all"),
        ("_dmarc.arden.org.uk", (), "dmarc", "_dmarc.arden.org.uk: v=DMARC1"),
    ],
)
def test_what_a_domain_does_not_say_comes_with_the_record_to_add(
    name: str, texts: tuple[str, ...], about: str, remedy: str
) -> None:
    found = of_dns({**GOOD, name: texts})[about]
    assert not found.well
    assert remedy in found.remedy


def test_the_policy_of_the_domain_above_counts() -> None:
    results = list(names.of_domain("mail.arden.org.uk", asking(GOOD)))
    assert next(one for one in results if one.about == "dmarc").well


def test_without_a_name_service_nothing_is_claimed() -> None:
    (told,) = names.of_domain("arden.org.uk", lambda _: None)
    assert told.well
    assert "could not ask" in told.words


def test_a_machine_that_is_offline_could_not_ask() -> None:
    assert names.ask_dns("arden.org.uk") is None, "sockets are shut in tests"


def test_a_name_that_is_none_is_no_crash() -> None:
    for odd in ("..", "a" * 300, "exa mple..org"):
        names.ask_dns(odd)


def test_results_for_programs_say_where_and_what_stops(tmp_path: Path) -> None:
    place = at(tmp_path / "home", OPEN_ADDRESS)
    result = fairnotice("doctor", "--json", *place)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    (stops,) = [line for line in lines if line["stops"]]
    assert (stops["about"], stops["well"]) == ("base_url", False)
    assert stops["where"] == "fairnotice.yaml, line 1, field host.base_url"
    assert result.exit_code == 3


def test_the_status_tells_a_look_from_a_stop(tmp_path: Path) -> None:
    place = at(tmp_path / "home", "digest_hour: 8\n")
    assert fairnotice("doctor", *place).exit_code == 1
    (tmp_path / "home" / "secret").write_text("short", encoding="ascii")
    result = fairnotice("doctor", *place)
    assert result.exit_code == 3
    assert "STOP" in result.output


def test_settings_that_cannot_be_read_are_a_stop(tmp_path: Path) -> None:
    result = fairnotice("doctor", *at(tmp_path / "home", "digest_hour: 1\n"))
    assert result.exit_code == 3
    assert "line 1" in result.output


def test_a_test_mail_without_a_server_lands_in_the_outbox(tmp_path: Path) -> None:
    place = at(tmp_path / "home", "digest_hour: 8\n")
    result = fairnotice("doctor", "--mail", "ann@example.org", *place)
    assert "the test mail to ann@example.org was taken" in result.output
    (mail,) = (tmp_path / "home" / "outbox").glob("test-*.eml")
    assert b"dkim=3Dpass" in mail.read_bytes()


@pytest.mark.enable_socket
def test_a_mail_server_that_is_not_there_is_named_with_what_to_check(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail = f"mail: {{host: 127.0.0.1, port: {port}, security: none}}\n"
    result = fairnotice("doctor", "--mail", "a@example.org", *at(tmp_path / "home", mail))
    assert "LOOK  the test mail to a@example.org was not taken" in result.output
    assert "check mail:" in result.output


@pytest.mark.parametrize("address", ["", "ann", "a@b, c@d", "a@b\r\nBcc: x@y", "@", "a b@c"])
def test_an_address_that_is_none_gets_no_mail(tmp_path: Path, address: str) -> None:
    place = at(tmp_path / "home", "digest_hour: 8\n")
    result = fairnotice("doctor", "--mail", address, *place)
    assert result.exit_code == 1
    assert not list((tmp_path / "home").glob("outbox/*.eml"))


def answered(store: Store, date: str) -> None:
    run = store.begin_run("cvs", NOW, window=None, backfill=False)
    request = Request(source_id="cvs", url="https://cvs.example.org/feed/", reader="read")
    payload = RawPayload(
        request=request, status=200, headers={"date": date}, body=b"x", retrieved_at=NOW
    )
    store.keep_payload(payload, run_id=run, backfill=False)


@pytest.mark.parametrize(
    ("date", "well", "words"),
    [
        ("Sun, 22 Nov 2026 09:00:30 GMT", True, "agrees"),
        ("Sun, 22 Nov 2026 08:30:00 GMT", False, "30 minutes ahead of"),
        ("Sun, 22 Nov 2026 09:30:00 GMT", False, "30 minutes behind"),
        ("Sun, 22 Nov 2026 09:00:30", True, "agrees"),
        ("yesterday", True, "no portal has told"),
        ("Sun, 99 Nov 2026 99:00:30 GMT", True, "no portal has told"),
    ],
)
def test_the_clock_is_held_against_that_of_the_portals(date: str, well: bool, words: str) -> None:
    with Store.open(None) as store:
        answered(store, date)
        (told,) = machine.of_clock(store, now=NOW)
    assert told.well is well
    assert words in told.words
    assert well or "timedatectl" in told.remedy


def test_the_safety_settings_of_the_database_hold(tmp_path: Path) -> None:
    with Store.open(tmp_path / "fairnotice.db") as store:
        assert all(one.well or one.words.startswith("SQLite ") for one in machine.of_sqlite(store))
        store._db.rows("PRAGMA synchronous = OFF")
        assert any(one.stops for one in machine.of_sqlite(store))


def test_versions_are_compared_as_numbers() -> None:
    assert machine.numbers("2.10.1rc1") == (2, 10, 1) > machine.numbers("2.6.3")
    assert machine.numbers("odd") == ()


def test_the_file_system_of_a_folder_is_known_or_not(tmp_path: Path) -> None:
    kind = files.file_system(tmp_path)
    assert kind is None or kind.isprintable()


def test_a_pulse_is_well_while_mail_moves_and_says_when_it_does_not(tmp_path: Path) -> None:
    at(tmp_path / "home", "digest_hour: 8\n")
    instance = Instance.at(tmp_path / "home", tmp_path / "home" / "sources.yaml")
    with instance.store() as store:
        first = pulse.look(instance, store=store, now=NOW)
        assert first.problems == ("no source was read yet",)
        store.add_subscriber(a_subscriber(id="s1", email="reader@example.org"))
        waiting: Message = a_digest()
        store.enqueue(waiting, state=MessageState.PENDING, at=waiting.created_at)
        soon = pulse.look(instance, store=store, now=waiting.created_at + timedelta(hours=1))
        late = pulse.look(instance, store=store, now=waiting.created_at + timedelta(hours=5))
    assert soon.waiting == late.waiting == 1
    assert not any("mail" in words for words in soon.problems)
    assert any("mail has been waiting" in words for words in late.problems)
    assert "reader" not in str(late)


AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("composed", "sent", "stuck"),
    [
        ((), None, False),
        ((1,), None, False),
        ((5,), None, True),
        ((5,), 6, True),
        ((50,), 3, False),
        ((50, 49, 48), 3, False),
        ((50,) * 5, 3, False),
        ((50,) * 5, 5, True),
        ((50, 5), 6, True),
    ],
)
def test_one_readers_server_is_no_alarm_and_ours_is(
    composed: tuple[int, ...], sent: int | None, stuck: bool
) -> None:
    """Hours ago: when the mails on their way were composed, and when the last one was taken."""
    mails = [NOW - hours * AN_HOUR for hours in composed]
    last = NOW - sent * AN_HOUR if sent is not None else None
    assert pulse.is_stuck(mails, last, NOW) is stuck


def test_a_clock_that_was_wrong_once_does_not_shut_the_service_out_for_ever() -> None:
    with Store.open(None) as store:
        store.add_notices(
            [a_notice()], payload_id=None, retrieved_at=utc(2031, 1, 1), backfill=False
        )
        (told,) = machine.of_clock(store, now=NOW, environment={})
        (trusted,) = machine.of_clock(store, now=NOW, environment={machine.TRUSTED: "yes"})
    assert told.stops
    assert machine.TRUSTED in told.remedy
    assert not trusted.stops


@pytest.mark.parametrize("command", ["run", "serve"])
def test_neither_worker_nor_pages_start_with_what_would_harm(tmp_path: Path, command: str) -> None:
    result = fairnotice(command, *at(tmp_path / "home", OPEN_ADDRESS))
    assert isinstance(result.exception, UnsafeStart)
    assert "line 1, field host.base_url" in str(result.exception)


def test_the_doctor_of_a_home_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    at(home, "digest_hour: 8\n")
    (home / "fairnotice.db").mkdir()
    results = doctor.examine(home, home / "sources.yaml", now=NOW, ask=lambda _: None)
    assert all(one.remedy for one in results if not one.well)
