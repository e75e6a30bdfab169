"""A webhook over its life: retries, switching off, secrets that change, and replay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from aggregator import alert, schedule, subscribe
from aggregator.alert import Delivered
from aggregator.deliver import WebhookNotifier
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Delivery,
    Host,
    Message,
    MessageState,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock
from deliver.messages import SECRET

URL = "https://hooks.example.org/in"
HOOK = Channel(kind=ChannelKind.WEBHOOK, target=URL, secret=SECRET)
TABLE = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
"""Seconds between attempts by Standard Webhooks 1.0; the first is made at once."""


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    """The machine's own time, because the reference verifier looks at it."""
    return FrozenClock(datetime.now(UTC))


class Receiver:
    """Answers as it is told, the last answer for ever, and keeps what it got."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.got = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.got.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"ok"))


def waits(store: Store, clock: FrozenClock, message_id: str = "msg-1") -> str:
    """A digest for the webhook of a charity, in the outbox. Gives the subscriber's id."""
    subscriber, _ = subscribe.add(
        "crm@lighthouse.example.org",
        criteria=Criteria(),
        channel=HOOK,
        cadence=Cadence.DAILY,
        store=store,
        clock=clock,
    )
    message = Message(
        id=message_id,
        subscriber_id=subscriber.id,
        channel=HOOK,
        created_at=clock.now(),
        json_body='{"type":"digest.update"}',
    )
    store.enqueue(message, state=MessageState.PENDING, at=clock.now())
    return subscriber.id


async def deliver(store: Store, clock: FrozenClock, receiver: Receiver) -> Delivered:
    transport = httpx.MockTransport(receiver)
    async with WebhookNotifier(clock=clock, transport=transport) as notifier:
        return await alert.deliver(store=store, notifier=notifier, clock=clock)


def only(store: Store) -> Delivery:
    (delivery,) = store.deliveries()
    return delivery


async def to_the_end(store: Store, clock: FrozenClock, receiver: Receiver) -> list[float]:
    """Deliver until nothing is due any more; the seconds from one attempt to the next."""
    gaps: list[float] = []
    await deliver(store, clock, receiver)
    while (due := only(store).next_attempt_at) is not None:
        gaps.append((due - clock.now()).total_seconds())
        clock.moment = due
        await deliver(store, clock, receiver)
    return gaps


