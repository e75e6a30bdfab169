"""No log line says who somebody is, or lets others act in their name."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import screen
from aggregator.app import Instance
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.log_kind import LogKind
from aggregator.masking import GONE, Mask
from aggregator.model import Channel, ChannelKind
from aggregator.scheduling import scheduler
from aggregator.testing import a_subscriber, a_subscription, utc
from aggregator.tokens import Keys, Purpose

MASK = Mask()
CANARY = "zoë.o'brien+canary@peer-support.example.org"
TOKEN = Keys(secrets=("k" * 40,)).sign(Purpose.STOP, "s1", now=utc(2026, 11, 23))


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, screen.FromLibraries)]:
        root.removeHandler(handler)


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org", "ANN@EXAMPLE.ORG", "a.b+c@sub.example.co.uk", "o'brien@example.org",
        "zoë@exämple.org", "ann@localhost", "ann%40example.org", CANARY, "x_y-z=1@a-b.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["{}", "550 <{}> unknown", "to={},", "mailto:{}?subject=x", "'{}'", "({})", "é{}é "]
)
def test_an_address_becomes_a_mark(address: str, around: str) -> None:
    found = MASK.text(around.format(address))
    assert "example" not in found.casefold()
    assert "@" not in found
    assert "address:" in found


def test_the_same_address_has_the_same_mark_and_only_in_one_process() -> None:
    assert MASK.mark("Ann@example.org") == MASK.mark("ann@EXAMPLE.org")
    assert MASK.mark("ann@example.org") != MASK.mark("ben@example.org")
    assert MASK.mark("ann@example.org") != Mask().mark("ann@example.org")


@pytest.mark.parametrize(
    "text",
    [
        f"GET /stop/{TOKEN} failed", f"https://n.example/preferences/{TOKEN}?done=1", TOKEN,
        "https://hooks.example/x?token=abcd1234&y=1", "Authorization: Bearer abcd1234",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "password=hunter2", "api_key: abcd1234",
        "https://ann:hunter2@mail.example/", "/confirm/short",
    ],
)  # fmt: skip
def test_tokens_keys_and_passwords_go(text: str) -> None:
    found = MASK.text(text)
    assert not re.search(r"abcd1234|hunter2|MfKQ9|short", found)
    assert TOKEN not in found
    assert TOKEN[:30] not in found


@pytest.mark.parametrize(
    "text",
    [
        "find-a-tender: 12 new of 340 notices; next try at 00:21",
        "www.find-tender.service.gov.uk answered 503 to /api/1.0/ocdsReleasePackages?stages=1",
        "outbox: 3 sent, 1 to be tried again",
        "digest-2026-11-23-s1 was refused",
        "the source cvs did not run as planned (MissingStructure: no heading)",
    ],
)  # fmt: skip
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert MASK.text(text) == text


def test_private_fields_go_whatever_they_hold() -> None:
    fields = {"to": "Ann", "email": "ann@example.org", "subject": "For Ann", "outer": {"token": 7},
              "list": ["ann@example.org", 3, None]}  # fmt: skip
    found = MASK.fields(fields)
    assert found["to"] == found["subject"] == found["outer"]["token"] == GONE
    assert found["email"].startswith("address:")
    assert found["list"][1:] == [3, None]
    assert "example" not in json.dumps(found)


def test_what_is_nested_without_end_goes() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert GONE in json.dumps(MASK.value(endless))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.emails(), st.text(max_size=200))
def test_no_address_gets_through_among_wild_text(before: str, address: str, after: str) -> None:
    found = MASK.text(f"{before} {address} {after}")
    local, _, domain = address.partition("@")
    assert f"{local}@{domain}" not in found.replace(before, "").replace(after, "")


def test_masking_wild_lines_takes_no_time() -> None:
    for line in ("a" * 100_000, "a@" * 50_000, "a." * 50_000, "=" * 100_000, "/stop/" * 20_000):
        MASK.text(line)


def test_libraries_speak_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    screen.configure(LogKind.JSON)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("no mail to %s", CANARY)
    logging.getLogger("some.library").info("never mind")
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["library"], said["fault"], said["level"]) == (
        "some.library",
        "ValueError",
        "error",
    )
    assert said["at"].startswith("test_masking.py:")
    assert "peer-support" not in line


async def test_every_line_of_a_job_says_which_run_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen.configure(LogKind.JSON)

    async def act() -> None:
        screen.log.info("one")
        screen.log.info("two")

    named = screen.with_run_id("deliver", act)
    await named()
    await named()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["job"] for line in lines} == {"deliver"}
    assert lines[0]["run"] == lines[1]["run"] != lines[2]["run"]


SOURCES = """\
- id: cvs
  name: Northmoor CVS
  kind: feed
  base_url: https://cvs.example.org
  pace: 1
  path: /feed/
  kind_of_notice: grant
"""


async def test_a_whole_cycle_writes_no_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every job of the service, while mail and webhooks fail and quote the reader's address."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings = (
        "host: {name: Arden Action, contact: hello@arden.example}\noperator: o@arden.example\n"
    )
    (home / "fairnotice.yaml").write_text(settings, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    instance = Instance.at(home, tmp_path / "sources.yaml")
    screen.configure(LogKind.JSON)
    with instance.store() as store:
        hook = Channel(kind=ChannelKind.WEBHOOK, target=f"https://127.0.0.1/x?token={CANARY}",
                       secret="whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # fmt: skip
        for number, channel in enumerate((Channel(kind=ChannelKind.EMAIL, target=CANARY), hook)):
            store.add_subscriber(a_subscriber(id=f"s{number}", email=f"{number}{CANARY}"))
            store.add_subscription(
                a_subscription(id=f"w{number}", subscriber_id=f"s{number}", channel=channel)
            )
        jobs = scheduler(instance, store)
        for job in jobs.get_jobs():
            try:
                await job.func()
            except Exception as fault:  # noqa: BLE001 - sockets are shut; complain() says so
                screen.log.error(f"{job.id} failed: {fault}", why=fault)
        for fault in (
            PermanentFailure(f"550 {CANARY} unknown"),
            TemporaryFailure(f"451 <{CANARY}>"),
        ):
            screen.log.warning(f"  {fault}", to=CANARY, answer=str(fault))
    out = capsys.readouterr()
    lines = out.out.splitlines()
    assert len(lines) >= 3
    assert all(isinstance(json.loads(line), dict) for line in lines)
    for part in (CANARY, "peer-support", "canary", "o'brien", "MfKQ9r8GKYqr"):
        assert part not in out.out + out.err
