"""Readers with mails in the outbox."""

from datetime import datetime

from aggregator import subscribe
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Message,
    MessageState,
    Subscriber,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock
from deliver.messages import a_mail


def a_reader(store: Store, clock: FrozenClock, address: str) -> Subscriber:
    channel = Channel(kind=ChannelKind.EMAIL, target=address)
    subscriber, _ = subscribe.add(
        address,
        criteria=Criteria(),
        channel=channel,
        cadence=Cadence.DAILY,
        store=store,
        clock=clock,
    )
    return subscriber


def a_mail_for(store: Store, subscriber: Subscriber, identifier: str, at: datetime) -> Message:
    """A mail to somebody, in the outbox; what it tells is in the ledger."""
    channel = Channel(kind=ChannelKind.EMAIL, target=subscriber.email)
    message = a_mail(id=identifier, subscriber_id=subscriber.id, channel=channel, created_at=at)
    with store.transaction():
        store.enqueue(message, state=MessageState.PENDING, at=at)
        events = [(f"event of {identifier}", "an opportunity")]
        store.tell(subscriber.id, channel.key, events, message_id=identifier, at=at)
    return message


def tells(store: Store, message: Message) -> bool:
    """Whether what a message was to tell counts as told."""
    event = f"event of {message.id}"
    return event in store.told(message.subscriber_id, message.channel.key, [event])
