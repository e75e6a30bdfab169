"""Complaints about how personal data is handled: taken, acknowledged, answered in time.

Since 19 June 2026 whoever decides about personal data must make it easy to complain to them, must
acknowledge within 30 days and answer without undue delay (Data Protection Act 2018 section 164A,
put in by the Data (Use and Access) Act 2025). The receipt goes out at once and by itself.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import subscribe
from aggregator.consent.mails import service_mail
from aggregator.deliver import checked_address
from aggregator.errors import PermanentFailure
from aggregator.model import Complaint, Host, Message, MessageState, Subscriber, SubscriberState
from aggregator.parsing.dates import to_uk
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys

LONGEST = 5000
"""Characters of a complaint."""

IN_DAYS = 30
"""Within so many days a complaint has to be acknowledged; we aim to have it answered, too."""

REMINDERS = tuple(timedelta(days=day) for day in (0, 14, 21, 27))
"""When the host is told of a complaint, and reminded of one that waits."""

A_DAY, MOST_A_DAY = timedelta(days=1), 3
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
ICO = "the Information Commissioner’s Office: ico.org.uk/make-a-complaint, telephone 0303 123 1113"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A complaint of which the host is to be told now. days: since it came in."""

    complaint: Complaint
    days: int


def complain(
    address: str, words: str, *, store: Store, clock: Clock, host: Host
) -> Complaint | None:
    """Keep a complaint and put its receipt into the outbox, in one transaction.

    address: one that mail can be sent to. None where three came from it within a day: a form must
    not be a way to send somebody many mails.
    """
    now = clock.now()
    with store.transaction():
        if store.complaints_from(address, now - A_DAY) >= MOST_A_DAY:
            return None
        complaint = Complaint(
            id="".join(secrets.choice(ALPHABET) for _ in range(8)),
            received_at=now,
            address=address,
            words=words.strip()[:LONGEST],
        )
        store.add_complaint(complaint)
        owner = correspondent(address, now, store)
        mail = receipt(complaint, owner, host=host, now=now)
        store.enqueue(mail, state=MessageState.PENDING, at=now)
    return complaint


def correspondent(address: str, now: datetime, store: Store) -> str:
    """The id of whoever has this address; somebody new is entered as wanting no mails."""
    known = store.subscriber_by_email(address)
    if known is not None:
        return known.id
    new = Subscriber(
        id=subscribe.new_id("person"),
        email=address,
        state=SubscriberState.ENDED,
        created_at=now,
    )
    store.add_subscriber(new)
    return new.id


def receipt(complaint: Complaint, owner: str, *, host: Host, now: datetime) -> Message:
    """Says that it came in; not a word of it, since anybody can type anybody's address."""
    text = (
        f"{host.name} has received a complaint about how personal data is handled, sent with this "
        f"address on {day(complaint.received_at)}. Its number is {complaint.id}.\n\n"
        "You need not do anything. A person will look into it and answer here without undue "
        f"delay. To add to it, write to {host.contact} and name the number.\n\n"
        f"You can also turn to {ICO}.\n\n"
        "If you did not send it, tell us, or do nothing: no other mails come of it but the answer."
        "\n"
    )
    return service_mail(
        f"complaint-{complaint.id}",
        owner,
        complaint.address,
        subject=f"We have your complaint {complaint.id}: Fair Notice from {host.name}",
        text=text,
        host=host,
        now=now,
    )


def answer(complaint_id: str, words: str, *, store: Store, clock: Clock, keys: Keys) -> Complaint:
    """Note that a complaint was answered, and how in a line. Raises UnknownIdentifier.

    One whose maker asked meanwhile to be forgotten is forgotten now, but for its dates.
    """
    with store.transaction():
        complaint = store.complaint(complaint_id)
        store.set_answered(complaint_id, " ".join(words.split()), clock.now())
        if store.is_suppressed(keys.fingerprints(complaint.address)):
            store.forget_complaints_from(complaint.address, clock.now(), unanswered=False)
    store.scrub()
    return complaint


def due(complaints: Iterable[Complaint], now: datetime) -> tuple[Due, ...]:
    """The unanswered complaints of which the host is to be told, or told again, by now."""
    found = []
    for one in complaints:
        steps = [one.received_at + after for after in REMINDERS]
        passed = [step for step in steps if step <= now]
        late = one.received_at + timedelta(days=IN_DAYS) <= now
        if late:  # every day from then on
            passed.append(now - A_DAY + timedelta(seconds=1))
        if passed and (one.reminded_at is None or one.reminded_at < max(passed)):
            found.append(Due(complaint=one, days=(now - one.received_at).days))
    return tuple(found)


def remind(*, store: Store, clock: Clock, host: Host) -> tuple[Due, ...]:
    """Tell the host of complaints that wait, by mail where its contact is an address."""
    now = clock.now()
    with store.transaction():
        waiting = due(store.complaints(unanswered=True), now)
        address = mailbox(host)
        if waiting and address is not None:
            mail = reminder(
                waiting, correspondent(address, now, store), address, host=host, now=now
            )
            store.enqueue(mail, state=MessageState.PENDING, at=now)
        for one in waiting:
            store.set_reminded(one.complaint.id, now)
    return waiting


def mailbox(host: Host) -> str | None:
    """The host's contact, where mail can be sent to it."""
    try:
        return checked_address(host.contact)
    except PermanentFailure:
        return None


def reminder(
    waiting: tuple[Due, ...], owner: str, address: str, *, host: Host, now: datetime
) -> Message:
    """A mail to the host: which complaints wait, until when, and what to do."""
    lines = "\n".join(f"- {in_words(one)}" for one in waiting)
    text = (
        f"These complaints about personal data wait for an answer:\n\n{lines}\n\n"
        "Read them with: fairnotice privacy complaints\n"
        'When you have answered one: fairnotice privacy answer NUMBER "what you answered"\n\n'
        f"The law asks for an acknowledgement within {IN_DAYS} days and an answer without undue "
        "delay. This mail is no legal advice.\n"
    )
    first = waiting[0].complaint.id
    return service_mail(
        f"reminder-{first}-{int(now.timestamp())}",
        owner,
        address,
        subject=f"To do: {len(waiting)} complaint{'s' if len(waiting) > 1 else ''} about data",
        text=text,
        host=host,
        now=now,
    )


def in_words(one: Due) -> str:
    """ "a1b2c3d4, came in on 1 June 2026; answer it by 1 July 2026; acknowledged"."""
    complaint = one.complaint
    until = complaint.received_at + timedelta(days=IN_DAYS)
    known = (
        f"acknowledged on {day(complaint.acknowledged_at)}"
        if complaint.acknowledged_at
        else "the receipt has not gone out yet: if it cannot, acknowledge it by letter or telephone"
    )
    return (
        f"{complaint.id}, came in on {day(complaint.received_at)}; "
        f"answer it by {day(until)}; {known}"
    )


def day(moment: datetime) -> str:
    """ "1 June 2026", on UK calendars."""
    local = to_uk(moment)
    return f"{local.day} {local:%B %Y}"
