"""What a person must see to, and whether they were told."""

from collections.abc import Iterable
from datetime import datetime

from aggregator.model import KnownConcern, SubscriberState
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.part import Part, json_list

OPERATOR = "operator"
"""The id under which mails to the operator stand in the outbox. It is no subscriber: it has no
address here (that stands in the settings) and is in no list or count."""


class Concerns(Part):
    """The part of the store that remembers what the operator was told of."""

    def note_concerns(
        self, keys: Iterable[str], *, at: datetime, forget_before: datetime
    ) -> dict[str, KnownConcern]:
        """Note what is there now, and forget what was last there before; gives all it remembers.

        A time of the future, which a wrong clock wrote, is set right.
        """
        now = moment(at)
        with self.transaction():
            self._db.write_many(
                "INSERT INTO concerns (key, since, last_seen_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at,"
                " since = min(since, excluded.since)",
                [(key, now, now) for key in keys],
            )
            self._db.write("DELETE FROM concerns WHERE last_seen_at < ?", (moment(forget_before),))
            self._db.write("UPDATE concerns SET told_at = ? WHERE told_at > ?", (now, now))
            return self.known_concerns()

    def known_concerns(self) -> dict[str, KnownConcern]:
        """Everything that is remembered, by its key."""
        rows = self._db.rows("SELECT key, since, last_seen_at, told_at FROM concerns ORDER BY key")
        return {
            key: KnownConcern(
                key=key,
                since=from_moment(since),
                last_seen_at=from_moment(seen),
                told_at=maybe_from_moment(told),
            )
            for key, since, seen, told in rows
        }

    def note_told_concerns(self, keys: Iterable[str], at: datetime) -> None:
        """The operator was told of these."""
        self._db.write(
            "UPDATE concerns SET told_at = ? WHERE key IN (SELECT value FROM json_each(?))",
            (moment(at), json_list(list(keys))),
        )

    def operator(self, at: datetime) -> str:
        """Whose mails in the outbox are those to the operator."""
        self._db.write(
            "INSERT INTO subscribers (id, email, folded_email, state, created_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (OPERATOR, OPERATOR, OPERATOR, SubscriberState.ENDED, moment(at)),
        )
        return OPERATOR
