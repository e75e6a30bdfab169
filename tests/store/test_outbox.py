"""The outbox: pending → sending → sent, and what comes between."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Channel,
    ChannelKind,
    Delivery,
    Message,
    MessageState,
    Receipt,
    SubscriberState,
)
from aggregator.store import Store
from aggregator.testing import a_subscriber, a_subscription
from store.made import MORNING, a_message

HOUR = timedelta(hours=1)
WANTING = {"subscriber_id": "sub-1"}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        opened.add_subscriber(a_subscriber())
        opened.add_subscription(a_subscription())
        yield opened


def put(
    store: Store, message: Message | None = None, state: MessageState = MessageState.PENDING
) -> Message:
    message = message or a_message()
    assert store.enqueue(message, state=state, at=MORNING)
    return message


def state(store: Store, message_id: str = "message-1") -> MessageState:
    return next(d.state for d in store.deliveries() if d.message.id == message_id)


def fails(store: Store, state: MessageState, after: timedelta | None, answer: str = "451") -> None:
    store.record_failure(
        "message-1",
        answer=answer,
        state=state,
        next_attempt_at=MORNING + after if after else None,
        at=MORNING,
    )


def receipt(**changes: object) -> Receipt:
    values = {"message_id": "message-1", "at": MORNING, "accepted": True, "answer": "250 ok"}
    return Receipt(**{**values, **changes})  # type: ignore[arg-type]


def test_a_message_comes_back_as_it_was_composed(store: Store) -> None:
    hook = Channel(kind=ChannelKind.WEBHOOK, target="https://example.org/hook", secret="whsec_x")
    bare = a_message("message-2", channel=hook, json_body='{"a": "é"}', subject=None, headers=None)
    for message in (a_message(), bare):
        put(store, message)
    assert [one.message for one in store.due_messages(MORNING)] == [a_message(), bare]


def test_a_message_is_put_in_once(store: Store) -> None:
    put(store)
    assert not store.enqueue(a_message(text="else"), state=MessageState.PENDING, at=MORNING)
    assert len(store.deliveries()) == 1


def test_a_message_goes_from_pending_through_sending_to_sent(store: Store) -> None:
    message = put(store)
    assert store.claim("message-1", MORNING) == message
    assert state(store) is MessageState.SENDING
    store.record_sent(receipt())
    (delivery,) = store.deliveries()
    assert delivery == Delivery(
        message=message, state=MessageState.SENT, attempts=1, last_answer="250 ok"
    )
    assert store.receipts("message-1") == (receipt(),)
    assert store.due_messages(MORNING + 999 * HOUR) == ()


def test_a_message_is_claimed_once(store: Store) -> None:
    put(store)
    assert store.claim("message-1", MORNING) is not None
    assert store.claim("message-1", MORNING) is None
    assert store.claim("unheard of", MORNING) is None
    assert state(store) is MessageState.SENDING


def test_of_several_workers_one_gets_each_message(file: Path) -> None:
    with Store.open(file) as store:
        store.add_subscriber(a_subscriber())
        store.add_subscription(a_subscription())
        for number in range(20):
            put(store, a_message(f"m{number}"))
    together = threading.Barrier(4)

    def work(_: int) -> list[str]:
        with Store.open(file, check=False) as store:
            due = store.due_messages(MORNING)
            together.wait()
            return [one.message.id for one in due if store.claim(one.message.id, MORNING)]

    with ThreadPoolExecutor(4) as workers:
        claimed = [message_id for ids in workers.map(work, range(4)) for message_id in ids]
    assert sorted(claimed) == sorted(f"m{number}" for number in range(20))


def test_the_longest_waiting_message_is_due_first(store: Store) -> None:
    for number, hours in enumerate((3, 1, 2)):
        store.enqueue(
            a_message(f"m{number}"), state=MessageState.PENDING, at=MORNING + hours * HOUR
        )
    due = store.due_messages(MORNING + 2 * HOUR)
    assert [one.message.id for one in due] == ["m1", "m2"]
    assert len(store.due_messages(MORNING + 9 * HOUR, limit=1)) == 1


@pytest.mark.parametrize("waiting", [MessageState.PENDING, MessageState.UNSURE])
def test_a_message_that_failed_rests_until_its_next_attempt(
    store: Store, waiting: MessageState
) -> None:
    put(store)
    store.claim("message-1", MORNING)
    fails(store, waiting, HOUR)
    assert state(store) is waiting
    assert store.due_messages(MORNING) == ()
    assert store.claim("message-1", MORNING) is None
    (delivery,) = store.due_messages(MORNING + HOUR)
    assert (delivery.attempts, delivery.last_answer) == (1, "451")
    assert delivery.next_attempt_at == MORNING + HOUR
    assert store.claim("message-1", MORNING + HOUR) is not None
    store.record_sent(receipt(at=MORNING + HOUR))
    assert [one.accepted for one in store.receipts("message-1")] == [False, True]
    assert store.deliveries()[0].attempts == 2


def test_a_message_that_failed_for_good_is_not_tried_again(store: Store) -> None:
    put(store)
    store.claim("message-1", MORNING)
    fails(store, MessageState.FAILED, None, "550 no such person")
    assert store.due_messages(MORNING + 999 * HOUR) == ()
    assert store.claim("message-1", MORNING + 999 * HOUR) is None
    assert store.deliveries(states=(MessageState.FAILED,))[0].last_answer == "550 no such person"


def test_a_waiting_state_needs_a_time_for_the_next_attempt(store: Store) -> None:
    put(store)
    with pytest.raises(ValueError, match="next attempt"):
        fails(store, MessageState.UNSURE, None)
    assert state(store) is MessageState.PENDING


@pytest.mark.parametrize("gone", [SubscriberState.ENDED, SubscriberState.PAUSED])
def test_who_left_in_between_is_not_written_to(store: Store, gone: SubscriberState) -> None:
    put(store)
    store.set_subscriber_state("sub-1", gone)
    assert store.claim("message-1", MORNING) is None
    assert state(store) is MessageState.DROPPED
    assert store.deliveries()[0].attempts == 0
    store.set_subscriber_state("sub-1", SubscriberState.CONFIRMED)
    assert store.claim("message-1", MORNING) is None


def test_a_channel_without_a_subscription_is_not_written_to(store: Store) -> None:
    put(store)
    elsewhere = Channel(kind=ChannelKind.EMAIL, target="other@example.org")
    store.add_subscription(a_subscription(id="want-2", channel=elsewhere))
    store.remove_subscription("want-1")
    assert store.claim("message-1", MORNING) is None
    assert state(store) is MessageState.DROPPED


def test_another_persons_subscription_does_not_count(store: Store) -> None:
    store.add_subscriber(a_subscriber(id="sub-2", email="info@example.org"))
    store.add_subscription(a_subscription(id="want-2", subscriber_id="sub-2"))
    store.remove_subscription("want-1")
    put(store)
    assert store.claim("message-1", MORNING) is None


def test_a_message_left_in_sending_by_a_kill_is_found_again(file: Path) -> None:
    with Store.open(file) as store:
        store.add_subscriber(a_subscriber())
        store.add_subscription(a_subscription())
        put(store)
        store.claim("message-1", MORNING)
    with Store.open(file) as store:
        (left,) = store.unfinished()
        assert (left.message, left.attempts) == (a_message(), 1)
        assert store.due_messages(MORNING + 99 * HOUR) == ()
        store.record_sent(receipt(answer="found in the outbox folder"))
        assert store.unfinished() == ()


def test_a_held_message_waits_for_a_person(store: Store) -> None:
    put(store, state=MessageState.HELD)
    assert store.due_messages(MORNING + 99 * HOUR) == ()
    assert store.claim("message-1", MORNING + 99 * HOUR) is None
    assert store.release("message-1", MORNING + HOUR)
    assert not store.release("message-1", MORNING + HOUR)
    assert [one.message.id for one in store.due_messages(MORNING + HOUR)] == ["message-1"]


def test_deliveries_are_listed_by_state_newest_first(store: Store) -> None:
    for number in range(3):
        put(store, a_message(f"m{number}"))
    put(store, a_message("held"), state=MessageState.HELD)
    assert [one.message.id for one in store.deliveries()] == ["held", "m2", "m1", "m0"]
    pending = store.deliveries(states=[MessageState.PENDING], limit=2)
    assert [one.message.id for one in pending] == ["m2", "m1"]


def test_an_unknown_message_is_named(store: Store) -> None:
    for ask in (
        lambda: store.record_sent(receipt(message_id="m9")),
        lambda: store.release("m9", MORNING),
        lambda: store.record_failure(
            "m9", answer="", state=MessageState.FAILED, next_attempt_at=None, at=MORNING
        ),
    ):
        with pytest.raises(UnknownIdentifier, match="“m9”"):
            ask()
