"""A copy of the database for testing, in which nobody can be recognised any more."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.model import MessageState
from aggregator.store.codec import moment, squeeze, unsqueeze
from aggregator.store.outbox import MESSAGE
from aggregator.store.retention import FINISHED, Retention

ADDRESS = re.compile(rb"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+", re.IGNORECASE)
NOBODY = "nobody@example.org"
WHEN = (
    "created_at",
    "received_at",
    "asked_at",
    "begun_at",
    "changed_at",
    "found_at",
    "since",
    "at",
)
"""Columns that tell when a row came or changed, the most telling first."""


class Anonymising(Retention):
    """The part of the store that counts people's rows, and makes copies without people."""

    def copy_whole(self, path: Path) -> None:
        """A copy in a new file, without free pages. Raises StoreError where there is one."""
        if path.exists():
            raise StoreError(f"{path} is there already; name a new file.")
        self._db.write("VACUUM INTO ?", (str(path),))

    def anonymise(self, names: Iterable[tuple[str, str]], swept: Iterable[str]) -> int:
        """Replace everybody in this database, for good; says how many readers there were.

        names: tables and their columns with names of moderators. swept: tables that are emptied.

        Only ever on a copy: what waited to be sent is dropped, and who asked to be forgotten is no
        longer known.
        """
        real = self.real_addresses()
        with self.transaction():
            self._db.write("PRAGMA defer_foreign_keys = ON")
            people = [row for (row,) in self._db.rows("SELECT id FROM subscribers ORDER BY id")]
            for number, identifier in enumerate(people, start=1):
                self._rename(identifier, number)
            for statement in FORGET:
                self._db.write(statement)
            for table in swept:
                self._db.write(f"DELETE FROM {table}")  # noqa: S608
            for table, column in names:
                self._renumber(table, column, "moderator")
            self._renumber("organisations", "name", "Organisation")
            self._empty_mails()
            self._replace_in_texts(real)
        self.leave_no_page()
        return len(people)

    def real_addresses(self) -> frozenset[bytes]:
        """Every address of a reader, past or present, and of a complaint, in small letters."""
        found: set[bytes] = set()
        for sql in ADDRESSES:
            found.update(str(text).lower().encode() for (text,) in self._db.rows(sql) if text)
        return frozenset(one for one in found if b"@" in one)

    def rows_of(self, table: str, since: datetime) -> tuple[int, int]:
        """How many rows a table has, and how many of them came or changed since then."""
        whole: int = self._db.value(f"SELECT count(*) FROM {table}")  # noqa: S608
        column = next((one for one in WHEN if one in self._columns(table)), None)
        if column is None:
            return whole, 0
        came: int = self._db.value(
            f"SELECT count(*) FROM {table} WHERE {column} >= ?",  # noqa: S608
            (moment(since),),
        )
        return whole, came

    def _rename(self, identifier: str, number: int) -> None:
        """One reader becomes a number, with all that hangs on them."""
        new, email = f"person-{number}", f"reader-{number}@example.org"
        self._db.write(
            "UPDATE subscribers SET id = ?1, email = ?2, folded_email = ?2, name = NULL,"
            " provider = NULL WHERE id = ?3",
            (new, email, identifier),
        )
        for table, where in self._of_people():
            if where == "subscriber_id = ?":
                self._db.write(
                    f"UPDATE {table} SET subscriber_id = ? WHERE {where}",  # noqa: S608
                    (new, identifier),
                )
        for table in self._with_channels():
            keys = self._db.rows(
                f"SELECT DISTINCT channel FROM {table} WHERE subscriber_id = ? ORDER BY 1",  # noqa: S608
                (new,),
            )
            for (key,) in keys:
                self._db.write(
                    f"UPDATE OR IGNORE {table} SET channel = ? WHERE subscriber_id = ?"  # noqa: S608
                    " AND channel = ?",
                    (self._made_up(key, number, email), new, key),
                )
                self._db.write(
                    f"DELETE FROM {table} WHERE subscriber_id = ? AND channel = ?",  # noqa: S608
                    (new, key),
                )

    def _made_up(self, key: str, number: int, email: str) -> str:
        if key.startswith("email:"):
            return f"email:{email}"
        return f"webhook:https://example.org/hook/{number}"

    def _renumber(self, table: str, column: str, word: str) -> None:
        names = self._db.rows(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1"  # noqa: S608
        )
        for number, (name,) in enumerate(names, start=1):
            self._db.write(
                f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
                (f"{word} no. {number}", name),
            )

    def _empty_mails(self) -> None:
        for identifier, subscriber_id, key, body in self._db.rows(
            "SELECT id, subscriber_id, channel, body FROM messages"
        ):
            message = MESSAGE.value(body)
            channel = replace(message.channel, target=key.partition(":")[2])
            renamed = replace(message, subscriber_id=subscriber_id, channel=channel)
            self._keep_shell(identifier, renamed, None)
        self._db.write(
            "UPDATE messages SET last_answer = NULL, next_attempt_at = NULL, state ="
            " CASE WHEN state IN (?, ?, ?) THEN state ELSE ? END",
            (*FINISHED, MessageState.DROPPED),
        )

    def _replace_in_texts(self, real: frozenset[bytes]) -> None:
        """Readers may be named in public notices too, and in words that people wrote."""
        for table, column, number, value in self._texts():
            packed = (table, column) == ("contents", "body")
            content = unsqueeze(_bytes(value)) if packed else _bytes(value)
            if not _named(content, real):
                continue
            clean = ADDRESS.sub(lambda hit: _nobody(hit[0], real), content)
            kept = squeeze(clean) if packed else clean.decode() if isinstance(value, str) else clean
            self._db.write(
                f"UPDATE {table} SET {column} = ? WHERE {number[0]}",  # noqa: S608
                (kept, *number[1]),
            )

    def _texts(self) -> Iterator[tuple[str, str, tuple[str, tuple[object, ...]], str | bytes]]:
        """Every text and blob with its table, its column and how its row is found."""
        tables = self._db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE"
            " '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (table,) in tables:
            keys = self._keys(table)
            where = " AND ".join(f"{key} = ?" for key in keys)
            for column in self._columns(table):
                rows = self._db.rows(
                    f"SELECT {column}, {', '.join(keys)} FROM {table}"  # noqa: S608
                    f" WHERE typeof({column}) IN ('text', 'blob')"
                )
                for value, *key in rows:
                    yield table, column, (where, tuple(key)), value

    def _keys(self, table: str) -> list[str]:
        """The columns that find a row."""
        named = self._db.rows(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
        )
        return [name for (name,) in named] or ["rowid"]


