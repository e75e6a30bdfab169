"""The one store: SQLite behind an interface in the words of the project.

    with Store.open(home / "fairnotice.db") as store, store.transaction():
        added = store.add_notices(notices, payload_id=7, retrieved_at=now, backfill=False)

All SQL lives in this package, and rows become domain types only here. A store belongs to the
thread that opened it; other threads and processes open their own on the same file.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from aggregator.errors import StoreDamaged, StoreError, StoreTooNew
from aggregator.store.anonymising import Anonymising, addresses_in
from aggregator.store.bulletins import Bulletins
from aggregator.store.cadence import Cadences
from aggregator.store.collecting import BegunRun, Collecting
from aggregator.store.complaints import Complaints
from aggregator.store.concerns import Concerns
from aggregator.store.connection import Connection
from aggregator.store.consent import Consents
from aggregator.store.copying import Checking, in_a_line
from aggregator.store.counts import Counts, StoreCounts
from aggregator.store.health import HealthRecords
from aggregator.store.holding import Holding
from aggregator.store.hosts import Hosts
from aggregator.store.likely import LikelyLinks
from aggregator.store.members import Members
from aggregator.store.moderating import Moderating
from aggregator.store.payloads import Payloads
from aggregator.store.proving import Proving
from aggregator.store.relinking import Relinking
from aggregator.store.rereading import Rereading
from aggregator.store.reruns import Reruns
from aggregator.store.returns import Returns
from aggregator.store.reviewing import Reviewing
from aggregator.store.schema import known_steps, migrations
from aggregator.store.subscribers import Subscribers
from aggregator.store.verdicts import PersonVerdicts
from aggregator.store.webhooks import Webhooks

__all__ = ["BegunRun", "Store", "StoreCounts", "addresses_in"]


class Store(
    Collecting,
    HealthRecords,
    Payloads,
    Relinking,
    Rereading,
    Reruns,
    LikelyLinks,
    Reviewing,
    Subscribers,
    Consents,
    Anonymising,
    Complaints,
    Members,
    Moderating,
    PersonVerdicts,
    Cadences,
    Returns,
    Webhooks,
    Hosts,
    Holding,
    Checking,
    Bulletins,
    Counts,
    Proving,
    Concerns,
):
    """Everything Fair Notice remembers."""

    @classmethod
    def open(cls, path: Path | None, *, check: bool = True) -> Self:
        """Open the database file, or a new one in memory for None, and bring its tables up to date.

        The file and its folder are made where they are missing, the file readable by its owner
        only. `check=False` leaves out the check of every page (about a second per gigabyte).
        Raises StoreTooNew, StoreDamaged, StoreError.
        """
        connection = Connection(path)
        try:
            if path is None:
                connection.begin_as(_with_tables())
            elif check:
                _check(connection)
            _check_owner(connection)
            connection.log_ahead()
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    def open_to_read(cls, path: Path, *, because: str) -> Self:
        """Open a damaged file for what can still be read; every write raises StoreDamaged.

        because: what is wrong and what to do, for the person who meets it.
        Raises StoreDamaged where not even the tables can be read.
        """
        connection = Connection(path)
        try:
            _check_owner(connection)
            if migrations.pending(connection.db):
                raise StoreDamaged(because)
            connection.refuse_writes(because)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @property
    def damage(self) -> str | None:
        """What is wrong with the file, None for a sound one."""
        return self._db.refusal

    def found_damaged(self, because: str) -> None:
        """From now on this connection only reads."""
        self._db.refuse_writes(because)

    def must_be_sound(self) -> None:
        """Raises StoreDamaged for a file that is only read because it is damaged."""
        if self._db.refusal:
            raise StoreDamaged(self._db.refusal)

    def close(self) -> None:
        """Close; a second call does nothing."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _check(connection: Connection) -> None:
    found = connection.rows("PRAGMA quick_check(1)")
    if found != [("ok",)]:
        raise StoreDamaged(
            f"The database ({connection.where}) failed its own check: {in_a_line(found)}. "
            "Restore it from a backup, or move it away to start with an empty one."
        )


def _check_owner(connection: Connection) -> None:
    tables = {name for (name,) in connection.rows("SELECT name FROM sqlite_master")}
    if tables and migrations.migrations_table not in tables:
        raise StoreError(
            f"The database ({connection.where}) belongs to another program. Choose another file, "
            "or move that one away."
        )
    later = {step.name for step in migrations.applied(connection.db)} - known_steps()
    if later:
        raise StoreTooNew(
            f"The database ({connection.where}) was made by a later version of Fair Notice "
            f"({', '.join(sorted(later))}). Install that version or a later one."
        )


def _with_tables() -> Connection:
    """A database in memory that holds nothing but its tables, one per thread: all the others of
    that thread begin as a copy of it."""
    if not hasattr(_made, "empty"):
        _made.empty = Connection(None)
        _migrate(_made.empty)
    return cast("Connection", _made.empty)


_made = threading.local()


def _migrate(connection: Connection) -> None:
    """Apply what is missing in one transaction, so that two starters do not apply it twice."""
    with connection.transaction():
        if migrations.pending(connection.db):
            migrations.apply(connection.db)