FAILURES: list[Any] = [
    *(300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 409, 413, 422, 425, 429),
    *(451, 500, 501, 502, 503, 504, 507, 520, 599),
    *[(status, {"retry-after": after}) for status in (429, 503) for after in ("1", "soon", "-5")],
    (302, {"location": "https://hooks.example.org/elsewhere"}),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("no HTTP"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
async def test_every_failure_is_tried_again_by_the_table(
    failure: Any, store: Store, clock: FrozenClock
) -> None:
    waits(store, clock)
    receiver = Receiver(failure)
    gaps = await to_the_end(store, clock, receiver)
    assert len(receiver.got) == len(TABLE) + 1
    assert {request.headers["webhook-id"] for request in receiver.got} == {"msg-1"}
    for gap, wanted in zip(gaps, TABLE, strict=True):
        assert wanted <= gap <= wanted * 1.1
    assert only(store).state is MessageState.FAILED


@pytest.mark.parametrize("status", [429, 503])
async def test_a_longer_wait_that_the_receiver_asks_for_is_kept(
    status: int, store: Store, clock: FrozenClock
) -> None:
    waits(store, clock)
    receiver = Receiver((status, {"retry-after": "9000"}), 200)
    assert await to_the_end(store, clock, receiver) == [9000]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_ends_it(status: int, store: Store, clock: FrozenClock) -> None:
    waits(store, clock)
    assert await to_the_end(store, clock, Receiver(status)) == []
    assert only(store).state is MessageState.SENT


async def test_410_switches_the_channel_off_at_once(store: Store, clock: FrozenClock) -> None:
    subscriber_id = waits(store, clock)
    result = await deliver(store, clock, Receiver(410))
    (off,) = result.switched_off
    assert (off.subscriber_id, off.channel.target) == (subscriber_id, URL)
    assert off.channel.secret is None
    assert "asked not to be used again" in off.because
    assert store.is_off(subscriber_id, HOOK.key)


async def test_five_dead_days_switch_it_off_and_nothing_is_lost_after_replay(
    store: Store, clock: FrozenClock
) -> None:
    subscriber_id = waits(store, clock)
    began = clock.now()
    await to_the_end(store, clock, Receiver(httpx.ConnectError("dead")))
    assert timedelta(hours=75) < clock.now() - began < timedelta(hours=84)
    (off,) = store.channels_off(untold=True)
    store.set_told_of_off(subscriber_id, off.channel.key, clock.now())
    assert store.channels_off(untold=True) == ()
    assert store.channels_off()[0].told_at == clock.now()

    assert subscribe.switch_on("crm@lighthouse.example.org", URL, store=store, now=clock.now())
    assert store.send_again("msg-1", clock.now())
    receiver = Receiver(200)
    await deliver(store, clock, receiver)
    assert [request.headers["webhook-id"] for request in receiver.got] == ["msg-1"]
    assert only(store).state is MessageState.SENT


async def test_what_waits_is_held_while_it_is_off_and_goes_when_it_is_on(
    store: Store, clock: FrozenClock
) -> None:
    subscriber_id = waits(store, clock)
    waits(store, clock, "msg-2")
    receiver = Receiver(410)
    await deliver(store, clock, receiver)
    assert len(receiver.got) == 1, "the second is not even tried"
    states = {one.message.id: one.state for one in store.deliveries()}
    assert states == {"msg-1": MessageState.FAILED, "msg-2": MessageState.HELD}
    store.switch_on(subscriber_id, HOOK.key, at=clock.now())
    await deliver(store, clock, Receiver(200))
    states = {one.message.id: one.state for one in store.deliveries()}
    assert states["msg-2"] is MessageState.SENT


async def test_mail_is_never_switched_off_like_that(store: Store, clock: FrozenClock) -> None:
    subscriber_id = waits(store, clock)
    mail = Channel(kind=ChannelKind.EMAIL, target="crm@lighthouse.example.org")
    assert not store.is_off(subscriber_id, mail.key)


def verifies(secret: str, request: httpx.Request) -> bool:
    try:
        Webhook(secret).verify(request.content, dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


async def test_for_a_day_the_old_and_the_new_secret_both_sign(
    store: Store, clock: FrozenClock
) -> None:
    waits(store, clock)
    new = subscribe.rotate_secret("crm@lighthouse.example.org", URL, store=store, now=clock.now())
    newer = subscribe.rotate_secret("crm@lighthouse.example.org", URL, store=store, now=clock.now())
    receiver = Receiver(200)
    await deliver(store, clock, receiver)
    assert all(verifies(secret, receiver.got[0]) for secret in (SECRET, new, newer))
    assert len(receiver.got[0].headers["webhook-signature"].split()) == 3


async def test_after_a_day_only_the_new_one_signs_even_what_was_composed_before(
    store: Store, clock: FrozenClock
) -> None:
    waits(store, clock)
    before = clock.now() - timedelta(hours=24)
    new = subscribe.rotate_secret("crm@lighthouse.example.org", URL, store=store, now=before)
    receiver = Receiver(200)
    await deliver(store, clock, receiver)
    assert verifies(new, receiver.got[0])
    assert not verifies(SECRET, receiver.got[0])


async def test_the_verifier_of_svix_accepts_it_too(store: Store, clock: FrozenClock) -> None:
    svix = pytest.importorskip("svix.webhooks")
    waits(store, clock)
    subscribe.rotate_secret("crm@lighthouse.example.org", URL, store=store, now=clock.now())
    receiver = Receiver(200)
    await deliver(store, clock, receiver)
    body, headers = receiver.got[0].content, dict(receiver.got[0].headers)
    svix.Webhook(SECRET).verify(body, headers)
    with pytest.raises(svix.WebhookVerificationError):
        svix.Webhook(SECRET).verify(body + b" ", headers)
    late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}
    with pytest.raises(svix.WebhookVerificationError):
        svix.Webhook(SECRET).verify(body, late)


def test_a_secret_can_only_change_where_there_is_a_webhook(
    store: Store, clock: FrozenClock
) -> None:
    waits(store, clock)
    who = "crm@lighthouse.example.org"
    with pytest.raises(UnknownIdentifier):
        subscribe.rotate_secret(who, URL + "/other", store=store, now=clock.now())
    with pytest.raises(UnknownIdentifier):
        subscribe.switch_on(who, URL + "/other", store=store, now=clock.now())
    with pytest.raises(UnknownIdentifier):
        store.send_again("msg-none", clock.now())
    assert not store.send_again("msg-1", clock.now()), "it waits already"


def test_nothing_is_composed_for_a_channel_that_is_off(store: Store, clock: FrozenClock) -> None:
    subscriber_id = waits(store, clock)
    store.switch_off(subscriber_id, HOOK.key, because="gone", at=clock.now())
    host = Host(name="Arden Voluntary Action", contact="hello@example.org")
    result = alert.compose(store=store, host=host, hour=7, now=clock.now(), names={}, labels={})
    assert result.composed == ()
    assert store.last_digest_run(subscriber_id, HOOK.key, until=clock.now()) is None


def test_whoever_subscribes_anew_or_leaves_is_not_held_off_by_the_past(
    store: Store, clock: FrozenClock
) -> None:
    subscriber_id = waits(store, clock)
    who = "crm@lighthouse.example.org"
    subscribe.rotate_secret(who, URL, store=store, now=clock.now())
    store.switch_off(subscriber_id, HOOK.key, because="gone", at=clock.now())
    subscribe.add(
        who,
        criteria=Criteria(words=("crisis",)),
        channel=HOOK,
        cadence=Cadence.DAILY,
        store=store,
        clock=clock,
    )
    assert not store.is_off(subscriber_id, HOOK.key)
    store.switch_off(subscriber_id, HOOK.key, because="gone", at=clock.now())
    subscribe.remove(who, store=store, clock=clock)
    assert store.channels_off() == ()
    assert store.with_secrets(subscriber_id, HOOK, at=clock.now()).former_secrets == ()


def test_the_ladder_takes_a_little_more_than_three_days() -> None:
    now = clock_now = datetime(2026, 11, 23, tzinfo=UTC)
    for attempts in range(1, 10):
        later = schedule.next_webhook_attempt(attempts, now=now, jitter=0.0)
        assert later is not None
        now = later
    assert now - clock_now == timedelta(seconds=sum(TABLE))
    assert schedule.next_webhook_attempt(10, now=now, jitter=0.0) is None
