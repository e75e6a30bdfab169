"""Telling people by mail that their webhook was switched off: it cannot tell them itself."""

from aggregator import identity
from aggregator.consent.mails import service_mail
from aggregator.model import (
    ChannelKind,
    ChannelOff,
    Host,
    Message,
    MessageState,
    Subscriber,
    SubscriberState,
)
from aggregator.parsing.dates import to_uk
from aggregator.ports import Clock
from aggregator.store import Store

WRITTEN_TO = frozenset({SubscriberState.CONFIRMED, SubscriberState.PAUSED})


def tell_owners(*, store: Store, clock: Clock, host: Host) -> int:
    """Put a mail into the outbox for each webhook whose owner does not know; says how many.

    Mail and note are written together, so that nobody is told twice and nobody never.
    """
    now, told = clock.now(), 0
    for off in store.channels_off(untold=True):
        if off.channel.kind is not ChannelKind.WEBHOOK:
            continue
        subscriber = store.subscriber(off.subscriber_id)
        if subscriber.state not in WRITTEN_TO:
            continue
        with store.transaction():
            mail = off_mail(off, subscriber, host=host)
            store.enqueue(mail, state=MessageState.PENDING, at=now)
            store.set_told_of_off(off.subscriber_id, off.channel.key, now)
        told += 1
    return told


def off_mail(off: ChannelOff, subscriber: Subscriber, *, host: Host) -> Message:
    """Says which webhook, since when, why, what is kept, and whom to ask."""
    day = to_uk(off.since)
    since = f"{day:%A} {day.day} {day:%B %Y}, {day:%H:%M}"
    text = (
        f"Fair Notice posts nothing more to your webhook\n\n{off.channel.target}\n\n"
        f"since {since}, because {' '.join(off.because.split())[:400].rstrip('.')}.\n\n"
        "Nothing is lost: what is new waits, and is posted once the webhook is switched on "
        f"again. When it works, write to {host.contact} and ask for that. If you do not need it "
        "any more, you need not do anything.\n"
    )
    identifier = identity.message_id(
        off.subscriber_id, off.channel.key, "switched off", off.since.isoformat()
    )
    return service_mail(
        f"off-{identifier}",
        subscriber.id,
        subscriber.email,
        subject=f"Your webhook is switched off: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=off.since,
    )
