"""Acts that tell: compose, deliver, read what came back, compare the books."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aggregator import (
    alert,
    app,
    bounces,
    caring,
    checkup,
    consent,
    holding,
    relevance,
    tick,
)
from aggregator import reconcile as reconciliation
from aggregator.alert import ComposeResult, Delivered
from aggregator.app import Instance, SystemClock
from aggregator.binding import bind
from aggregator.bounced import BouncesRead, Reading
from aggregator.concerns import Telling
from aggregator.deliver import JOURNAL_FILE, Journalled, SentJournal, mails_in
from aggregator.digest import Links
from aggregator.digest.links import of_site
from aggregator.errors import (
    ParserStopped,
)
from aggregator.limited import Limited
from aggregator.links import links_of
from aggregator.model import (
    ChannelKind,
    Message,
    Subscriber,
)
from aggregator.ports import Clock
from aggregator.service.alone import FixedClock, as_of, only_one
from aggregator.store import Store

COMPLAINED = "told their mail provider that our mail is junk"


def compose(
    instance: Instance,
    store: Store,
    *,
    now: datetime,
    dry_run: bool = False,
    only_due: bool = False,
) -> ComposeResult:
    """Compose digests as of `now`; a dry run changes nothing. Raises MailHeld, StoreDamaged."""
    if not dry_run:
        store.must_be_sound()
        holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
    if not dry_run and (not only_due or tick.is_due(now, store=store)):
        tick.run(store=store, clock=FixedClock(now))
    names = app.names_for_readers(instance)
    return alert.compose(
        store=store,
        host=instance.settings.host,
        hour=instance.settings.digest_hour,
        now=now,
        names=names,
        labels=type_labels(),
        watch=alert.watch(checkup.states(instance.chosen(()), store=store, now=now), now=now),
        links=links_for(instance, now),
        dry_run=dry_run,
        only_due=only_due,
    )


def links_for(instance: Instance, now: datetime) -> Callable[[Subscriber], Links] | None:
    """The pages that a reader's digests lead to; None where the host serves none."""
    made = links_of(instance.settings.host, instance.keys())
    if made is None:
        return None
    calendar = of_site(made.base_url).calendar

    def of(subscriber: Subscriber) -> Links:
        stop = made.stop(subscriber.id, now=now)
        return Links(
            preferences=made.preferences(subscriber.id, now=now),
            stop=stop,
            one_click=stop,
            item=lambda opportunity: made.story(subscriber.id, opportunity, now=now),
            calendar=calendar,
        )

    return of


def type_labels() -> dict[str, str]:
    """Service type -> its name in plain words, from the default profile."""
    profile = relevance.load_profile()
    return {name: profile.plain(name) for name in profile.type_ids}


async def deliver(
    instance: Instance,
    store: Store,
    *,
    now: datetime | None = None,
    allow_http: bool = False,
) -> Delivered:
    """Send what is due in the outbox. Raises MailHeld, StoreDamaged."""
    store.must_be_sound()
    clock: Clock = FixedClock(now) if now else SystemClock()
    with only_one(instance.home, "deliver"):
        holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
        if store.due_messages(clock.now(), limit=1) or store.binding() is None:
            bind(instance.home, instance.database, store)
        async with app.notifying(instance, clock, allow_http=allow_http) as channel:
            journal = SentJournal(instance.home / JOURNAL_FILE)
            with suppress(OSError):
                journal.note_stopped(holding.ended(store))
            notifier = Journalled(
                channel=channel,
                journal=journal,
                described=store.sending,
                clock=SystemClock(),
            )
            result = await alert.deliver(store=store, notifier=notifier, clock=clock)
        consent.tell_owners(store=store, clock=clock, host=instance.settings.host)
        return result


async def read_bounces(
    instance: Instance,
    store: Store,
    path: Path,
    *,
    believe: bool = False,
    now: datetime | None = None,
    seen: set[str] | None = None,
) -> BouncesRead:
    """Read the mails that came back, each in a child that can be stopped, and do what follows.

    seen: fingerprints that are passed over, and to which those of this reading are added.
    Raises ConfigError where the path cannot be read, AlreadyRunning while mail is delivered.
    """
    clock: Clock = FixedClock(now) if now else SystemClock()
    found, unreadable, fresh = [], [], set[str]()
    with Limited(seconds=5, modules=("aggregator.bounces",)) as limited:
        for where, raw in mails_in(path):
            fresh.add(fingerprint := hashlib.sha256(raw).hexdigest())
            if seen and fingerprint in seen:
                continue
            try:
                found.append(await limited.run(bounces.read, raw[: bounces.LARGEST]))
            except ParserStopped as fault:
                unreadable.append(f"{where}: {fault}")
    keys = instance.keys()

    def stop(subscriber_id: str) -> bool:
        email = store.subscriber(subscriber_id).email
        store.suppress(keys.fingerprints(email)[0], clock.now())
        return consent.stop(subscriber_id, COMPLAINED, store=store, clock=clock)

    reading = Reading(store=store, clock=clock, keys=keys, stop=stop, believe=believe)
    with only_one(instance.home, "deliver"):
        result = reading.run(found)
    if seen is not None:
        seen |= fresh
    result.problems += unreadable
    return result


def mail_not_taken(store: Store, now: datetime) -> list[dict[str, str | None]]:
    """The addresses that are sent nothing, and those that rest, with what was said of them."""
    off = {
        (one.subscriber_id, one.channel.key): one
        for one in store.channels_off()
        if one.channel.kind is ChannelKind.EMAIL
    }
    records: list[dict[str, str | None]] = [
        {
            "email": one.channel.target,
            "state": "given up",
            "since": as_of(one.since),
            "because": one.because,
        }
        for one in off.values()
    ]
    shown = set(off)
    for rest in store.setbacks():
        key = (rest.subscriber_id, rest.channel_key)
        until = store.mail_rests_until(*key)
        if key not in shown and until is not None and until > now:
            shown.add(key)
            records.append(
                {
                    "email": rest.channel_key.partition(":")[2],
                    "state": f"rests until {as_of(until)}",
                    "since": as_of(rest.at),
                    "because": rest.words,
                }
            )
    return records


def reconcile(
    store: Store, *, now: datetime, days: int = reconciliation.DAYS
) -> reconciliation.Reconciled:
    """Compare what was detected, told and sent; changes nothing."""
    return reconciliation.run(store=store, now=now, days=days)


def tell_operator(instance: Instance, store: Store, *, now: datetime) -> Telling | None:
    """Write to the operator where a person must act; says what is told."""
    return caring.tell(instance, store=store, now=now)


def may_mail(instance: Instance, store: Store) -> None:
    """Raises MailHeld for a restored database or a copy: nothing at all is mailed from those."""
    holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())


async def send_now(instance: Instance, message: Message, *, clock: Clock) -> None:
    """Send one mail past the outbox, for somebody who waits for it. Raises DeliveryError."""
    async with app.notifying(instance, clock) as notifier:
        await notifier.send(message)


def open_now(instance: Instance, store: Store, subscriber_id: str, *, now: datetime) -> None:
    """Compose the first digest of somebody who has just confirmed, so that they need not wait.

    Raises MailHeld, StoreDamaged.
    """
    store.must_be_sound()
    holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
    alert.compose(
        store=store,
        host=instance.settings.host,
        hour=instance.settings.digest_hour,
        now=now,
        names=app.names_for_readers(instance),
        labels=type_labels(),
        links=links_for(instance, now),
        only_due=True,
        only_for=subscriber_id,
    )
