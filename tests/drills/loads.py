"""Backups while another process writes as fast as it can."""

import multiprocessing
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator import backups, restoring
from aggregator.errors import StoreError
from aggregator.store import Store
from aggregator.store.connection import Connection

TABLES = "CREATE TABLE load_{name} (n INTEGER PRIMARY KEY, filling BLOB) STRICT"


@dataclass
class Loads:
    backups: int = 0
    bad: int = 0
    commits: int = 0
    torn_copies: int = 0
    """Of as many plain copies of the file, made for comparison: how many lack something."""

    @property
    def sound(self) -> bool:
        return self.backups > 0 and not self.bad


def write_on(database: Path, done: Any, stop: Any) -> None:
    """Transactions that each write to two tables; `done` counts those that were acknowledged."""
    connection = Connection(database)
    while not stop.is_set():
        with connection.transaction():
            for name in ("a", "b"):
                connection.insert(
                    f"INSERT INTO load_{name} (filling) VALUES (?)", (os.urandom(3000),)
                )
                connection.write(
                    f"DELETE FROM load_{name} WHERE n <= (SELECT max(n) - 500 FROM load_{name})"
                )
        done.value += 1
    connection.close()


def drill(folder: Path, count: int) -> Loads:
    database = folder / "home" / "fairnotice.db"
    Store.open(database).close()
    connection = Connection(database)
    for name in ("a", "b"):
        connection.write(TABLES.format(name=name))
    connection.close()
    context = multiprocessing.get_context("fork")
    done, stop, result = context.Value("q", 0), context.Event(), Loads()
    writer = context.Process(target=write_on, args=(database, done, stop))
    writer.start()
    try:
        now = datetime.now(UTC)
        for number in range(count):
            before = done.value
            made, _ = backups.make(
                database, files={}, folder=folder / "b", now=now + timedelta(seconds=number)
            )
            copied = folder / "plain.db"
            copied.write_bytes(database.read_bytes())
            result.backups += 1
            result.bad += not restores(made.folder, folder / "restored", before)
            result.torn_copies += not holds(copied, before)
            for left in folder.glob("plain.db*"):
                left.unlink()
    finally:
        stop.set()
        writer.join()
    result.commits = done.value
    return result


def restores(backup: Path, home: Path, at_least: int) -> bool:
    """Restore it, and look whether everything acknowledged before is there, and no half of it."""
    restoring.restore(backup, home, replace=True, now=datetime.now(UTC))
    for left in home.glob("replaced-*"):
        for path in left.iterdir():
            path.unlink()
        left.rmdir()
    return holds(home / "fairnotice.db", at_least)


def holds(database: Path, at_least: int) -> bool:
    try:
        connection = Connection(database)
        try:
            whole = connection.rows("PRAGMA integrity_check") == [("ok",)]
            a, b = (connection.value(f"SELECT max(n) FROM load_{name}") for name in "ab")
        finally:
            connection.close()
    except (StoreError, TypeError):
        return False
    return whole and (a or 0) == (b or 0) and (b or 0) >= at_least
