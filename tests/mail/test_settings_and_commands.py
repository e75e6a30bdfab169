"""What a host sets and sees of mail."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator import alert, app, consent, service
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.config import load_settings
from aggregator.errors import ConfigError
from aggregator.model import Channel, ChannelKind, Host, Message, MessageKind, MessageState
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, utc
from mail.corpus import About, complaint, report
from mail.readers import a_mail_for

WHO = "director@lighthouse.example.org"
HOOK = Channel(kind=ChannelKind.WEBHOOK, target="https://hooks.example.org/in")
MAIL = """host: {name: Vale of Arden CVS, contact: help@vale-cvs.example.org}
mail:
  host: 127.0.0.1
  security: none
  bounces: bounces@vale-cvs.example.org
  bounce_folder: bounces
"""


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    home.mkdir()
    (home / "fairnotice.yaml").write_text(MAIL)
    added = fairnotice("subscribe", "add", WHO, "--home", home)
    assert added.exit_code == 0, added.output
    return home


async def after_sending(home: Path, clock: FrozenClock) -> Message:
    with Instance.at(home).store() as store:
        (reader,) = store.subscribers()
        message = a_mail_for(store, reader, "msg-1", clock.now())
        await alert.deliver(store=store, notifier=RecordingNotifier(clock), clock=clock)
    return message


async def test_a_host_reads_bounces_sees_why_and_sends_again(
    home: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    await after_sending(home, clock)
    raw = report(
        About(message_id="<msg-1@vale-cvs.example.org>"), "5.1.1", "550 5.1.1 unknown user"
    )
    (tmp_path / "one.eml").write_bytes(raw)
    (tmp_path / "two.eml").write_bytes(b"From: eve@example.org\nSubject: hello\n\nhi\n")
    at = ("--home", home, "--now", "2026-11-23T10:00:00")
    from asyncio import to_thread

    done = await to_thread(fairnotice, "bounces", tmp_path, *at)
    assert done.exit_code == 0, done.output
    assert "2 mails read: 1 without consequence, 0 about no mail of ours" in done.output
    assert f"{WHO}: sent no more mail" in done.output
    shown = json.loads(fairnotice("bounces", "--json", "--home", home).output)
    assert (shown["email"], shown["state"]) == (WHO, "given up")
    assert "unknown user" in shown["because"]
    assert "sent mail again" in fairnotice("bounces", "--on", WHO, "--home", home).output
    assert fairnotice("bounces", "--home", home).output == ""


def test_a_folder_that_is_not_there_is_named(home: Path) -> None:
    result = fairnotice("bounces", home / "none", "--home", home)
    assert isinstance(result.exception, ConfigError)
    assert "is not there" in str(result.exception)


def test_the_settings_of_mail_are_read_and_wired(home: Path, clock: FrozenClock) -> None:
    instance = Instance.at(home)
    assert instance.settings.mail is not None
    sender = app.Sender(address="notices@vale-cvs.example.org", name="CVS")
    one = app.smtp(instance, sender, instance.settings.mail, clock)
    other = app.smtp(instance, sender, instance.settings.mail, clock)
    assert one.throttle is other.throttle, "what went out this minute counts in the next delivery"
    assert one.envelope is not None
    assert one.envelope("msg-1").startswith("bounces+")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("bounces: nobody", "field mail.bounces"),
        (f"bounces: {'b' * 38}@example.org", "at most 37 characters before the @"),
        ("dkim: {selector: fn}", "field mail.dkim.key_file"),
        ("dkim: {selektor: fn, key_file: k}", "did you mean selector?"),
        ("dkim: {selector: 'a b', key_file: k}", "field mail.dkim.selector"),
        ("bounce_folder: ''", "field mail.bounce_folder"),
    ],
)
def test_wrong_settings_of_mail_are_named_with_their_line(
    tmp_path: Path, line: str, problem: str
) -> None:
    start = "host: {name: CVS, contact: a@example.org}\nmail:\n  host: mail.example.org\n  "
    (tmp_path / "fairnotice.yaml").write_text(start + line + "\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    assert problem in str(caught.value)
    assert "line 4" in str(caught.value)


@pytest.mark.parametrize(
    ("domain", "mode", "content", "problem"),
    [
        ("elsewhere.example.org", 0o600, b"x", "mail.dkim.domain: must be vale-cvs.example.org"),
        ("vale-cvs.example.org", 0o644, b"x", "can be read by others"),
        ("vale-cvs.example.org", 0o600, b"x", "is no private key"),
        ("example.org", 0o600, None, "No such file"),
    ],
)
def test_a_signing_key_that_will_not_do_is_explained(
    tmp_path: Path, domain: str, mode: int, content: bytes | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "dkim.pem").write_bytes(content)
        (tmp_path / "dkim.pem").chmod(mode)
    settings = app.DkimSettings(selector="fn", key_file="dkim.pem", domain=domain)
    sender = app.Sender(address="notices@vale-cvs.example.org", name="CVS")
    with pytest.raises(ConfigError) as caught:
        app.mail_signer(settings, sender, tmp_path)
    assert problem in str(caught.value)


# -------------------------------------------------------------- the owners of webhooks are told


HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")


def a_webhook_that_is_off(store: Store, clock: FrozenClock) -> str:
    from aggregator import subscribe
    from aggregator.model import Cadence, Criteria

    reader, _ = subscribe.add(
        WHO, criteria=Criteria(), channel=HOOK, cadence=Cadence.DAILY, store=store, clock=clock
    )
    because = "the receiver asked not to be used again (410)"
    store.switch_off(reader.id, HOOK.key, because=because, at=clock.now())
    return reader.id


async def test_the_owner_of_a_webhook_that_is_off_is_told_once_by_mail(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        a_webhook_that_is_off(store, clock)
        assert consent.tell_owners(store=store, clock=clock, host=HOST) == 1
        assert consent.tell_owners(store=store, clock=clock, host=HOST) == 0
        notifier = RecordingNotifier(clock)
        await alert.deliver(store=store, notifier=notifier, clock=clock)
    (mail,) = notifier.sent
    assert (mail.kind, mail.channel.target) == (MessageKind.SERVICE, WHO)
    assert HOOK.target in (mail.text or "")
    assert "asked not to be used again (410)." in (mail.text or "")
    assert "hello@example.org" in (mail.text or "")


async def test_whoever_is_off_again_is_told_again(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        reader = a_webhook_that_is_off(store, clock)
        consent.tell_owners(store=store, clock=clock, host=HOST)
        store.switch_on(reader, HOOK.key, at=clock.now())
        clock.moment = utc(2026, 12, 1, 9)
        store.switch_off(reader, HOOK.key, because="dead", at=clock.now())
        assert consent.tell_owners(store=store, clock=clock, host=HOST) == 1
        assert len(store.deliveries(states=(MessageState.PENDING,))) == 2


def test_a_mail_address_that_was_given_up_is_not_written_to(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        reader = a_webhook_that_is_off(store, clock)
        consent.tell_owners(store=store, clock=clock, host=HOST)
        store.switch_off(reader, f"email:{WHO}", because="550", at=clock.now())
        assert consent.tell_owners(store=store, clock=clock, host=HOST) == 0


def test_whoever_left_is_not_written_to_about_their_webhook(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        reader = a_webhook_that_is_off(store, clock)
        consent.stop(reader, "pressed stop", store=store, clock=clock)
        assert store.channels_off() == ()
        store.switch_off(reader, HOOK.key, because="late", at=clock.now())
        assert consent.tell_owners(store=store, clock=clock, host=HOST) == 0


async def test_the_service_reads_each_file_once_and_a_complaint_ends_in_a_keyed_hash(
    home: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    await after_sending(home, clock)
    (tmp_path / "junk.eml").write_bytes(
        complaint(About(message_id="<msg-1@x.example.org>"), "abuse", whole=True, redacted=True)
    )
    instance, seen = Instance.at(home), set[str]()
    with instance.store() as store:
        first = await service.read_bounces(instance, store, tmp_path, now=clock.now(), seen=seen)
        again = await service.read_bounces(instance, store, tmp_path, now=clock.now(), seen=seen)
        (reader,) = store.subscribers()
        assert (first.stopped, again.read, len(seen)) == ([WHO], 0, 1)
        assert store.is_suppressed(instance.keys().fingerprints(WHO))
        assert "junk" in store.consents(reader.id)[-1].how
