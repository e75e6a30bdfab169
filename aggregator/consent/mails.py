"""Mails of the service itself: plain text, short, and without a word that a stranger typed.

Anybody can type anybody's address into a form, so what goes to an address that has not confirmed
says only what is fixed here and the name of the host.
"""

from datetime import datetime

from aggregator import identity
from aggregator.links import Links
from aggregator.model import (
    Channel,
    ChannelKind,
    Host,
    Message,
    MessageKind,
    MessageState,
    OptIn,
    Subscriber,
)
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Purpose

ONE_WEEK = "The link works for seven days. If you did not ask for this, do nothing: nothing is sent"


def confirm_mail(
    opt_in: OptIn, address: str, *, host: Host, links: Links, now: datetime
) -> Message:
    """Asks the owner of an address whether they want digests."""
    link = links.to(Purpose.CONFIRM, opt_in.subscriber_id, opt_in.id, now=now)
    by = "A colleague thought" if opt_in.asked_by else "Somebody, probably you, asked"
    what = "you would want mails" if opt_in.asked_by else "for mails to this address"
    text = (
        f"{by} {what} about notices for mental-health charities: tenders, grants and early "
        f"engagement. They come from Fair Notice, run by {host.name}.\n\n"
        f"To start them, open this page and press the button there:\n\n{link}\n\n"
        f"{ONE_WEEK}, and the address is forgotten after that.\n"
    )
    return service_mail(
        f"confirm-{opt_in.id}",
        opt_in.subscriber_id,
        address,
        subject=f"Please confirm: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=now,
    )


def moving_mail(opt_in: OptIn, *, host: Host, links: Links, now: datetime) -> Message:
    """Asks the owner of a new address whether digests shall come there."""
    link = links.to(Purpose.ADDRESS, opt_in.subscriber_id, opt_in.id, now=now)
    text = (
        "A reader of Fair Notice, probably you, asked for their mails to come to this address "
        f"from now on. They are run by {host.name}.\n\n"
        f"To agree, open this page and press the button there:\n\n{link}\n\n{ONE_WEEK} here.\n"
    )
    return service_mail(
        f"move-{opt_in.id}",
        opt_in.subscriber_id,
        opt_in.address or "",
        subject=f"Please confirm your new address: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=now,
    )


def moved_mail(opt_in: OptIn, old: str, *, host: Host, now: datetime) -> Message:
    """Tells the old address that digests go elsewhere now."""
    text = (
        "From now on the Fair Notice mails that came to this address go to another one, as was "
        "asked for with a link from one of them.\n\n"
        f"If that was not you, write to {host.contact}.\n"
    )
    return service_mail(
        f"moved-{opt_in.id}",
        opt_in.subscriber_id,
        old,
        subject=f"Your address was changed: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=now,
    )


def link_mail(subscriber: Subscriber, *, host: Host, links: Links, now: datetime) -> Message:
    """A fresh link to somebody's own preferences."""
    link = links.preferences(subscriber.id, now=now)
    text = (
        "Here is the page on which you can change, pause or stop your Fair Notice mails, see what "
        f"is kept about you, and have it erased:\n\n{link}\n\n"
        "Keep it to yourself: whoever has it can change what you receive.\n\n"
        "If you did not ask for it, do nothing.\n"
    )
    return service_mail(
        f"link-{identity.message_id(subscriber.id, 'preferences', now.isoformat())}",
        subscriber.id,
        subscriber.email,
        subject=f"Your preferences: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=now,
    )


def service_mail(
    identifier: str,
    subscriber_id: str,
    address: str,
    *,
    subject: str,
    text: str,
    host: Host,
    now: datetime,
) -> Message:
    """A mail of the service, signed with who sends it."""
    where = f"\n{host.address}" if host.address else ""
    return Message(
        id=identifier,
        subscriber_id=subscriber_id,
        channel=Channel(kind=ChannelKind.EMAIL, target=address),
        created_at=now,
        subject=subject,
        text=f"{text}\n-- \n{host.name}{where}\n{host.contact}\n",
        kind=MessageKind.SERVICE,
    )


def send_link(address: str, *, store: Store, clock: Clock, host: Host, links: Links) -> bool:
    """Send a known address the link to its preferences; whoever asks is told the same either way.

    False where nothing is sent: the address is not known, or was sent one within an hour.
    """
    now = clock.now()
    subscriber = store.subscriber_by_email(address)
    if subscriber is None or subscriber.state not in KNOWN:
        return False
    hour = now.replace(minute=0, second=0, microsecond=0)
    mail = link_mail(subscriber, host=host, links=links, now=hour)
    return store.enqueue(mail, state=MessageState.PENDING, at=now)


KNOWN = frozenset({"confirmed", "paused"})
