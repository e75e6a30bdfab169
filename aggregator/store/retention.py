"""What is forgotten by itself when its time has come, and what stands in its place.

An address is replaced by a keyed hash ("hash:…") in its own row and in every channel, so that what
was told under it stays told should its owner come back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from aggregator.model import Channel, Message, MessageState
from aggregator.store.codec import moment, unsqueeze
from aggregator.store.outbox import MESSAGE
from aggregator.store.part import json_list
from aggregator.store.personal import Personal
from aggregator.store.subscribers import folded

HIDDEN = "hash:"
"""What an address begins with that is a keyed hash."""

Hide = Callable[[str], str]
"""From an address, or a moderator's name, to its keyed hash in hexadecimal."""

FINISHED = (MessageState.SENT, MessageState.FAILED, MessageState.DROPPED)
ENDED = (
    "SELECT s.id, s.email FROM subscribers s WHERE s.state = 'ended' AND ifnull((SELECT max(c.at)"
    " FROM consents c WHERE c.subscriber_id = s.id AND c.act = 'withdrawn'), s.created_at) < ?"
)
FORMER = "former moderator "


class Retention(Personal):
    """The part of the store that forgets what is no longer needed."""

    def ended(self, before: datetime, *, readable: bool = False) -> tuple[str, ...]:
        """Ids of subscribers whose mails ended before then; `readable`: whose address is kept."""
        rows = self._db.rows(ENDED, (moment(before),))
        return tuple(
            identifier for identifier, email in rows if not readable or not email.startswith(HIDDEN)
        )

    def hidden_as(self, hashes: Iterable[str]) -> tuple[str, ...]:
        """Ids of former subscribers whose address stands there as one of these keyed hashes."""
        rows = self._db.rows(
            "SELECT id FROM subscribers WHERE folded_email IN (SELECT value FROM json_each(?))",
            (json_list([f"{HIDDEN}{one}" for one in hashes]),),
        )
        return tuple(identifier for (identifier,) in rows)

    def hide_address(self, subscriber_id: str, hide: Hide) -> None:
        """Put a keyed hash in the place of an ended subscriber's addresses, empty their mails."""
        with self.transaction():
            row = self._db.row("SELECT email FROM subscribers WHERE id = ?", (subscriber_id,))
            if row is None:
                return
            email = f"{HIDDEN}{hide(row[0])}"
            self._db.write(
                "UPDATE subscribers SET email = ?1, folded_email = ?1, name = NULL,"
                " organisation_id = NULL, provider = NULL WHERE id = ?2",
                (email, subscriber_id),
            )
            self._db.write("DELETE FROM opt_ins WHERE subscriber_id = ?", (subscriber_id,))
            self._db.write("DELETE FROM follows WHERE subscriber_id = ?", (subscriber_id,))
            self._db.write(
                "UPDATE messages SET last_answer = NULL WHERE subscriber_id = ?", (subscriber_id,)
            )
            self._empty(
                "SELECT id, body FROM messages WHERE subscriber_id = ?", (subscriber_id,), hide
            )
            for table in self._with_channels():
                self._hide_channels(table, subscriber_id, hide)

    def empty_mails(self, before: datetime, hide: Hide) -> int:
        """Take the content out of mails sent or given up before then; says how many.

        An address they went to that is no longer the reader's own is hidden too.
        """
        with self.transaction():
            count = self._empty(
                "SELECT id, body FROM messages WHERE NOT emptied AND changed_at < ?"
                " AND state IN (?, ?, ?)",
                (moment(before), *FINISHED),
            )
            stale = self._db.rows(
                "SELECT m.id, m.body FROM messages m JOIN subscribers s ON s.id = m.subscriber_id"
                " WHERE m.emptied AND m.channel LIKE 'email:%'"
                " AND m.channel NOT LIKE ?"
                " AND lower(substr(m.channel, 7)) <> lower(s.email) AND NOT EXISTS (SELECT 1 FROM"
                " subscriptions w WHERE w.subscriber_id = s.id AND w.channel = m.channel)",
                (f"email:{HIDDEN}%",),
            )
            for identifier, body in stale:
                self._keep_shell(identifier, MESSAGE.value(body), hide)
        return count

    def unfinished_among(self, message_ids: Iterable[str], since: datetime) -> frozenset[str]:
        """Of these messages, those on their way still, and those that moved since then."""
        rows = self._db.rows(
            "SELECT id FROM messages WHERE id IN (SELECT value FROM json_each(?))"
            " AND (changed_at >= ? OR state NOT IN (?, ?, ?))",
            (json_list(list(message_ids)), moment(since), *FINISHED),
        )
        return frozenset(identifier for (identifier,) in rows)

    def known_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Of these messages, those the database knows."""
        rows = self._db.rows(
            "SELECT id FROM messages WHERE id IN (SELECT value FROM json_each(?))",
            (json_list(list(message_ids)),),
        )
        return frozenset(identifier for (identifier,) in rows)

    def forget_answers(self, before: datetime) -> int:
        """Forget what channels answered about messages finished before then."""
        return self._db.write(
            "UPDATE messages SET last_answer = NULL WHERE last_answer IS NOT NULL"
            " AND changed_at < ? AND state IN (?, ?, ?)",
            (moment(before), *FINISHED),
        )

    def forget_rows(self, table: str, at: str, before: datetime) -> int:
        """Delete the rows of a table, both named in the data map, whose moment is before then."""
        if at not in self._columns(table):
            raise ValueError(f"there is no {table}.{at}")
        return self._db.write(f"DELETE FROM {table} WHERE {at} < ?", (moment(before),))  # noqa: S608

    def forget_rows_of(self, table: str, subscriber_id: str) -> int:
        """Delete the rows of one person in a table, where it belongs to people."""
        where = dict(self._of_people()).get(table)
        if where is None:
            return 0
        return self._db.write(f"DELETE FROM {table} WHERE {where}", (subscriber_id,))  # noqa: S608

    def hide_names(self, table: str, column: str, at: str, before: datetime, hide: Hide) -> int:
        """Put a keyed hash in the place of moderators' names in what they said before then.

        The table and its columns are those the data map names; says how many rows changed.
        """
        hidden = 0
        with self.transaction():
            names = self._db.rows(
                f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
                f" AND {at} < ? AND {column} NOT LIKE '{FORMER}%'",
                (moment(before),),
            )
            for (name,) in names:
                hidden += self._db.write(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND {at} < ?",  # noqa: S608
                    (f"{FORMER}{hide(name)[:12]}", name, moment(before)),
                )
        return hidden

    def drop_empty_organisations(self) -> int:
        """Forget organisations none of whose readers is left."""
        return self._db.write(
            "DELETE FROM organisations WHERE id NOT IN (SELECT organisation_id FROM subscribers"
            " WHERE organisation_id IS NOT NULL)"
        )

    def recall(self, subscriber_id: str, email: str, hashes: Iterable[str]) -> bool:
        """Give a returning reader what they were told before their address was hidden.

        hashes: the keyed hashes of the address, by every key. False where nothing was kept.
        """
        with self.transaction():
            row = self._db.row(
                "SELECT id, email FROM subscribers WHERE folded_email IN"
                " (SELECT value FROM json_each(?)) AND id <> ?",
                (json_list([f"{HIDDEN}{one}" for one in hashes]), subscriber_id),
            )
            if row is None:
                return False
            former, hidden = row
            self._db.write("PRAGMA defer_foreign_keys = ON")
            for table, where in self._of_people():
                if where == "subscriber_id = ?":
                    self._db.write(
                        f"UPDATE OR IGNORE {table} SET subscriber_id = ? WHERE {where}",  # noqa: S608
                        (subscriber_id, former),
                    )
            local, _, domain = email.strip().rpartition("@")
            for table in self._with_channels():
                self._db.write(
                    f"UPDATE OR IGNORE {table} SET channel = ? WHERE subscriber_id = ?"  # noqa: S608
                    " AND channel = ?",
                    (f"email:{local}@{domain.lower()}", subscriber_id, f"email:{hidden}"),
                )
            self.erase(former)
        return True

    def every_value(self) -> Iterator[tuple[str, bytes]]:
        """Every text and blob of every table as ("table.column", bytes), payloads unpacked."""
        tables = self._db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (table,) in tables:
            for column in self._columns(table):
                for (value,) in self._db.each(
                    f'SELECT "{column}" FROM "{table}" WHERE typeof("{column}")'  # noqa: S608
                    " IN ('text', 'blob')"
                ):
                    content = value.encode(errors="replace") if isinstance(value, str) else value
                    packed = (table, column) == ("contents", "body")
                    yield f"{table}.{column}", unsqueeze(content) if packed else content

    def leave_no_page(self) -> None:
        """Write the whole database anew, so that no part of a page holds what was erased.

        Takes as much room again for a while. Raises StoreError while others use the database.
        """
        self._db.write("VACUUM")
        self._db.empty_log()

    def forget_address(self, email: str, hide: Hide) -> tuple[str, ...]:
        """Forget an address where it is not a subscriber's own: one they had before, or wanted.

        What was told under it stays told. Says the ids of the messages that went there.
        """
        key = f"email:{folded(email)}"
        with self.transaction():
            self._db.write(
                "DELETE FROM opt_ins WHERE lower(json_extract(body, '$.address')) = lower(?)",
                (folded(email),),
            )
            found = self._db.rows("SELECT id, body FROM messages WHERE lower(channel) = ?", (key,))
            for identifier, body in found:
                self._keep_shell(identifier, MESSAGE.value(body), hide)
                self._db.write("DELETE FROM receipts WHERE message_id = ?", (identifier,))
                self._db.write(
                    "UPDATE messages SET last_answer = NULL, next_attempt_at = NULL, state ="
                    " CASE WHEN state IN (?, ?, ?) THEN state ELSE ? END WHERE id = ?",
                    (*FINISHED, MessageState.DROPPED, identifier),
                )
            for table in self._with_channels():
                self._db.write(
                    f"UPDATE OR REPLACE {table} SET channel = ? WHERE lower(channel) = ?",  # noqa: S608
                    (f"email:{HIDDEN}{hide(email)}", key),
                )
        return tuple(identifier for identifier, _ in found)

    def _empty(self, sql: str, values: Iterable[object], hide: Hide | None = None) -> int:
        rows = self._db.rows(sql, tuple(values))
        for identifier, body in rows:
            self._keep_shell(identifier, MESSAGE.value(body), hide)
        return len(rows)

    def _keep_shell(self, identifier: str, message: Message, hide: Hide | None) -> None:
        """That there was a message, and nothing of what it said."""
        channel = _hidden(message.channel, hide) if hide else message.channel
        shell = replace(
            message,
            channel=replace(channel, secret=None, former_secrets=()),
            subject=None,
            text=None,
            html=None,
            json_body=None,
            headers=None,
        )
        self._db.write(
            "UPDATE messages SET emptied = 1, channel = ?, body = ? WHERE id = ?",
            (channel.key, MESSAGE.text(shell), identifier),
        )

    def _hide_channels(self, table: str, subscriber_id: str, hide: Hide) -> None:
        for (key,) in self._db.rows(
            f"SELECT DISTINCT channel FROM {table} WHERE subscriber_id = ?",  # noqa: S608
            (subscriber_id,),
        ):
            kind, _, target = key.partition(":")
            if not target.startswith(HIDDEN):
                self._db.write(
                    f"UPDATE OR REPLACE {table} SET channel = ? WHERE subscriber_id = ?"  # noqa: S608
                    " AND channel = ?",
                    (f"{kind}:{HIDDEN}{hide(target)}", subscriber_id, key),
                )


def _hidden(channel: Channel, hide: Hide) -> Channel:
    if channel.target.startswith(HIDDEN):
        return channel
    return replace(channel, target=f"{HIDDEN}{hide(channel.target)}")
