"""The ways out: stop with one press, erase, and forgetting what nobody confirmed."""

from datetime import timedelta

from aggregator.errors import UnknownIdentifier
from aggregator.model import ConsentAct, ConsentEntry, SubscriberState
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys

SWEPT_AFTER = timedelta(days=7)
"""How long an address that nobody confirmed is kept."""


def stop(subscriber_id: str, how: str, *, store: Store, clock: Clock) -> bool:
    """End all mails to a subscriber; False where there was nothing to end.

    how: for the consent record. Pressing twice, or after an erasure, is as good as once.
    """
    with store.transaction():
        try:
            subscriber = store.subscriber(subscriber_id)
        except UnknownIdentifier:
            return False
        if subscriber.state is SubscriberState.ENDED:
            return False
        for subscription in store.subscriptions(subscriber_id):
            store.remove_subscription(subscription.id)
        store.set_subscriber_state(subscriber_id, SubscriberState.ENDED)
        store.set_provider_profile(subscriber_id, None)
        store.record_consent(
            ConsentEntry(
                subscriber_id=subscriber_id,
                act=ConsentAct.WITHDRAWN,
                at=clock.now(),
                how=how,
            )
        )
    return True


def erase(subscriber_id: str, *, store: Store, clock: Clock, keys: Keys) -> tuple[str, ...]:
    """Forget a subscriber but for a keyed hash of the address; says the ids of their messages.

    The hash keeps a host's list from bringing the address back; only its owner can, by confirming.
    Raises UnknownIdentifier.
    """
    with store.transaction():
        subscriber = store.subscriber(subscriber_id)
        store.suppress(keys.fingerprints(subscriber.email)[0], clock.now())
        messages = store.erase(subscriber_id)
    store.scrub()
    return messages


def sweep(*, store: Store, clock: Clock) -> tuple[str, ...]:
    """Forget what nobody confirmed within a week; says the ids of the messages that went too."""
    messages: list[str] = []
    with store.transaction():
        store.drop_opt_ins(clock.now() - SWEPT_AFTER)
        for subscriber_id in store.never_confirmed():
            messages += store.erase(subscriber_id)
    if messages:
        store.scrub()
    return tuple(messages)
