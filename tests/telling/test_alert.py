"""Composing and delivering: told once, in the right words, whatever happens on the way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator import alert, relevance, subscribe
from aggregator.alert import Composed, Delivered
from aggregator.derive import derive
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    DigestKind,
    Host,
    Message,
    MessageState,
    Receipt,
    SubscriberState,
    Verdict,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
MONDAY = utc(2026, 11, 23, 9)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


def arrives(store: Store, at: datetime, *, backfill: bool = False, **changes: Any) -> None:
    notice = a_notice(**changes)
    with store.transaction():
        added = store.add_notices([notice], payload_id=None, retrieved_at=at, backfill=backfill)
        derive(added, store=store, profile=PROFILE)


def a_reader(store: Store, clock: FrozenClock, **changes: Any) -> None:
    wishes: dict[str, Any] = {
        "criteria": Criteria(),
        "channel": EMAIL,
        "cadence": Cadence.DAILY,
        **changes,
    }
    subscribe.add(wishes["channel"].target, store=store, clock=clock, **wishes)


def composed(store: Store, clock: FrozenClock, **changes: Any) -> tuple[Composed, ...]:
    result = alert.compose(
        store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={}, **changes
    )
    assert result.problems == ()
    return result.composed


async def delivered(store: Store, clock: FrozenClock, notifier: RecordingNotifier) -> Delivered:
    return await alert.deliver(store=store, notifier=notifier, clock=clock)


def test_the_first_digest_says_what_is_open_now(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY - timedelta(days=3), backfill=True)
    a_reader(store, clock)
    (first,) = composed(store, clock)
    assert first.digest.kind is DigestKind.OPEN_NOW
    assert "Crisis café for adults" in (first.message.text or "")


def test_nothing_is_told_twice(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    assert composed(store, clock) == ()


def test_what_appears_later_is_told_as_new_once(store: Store, clock: FrozenClock) -> None:
    a_reader(store, clock)
    assert composed(store, clock) == ()
    clock.advance(hours=5)
    arrives(store, clock.now())
    (update,) = composed(store, clock)
    assert update.digest.kind is DigestKind.UPDATE
    assert [section.heading for section in update.digest.sections] == ["New"]
    clock.advance(hours=1)
    assert composed(store, clock) == ()


def test_a_moved_deadline_is_told_with_old_and_new(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    arrives(
        store,
        clock.now(),
        version="v2",
        published=a_stated_time(clock.now()),
        deadline=a_stated_time(utc(2026, 12, 11, 12)),
    )
    (update,) = composed(store, clock)
    text = update.message.text or ""
    assert "Friday 4 December 2026, 12 noon" in text
    assert "Friday 11 December 2026, 12 noon" in text


def test_a_cancellation_reaches_those_who_were_told(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    arrives(
        store,
        clock.now(),
        notice_id="000002-2026",
        version="v2",
        published=a_stated_time(clock.now()),
        notice_type="UK12",
        tags=("tenderCancellation",),
        status="withdrawn",
        deadline=None,
        reason_ended="funding was not confirmed",
    )
    (update,) = composed(store, clock)
    assert "funding was not confirmed" in (update.message.text or "")


def test_a_dry_run_changes_nothing(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    (dry,) = composed(store, clock, dry_run=True)
    (real,) = composed(store, clock)
    assert dry.message == real.message


def test_what_is_not_about_mental_health_is_told_to_nobody(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY, title="Road resurfacing", description="Planing and surfacing works.")
    a_reader(store, clock)
    assert composed(store, clock) == ()


def test_an_opportunity_that_becomes_core_only_for_a_wider_reader(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY, title="Road resurfacing", description="Planing and surfacing works.")
    a_reader(store, clock, criteria=Criteria(verdicts=tuple(Verdict)))
    assert len(composed(store, clock)) == 1


def test_a_second_subscription_of_one_reader_makes_no_second_digest(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    a_reader(store, clock, criteria=Criteria(words=("café",)))
    assert len(composed(store, clock)) == 1


def test_one_digest_a_day_by_the_clock(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    assert len(composed(store, clock, only_due=True)) == 1
    clock.advance(hours=2)
    arrives(store, clock.now(), notice_id="000009-2026", ocid="ocds-h6vhtk-000009", version="v9")
    assert composed(store, clock, only_due=True) == ()
    clock.advance(hours=24)
    assert len(composed(store, clock, only_due=True)) == 1


def test_a_flood_is_held_until_a_person_releases_it(store: Store, clock: FrozenClock) -> None:
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(hours=1)
    for number in range(alert.BRAKE + 1):
        arrives(
            store,
            MONDAY,
            notice_id=f"{number:06d}-2026",
            ocid=f"ocds-h6vhtk-{number:06x}",
            version=str(number),
        )
    (held,) = composed(store, clock)
    assert held.held
    assert store.due_messages(clock.now()) == ()
    assert store.release(held.message.id, clock.now())
    assert len(store.due_messages(clock.now())) == 1


async def test_a_message_is_sent_once(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    notifier = RecordingNotifier(clock)
    assert (await delivered(store, clock, notifier)).sent == 1
    assert (await delivered(store, clock, notifier)).sent == 0
    assert len(notifier.sent) == 1


async def test_a_server_that_is_down_gets_the_same_message_later(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    (one,) = composed(store, clock)
    notifier = RecordingNotifier(clock, failures=[TemporaryFailure("the server is down")])
    assert (await delivered(store, clock, notifier)).waiting == 1
    assert (await delivered(store, clock, notifier)).sent == 0
    clock.advance(minutes=6)
    assert (await delivered(store, clock, notifier)).sent == 1
    assert [message.id for message in notifier.sent] == [one.message.id]


async def test_a_refused_address_fails_alone(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    other = Channel(kind=ChannelKind.EMAIL, target="volunteer@example.org")
    a_reader(store, clock, channel=other)
    composed(store, clock)
    notifier = RecordingNotifier(clock, failures=[PermanentFailure("no such address")])
    result = await delivered(store, clock, notifier)
    assert (result.sent, result.failed) == (1, 1)


async def test_a_fault_of_our_own_in_one_delivery_never_stops_the_rest(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    a_reader(store, clock, channel=Channel(kind=ChannelKind.EMAIL, target="two@example.org"))
    composed(store, clock)
    notifier = RecordingNotifier(clock, failures=[RuntimeError("a fault of our own")])
    result = await delivered(store, clock, notifier)
    assert (result.sent, result.waiting) == (1, 1)


async def test_who_unsubscribed_meanwhile_is_not_sent_what_waits(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    assert subscribe.remove("director@example.org", store=store, clock=clock).email
    notifier = RecordingNotifier(clock)
    assert (await delivered(store, clock, notifier)).dropped == 1
    assert notifier.sent == []
    (subscriber,) = store.subscribers()
    assert subscriber.state is SubscriberState.ENDED


def left_in_sending(store: Store, clock: FrozenClock) -> Message:
    """A message whose sending was cut short by a kill."""
    arrives(store, MONDAY)
    a_reader(store, clock)
    (one,) = composed(store, clock)
    assert store.claim(one.message.id, clock.now())
    return one.message


async def test_after_a_kill_a_message_the_channel_has_is_not_sent_again(
    store: Store, clock: FrozenClock
) -> None:
    message = left_in_sending(store, clock)
    notifier = RecordingNotifier(clock, sent=[message])
    await delivered(store, clock, notifier)
    assert notifier.sent == [message]
    (delivery,) = store.deliveries()
    assert delivery.state is MessageState.SENT


async def test_after_a_kill_a_message_the_channel_lacks_is_sent(
    store: Store, clock: FrozenClock
) -> None:
    message = left_in_sending(store, clock)
    notifier = RecordingNotifier(clock)
    await delivered(store, clock, notifier)
    assert notifier.sent == [message]


async def test_where_the_channel_cannot_be_asked_a_message_is_sent_once_more_after_an_hour(
    store: Store, clock: FrozenClock
) -> None:
    message = left_in_sending(store, clock)
    notifier = RecordingNotifier(clock, can_be_asked=False)
    await delivered(store, clock, notifier)
    assert notifier.sent == []
    assert [d.state for d in store.deliveries()] == [MessageState.UNSURE]
    clock.advance(minutes=61)
    await delivered(store, clock, notifier)
    await delivered(store, clock, notifier)
    assert notifier.sent == [message]


async def test_receipts_say_when_and_what_the_channel_answered(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    (one,) = composed(store, clock)
    await delivered(store, clock, RecordingNotifier(clock))
    expected = Receipt(message_id=one.message.id, at=clock.now(), accepted=True, answer="recorded")
    assert store.receipts(one.message.id) == (expected,)


def test_an_open_now_that_does_not_fit_goes_on_in_the_next_digest(
    store: Store, clock: FrozenClock
) -> None:
    count = 120
    for number in range(count):
        arrives(
            store,
            MONDAY,
            notice_id=f"{number:06d}-2026",
            ocid=f"ocds-h6vhtk-{number:06x}",
            version=str(number),
            title=f"Crisis café number {number}.",
        )
    a_reader(store, clock)
    texts = []
    for _ in range(5):
        texts += [one.message.text or "" for one in composed(store, clock)]
        clock.advance(days=1)
    told = "".join(texts)
    for number in range(count):
        assert told.count(f"number {number}.") >= 1
    assert len(texts) == 3


def test_what_a_new_source_showed_on_its_first_day_is_told_as_already_open(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    arrives(store, clock.now(), backfill=True)
    (update,) = composed(store, clock)
    assert [section.heading for section in update.digest.sections] == ["Already open"]
    clock.advance(days=1)
    assert composed(store, clock) == ()


def test_what_is_over_and_found_in_the_past_is_not_told(store: Store, clock: FrozenClock) -> None:
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    over = a_stated_time(MONDAY - timedelta(days=20))
    arrives(store, clock.now(), backfill=True, deadline=over)
    assert composed(store, clock) == ()


def test_a_reader_who_asked_for_everything_hears_of_everything(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, criteria=Criteria(verdicts=tuple(Verdict)))
    composed(store, clock)
    clock.advance(hours=5)
    arrives(store, clock.now(), title="Road resurfacing", description="Planing and surfacing.")
    (update,) = composed(store, clock)
    assert "Road resurfacing" in (update.message.text or "")


def test_a_change_that_a_repair_finds_in_what_was_told_is_no_news(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    arrives(
        store,
        MONDAY + timedelta(minutes=1),
        version="v2",
        published=a_stated_time(MONDAY),
        deadline=a_stated_time(utc(2026, 12, 11, 12)),
        backfill=True,
    )
    a_reader(store, clock)
    clock.advance(hours=1)
    composed(store, clock)
    with store.transaction():
        store.clear_derived()
        for stored in store.stored_notices():
            derive([stored], store=store, profile=PROFILE)
        store.finish_rebuild()
    clock.advance(days=1)
    assert composed(store, clock) == ()


class Unanswering(RecordingNotifier):
    """Fails when it is asked what it took."""

    async def was_sent(self, message: Message) -> bool | None:
        raise PermanentFailure("no way to ask is set up on this host")


async def test_a_channel_that_fails_to_say_what_it_took_does_not_stop_the_others(
    store: Store, clock: FrozenClock
) -> None:
    left = left_in_sending(store, clock)
    a_reader(store, clock, channel=Channel(kind=ChannelKind.EMAIL, target="two@example.org"))
    clock.advance(minutes=1)
    (other,) = composed(store, clock)
    notifier = Unanswering(clock)
    assert (await delivered(store, clock, notifier)).sent == 1
    assert [message.id for message in notifier.sent] == [other.message.id]
    states = {one.message.id: one.state for one in store.deliveries()}
    assert states[left.id] is MessageState.UNSURE
