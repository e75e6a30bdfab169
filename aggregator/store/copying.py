"""Copies of the database that are whole, and proof that they are.

A copy is made by SQLite's backup API, in one consistent look, while others go on writing; copying
the file itself would tear (https://www.sqlite.org/howtocorrupt.html, 1.2).
"""

from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import StoreDamaged
from aggregator.store.connection import Connection, Row
from aggregator.store.part import Part
from aggregator.store.schema import known_steps, migrations


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a database holds: rows by table, and the schema steps that made its tables."""

    rows: dict[str, int]
    steps: tuple[str, ...]


class Checking(Part):
    """The part of the store that looks itself through."""

    def check_whole(self) -> None:
        """Every page, index and reference; takes seconds per gigabyte. Raises StoreDamaged."""
        check_whole(self._db)


def copy_database(database: Path, path: Path) -> None:
    """Copy everything committed into a new file, readable by its owner only.

    Only reads, so that a long transaction of another process is no hindrance. Raises StoreError,
    StoreDamaged.
    """
    connection = Connection(database)
    try:
        connection.copy_to(path)
    finally:
        connection.close()


def verified(path: Path) -> Content:
    """Open a copy, check it through and count its rows. Raises StoreError, StoreDamaged."""
    connection = Connection(path)
    try:
        check_whole(connection)
        steps = tuple(step.name for step in migrations.applied(connection.db))
        if not steps:
            raise StoreDamaged(f"The copy ({path}) is no database of Fair Notice.")
        if later := sorted(set(steps) - known_steps()):
            raise StoreDamaged(
                f"The copy ({path}) was made by a later version of Fair Notice "
                f"({', '.join(later)}). Install that version or a later one."
            )
        return Content(rows=rows_of(connection), steps=steps)
    finally:
        connection.close()


def in_a_line(found: list[Row]) -> str:
    """The first thing a check of SQLite found, without its heading."""
    return " ".join(str(found[0][0]).removeprefix("*** in database main ***").split())


def check_whole(connection: Connection) -> None:
    """Raises StoreDamaged, naming the first thing that is wrong."""
    found = connection.rows("PRAGMA integrity_check(1)")
    if found != [("ok",)]:
        raise StoreDamaged(
            f"The database ({connection.where}) failed its whole check: {in_a_line(found)}. It is "
            "only read from now on. Restore the newest backup: fairnotice restore BACKUP --replace"
        )
    if lost := connection.rows("PRAGMA foreign_key_check"):
        raise StoreDamaged(
            f"The database ({connection.where}) has {len(lost)} rows that point to nothing, the "
            f"first in {lost[0][0]}. Restore the newest backup: fairnotice restore BACKUP --replace"
        )


def rows_of(connection: Connection) -> dict[str, int]:
    """Rows by table."""
    with connection.transaction():
        names = connection.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
        return {
            name: int(connection.value(f'SELECT count(*) FROM "{name}"'))  # noqa: S608
            for (name,) in names
        }
