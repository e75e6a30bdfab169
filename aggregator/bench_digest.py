"""How fast digests are composed and sent, beside a bare loop into the same sink.

Made-up readers of one host, each with twenty open opportunities that meet their words: the first
digest of each is composed, put into outbox and ledger, claimed, sent and recorded. The bare loop
only sends the same messages, ready made, into another folder.
"""

import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import alert, relevance, service, subscribe
from aggregator.deliver import FileOutbox, Sender
from aggregator.derive import derive
from aggregator.model import Cadence, Channel, ChannelKind, Criteria, Host, Message
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_buyer, a_notice, a_stated_time

NOW = datetime(2026, 11, 23, 7, 1, tzinfo=UTC)
AREAS = tuple(f"area{number}" for number in range(20))
EACH = 20
"""Opportunities that meet the words of one reader."""

AIM = 0.75
MOST_MEGABYTES = 250
SERVICES = ("Crisis café", "School counselling", "Peer support", "Mental health advocacy")
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")


@dataclass(frozen=True, kw_only=True)
class DigestFigures:
    """Seconds for so many digests: composing, delivering, and sending them ready made."""

    digests: int
    compose: float
    deliver: float
    bare: float
    bytes_each: float
    peak_megabytes: float


def fill(store: Store, readers: int, clock: FrozenClock) -> None:
    """Twenty opportunities for each area, and readers who asked for one area each."""
    profile = relevance.load_profile()
    rng = random.Random(20261121)  # noqa: S311 - made-up notices, not secrets
    notices = [
        a_notice(
            notice_id=f"{number:06}-2026",
            ocid=f"ocds-h6vhtk-{number:06x}",
            version=str(number),
            title=f"{rng.choice(SERVICES)} in {AREAS[number % len(AREAS)]}, number {number}",
            buyers=(a_buyer(f"Council {number}"),),
            url=f"https://example.org/Notice/{number:06}-2026",
            deadline=a_stated_time(NOW + timedelta(days=rng.randrange(5, 50))),
        )
        for number in range(EACH * len(AREAS))
    ]
    with store.transaction():
        added = store.add_notices(notices, payload_id=None, retrieved_at=NOW, backfill=False)
        derive(added, store=store, profile=profile)
        for number in range(readers):
            email = f"reader{number}@example.org"
            subscribe.add(
                email,
                criteria=Criteria(words=(AREAS[number % len(AREAS)],)),
                channel=Channel(kind=ChannelKind.EMAIL, target=email),
                cadence=Cadence.DAILY,
                store=store,
                clock=clock,
            )


def measure(readers: int, folder: Path) -> DigestFigures:
    """Compose and deliver for so many readers, then send the same messages bare."""
    clock = FrozenClock(NOW)
    sender = Sender(address="hello@example.org", name=HOST.name)
    with Store.open(folder / "bench.db") as store:
        fill(store, readers, clock)
        began = time.perf_counter()
        messages = composed(store)
        compose = time.perf_counter() - began
        outbox = FileOutbox(folder / "outbox", sender=sender, clock=clock)
        began = time.perf_counter()
        asyncio.run(delivered(store, outbox, clock, len(messages)))
        deliver = time.perf_counter() - began
    bare = FileOutbox(folder / "bare", sender=sender, clock=clock)
    began = time.perf_counter()
    asyncio.run(sent_bare(bare, messages))
    return DigestFigures(
        digests=len(messages),
        compose=compose,
        deliver=deliver,
        bare=time.perf_counter() - began,
        bytes_each=sum(len(one.html or "") + len(one.text or "") for one in messages)
        / max(1, len(messages)),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def composed(store: Store) -> list[Message]:
    """The first digest of everybody, in outbox and ledger."""
    result = alert.compose(
        store=store, host=HOST, hour=7, now=NOW, names={}, labels=service.type_labels()
    )
    return [one.message for one in result.composed]


async def delivered(store: Store, outbox: FileOutbox, clock: FrozenClock, count: int) -> None:
    """Everything in the outbox, claimed, sent and recorded."""
    sent = 0
    while sent < count:
        result = await alert.deliver(store=store, notifier=outbox, clock=clock)
        if not result.sent:
            raise AssertionError(f"only {sent} of {count} were sent: {result.problems[:1]}")
        sent += result.sent


async def sent_bare(outbox: FileOutbox, messages: list[Message]) -> None:
    """The same messages one after the other, and nothing else."""
    for message in messages:
        await outbox.send(message)


def lines(readers: int) -> Iterator[str]:
    """The figures as a JSON line; `met` says whether what stands under `aim` is reached."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(readers, Path(folder))
    share = found.bare / found.deliver
    yield json.dumps(
        {
            "bench": "digests composed and sent",
            "digests": found.digests,
            "items_each": EACH,
            "bytes_each": round(found.bytes_each),
            "compose_ms": round(found.compose / found.digests * 1000, 2),
            "deliver_ms": round(found.deliver / found.digests * 1000, 2),
            "bare_ms": round(found.bare / found.digests * 1000, 2),
            "rate_of_sending": round(share, 2),
            "rate_of_composing_and_sending": round(found.bare / (found.compose + found.deliver), 2),
            "aim": AIM,
            "met": found.bare / (found.compose + found.deliver) >= AIM,
            "peak_mb": round(found.peak_megabytes),
            "peak_aim_mb": MOST_MEGABYTES,
            "peak_met": found.peak_megabytes <= MOST_MEGABYTES,
        }
    )
