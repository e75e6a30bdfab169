"""What a person must see to here, and the mail about it."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import alert, caring, service
from aggregator.app import Instance
from aggregator.caring import of_messages
from aggregator.errors import PermanentFailure
from aggregator.model import (
    Channel,
    ChannelKind,
    FindingKind,
    Message,
    MessageKind,
    MessageState,
    Outcome,
    RunFigures,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_subscriber, a_subscription, utc

NOW = utc(2026, 11, 23, 9)
SETTINGS = """\
host: {name: Arden Action, contact: hello@example.org}
operator: office@example.org
"""
SOURCES = """\
- id: cvs
  name: Northmoor CVS
  kind: feed
  base_url: https://cvs.example.org
  pace: 1
  path: /feed/
  kind_of_notice: grant
"""
READER = "reader@example.org"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "fairnotice.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return Instance.at(home, tmp_path / "sources.yaml")


@pytest.fixture
def store(instance: Instance) -> Store:
    return instance.store()


def a_digest(id_: str = "digest-1") -> Message:
    return Message(
        id=id_, subscriber_id="s1", channel=Channel(kind=ChannelKind.EMAIL, target=READER),
        created_at=NOW, subject="3 new", text="…", html="<p>…",
    )  # fmt: skip


def a_digest_in(store: Store, state: MessageState) -> None:
    store.add_subscriber(a_subscriber(id="s1", email=READER))
    store.add_subscription(a_subscription(subscriber_id="s1", channel=a_digest().channel))
    store.enqueue(a_digest(), state=state, at=NOW)


def keys(instance: Instance, store: Store) -> list[str]:
    found = caring.found(instance, store=store, now=NOW)
    return [one.key for one in found if one.key != "backup"]


def test_a_new_instance_has_nothing_to_see_to(instance: Instance, store: Store) -> None:
    assert keys(instance, store) == []
    assert service.tell_operator(instance, store, now=NOW) is None


async def test_held_digests_are_told_to_the_operator_by_the_outbox(
    instance: Instance, store: Store
) -> None:
    a_digest_in(store, MessageState.HELD)
    told = service.tell_operator(instance, store, now=NOW)
    assert told is not None
    clock = FrozenClock(NOW)
    notifier = RecordingNotifier(clock)
    result = await alert.deliver(store=store, notifier=notifier, clock=clock)
    (mail,) = notifier.sent
    assert (result.sent, result.held) == (1, 1)
    assert mail.kind is MessageKind.SERVICE
    assert mail.channel.target == "office@example.org"
    assert "fairnotice deliver --release" in (mail.text or "")
    assert READER not in f"{mail.subject}{mail.text}"
    assert service.tell_operator(instance, store, now=NOW + timedelta(hours=5)) is None


def test_the_operator_is_no_subscriber(instance: Instance, store: Store) -> None:
    a_digest_in(store, MessageState.HELD)
    service.tell_operator(instance, store, now=NOW)
    assert [one.id for one in store.subscribers()] == ["s1"]
    assert sum(store.counts().subscribers.values()) == 1


async def test_a_digest_refused_for_good_is_told_once(instance: Instance, store: Store) -> None:
    a_digest_in(store, MessageState.PENDING)
    clock = FrozenClock(NOW)
    notifier = RecordingNotifier(clock, failures=[PermanentFailure("550 no such user")])
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert keys(instance, store) == ["message:digest-1:failed"]
    (concern,) = of_messages(store, now=NOW)
    assert "subscriber s1" in concern.words
    assert READER not in concern.words
    later = of_messages(store, now=NOW + timedelta(days=8))
    assert list(later) == [], "it does not last for ever"


async def test_a_mail_to_the_operator_that_fails_makes_no_further_one(
    instance: Instance, store: Store
) -> None:
    a_digest_in(store, MessageState.HELD)
    service.tell_operator(instance, store, now=NOW)
    clock = FrozenClock(NOW)
    notifier = RecordingNotifier(clock, failures=[PermanentFailure("550 no such user")])
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert keys(instance, store) == ["messages:held"]


def test_with_no_operator_nobody_is_written_to(tmp_path: Path, instance: Instance) -> None:
    (instance.home / "fairnotice.yaml").write_text("digest_hour: 7\n", encoding="utf-8")
    nobody = Instance.at(instance.home, tmp_path / "sources.yaml")
    with nobody.store() as store:
        a_digest_in(store, MessageState.HELD)
        assert service.tell_operator(nobody, store, now=NOW) is not None
        assert [one.message.id for one in store.deliveries()] == ["digest-1"]
        assert service.tell_operator(nobody, store, now=NOW + timedelta(hours=5)) is None


def test_what_would_keep_the_service_from_starting_again_is_told(
    instance: Instance, store: Store
) -> None:
    (instance.home / "secret").write_text("k" * 40, encoding="ascii")
    (instance.home / "secret").chmod(0o644)
    found = caring.found(instance, store=store, now=NOW)
    assert any("would not start again" in one.words and "chmod 600" in one.remedy for one in found)


def test_a_source_that_failed_all_day_is_told_by_its_health(
    instance: Instance, store: Store
) -> None:
    for hour in range(72):
        at = NOW - timedelta(hours=72 - hour)
        run = store.begin_run("cvs", at, window=None, backfill=False)
        figures = RunFigures(
            source_id="cvs", run_id=run, started_at=at, at=at, outcome=Outcome.FAILED,
            faults={FindingKind.UNAVAILABLE: 1},
        )  # fmt: skip
        store.keep_figures(figures, last_notice=None)
    (concern,) = [one for one in caring.found(instance, store=store, now=NOW)
                  if one.key.startswith("source:")]  # fmt: skip
    assert "Northmoor CVS" in concern.words
    assert concern.patience > timedelta(0)


def test_backups_that_do_not_succeed_are_told_once_there_are_readers(
    instance: Instance, store: Store
) -> None:
    assert not list(caring.of_backups(instance, store=store, now=NOW))
    a_digest_in(store, MessageState.SENT)
    (concern,) = caring.of_backups(instance, store=store, now=NOW)
    assert "No backup has been made yet" in concern.words
    assert concern.patience >= timedelta(hours=12), "the first night has not come yet"
    service.backup(instance, now=NOW)
    assert not list(caring.of_backups(instance, store=store, now=NOW + timedelta(days=1)))
    late = caring.of_backups(instance, store=store, now=NOW + timedelta(days=3))
    assert "since Monday 23 November 2026" in next(late).words