FORGET = (
    "DELETE FROM former_secrets",
    "DELETE FROM suppressions",
    "DELETE FROM opt_ins",
    "UPDATE subscriptions SET secret = NULL, name = NULL",
    "UPDATE channels_off SET because = '-'",
    "UPDATE person_verdicts SET note = NULL",
    "UPDATE complaints SET address = '-', words = '-', answer = '-'",
)
ADDRESSES = (
    "SELECT email FROM subscribers",
    "SELECT DISTINCT substr(channel, 7) FROM messages WHERE channel LIKE 'email:%'",
    "SELECT DISTINCT substr(channel, 7) FROM subscriptions WHERE channel LIKE 'email:%'",
    "SELECT DISTINCT substr(channel, 7) FROM ledger WHERE channel LIKE 'email:%'",
    "SELECT json_extract(body, '$.address') FROM opt_ins",
    "SELECT address FROM complaints",
)


def addresses_in(content: bytes) -> frozenset[bytes]:
    """Everything in these bytes that looks like an address, in small letters."""
    return frozenset(hit.lower() for hit in ADDRESS.findall(content))


def _named(content: bytes, real: frozenset[bytes]) -> bool:
    return b"@" in content and bool(addresses_in(content) & real)


def _nobody(found: bytes, real: frozenset[bytes]) -> bytes:
    return NOBODY.encode() if found.lower() in real else found


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
