"""The product's parts as the product composes them, and as somebody might have composed them.

Each planted fault is a way of telling that looks right and is not. The harness has to see them all,
or its silence about the product would mean nothing.
"""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aggregator import alert, digest, service, stage
from aggregator.errors import AlreadyRunning
from aggregator.model import (
    DigestItem,
    DigestKind,
    DigestRun,
    Event,
    MessageState,
    Receipt,
)
from aggregator.ports import Clock, Notifier
from aggregator.store import Store
from tests.kills.world import HOST, START

Tell = Callable[[Store, Notifier, Clock, Path], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Composition:
    """A way from the events in the store to the readers.

    prepare: changes the database before a life begins. asks: whether the mail server's journal is
    asked after a kill.
    """

    name: str
    tell: Tell
    prepare: Callable[[Path], None] | None = None
    asks: bool = True


def composed(store: Store, now: datetime, *, dry_run: bool = False) -> tuple[alert.Composed, ...]:
    """The digests there are; in a dry run nothing is written."""
    result = alert.compose(
        store=store, host=HOST, hour=7, now=now, names={}, labels={}, dry_run=dry_run
    )
    assert not result.problems, result.problems
    return result.composed


async def deliver(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    with suppress(AlreadyRunning), service.only_one(home, "deliver"):
        await alert.deliver(store=store, notifier=notifier, clock=clock)


async def product(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """As the service does it."""
    composed(store, clock.now())
    await deliver(store, notifier, clock, home)


async def send_first(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """Sends, then marks as sent: a kill between the two sends again."""
    composed(store, clock.now())
    with suppress(AlreadyRunning), service.only_one(home, "deliver"):
        for delivery in store.due_messages(clock.now()):
            store.record_sent(await notifier.send(delivery.message))


async def mark_first(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """Marks as sent, then sends: a kill between the two loses the mail."""
    composed(store, clock.now())
    with suppress(AlreadyRunning), service.only_one(home, "deliver"):
        for delivery in store.due_messages(clock.now()):
            message, now = delivery.message, clock.now()
            store.record_sent(Receipt(message_id=message.id, at=now, accepted=True, answer="sent"))
            await notifier.send(message)


async def mark_by_condition(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """Marks whatever is untold at the time of marking: what came in since is never told."""
    found = composed(store, clock.now(), dry_run=True)
    await asyncio.sleep(0.005)
    for one in found:
        run = one.digest.run
        with store.transaction():
            untold = store.untold_events(run.subscriber_id, run.channel.key, after_number=0)
            enter(store, one, [(event.id, event.opportunity_id) for event in untold], clock.now())
    await deliver(store, notifier, clock, home)


async def no_unique(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """Reads, then writes, and no table refuses the second entry of two at work at once."""
    moment = clock.now() + timedelta(microseconds=random.SystemRandom().randrange(10**6))
    for one in composed(store, moment, dry_run=True):
        with store.transaction():
            enter(store, one, list(one.told), moment)
    await deliver(store, notifier, clock, home)


def enter(store: Store, one: alert.Composed, told: list[tuple[str, str]], at: datetime) -> None:
    """Message into the outbox, events into the ledger."""
    run = one.digest.run
    store.enqueue(one.message, state=MessageState.PENDING, at=at)
    store.tell(run.subscriber_id, run.channel.key, told, message_id=one.message.id, at=at)


def without_unique(database: Path) -> None:
    """The ledger as a table that takes the same entry twice."""
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("ALTER TABLE ledger RENAME TO strict_ledger")
        db.execute("CREATE TABLE ledger AS SELECT * FROM strict_ledger")


async def window(store: Store, notifier: Notifier, clock: Clock, home: Path) -> None:
    """Tells what happened since the last run, by the clock: a run that died leaves a hole."""
    now = clock.now()
    for subscriber in store.subscribers():
        for wish in store.subscriptions(subscriber.id):
            last = store.last_digest_run(subscriber.id, wish.channel.key) or START - timedelta(1)
            run = DigestRun(subscriber_id=subscriber.id, channel=wish.channel, due_at=now)
            if store.begin_digest_run(run, now):
                within(store, run, last, now)
    await deliver(store, notifier, clock, home)


def within(store: Store, run: DigestRun, last: datetime, now: datetime) -> None:
    """A digest of the events of a window."""
    items = [
        an_item(store, event, now) for event in store.events_after(0) if last < event.at <= now
    ]
    made = digest.compose(run, DigestKind.UPDATE, items, now=now)
    if made is not None:
        message = digest.render(made, HOST, names={})
        store.enqueue(message, state=MessageState.PENDING, at=now)


def an_item(store: Store, event: Event, now: datetime) -> DigestItem:
    judged = store.opportunity(event.opportunity_id)
    return DigestItem(
        opportunity=judged.opportunity,
        judgement=judged.judgement,
        stage=stage.at(judged.opportunity, now).stage,
        events=(event,),
        why=(),
        known=False,
    )


PRODUCT = Composition(name="the product", tell=product)
PLANTED = (
    Composition(name="send first", tell=send_first),
    Composition(name="mark first", tell=mark_first),
    Composition(name="mark by condition", tell=mark_by_condition),
    Composition(name="no unique", tell=no_unique, prepare=without_unique),
    Composition(name="window digest", tell=window),
    Composition(name="never ask", tell=product, asks=False),
)
