"""The program that runs under strace: some cycles on one home, each commit acknowledged."""

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from aggregator import alert, backups, binding, collect, relevance
from aggregator.deliver import FileOutbox, Journalled, Router, SentJournal
from aggregator.store import Store
from aggregator.store.connection import Connection, Row, Values
from aggregator.testing import FrozenClock, utc
from tests.collect.portal import Portal, a_source
from tests.kills.harness import HOST, SENDER, publish, read, subscribe

MARKS = "CREATE TABLE acknowledged (n INTEGER PRIMARY KEY) STRICT"


class Acknowledging(Connection):
    """Counts commits in a table of their own and prints the count once each is safe."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        outermost, number = self._depth == 0, 0
        with super().transaction():
            yield
            if outermost:
                number = super().insert("INSERT INTO acknowledged DEFAULT VALUES", ())
        if outermost:
            os.write(1, f"ACK {number}\n".encode())

    def write(self, sql: str, values: Values = ()) -> int:
        with self.transaction():
            return super().write(sql, values)

    def insert(self, sql: str, values: Values) -> int:
        with self.transaction():
            return super().insert(sql, values)

    def write_many(self, sql: str, many: "list[Row]") -> int:  # type: ignore[override]
        with self.transaction():
            return super().write_many(sql, many)


def prepare(home: Path) -> None:
    """The state before the recording: readers, and no notice."""
    subscribe(home, Portal(clock=FrozenClock(utc(2026, 11, 2, 9)), releases={}))
    connection = Connection(home / "fairnotice.db")
    connection.write(MARKS)
    connection.close()


def run(home: Path, cycles: int, synchronous: str) -> None:
    rng = random.Random(1)
    portal = Portal(clock=FrozenClock(utc(2026, 11, 2, 9)), releases={}, page=20)
    profile = relevance.load_profile()
    for _ in range(cycles):
        publish(portal, rng)
        portal.clock.advance(days=1)
        connection = Acknowledging(home / "fairnotice.db")
        connection._run(f"PRAGMA synchronous = {synchronous}")
        with Store(connection) as store:
            asyncio.run(cycle(home, store, portal, profile))
    backups.make(
        home / "fairnotice.db",
        files={},
        folder=home / "backups",
        now=portal.clock.now() + timedelta(seconds=1),
    )


async def cycle(home: Path, store: Store, portal: Portal, profile: object) -> None:
    await collect.run(
        [a_source()], store=store, fetch=portal, read=read, clock=portal.clock,
        profile=profile,  # type: ignore[arg-type]
    )  # fmt: skip
    now = portal.clock.now()
    result = alert.compose(store=store, host=HOST, hour=7, now=now, names={}, labels={})
    assert not result.problems, result.problems
    binding.bind(home, home / "fairnotice.db", store)
    notifier = Journalled(
        channel=Router(email=FileOutbox(home / "outbox", sender=SENDER, clock=portal.clock)),
        journal=SentJournal(home / "sent.jsonl"),
        described=store.sending,
        clock=portal.clock,
    )
    delivered = await alert.deliver(store=store, notifier=notifier, clock=portal.clock)
    assert delivered.sent, delivered


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        run(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
