"""What was looked at and said between and besides the news: looks, troubles, lapsed follows."""

from collections.abc import Iterable
from datetime import datetime

from aggregator.model import DigestRun, SourceTrouble
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.part import Part


class Cadences(Part):
    """The part of the store that keeps people from hearing of us too often or not at all."""

    def looked_up_to(self, subscriber_id: str, channel_key: str, purpose: str) -> int:
        """The number of the latest event that was weighed for this channel and purpose."""
        number: int | None = self._db.value(
            "SELECT event_number FROM looks WHERE subscriber_id = ? AND channel = ?"
            " AND purpose = ?",
            (subscriber_id, channel_key, purpose),
        )
        return number or 0

    def set_looked_up_to(
        self, subscriber_id: str, channel_key: str, purpose: str, number: int
    ) -> None:
        """Weigh only what comes after the event with this number."""
        self._db.write(
            "INSERT INTO looks (subscriber_id, channel, purpose, event_number) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET event_number = excluded.event_number",
            (subscriber_id, channel_key, purpose, number),
        )

    def set_said(self, run: DigestRun) -> None:
        """Note that a run made a message."""
        self._db.write(
            "UPDATE digest_runs SET said = 1 WHERE subscriber_id = ? AND channel = ?"
            " AND due_at = ?",
            (run.subscriber_id, run.channel.key, moment(run.due_at)),
        )

    def last_said(self, subscriber_id: str, channel_key: str) -> datetime | None:
        """When the latest message for this channel was composed, None where none ever was."""
        return maybe_from_moment(
            self._db.value(
                "SELECT max(begun_at) FROM digest_runs"
                " WHERE subscriber_id = ? AND channel = ? AND said",
                (subscriber_id, channel_key),
            )
        )

    def failed_in_a_row(self, subscriber_id: str, channel_key: str) -> tuple[int, datetime | None]:
        """How many messages failed for good since one was taken, and when the last of them did."""
        row = self._db.row(FAILED, (subscriber_id, channel_key))
        return (row[0], maybe_from_moment(row[1])) if row else (0, None)

    def sources_told(self, subscriber_id: str, channel_key: str) -> frozenset[str]:
        """The sources of everything this channel was told."""
        rows = self._db.rows(
            "SELECT DISTINCT e.source_id FROM ledger l JOIN events e ON e.id = l.event_id"
            " WHERE l.subscriber_id = ? AND l.channel = ?",
            (subscriber_id, channel_key),
        )
        return frozenset(source_id for (source_id,) in rows)

    def troubles_told(self, subscriber_id: str, channel_key: str) -> tuple[SourceTrouble, ...]:
        """Troubles of sources that this channel was told of and that were not told to be over."""
        rows = self._db.rows(
            "SELECT source_id, name, since FROM troubles_told"
            " WHERE subscriber_id = ? AND channel = ? ORDER BY since, source_id",
            (subscriber_id, channel_key),
        )
        return tuple(
            SourceTrouble(source_id=source_id, name=name, since=from_moment(since))
            for source_id, name, since in rows
        )

    def tell_troubles(
        self,
        subscriber_id: str,
        channel_key: str,
        *,
        begun: Iterable[SourceTrouble],
        over: Iterable[SourceTrouble],
        message_id: str,
    ) -> None:
        """Note which troubles a message tells of, and which it tells to be over."""
        self._db.write_many(
            "INSERT INTO troubles_told (subscriber_id, channel, source_id, name, since,"
            " message_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " since = excluded.since, message_id = excluded.message_id",
            [
                (subscriber_id, channel_key, one.source_id, one.name, moment(one.since), message_id)
                for one in begun
            ],
        )
        self._db.write_many(
            "DELETE FROM troubles_told WHERE subscriber_id = ? AND channel = ? AND source_id = ?",
            [(subscriber_id, channel_key, one.source_id) for one in over],
        )

    def lapse_follows(
        self, subscriber_id: str, opportunity_ids: Iterable[str], *, message_id: str
    ) -> None:
        """End these follows, under all ids of their opportunities, with a message that says so.

        Should the message not arrive, they are taken up again.
        """
        values = [(subscriber_id, one, message_id) for one in opportunity_ids]
        self._db.write_many(LAPSE, values)
        self._db.write_many(END, [value[:2] for value in values])

    def state_of_news(self) -> tuple[int, int]:
        """Two numbers that stay the same while no other process writes and nothing happens."""
        version: int = self._db.value("PRAGMA data_version")
        number: int | None = self._db.value("SELECT max(number) FROM events")
        return version, number or 0

    def anybody_wants_everything(self) -> bool:
        """Whether any filter lets every verdict pass; one that cannot be read does not count."""
        return bool(self._db.value(EVERYTHING))

    def of_everybodys_concern(self) -> frozenset[str]:
        """Present ids of what anybody follows or was told of, whatever its verdict."""
        rows = self._db.rows(OF_CONCERN)
        return frozenset(identifier for (identifier,) in rows)


EVERYTHING = (
    "SELECT EXISTS (SELECT 1 FROM subscriptions s WHERE json_valid(s.criteria) AND ("
    "json_array_length(s.criteria, '$.verdicts') = 0"
    " OR EXISTS (SELECT 1 FROM json_each(s.criteria, '$.verdicts') WHERE value = 'no')))"
)
FAILED = (
    "SELECT count(*), max(changed_at) FROM messages WHERE subscriber_id = ?1 AND channel = ?2"
    " AND state = 'failed' AND number > ifnull((SELECT max(number) FROM messages"
    " WHERE subscriber_id = ?1 AND channel = ?2 AND state = 'sent'), 0)"
)
UNDER_ALL_IDS = (
    " f.subscriber_id = ?1 AND (f.opportunity_id = ?2 OR f.opportunity_id IN"
    " (SELECT younger FROM aliases WHERE older = ?2 AND in_force))"
)
LAPSE = (
    "INSERT INTO lapsed_follows (subscriber_id, opportunity_id, since, message_id)"  # noqa: S608
    f" SELECT f.subscriber_id, f.opportunity_id, f.since, ?3 FROM follows f WHERE {UNDER_ALL_IDS}"
    " ON CONFLICT DO NOTHING"
)
END = f"DELETE FROM follows AS f WHERE {UNDER_ALL_IDS}"  # noqa: S608
OF_CONCERN = (
    "SELECT ifnull(a.older, t.id) FROM (SELECT opportunity_id AS id FROM follows"
    " UNION SELECT opportunity_id FROM ledger) t"
    " LEFT JOIN aliases a ON a.younger = t.id AND a.in_force"
)
