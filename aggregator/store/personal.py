"""All that is held on one person, found by walking the tables: to show, to move, to erase.

A table belongs to a person where it has a column subscriber_id, or message_id of one of their
messages. So a table that is added later is shown and erased without anybody thinking of it.
"""

from collections.abc import Iterator
from dataclasses import replace

from aggregator.errors import StoreError
from aggregator.model import Cadence, Channel, Criteria, Held, MessageState
from aggregator.store.connection import Row
from aggregator.store.outbox import MESSAGE
from aggregator.store.part import Part
from aggregator.store.subscribers import CRITERIA, folded

OWN, BY_MESSAGE = "subscriber_id", "message_id"
BESIDE = (
    ("organisations", "id = (SELECT organisation_id FROM subscribers WHERE id = ?)"),
    ("complaints", "lower(address) = (SELECT lower(email) FROM subscribers WHERE id = ?)"),
)
"""What is a person's without their id: shown with the rest, and erased by rules of its own."""

NOT_SHOWN = frozenset({"secret", "moderator"})
"""Columns whose content would let its reader act for us, or tells of somebody else."""


class Personal(Part):
    """The part of the store that answers to the people it holds data on."""

    def held_on(self, subscriber_id: str) -> Held:
        """Everything held on a subscriber, table by table, in one consistent look."""
        with self.transaction():
            tables = [("subscribers", self._shown("subscribers", "id = ?", subscriber_id))]
            for table, where in (*self._of_people(), *BESIDE):
                tables.append((table, self._shown(table, where, subscriber_id)))
        return Held(tables=tuple((name, rows) for name, rows in tables if rows))

    def erase(self, subscriber_id: str) -> tuple[str, ...]:
        """Forget a subscriber and everything with them; says the ids of their messages.

        After the commit `scrub` takes what is left out of the log of the database.
        """
        with self.transaction():
            messages = tuple(
                identifier
                for (identifier,) in self._db.rows(
                    "SELECT id FROM messages WHERE subscriber_id = ? ORDER BY number",
                    (subscriber_id,),
                )
            )
            self._db.write("PRAGMA defer_foreign_keys = ON")
            by_message = sorted(self._of_people(), key=lambda pair: BY_MESSAGE not in pair[1])
            for table, where in by_message:
                self._db.write(f"DELETE FROM {table} WHERE {where}", (subscriber_id,))  # noqa: S608
            self._db.write("DELETE FROM subscribers WHERE id = ?", (subscriber_id,))
        return messages

    def scrub(self) -> bool:
        """Empty the log of the database, which still holds what was erased.

        False where somebody else is reading just now: try again later.
        """
        return self._db.empty_log()

    def move_address(self, subscriber_id: str, email: str) -> None:
        """Give a subscriber another address, with all that was told and what waits to be sent.

        Raises StoreError where another subscriber has the address.
        """
        with self.transaction():
            row = self._db.row("SELECT email FROM subscribers WHERE id = ?", (subscriber_id,))
            taken = self._db.row(
                "SELECT 1 FROM subscribers WHERE folded_email = ? AND id <> ?",
                (folded(email), subscriber_id),
            )
            if row is None or taken:
                raise StoreError("This address has digests of its own already.")
            old = [
                key
                for (key,) in self._db.rows(
                    "SELECT DISTINCT channel FROM subscriptions WHERE subscriber_id = ?"
                    " AND channel LIKE 'email:%'",
                    (subscriber_id,),
                )
            ]
            self._db.write(
                "UPDATE subscribers SET email = ?, folded_email = ? WHERE id = ?",
                (email, folded(email), subscriber_id),
            )
            for key in old:
                self._move_channel(subscriber_id, key, f"email:{email}")

    def change_wish(self, subscription_id: str, criteria: Criteria, cadence: Cadence) -> None:
        """Let a subscription ask for something else from here on, as its owner chose."""
        self._db.write(
            "UPDATE subscriptions SET criteria = ?, cadence = ?, opened_at = NULL,"
            " group_id = NULL WHERE id = ?",
            (CRITERIA.text(criteria), cadence, subscription_id),
        )

    def _move_channel(self, subscriber_id: str, old: str, new: str) -> None:
        if old == new:
            return
        for table in self._with_channels():
            if table == "messages":
                continue
            self._db.write(
                f"UPDATE OR REPLACE {table} SET channel = ? WHERE subscriber_id = ?"  # noqa: S608
                " AND channel = ?",
                (new, subscriber_id, old),
            )
        waiting = (MessageState.HELD, MessageState.PENDING, MessageState.UNSURE)
        for identifier, body in self._db.rows(
            "SELECT id, body FROM messages WHERE subscriber_id = ? AND channel = ?"
            " AND kind = 'digest' AND state IN (?, ?, ?)",
            (subscriber_id, old, *waiting),
        ):
            message = MESSAGE.value(body)
            channel = Channel(kind=message.channel.kind, target=new.partition(":")[2])
            self._db.write(
                "UPDATE messages SET channel = ?, body = ? WHERE id = ?",
                (new, MESSAGE.text(replace(message, channel=channel)), identifier),
            )

    def _shown(self, table: str, where: str, subscriber_id: str) -> tuple[dict[str, object], ...]:
        names = self._columns(table)
        rows = self._db.rows(f"SELECT * FROM {table} WHERE {where}", (subscriber_id,))  # noqa: S608
        return tuple(_named(names, row) for row in rows)

    def _of_people(self) -> Iterator[tuple[str, str]]:
        """Every table that holds something on people but their own, with how a row is found."""
        tables = self._db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'subscribers'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
        for (table,) in tables:
            columns = self._columns(table)
            if OWN in columns:
                yield table, f"{OWN} = ?"
            elif BY_MESSAGE in columns:
                yield table, f"{BY_MESSAGE} IN (SELECT id FROM messages WHERE {OWN} = ?)"  # noqa: S608

    def _with_channels(self) -> list[str]:
        """Tables that say of a subscriber by which channel."""
        return [
            table
            for table, where in self._of_people()
            if where == f"{OWN} = ?" and "channel" in self._columns(table)
        ]

    def _columns(self, table: str) -> list[str]:
        return [
            name for (name,) in self._db.rows("SELECT name FROM pragma_table_info(?)", (table,))
        ]


def _named(names: list[str], row: Row) -> dict[str, object]:
    pairs = zip(names, row, strict=True)
    return {name: value for name, value in pairs if name not in NOT_SHOWN}
