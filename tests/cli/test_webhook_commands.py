"""Webhooks as a host looks after them on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.errors import UnknownIdentifier
from aggregator.model import Channel, ChannelKind, Message, MessageState
from aggregator.testing import utc

pytestmark = pytest.mark.enable_socket  # the name of a webhook is looked up

WHO, URL = "crm@lighthouse.example.org", "https://hooks.example.org/in"
NOW = utc(2026, 11, 23, 9)


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    added = fairnotice("subscribe", "add", WHO, "--webhook", URL, "--home", home)
    assert added.exit_code == 0, added.output
    assert "whsec_" in added.output
    return home


def test_one_that_is_off_is_shown_with_its_reason_and_switched_on_again(home: Path) -> None:
    key = Channel(kind=ChannelKind.WEBHOOK, target=URL).key
    with Instance.at(home).store() as store:
        (subscriber,) = store.subscribers()
        store.switch_off(subscriber.id, key, because="it was gone (410)", at=NOW)
    listed = fairnotice("webhook", "list", "--home", home).output
    assert f"{WHO}  {URL}  off" in listed
    assert "it was gone (410)" in listed
    assert "on again" in fairnotice("webhook", "on", WHO, URL, "--home", home).output
    assert "on already" in fairnotice("webhook", "on", WHO, URL, "--home", home).output
    record = json.loads(fairnotice("webhook", "list", "--json", "--home", home).output)
    assert record["state"] == "on"


def test_a_new_secret_is_printed_and_a_wrong_address_is_told(home: Path) -> None:
    assert "new secret: whsec_" in fairnotice("webhook", "rotate", WHO, URL, "--home", home).output
    wrong = fairnotice("webhook", "rotate", WHO, URL + "x", "--home", home)
    assert isinstance(wrong.exception, UnknownIdentifier)
    assert isinstance(
        fairnotice("webhook", "on", "nobody@example.org", URL, "--home", home).exception,
        UnknownIdentifier,
    )


def test_a_message_is_put_back_into_the_outbox_once(home: Path) -> None:
    with Instance.at(home).store() as store:
        (wish,) = store.subscriptions()
        message = Message(
            id="msg-1", subscriber_id=wish.subscriber_id, channel=wish.channel, created_at=NOW,
            json_body="{}",
        )  # fmt: skip
        store.enqueue(message, state=MessageState.FAILED, at=NOW)
    assert fairnotice("webhook", "replay", "msg-1", "--home", home).exit_code == 0
    again = fairnotice("webhook", "replay", "msg-1", "--home", home)
    assert "still waiting" in str(again.exception)
    missing = fairnotice("webhook", "replay", "msg-2", "--home", home)
    assert isinstance(missing.exception, UnknownIdentifier)


def test_the_schema_is_printed_as_json() -> None:
    assert json.loads(fairnotice("webhook", "schema").output)["title"].startswith("Fair Notice")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/in",
        "https://localhost/in",
        "https://0x7f.1/in",
        "https://[::ffff:10.0.0.1]/in",
        "https://169.254.169.254/latest",
        "https://hooks.example.org:22/in",
    ],
)
def test_an_address_inside_our_network_is_refused_at_once(url: str, tmp_path: Path) -> None:
    refused = fairnotice("subscribe", "add", WHO, "--webhook", url, "--home", tmp_path / "var")
    assert refused.exit_code == 2
    assert "webhook address must" in refused.output.replace("\n", " ")
