"""All or nothing, under exceptions, second writers, full disks and kills."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from aggregator.errors import StoreError
from aggregator.store import Store
from aggregator.testing import a_subscriber
from store.made import MORNING, arrive, known


def ids(store: Store) -> list[str]:
    return [stored.notice.notice_id for stored in store.stored_notices()]


class Interruption(Exception):
    pass


def interrupted(store: Store, *notice_ids: str, by: BaseException | None = None) -> None:
    """A transaction that stores notices and does not come to its end."""
    with store.transaction():
        for notice_id in notice_ids:
            with store.transaction():
                arrive(store, notice_id=notice_id)
        raise by or Interruption


def test_an_exception_undoes_everything_in_the_transaction(store: Store) -> None:
    with pytest.raises(Interruption):
        interrupted(store, "a", "b")
    assert ids(store) == []


def test_a_nested_transaction_is_undone_alone(store: Store) -> None:
    with store.transaction():
        arrive(store, notice_id="a")
        with pytest.raises(Interruption):
            interrupted(store, "b")
        arrive(store, notice_id="c")
    assert ids(store) == ["a", "c"]


def test_a_keyboard_interrupt_undoes_too(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(store, "a", by=KeyboardInterrupt())
    assert ids(store) == []


def test_after_an_exception_the_store_goes_on(store: Store) -> None:
    with pytest.raises(Interruption):
        interrupted(store)
    with store.transaction():
        arrive(store, notice_id="a")
    assert ids(store) == ["a"]


def test_a_method_that_fails_halfway_leaves_nothing_behind(store: Store) -> None:
    stored = known(store, "fn-a")
    other = arrive(store, notice_id="other")
    with store.transaction():
        arrive(store, notice_id="c")
        with pytest.raises(StoreError):
            store.tell("nobody", "email:x", [("e", "fn-a")], message_id="m", at=MORNING)
    assert store.opportunity("fn-a").opportunity.notices == (stored,)
    assert ids(store) == ["notice-of-fn-a", other.notice.notice_id, "c"]


def test_a_promise_broken_at_the_end_undoes_everything(store: Store) -> None:
    """The ledger may be written before the message, so that key is checked at commit only."""
    store.add_subscriber(a_subscriber())

    def tell_of_a_message_that_is_never_made() -> None:
        with store.transaction():
            arrive(store)
            store.tell("sub-1", "email:x", [("e", "fn-a")], message_id="m", at=MORNING)

    with pytest.raises(StoreError, match="FOREIGN KEY"):
        tell_of_a_message_that_is_never_made()
    assert ids(store) == []
    arrive(store, notice_id="next")
    assert ids(store) == ["next"]


@contextmanager
def a_full_disk(store: Store) -> Iterator[None]:
    pages = store._db.value("PRAGMA page_count")
    store._db.rows(f"PRAGMA max_page_count = {pages}")
    yield
    store._db.rows("PRAGMA max_page_count = 1000000")


def test_a_full_disk_loses_nothing_and_is_named(file: Path) -> None:
    def store_much(store: Store) -> None:
        with store.transaction():
            for number in range(100):
                arrive(store, notice_id=f"b{number}", description="x" * 5000)

    with Store.open(file) as store:
        arrive(store, notice_id="a")
        with a_full_disk(store), pytest.raises(StoreError, match="disk is full"):
            store_much(store)
        arrive(store, notice_id="c")
        assert ids(store) == ["a", "c"]


def test_whoever_goes_on_after_a_full_disk_does_not_write_half(store: Store) -> None:
    def go_on_regardless() -> None:
        with store.transaction():
            arrive(store, notice_id="a")
            store._db._sqlite.execute("ROLLBACK")  # as SQLite does by itself when it must
            with pytest.raises(StoreError, match="undone a whole piece of work"):
                arrive(store, notice_id="b")
            with pytest.raises(StoreError, match="Start it again"):
                interrupted(store, "c")

    with pytest.raises(StoreError):
        go_on_regardless()
    assert ids(store) == []


def test_writers_in_several_threads_wait_for_each_other(file: Path) -> None:
    Store.open(file).close()

    def write(writer: int) -> None:
        with Store.open(file, check=False) as store:
            for turn in range(25):
                with store.transaction():
                    last = store.last_event_number()
                    assert last == store.last_event_number()
                    arrive(store, notice_id=f"{writer}-{turn}")

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    with Store.open(file) as store:
        assert len(ids(store)) == 100
        assert [stored.number for stored in store.stored_notices()] == list(range(1, 101))


def test_a_writer_that_never_ends_is_named_to_the_one_that_waits(file: Path) -> None:
    with Store.open(file) as one, Store.open(file) as other:
        other._db.rows("PRAGMA busy_timeout = 20")
        with one.transaction():
            arrive(one)
            assert ids(other) == []
            with pytest.raises(StoreError, match="another process has been writing"):
                arrive(other)
        arrive(other, notice_id="b")
        assert len(ids(other)) == 2


def test_a_store_belongs_to_its_thread(store: Store) -> None:
    with ThreadPoolExecutor(1) as another, pytest.raises(sqlite3.ProgrammingError):
        another.submit(store.counts).result()


WRITER = """
import sys, pathlib
from aggregator.store import Store
from aggregator.testing import a_notice, utc
store = Store.open(pathlib.Path(sys.argv[1]))
turn = 0
while True:
    with store.transaction():
        for half in "ab":
            store.add_notices([a_notice(notice_id=f"{turn}{half}")], payload_id=None,
                              retrieved_at=utc(2026, 11, 23), backfill=False)
    print(turn, flush=True)
    turn += 1
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_kill_keeps_every_acknowledged_transaction_whole(file: Path, acknowledged: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(acknowledged):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
    last = max(last, *map(int, rest)) if rest else last
    with Store.open(file) as store:
        kept = ids(store)
    assert len(kept) >= 2 * (last + 1)
    assert len(kept) % 2 == 0
    assert kept == [f"{turn}{half}" for turn in range(len(kept) // 2) for half in "ab"]
