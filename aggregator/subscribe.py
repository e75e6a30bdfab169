"""Who wants what: subscriptions as the host enters them on the command line."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Follow,
    Subscriber,
    SubscriberState,
    Subscription,
)
from aggregator.ports import Clock
from aggregator.store import Store

WORDING = "command line 1"
"""Version of what a host confirms by `subscribe add`: that the person asked for these digests."""


def add(
    email: str,
    *,
    criteria: Criteria,
    channel: Channel,
    cadence: Cadence,
    store: Store,
    clock: Clock,
    name: str | None = None,
) -> tuple[Subscriber, Subscription]:
    """A confirmed subscription; a known address gets a further one.

    The host enters it on behalf of somebody who asked for it, and that is what the consent says.
    """
    now = clock.now()
    consent = Consent(given_at=now, how="entered by the host on request", wording=WORDING)
    with store.transaction():
        subscriber = store.subscriber_by_email(email)
        if subscriber is None:
            subscriber = Subscriber(
                id=new_id("person"),
                email=email,
                state=SubscriberState.CONFIRMED,
                created_at=now,
                name=name,
                consent=consent,
            )
            store.add_subscriber(subscriber)
        elif subscriber.state is not SubscriberState.CONFIRMED:
            state = SubscriberState.CONFIRMED
            store.set_subscriber_state(subscriber.id, state, consent=consent)
            subscriber = replace(subscriber, state=state, consent=consent)
        subscription = Subscription(
            id=new_id("want"),
            subscriber_id=subscriber.id,
            criteria=criteria,
            channel=as_known(channel, subscriber, store.subscriptions(subscriber.id)),
            created_at=now,
            cadence=cadence,
        )
        store.add_subscription(subscription)
    return subscriber, subscription


def as_known(channel: Channel, subscriber: Subscriber, wishes: Iterable[Subscription]) -> Channel:
    """The channel as it was first written, with the secret the receiver has.

    What was told is remembered by channel, so that one mailbox written in two ways would be told
    everything twice.
    """
    for wish in wishes:
        if wish.channel.kind is channel.kind and one_place(wish.channel, channel.target):
            return wish.channel
    if channel.kind is ChannelKind.EMAIL and one_place(channel, subscriber.email):
        local, _, domain = subscriber.email.strip().partition("@")
        return replace(channel, target=f"{local}@{domain.lower()}")
    return channel


def one_place(channel: Channel, target: str) -> bool:
    """Whether a channel leads there; mail servers take capital letters for small ones."""
    if channel.kind is ChannelKind.EMAIL:
        return channel.target.casefold() == target.strip().casefold()
    return channel.target == target


def remove(text: str, *, store: Store) -> Subscriber:
    """End everything for an address or subscriber id. Raises UnknownIdentifier."""
    with store.transaction():
        subscriber = store.subscriber_by_email(text)
        if subscriber is None:
            subscriber = next((one for one in store.subscribers() if one.id == text), None)
        if subscriber is None:
            raise UnknownIdentifier(
                f"nobody is subscribed as {text}; `fairnotice subscribe list` shows who is"
            )
        for subscription in store.subscriptions(subscriber.id):
            store.remove_subscription(subscription.id)
        store.set_subscriber_state(subscriber.id, SubscriberState.ENDED)
    return subscriber


def follow(subscriber_id: str, opportunity_id: str, *, store: Store, clock: Clock) -> None:
    """Watch one opportunity, whatever the criteria say."""
    store.add_follow(
        Follow(subscriber_id=subscriber_id, opportunity_id=opportunity_id, since=clock.now())
    )


def new_id(kind: str) -> str:
    """An id nobody can guess or count."""
    return f"{kind}-{secrets.token_hex(6)}"
