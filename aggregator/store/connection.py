"""The one connection: how it is opened, how it reads and writes, how it fails in plain words.

Write-ahead log with synchronous=FULL, because with NORMAL a power cut loses commits that were
already acknowledged. Every writing transaction is BEGIN IMMEDIATE: a deferred one that reads first
and writes later fails at once under a second writer, however long the busy timeout is.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from aggregator.errors import StoreDamaged, StoreError
from aggregator.store.codec import encodable

if TYPE_CHECKING:
    import sqlite3
else:  # pysqlite3 where it is installed: its errors are other classes than the standard library's
    from sqlite_utils.utils import sqlite3

PATIENCE_SECONDS = 5
STATEMENTS_KEPT = 256
SETTINGS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -16000",  # kilobytes
    "secure_delete = ON",  # what a person had erased must not stay in free pages
    "wal_autocheckpoint = 4000",  # pages: the log stays under 20 MB
)
OWNER_ONLY = 0o600

OUTERMOST = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
NESTED = ("SAVEPOINT nested", "RELEASE nested", ("ROLLBACK TO nested", "RELEASE nested"))

Row = tuple[Any, ...]
Values = Sequence[Any]


class Connection:
    """Statements in, tuples out; every fault of SQLite comes out as a StoreError.

    Belongs to the thread that opened it.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the file, or a database in memory. Raises StoreError, StoreDamaged."""
        self.where = "in memory" if path is None else str(path)
        self.library = sqlite3.sqlite_version
        self._depth = 0
        self.refusal: str | None = None
        if path is not None:
            _prepare(path)
        try:
            self._sqlite = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=PATIENCE_SECONDS,
                isolation_level=None,
                cached_statements=STATEMENTS_KEPT,
            )
        except sqlite3.Error as error:
            raise in_plain_words(error, self.where) from error
        try:
            for setting in SETTINGS:
                self._run(f"PRAGMA {setting}")
        except BaseException:
            self.close()
            raise
        self.db = Database(self._sqlite, execute_plugins=False)

    def log_ahead(self) -> None:
        """Switch the file to the write-ahead log; it stays so."""
        self._run("PRAGMA journal_mode = WAL").fetchall()

    def empty_log(self) -> bool:
        """Write the log into the file and cut it to nothing; False where a reader keeps it."""
        return bool(self._run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def refuse_writes(self, because: str) -> None:
        """Only read from here on; a write raises StoreDamaged with these words."""
        self.refusal = because
        self._run("PRAGMA query_only = ON")

    def copy_to(self, path: Path) -> None:
        """Copy all pages in one consistent look into a new file, a single one without a log.

        Raises StoreError, StoreDamaged.
        """
        _prepare(path)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as target:
                self._sqlite.backup(target)
                target.execute("PRAGMA journal_mode = DELETE").fetchall()
        except sqlite3.Error as error:
            raise in_plain_words(error, f"{self.where}, or its copy {path}") from error

    def begin_as(self, other: "Connection") -> None:
        """Become a copy of another database, for one in memory that holds nothing yet."""
        other._sqlite.backup(self._sqlite)

    def close(self) -> None:
        """Close; a second call does nothing."""
        self._sqlite.close()

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query."""
        try:
            return self._sqlite.execute(sql, values).fetchall()
        except UnicodeEncodeError:
            return self.rows(sql, _encodable(values))
        except sqlite3.Error as error:
            raise in_plain_words(error, self.where) from error

    def each(self, sql: str, values: Values = ()) -> Iterator[Row]:
        """The rows of a query one after the other, for more than fits into memory."""
        yield from self._run(sql, values)

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, None where there is none."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, None where there is none."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    def write(self, sql: str, values: Values = ()) -> int:
        """Change rows; says how many."""
        self._may_write()
        return self._run(sql, values).rowcount

    def insert(self, sql: str, values: Values) -> int:
        """Add one row; says its rowid."""
        self._may_write()
        return self._run(sql, values).lastrowid or 0

    def write_many(self, sql: str, many: Sequence[Values]) -> int:
        """Change rows with one prepared statement; says how many."""
        self._may_write()
        try:
            return self._sqlite.executemany(sql, many).rowcount if many else 0
        except UnicodeEncodeError:
            return self.write_many(sql, [_encodable(values) for values in many])
        except sqlite3.Error as error:
            raise in_plain_words(error, self.where) from error

    def _run(self, sql: str, values: Values = ()) -> "sqlite3.Cursor":
        try:
            return self._sqlite.execute(sql, values)
        except UnicodeEncodeError:
            return self._run(sql, _encodable(values))
        except UnicodeDecodeError as error:  # SQLite quotes the damaged bytes in what it says
            raise damaged(self.where, "its tables cannot be read") from error
        except sqlite3.Error as error:
            raise in_plain_words(error, self.where) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The outermost is BEGIN IMMEDIATE, one inside another is a savepoint."""
        self._still_together()
        begin, keep, undo = NESTED if self._depth else OUTERMOST
        if self.refusal and not self._depth:
            begin = "BEGIN"  # a look at several things at once is still possible
        self._run(begin)
        self._depth += 1
        try:
            yield
            self._run(keep)  # foreign keys that are checked late and a full disk speak up here
        except BaseException:
            if self._sqlite.in_transaction:
                for statement in undo:
                    self._sqlite.execute(statement)
            raise
        finally:
            self._depth -= 1

    def _may_write(self) -> None:
        if self.refusal:
            raise StoreDamaged(self.refusal)
        self._still_together()

    def _still_together(self) -> None:
        # A full disk makes SQLite roll everything back by itself. Whoever caught that error inside
        # the transaction must not go on and write the second half alone.
        if self._depth and not self._sqlite.in_transaction:
            raise StoreError(
                f"The database ({self.where}) has undone a whole piece of work after an earlier "
                "fault; the rest of it is not written either. Start it again."
            )


DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
SAID = {
    "SQLITE_BUSY": "is in use: another process has been writing to it for more than "
    f"{PATIENCE_SECONDS} seconds. Try again in a moment.",
    "SQLITE_READONLY": "cannot be written. Check who owns the file and its folder.",
    "SQLITE_CANTOPEN": "cannot be opened. Check that the folder is there and who owns it.",
    "SQLITE_FULL": "cannot grow: the disk is full. Nothing was half written; make room and go on.",
    "SQLITE_IOERR": "cannot be read or written: the disk reports a fault. Check the disk.",
}


def in_plain_words(error: sqlite3.Error, where: str) -> Exception:
    """What a fault of SQLite means to a person; a fault of the program itself stays as it is."""
    if isinstance(error, sqlite3.ProgrammingError):
        return error
    code = getattr(error, "sqlite_errorname", None) or ""
    if code.startswith(DAMAGED):
        return damaged(where, str(error))
    for name, meaning in SAID.items():
        if code.startswith(name):
            return StoreError(f"The database ({where}) {meaning}")
    return StoreError(f"The database ({where}) refused: {error}.")


def damaged(where: str, why: str) -> StoreDamaged:
    """What to do about a file that is no longer a database."""
    return StoreDamaged(
        f"The database ({where}) is damaged or is no database: {why}. "
        "Restore it from a backup, or move it away to start with an empty one."
    )


def _prepare(path: Path) -> None:
    """Make the folder, and the file readable by its owner only: it holds addresses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, OWNER_ONLY))
    except OSError as error:
        raise StoreError(
            f"The database ({path}) cannot be opened: {error.strerror}. "
            "Check the folder and who owns it."
        ) from error


def _encodable(values: Values) -> Values:
    return tuple(encodable(value) if isinstance(value, str) else value for value in values)
