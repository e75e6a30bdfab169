"""What a person must see to here, and writing to that person.

Mail that cannot leave is no concern of this kind, since a mail about it could not leave either:
`pulse` (for monitors), the log and the doctor say so.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator import backups, checkup, concerns, health, heartbeats
from aggregator.app import Instance
from aggregator.checks import files, of_start, stored
from aggregator.concerns import Telling
from aggregator.model import (
    Channel,
    ChannelKind,
    Concern,
    HealthState,
    Message,
    MessageKind,
    MessageState,
)
from aggregator.parsing import dates
from aggregator.store import Store

FOR_A_PERSON = frozenset(
    {HealthState.FAILING, HealthState.BLOCKED, HealthState.SUSPICIOUS, HealthState.QUIET}
)
"""States of a source that do not end by themselves. While our own network is down no mail leaves;
what is overdue or was never asked is read by the service."""

HALF_A_DAY = timedelta(hours=12)
AN_HOUR = timedelta(hours=1)
LATELY = timedelta(days=7)
NAMED = 5
"""Messages named in a concern; the doctor has all of them."""


def found(instance: Instance, *, store: Store, now: datetime) -> tuple[Concern, ...]:
    """Everything a person must see to, as it is now."""
    return (
        *of_the_machine(instance, store=store, now=now),
        *of_backups(instance, store=store, now=now),
        *of_messages(store, now=now),
        *of_webhooks(store),
        *of_sources(instance, store=store, now=now),
        *of_jobs(store, now=now),
    )


def of_jobs(store: Store, *, now: datetime) -> Iterator[Concern]:
    """Jobs that hang or are passed over while the rest of the service goes on."""
    for one in heartbeats.late(now, store=store):
        yield Concern(
            key=f"job:{one.job}",
            words=f"A job of the service does not run: {one.words}.",
            remedy="stop the service and start it again; if that does not help, look at its log",
            patience=AN_HOUR,
        )


def of_sources(instance: Instance, *, store: Store, now: datetime) -> Iterator[Concern]:
    """Sources of which we do not see what they publish, and floods that wait."""
    entries = instance.chosen(())
    for state in checkup.states(entries, store=store, now=now):
        if state.state in FOR_A_PERSON:
            yield Concern(
                key=f"source:{state.source_id}:{state.state}",
                words=health.sentence(state),
                remedy="open its page in a browser: has it changed? Then fairnotice "
                f"sources try {state.source_id} shows what we make of it. Readers are told.",
                patience=HALF_A_DAY,
            )
    for source_id, count in store.held_notices().items():
        yield Concern(
            key=f"flood:{source_id}",
            words=f"{source_id} brought {count:,} new notices at once, far more than ever. They "
            "were kept, and nobody was told of them.",
            remedy="look at some with fairnotice list, then: fairnotice sources release "
            f"{source_id} (with --as-old, if they are old ones published again)",
        )


def of_messages(store: Store, *, now: datetime) -> Iterator[Concern]:
    """Digests that wait for a person, and digests that were refused for good."""
    held = store.deliveries(states=(MessageState.HELD,))
    if held:
        ids = ", ".join(delivery.message.id for delivery in held[:NAMED])
        one = len(held) == 1
        yield Concern(
            key="messages:held",
            words=f"{'1 digest is' if one else f'{len(held)} digests are'} held, because so much "
            f"in {'it' if one else 'them'} is new at once ({ids}).",
            remedy="look at them, then let each go with: fairnotice deliver --release ID",
        )
    for delivery in store.deliveries(states=(MessageState.FAILED,)):
        message = delivery.message
        if message.kind is MessageKind.DIGEST and now - message.created_at < LATELY:
            yield Concern(
                key=f"message:{message.id}:failed",
                words=f"The {message.channel.kind} channel of subscriber {message.subscriber_id} "
                "refused a digest for good.",
                remedy="fairnotice doctor and fairnotice subscribe list say whose it is; ask them "
                "for another address. What was in it is told again with the next one.",
            )


def of_webhooks(store: Store) -> Iterator[Concern]:
    """Webhooks that were switched off, while their owner does not know."""
    for off in store.channels_off(untold=True):
        yield Concern(
            key=f"webhook:{off.subscriber_id}:{off.since.isoformat()}",
            words=f"A webhook of subscriber {off.subscriber_id} was switched off, after days in "
            "vain or because its receiver asked so.",
            remedy="tell its owner; fairnotice webhook on switches it on again and sends what "
            "waited",
        )


def of_the_machine(instance: Instance, *, store: Store, now: datetime) -> Iterator[Concern]:
    """A disk that fills up, and everything with which the service would not start again."""
    free = shutil.disk_usage(instance.home).free
    if free < files.LEAST_FREE:
        yield Concern(
            key="disk",
            words=f"Only {free // 2**20:,} MB are free where the data is ({instance.home}).",
            remedy="make room, or move the folder to a larger disk; a full disk stops everything",
        )
    for result in of_start(instance, store, now=now):
        if result.stops and result.about != "disk":
            where = f" ({result.where})" if result.where else ""
            yield Concern(
                key=f"start:{result.about}:{result.where or ''}",
                words=f"The service goes on, but would not start again: {result.words}{where}.",
                remedy=result.remedy,
                patience=AN_HOUR,
            )


def of_backups(instance: Instance, *, store: Store, now: datetime) -> Iterator[Concern]:
    """Backups that do not succeed, once there is something to lose."""
    made = backups.newest(instance.backups)
    if made is None and not store.subscribers():
        return
    if made is None or now - made.made_at > stored.STALE:
        since = f"since {dates.in_words(made.made_at)}" if made else "yet"
        yield Concern(
            key="backup",
            words=f"No backup has been made {since}.",
            remedy=f"fairnotice backup says why; they go into {instance.backups}",
            patience=HALF_A_DAY,
        )


def tell(instance: Instance, *, store: Store, now: datetime) -> Telling | None:
    """Note what there is, and put a mail to the operator into the outbox where one is due.

    Without an `operator:` in the settings everything is noted and nobody written to; what was due
    is given all the same, for the log.
    """
    present = found(instance, store=store, now=now)
    with store.transaction():
        known = store.note_concerns(
            [one.key for one in present], at=now, forget_before=now - concerns.FORGOTTEN
        )
        due = concerns.telling(present, known, now=now)
        if due is None:
            return None
        if instance.settings.operator:
            message = mail_of(due, instance, store=store, now=now)
            store.enqueue(message, state=MessageState.PENDING, at=now)
        store.note_told_concerns(due.keys, now)
    return due


def mail_of(due: Telling, instance: Instance, *, store: Store, now: datetime) -> Message:
    """The mail, from the service to its operator."""
    return Message(
        id=f"operator-{now:%Y%m%dT%H%M%S}",
        subscriber_id=store.operator(now),
        channel=Channel(kind=ChannelKind.EMAIL, target=instance.settings.operator or ""),
        created_at=now,
        subject=concerns.subject(due, instance.settings.host),
        text=concerns.text(due),
        kind=MessageKind.SERVICE,
    )
