"""Who wants what: subscriptions as the host enters them on the command line."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aggregator.errors import UnknownIdentifier, Unwanted
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    ConsentAct,
    ConsentEntry,
    Criteria,
    Follow,
    Language,
    ProviderProfile,
    Subscriber,
    SubscriberState,
    Subscription,
)
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys

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
    provider: ProviderProfile | None = None,
    hour: int | None = None,
    language: Language | None = None,
    keys: Keys | None = None,
) -> tuple[Subscriber, Subscription]:
    """A confirmed subscription; a known address gets a further one, unless it has the same already.

    The host enters it on behalf of somebody who asked for it, and that is what the consent says.
    provider: what the organisation says of itself; it adds to what a known address said before.
    hour: of the UK day for digests, the host's where None. language: of our own words.
    Raises Unwanted where the address asked to be forgotten (looked up where `keys` are given).
    """
    now = clock.now()
    consent = Consent(given_at=now, how="entered by the host on request", wording=WORDING)
    with store.transaction():
        subscriber = store.subscriber_by_email(email)
        if keys is not None and store.is_suppressed(keys.fingerprints(email)):
            raise Unwanted(
                f"{email} asked to be forgotten, so it cannot be entered for them; they can sign "
                "up themselves"
            )
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
        store.record_consent(
            ConsentEntry(
                subscriber_id=subscriber.id,
                act=ConsentAct.GIVEN,
                at=now,
                how=consent.how,
                wording=consent.wording,
            )
        )
        if provider is not None:
            profile = updated(subscriber.provider, provider)
            store.set_provider_profile(subscriber.id, profile)
            subscriber = replace(subscriber, provider=profile)
        if language is not None and language is not subscriber.language:
            store.set_language(subscriber.id, language)
            subscriber = replace(subscriber, language=language)
        wishes = store.subscriptions(subscriber.id)
        subscription = Subscription(
            id=new_id("want"),
            subscriber_id=subscriber.id,
            criteria=criteria,
            channel=as_known(channel, subscriber, wishes),
            created_at=now,
            cadence=cadence,
            hour=hour,
        )
        if known := next((wish for wish in wishes if same_wish(wish, subscription)), None):
            return subscriber, known
        store.add_subscription(subscription)
        store.switch_on(subscriber.id, subscription.channel.key, at=now)
    return subscriber, subscription


def same_wish(one: Subscription, other: Subscription) -> bool:
    """Whether both ask for the same, by the same way, as often."""
    asks = [(wish.channel.key, wish.criteria, wish.cadence, wish.hour) for wish in (one, other)]
    return asks[0] == asks[1]


def updated(before: ProviderProfile | None, new: ProviderProfile) -> ProviderProfile:
    """The profile with what is newly said in the place of what was said before."""
    if before is None:
        return new
    said = {name: value for name in PROFILE if (value := getattr(new, name)) not in (None, ())}
    return replace(before, **said)


PROFILE = tuple(ProviderProfile.__dataclass_fields__)


def prefilled(criteria: Criteria, provider: ProviderProfile | None) -> Criteria:
    """The filter, with services and places of the profile where none were given.

    The income fills nothing: no opportunity is hidden for its size.
    """
    if provider is None:
        return criteria
    nation = (provider.nation,) if provider.nation else ()
    return replace(
        criteria,
        types=criteria.types or provider.services,
        places=criteria.places or provider.places or nation,
    )


def find(text: str, *, store: Store) -> Subscriber:
    """A subscriber by address or id. Raises UnknownIdentifier."""
    subscriber = store.subscriber_by_email(text)
    if subscriber is None:
        subscriber = next((one for one in store.subscribers() if one.id == text), None)
    if subscriber is None:
        raise UnknownIdentifier(
            f"nobody is subscribed as {text}; `fairnotice subscribe list` shows who is"
        )
    return subscriber


def profile_of(text: str, *, store: Store) -> ProviderProfile:
    """What a subscriber's organisation says of itself. Raises UnknownIdentifier."""
    profile = find(text, store=store).provider
    if profile is None:
        raise UnknownIdentifier(
            f"{text} has said nothing of its organisation yet; `fairnotice subscribe add {text}` "
            "takes --income, --service, --place, --vcse and --nation"
        )
    return profile


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


def remove(text: str, *, store: Store, clock: Clock) -> Subscriber:
    """End everything for an address or subscriber id. Raises UnknownIdentifier."""
    with store.transaction():
        subscriber = find(text, store=store)
        for subscription in store.subscriptions(subscriber.id):
            store.remove_subscription(subscription.id)
        store.forget_webhooks(subscriber.id)
        store.set_subscriber_state(subscriber.id, SubscriberState.ENDED)
        store.set_provider_profile(subscriber.id, None)
        store.record_consent(
            ConsentEntry(
                subscriber_id=subscriber.id,
                act=ConsentAct.WITHDRAWN,
                at=clock.now(),
                how="ended by the host",
            )
        )
    return subscriber


def follow(subscriber_id: str, opportunity_id: str, *, store: Store, clock: Clock) -> None:
    """Watch one opportunity, whatever the criteria say."""
    store.add_follow(
        Follow(subscriber_id=subscriber_id, opportunity_id=opportunity_id, since=clock.now())
    )


def new_id(kind: str) -> str:
    """An id nobody can guess or count."""
    return f"{kind}-{secrets.token_hex(6)}"


def new_secret() -> str:
    """A secret for signing a webhook, of 24 random bytes, in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def rotate_secret(who: str, url: str, *, store: Store, now: datetime) -> str:
    """A new secret for one's webhook; the former signs too for a day. Raises UnknownIdentifier."""
    channel = Channel(kind=ChannelKind.WEBHOOK, target=url)
    secret = new_secret()
    store.change_secret(find(who, store=store).id, channel.key, secret, at=now)
    return secret


def switch_on(who: str, url: str, *, store: Store, now: datetime) -> bool:
    """Send to one's webhook again; False where it was on. Raises UnknownIdentifier."""
    channel = Channel(kind=ChannelKind.WEBHOOK, target=url)
    subscriber = find(who, store=store)
    if all(wish.channel.key != channel.key for wish in store.subscriptions(subscriber.id)):
        raise UnknownIdentifier(f"{subscriber.email} has no webhook {url}")
    return store.switch_on(subscriber.id, channel.key, at=now)
