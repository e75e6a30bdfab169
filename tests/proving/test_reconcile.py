"""The nightly comparison finds what is missing, and is silent where nothing is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator import alert, reconcile
from aggregator.model import Host, MessageState
from aggregator.store import Store
from aggregator.testing import (
    FrozenClock,
    RecordingNotifier,
    a_judgement,
    a_stored_notice,
    a_subscriber,
    a_subscription,
    an_event,
    an_opportunity,
    utc,
)

HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")


@pytest.fixture
def store() -> Iterator[Store]:
    """One reader who was shown what is open, and then something new."""
    with Store.open(None) as store:
        store.add_subscriber(a_subscriber())
        store.add_subscription(a_subscription())
        yield store


def compose(store: Store, clock: FrozenClock) -> None:
    result = alert.compose(
        store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={}, only_due=True
    )
    assert not result.problems


def appear(store: Store, clock: FrozenClock, number: int = 1) -> None:
    notice_id = f"{number:06d}-2026"
    notice = a_stored_notice(notice_id=notice_id, ocid=f"ocds-{number}").notice
    store.add_notices([notice], payload_id=None, retrieved_at=clock.now(), backfill=False)
    name = f"fn-{number}"
    made = an_opportunity(id=name, notice_id=notice_id, deadline=None)
    store.save_opportunity(made, a_judgement())
    store.add_events([an_event(id=f"e-{number}", opportunity_id=name, at=clock.now())])


async def deliver(store: Store, clock: FrozenClock) -> None:
    await alert.deliver(store=store, notifier=RecordingNotifier(clock), clock=clock)


async def test_what_was_told_and_sent_agrees(store: Store, clock: FrozenClock) -> None:
    compose(store, clock)
    clock.advance(hours=1)
    appear(store, clock)
    clock.advance(days=1)
    compose(store, clock)
    await deliver(store, clock)
    found = reconcile.run(store=store, now=clock.now())
    assert (found.sent, found.differences) == (1, [])


def test_what_waits_for_the_next_digest_has_that_as_its_reason(
    store: Store, clock: FrozenClock
) -> None:
    compose(store, clock)
    clock.advance(hours=1)
    appear(store, clock)
    found = reconcile.run(store=store, now=clock.now())
    assert found.reasons == {"wait for the next digest": 1}
    assert not found.differences


def test_an_event_that_two_digests_left_out_is_found(store: Store, clock: FrozenClock) -> None:
    """As if composing had lost it: two digests went out, and it is not in the ledger."""
    compose(store, clock)
    happened = FrozenClock(clock.now() + timedelta(hours=1))
    for _ in range(2):
        clock.advance(days=1)
        compose(store, clock)
    appear(store, happened)
    (found,) = reconcile.run(store=store, now=clock.now()).differences
    assert "two digests went out without it" in found.words


def test_a_message_that_stays_on_its_way_is_found(store: Store, clock: FrozenClock) -> None:
    appear(store, clock)
    compose(store, clock)
    (message,) = store.due_messages(clock.now())
    assert store.claim(message.message.id, clock.now())
    assert not reconcile.run(store=store, now=clock.now()).differences
    clock.advance(hours=3)
    (found,) = reconcile.run(store=store, now=clock.now()).differences
    assert MessageState.SENDING in found.words


def test_a_reader_who_never_got_a_first_digest_is_found(store: Store, clock: FrozenClock) -> None:
    now = utc(2026, 11, 2, 9)
    assert not reconcile.run(store=store, now=now + timedelta(hours=5)).differences
    (found,) = reconcile.run(store=store, now=now + timedelta(hours=7)).differences
    assert "waits for the first digest" in found.words
