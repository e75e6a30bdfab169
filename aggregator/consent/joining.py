"""Double opt-in: what is asked for on a page begins when the address's owner presses a button."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator import subscribe
from aggregator.consent.mails import confirm_mail, moved_mail
from aggregator.consent.wording import ADDRESS, COLLEAGUE, SIGN_UP, shown
from aggregator.errors import ExpiredToken, StoreError, UnknownIdentifier
from aggregator.links import Links
from aggregator.model import (
    Channel,
    ChannelKind,
    Consent,
    ConsentAct,
    ConsentEntry,
    Group,
    Host,
    MessageState,
    OptIn,
    OptInKind,
    Subscriber,
    SubscriberState,
    Subscription,
    Wish,
)
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys, Token

AGAIN = timedelta(minutes=15)
"""Within this time a second sign-up changes what waits, and sends no second mail."""

A_DAY, MOST_A_DAY = timedelta(days=1), 3
"""No address is asked more often than this, whoever types it."""

CONFIRMED_BY_LINK = "pressed the button behind the link that was sent to the address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What became of a sign-up; pages say the same whatever it was."""

    opt_in: OptIn | None
    mailed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """What a pressed button confirmed. again: it had been confirmed before."""

    subscriber: Subscriber
    opt_in: OptIn
    again: bool


def ask(
    address: str,
    wish: Wish,
    *,
    store: Store,
    clock: Clock,
    host: Host,
    links: Links,
    asked_by: str | None = None,
) -> Asked:
    """Keep a wish until the address's owner confirms it, and ask them in one mail.

    address: one that mail can be sent to. Known and unknown addresses are treated alike, and no
    address is asked more than three times a day.
    """
    now = clock.now()
    wording = COLLEAGUE if asked_by else SIGN_UP
    with store.transaction():
        subscriber = store.subscriber_by_email(address) or pending(address, now, store)
        recent = [one for one in store.opt_ins(subscriber.id, since=now - A_DAY) if one.wish]
        waiting = next((one for one in recent if is_waiting(one, now, asked_by)), None)
        if waiting is not None:
            store.save_opt_in(replace(waiting, wish=wish, wording=wording.version, group_id=None))
            return Asked(opt_in=waiting, mailed=False)
        if len(recent) >= MOST_A_DAY:
            return Asked(opt_in=None, mailed=False)
        opt_in = OptIn(
            id=secrets.token_hex(8),
            subscriber_id=subscriber.id,
            kind=OptInKind.DIGESTS,
            asked_at=now,
            wording=wording.version,
            wish=wish,
            asked_by=asked_by,
        )
        store.save_opt_in(opt_in)
        store.record_consent(
            ConsentEntry(
                subscriber_id=subscriber.id,
                act=ConsentAct.ASKED,
                at=now,
                how="a colleague's invitation" if asked_by else "the sign-up page",
                wording=wording.version,
                words=wording.of(host),
            )
        )
        mail = confirm_mail(opt_in, address, host=host, links=links, now=now)
        store.enqueue(mail, state=MessageState.PENDING, at=now)
    return Asked(opt_in=opt_in, mailed=True)


def is_waiting(opt_in: OptIn, now: datetime, asked_by: str | None) -> bool:
    """Whether the mail about it is so fresh that no other is needed."""
    fresh = now - opt_in.asked_at < AGAIN
    return fresh and opt_in.confirmed_at is None and opt_in.asked_by == asked_by


def pending(address: str, now: datetime, store: Store) -> Subscriber:
    """An address that nobody has confirmed yet."""
    subscriber = Subscriber(
        id=subscribe.new_id("person"),
        email=address,
        state=SubscriberState.PENDING,
        created_at=now,
    )
    store.add_subscriber(subscriber)
    return subscriber


def invite(
    subscriber_id: str,
    address: str,
    *,
    store: Store,
    clock: Clock,
    host: Host,
    links: Links,
) -> Asked:
    """Ask a colleague whether they want what this subscriber gets. Raises UnknownIdentifier."""
    wishes = store.subscriptions(subscriber_id)
    if not wishes:
        raise UnknownIdentifier("There is no subscription to share.")
    wish = Wish(criteria=wishes[0].criteria, cadence=wishes[0].cadence)
    with store.transaction():
        own = store.subscriber(subscriber_id)
        if own.organisation_id is None:
            store.join_organisation(subscriber_id, subscribe.new_id("body"))
        return ask(
            address, wish, store=store, clock=clock, host=host, links=links, asked_by=subscriber_id
        )


def waiting_for(token: Token, *, store: Store) -> OptIn:
    """What a link is to confirm. Raises ExpiredToken when it is no longer there."""
    opt_in = store.opt_in(token.subject)
    if opt_in is None or opt_in.subscriber_id != token.subscriber_id:
        raise ExpiredToken("What this link was to confirm is no longer kept.")
    return opt_in


