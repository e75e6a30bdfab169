"""Held mail is released or dropped by a person, and the record says so."""

import pytest

from aggregator import held
from aggregator.errors import UnknownIdentifier
from aggregator.held import NotWaiting
from aggregator.model import Channel, ChannelKind, Message, MessageState, ModerationAct
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_subscriber, a_subscription, utc

BY = "mo@vale-cvs.example.org"
MAIL = Channel(kind=ChannelKind.EMAIL, target="ann@example.org")
HOOK = Channel(kind=ChannelKind.WEBHOOK, target="https://example.org/hook", secret="whsec_x")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(utc(2026, 11, 23, 9))


@pytest.fixture
def store() -> Store:
    opened = Store.open(None)
    opened.add_subscriber(a_subscriber(id="ann", email="ann@example.org"))
    for channel in (MAIL, HOOK):
        opened.add_subscription(
            a_subscription(id=f"want-{channel.kind}", subscriber_id="ann", channel=channel)
        )
    return opened


def waits(
    store: Store, clock: FrozenClock, name: str = "digest-1", channel: Channel = MAIL,
    state: MessageState = MessageState.HELD,
) -> str:  # fmt: skip
    message = Message(
        id=name, subscriber_id="ann", channel=channel, created_at=clock.now(), subject="14 new",
        text="Fourteen.",
    )  # fmt: skip
    store.enqueue(message, state=state, at=clock.now())
    store.tell("ann", channel.key, [(f"{name}-e1", "o1"), (f"{name}-e2", "o2")],
               message_id=name, at=clock.now())  # fmt: skip
    return name


def test_it_says_why_a_mail_waits_and_how_long(store: Store, clock: FrozenClock) -> None:
    waits(store, clock)
    clock.advance(hours=50)
    (one,) = held.waiting(store)
    assert (one.why, held.age_words(one.since, clock.now()), one.told) == (held.FLOOD, "2 days", 2)


def test_what_is_dropped_is_told_to_nobody_and_does_not_come_again(
    store: Store, clock: FrozenClock
) -> None:
    name = waits(store, clock)
    assert set(store.told_opportunities("ann", MAIL.key)) == {"o1", "o2"}
    held.drop(name, because="an  old\narchive", by=BY, store=store, clock=clock)
    found = held.look(name, store=store)
    assert held.told_words(found) == "2 events in it: told to nobody, and not told again"
    assert found.why == "dropped: an old archive"
    assert store.told("ann", MAIL.key, ["digest-1-e1"]) == {"digest-1-e1"}
    assert store.told_opportunities("ann", MAIL.key) == {}, "its next change comes as new"
    assert held.waiting(store) == ()
    (entry,) = store.moderations(subject=name)
    assert (entry.act, entry.by, entry.at, entry.because) == (
        ModerationAct.DROPPED, BY, clock.now(), "an old archive",
    )  # fmt: skip


def test_a_dropped_mail_is_neither_released_nor_dropped_again(
    store: Store, clock: FrozenClock
) -> None:
    name = waits(store, clock)
    held.drop(name, because="no", by=BY, store=store, clock=clock)
    for act in (
        lambda: held.release(name, by=BY, store=store, clock=clock),
        lambda: held.drop(name, because="no", by=BY, store=store, clock=clock),
    ):
        with pytest.raises(NotWaiting, match="it was dropped"):
            act()
    assert len(store.moderations()) == 1


def test_dropping_needs_a_reason(store: Store, clock: FrozenClock) -> None:
    name = waits(store, clock)
    with pytest.raises(NotWaiting, match="Say why"):
        held.drop(name, because=" \n ", by=BY, store=store, clock=clock)
    assert store.delivery(name).state is MessageState.HELD


def test_released_mail_is_due_at_once(store: Store, clock: FrozenClock) -> None:
    name = waits(store, clock)
    held.release(name, by=BY, store=store, clock=clock)
    assert [one.message.id for one in store.due_messages(clock.now())] == [name]
    with pytest.raises(NotWaiting, match="next delivery"):
        held.release(name, by=BY, store=store, clock=clock)


def test_mail_of_a_switched_off_webhook_waits_for_the_webhook(
    store: Store, clock: FrozenClock
) -> None:
    name = waits(store, clock, channel=HOOK, state=MessageState.PENDING)
    other = waits(store, clock, "digest-2")
    store.switch_off("ann", HOOK.key, because="410", at=clock.now())
    with pytest.raises(NotWaiting, match="webhook on"):
        held.release(name, by=BY, store=store, clock=clock)
    assert held.release_all(by=BY, store=store, clock=clock) == (other,)
    assert store.delivery(name).state is MessageState.HELD


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT])
def test_what_is_on_its_way_is_not_dropped(
    store: Store, clock: FrozenClock, state: MessageState
) -> None:
    name = waits(store, clock, state=state)
    with pytest.raises(NotWaiting):
        held.drop(name, because="too late", by=BY, store=store, clock=clock)
    assert store.delivery(name).state is state


def test_no_such_mail(store: Store, clock: FrozenClock) -> None:
    with pytest.raises(UnknownIdentifier):
        held.drop("digest-9", because="x", by=BY, store=store, clock=clock)
