"""What a subscriber changes on the preferences page."""

import secrets
from datetime import timedelta

from aggregator import subscribe
from aggregator.consent.joining import AGAIN, Asked
from aggregator.consent.mails import moving_mail
from aggregator.consent.wording import ADDRESS
from aggregator.errors import UnknownIdentifier
from aggregator.links import Links
from aggregator.model import (
    ConsentAct,
    ConsentEntry,
    Host,
    MessageState,
    OptIn,
    OptInKind,
    Organisation,
    SubscriberState,
    Wish,
)
from aggregator.ports import Clock
from aggregator.store import Store

ON_PAGE = "the preferences page"
MOST_A_DAY = 3


def change(
    subscriber_id: str, subscription_id: str, wish: Wish, *, store: Store, clock: Clock
) -> None:
    """Let one subscription ask for something else. Raises UnknownIdentifier.

    What is open now and was not told yet comes with the next digest.
    """
    with store.transaction():
        owned(subscriber_id, subscription_id, store)
        store.change_wish(subscription_id, wish.criteria, wish.cadence)
        note(subscriber_id, ConsentAct.CHANGED, f"what is told: {ON_PAGE}", store, clock)


def drop_wish(subscriber_id: str, subscription_id: str, *, store: Store, clock: Clock) -> bool:
    """End one subscription of several; False where it is the last, which `stop` ends.

    Raises UnknownIdentifier.
    """
    with store.transaction():
        owned(subscriber_id, subscription_id, store)
        if len(store.subscriptions(subscriber_id)) == 1:
            return False
        store.remove_subscription(subscription_id)
        note(subscriber_id, ConsentAct.CHANGED, f"one of several ended: {ON_PAGE}", store, clock)
    return True


def owned(subscriber_id: str, subscription_id: str, store: Store) -> None:
    """Raises UnknownIdentifier where this subscription is somebody else's, or nobody's."""
    if subscription_id not in {one.id for one in store.subscriptions(subscriber_id)}:
        raise UnknownIdentifier("There is no such subscription.")


def pause(subscriber_id: str, *, store: Store, clock: Clock) -> None:
    """Send nothing until they resume; what happens meanwhile is told then."""
    switch(subscriber_id, SubscriberState.CONFIRMED, SubscriberState.PAUSED, store, clock)


def resume(subscriber_id: str, *, store: Store, clock: Clock) -> None:
    """Go on after a pause."""
    switch(subscriber_id, SubscriberState.PAUSED, SubscriberState.CONFIRMED, store, clock)


def switch(
    subscriber_id: str,
    before: SubscriberState,
    after: SubscriberState,
    store: Store,
    clock: Clock,
) -> None:
    """From one state to the other, and from no third one."""
    act = ConsentAct.PAUSED if after is SubscriberState.PAUSED else ConsentAct.RESUMED
    with store.transaction():
        if store.subscriber(subscriber_id).state is before:
            store.set_subscriber_state(subscriber_id, after)
            note(subscriber_id, act, ON_PAGE, store, clock)


def ask_to_move(
    subscriber_id: str, address: str, *, store: Store, clock: Clock, host: Host, links: Links
) -> Asked:
    """Ask the new address whether digests shall come there. Raises UnknownIdentifier."""
    now = clock.now()
    with store.transaction():
        store.subscriber(subscriber_id)
        day = store.opt_ins(subscriber_id, since=now - timedelta(days=1))
        recent = [one for one in day if one.kind is OptInKind.ADDRESS]
        same = (one for one in recent if one.address == address and now - one.asked_at < AGAIN)
        if next(same, None) or len(recent) >= MOST_A_DAY:
            return Asked(opt_in=None, mailed=False)
        opt_in = OptIn(
            id=secrets.token_hex(8),
            subscriber_id=subscriber_id,
            kind=OptInKind.ADDRESS,
            asked_at=now,
            wording=ADDRESS.version,
            address=address,
        )
        store.save_opt_in(opt_in)
        mail = moving_mail(opt_in, host=host, links=links, now=now)
        store.enqueue(mail, state=MessageState.PENDING, at=now)
    return Asked(opt_in=opt_in, mailed=True)


def name_organisation(subscriber_id: str, name: str, *, store: Store) -> None:
    """What the organisation of a subscriber is called. Raises UnknownIdentifier."""
    with store.transaction():
        known = store.subscriber(subscriber_id).organisation_id or subscribe.new_id("body")
        store.save_organisation(Organisation(id=known, name=" ".join(name.split())))
        store.join_organisation(subscriber_id, known)


def note(subscriber_id: str, act: ConsentAct, how: str, store: Store, clock: Clock) -> None:
    """A line in the consent record."""
    entry = ConsentEntry(subscriber_id=subscriber_id, act=act, at=clock.now(), how=how)
    store.record_consent(entry)