def confirm(token: Token, *, store: Store, clock: Clock, host: Host, keys: Keys) -> Confirmed:
    """Begin what was asked for; a second press changes nothing.

    Raises ExpiredToken when it is no longer kept, StoreError when a new address is taken.
    """
    now = clock.now()
    with store.transaction():
        opt_in = waiting_for(token, store=store)
        before = store.subscriber(opt_in.subscriber_id)
        if not store.confirm_opt_in(opt_in.id, now):
            return Confirmed(subscriber=before, opt_in=opt_in, again=True)
        if opt_in.kind is OptInKind.ADDRESS:
            move(opt_in, before, now=now, store=store, host=host)
        else:
            begin(opt_in, before, now=now, store=store, host=host)
        after = store.subscriber(opt_in.subscriber_id)
        store.recall(after.id, after.email, keys.fingerprints(after.email))
        store.lift_suppression(keys.fingerprints(after.email))
    return Confirmed(subscriber=after, opt_in=opt_in, again=False)


def begin(
    opt_in: OptIn, subscriber: Subscriber, *, now: datetime, store: Store, host: Host
) -> None:
    """Confirm the subscriber, with the subscription that was wished for."""
    words = shown(opt_in.wording)
    consent = Consent(given_at=now, how=CONFIRMED_BY_LINK, wording=words.version)
    store.set_subscriber_state(subscriber.id, SubscriberState.CONFIRMED, consent=consent)
    subscribe.takes_mail(subscriber.id, subscriber.email, store=store, now=now)
    group = group_of(opt_in, store)
    if wish := wish_of(opt_in, group):
        add_wish(subscriber, wish, now=now, store=store, group=group)
    if opt_in.asked_by is not None:
        join(subscriber, opt_in.asked_by, store)
    store.record_consent(
        ConsentEntry(
            subscriber_id=subscriber.id,
            act=ConsentAct.GIVEN,
            at=now,
            how=CONFIRMED_BY_LINK,
            wording=words.version,
            words=words.of(host),
        )
    )


def group_of(opt_in: OptIn, store: Store) -> Group | None:
    """The group whose defaults were asked for, where it is still there."""
    return next((one for one in store.groups() if one.id == opt_in.group_id), None)


def wish_of(opt_in: OptIn, group: Group | None) -> Wish | None:
    """What begins with a confirmation: a group's present defaults, or what was asked for."""
    return Wish(criteria=group.criteria, cadence=group.cadence) if group else opt_in.wish


def add_wish(
    subscriber: Subscriber,
    wish: Wish,
    *,
    now: datetime,
    store: Store,
    group: Group | None = None,
) -> None:
    """The wish as a subscription by e-mail, unless the same is there.

    group: whose defaults it is; then it is added only where the member chose nothing yet.
    """
    if group is not None and store.subscriptions(subscriber.id):
        return
    wishes = store.subscriptions(subscriber.id)
    channel = Channel(kind=ChannelKind.EMAIL, target=subscriber.email)
    wanted = Subscription(
        id=subscribe.new_id("want"),
        subscriber_id=subscriber.id,
        criteria=wish.criteria,
        channel=subscribe.as_known(channel, subscriber, wishes),
        created_at=now,
        cadence=wish.cadence,
        group_id=group.id if group else None,
    )
    if not any(subscribe.same_wish(one, wanted) for one in wishes):
        store.add_subscription(wanted)


def join(subscriber: Subscriber, asked_by: str, store: Store) -> None:
    """Into the organisation of the colleague who asked, if they are still there."""
    try:
        organisation = store.subscriber(asked_by).organisation_id
    except UnknownIdentifier:
        return
    if subscriber.organisation_id is None:
        store.join_organisation(subscriber.id, organisation)


def move(opt_in: OptIn, before: Subscriber, *, now: datetime, store: Store, host: Host) -> None:
    """Send everything to the new address from here on, and tell the old one."""
    if opt_in.address is None:
        raise StoreError("A change of address without an address cannot be confirmed.")
    taken = store.subscriber_by_email(opt_in.address)
    if taken is not None and taken.state is SubscriberState.PENDING and taken.id != before.id:
        store.erase(taken.id)  # somebody typed it and nobody confirmed; its owner just did
    store.move_address(before.id, opt_in.address)
    for address in (before.email, opt_in.address):
        subscribe.takes_mail(before.id, address, store=store, now=now)
    store.record_consent(
        ConsentEntry(
            subscriber_id=before.id,
            act=ConsentAct.CHANGED,
            at=now,
            how="address: " + CONFIRMED_BY_LINK,
            wording=ADDRESS.version,
            words=ADDRESS.of(host),
        )
    )
    told = moved_mail(opt_in, before.email, host=host, now=now)
    store.enqueue(told, state=MessageState.PENDING, at=now)
