"""What was told to whom: digest runs and the ledger."""

from collections.abc import Collection, Iterable
from datetime import datetime

from aggregator.errors import StoreError
from aggregator.model import DigestRun, Event
from aggregator.store.codec import from_moment, maybe_from_moment, maybe_moment, moment
from aggregator.store.events import COLUMNS, Events
from aggregator.store.part import json_list


class Alerting(Events):
    """The part of the store that keeps alerts from being lost or doubled."""

    def begin_digest_run(self, run: DigestRun, at: datetime) -> bool:
        """Take the run on; False where this subscriber, channel and due instant had its run.

        Take it on, tell and enqueue in one transaction: then a kill leaves none or all of it.
        """
        begun = self._db.write(
            "INSERT INTO digest_runs (subscriber_id, channel, due_at, begun_at, is_between)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (run.subscriber_id, run.channel.key, moment(run.due_at), moment(at), run.between),
        )
        return begun == 1

    def finish_digest_run(
        self, run: DigestRun, *, opportunities: int, events: int, at: datetime
    ) -> None:
        """Note how much the run told; zero where there was nothing to tell."""
        self._db.write(
            "UPDATE digest_runs SET finished_at = ?, opportunities = ?, events = ?"
            " WHERE subscriber_id = ? AND channel = ? AND due_at = ?",
            (
                moment(at),
                opportunities,
                events,
                run.subscriber_id,
                run.channel.key,
                moment(run.due_at),
            ),
        )

    def last_digest_run(
        self, subscriber_id: str, channel_key: str, *, until: datetime | None = None
    ) -> datetime | None:
        """The latest regular due instant taken on for this channel, None where none was.

        until: leave out those after it, composed as of another day or by a clock that was wrong.
        """
        return maybe_from_moment(
            self._db.value(
                "SELECT max(due_at) FROM digest_runs WHERE subscriber_id = ?1 AND channel = ?2"
                " AND NOT is_between AND due_at <= ifnull(?3, due_at)",
                (subscriber_id, channel_key, maybe_moment(until)),
            )
        )

    def channel_start(self, subscriber_id: str, channel_key: str) -> int | None:
        """The event number after which this channel is told what is new; None before "Open now"."""
        number: int | None = self._db.value(
            "SELECT event_number FROM channel_starts WHERE subscriber_id = ? AND channel = ?",
            (subscriber_id, channel_key),
        )
        return number

    def set_channel_start(self, subscriber_id: str, channel_key: str, event_number: int) -> None:
        """Tell this channel what comes after the event with this number."""
        self._db.write(
            "INSERT INTO channel_starts (subscriber_id, channel, event_number) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET event_number = excluded.event_number",
            (subscriber_id, channel_key, event_number),
        )

    def untold_events(
        self, subscriber_id: str, channel_key: str, *, after_number: int, unconcerned: bool = False
    ) -> tuple[Event, ...]:
        """Events after the number that this channel was not told, in the order we learnt of them.

        Only of opportunities whose verdict is not "no", or which the subscriber follows or was told
        of here, unless `unconcerned` ones are asked for too. By number, never by time, so that
        nothing slips between two digests.
        """
        sql = UNTOLD_OF_ALL if unconcerned else UNTOLD
        return self._events(sql, (subscriber_id, channel_key, after_number))

    def tell(
        self,
        subscriber_id: str,
        channel_key: str,
        entries: Iterable[tuple[str, str]],
        *,
        message_id: str,
        at: datetime,
    ) -> None:
        """Enter (event id, opportunity id) pairs in the ledger as told by a message.

        Raises StoreError where one of them was told on this channel before: nothing is entered
        then, and the transaction around it should fail. The message is enqueued in the same
        transaction, before or after.
        """
        rows = [
            (subscriber_id, channel_key, event_id, opportunity_id, message_id, moment(at))
            for event_id, opportunity_id in entries
        ]
        with self.transaction():
            entered = self._db.write_many(
                "INSERT INTO ledger (subscriber_id, channel, event_id, opportunity_id, message_id,"
                " at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                rows,
            )
            if entered != len(rows):
                raise StoreError(
                    f"{len(rows) - entered} of {len(rows)} events were told on this channel "
                    f"before, so message {message_id} would tell them twice; it is not kept."
                )

    def told_opportunities(self, subscriber_id: str, channel_key: str) -> dict[str, datetime]:
        """Present ids of the opportunities of which this channel was told, and when last."""
        rows = self._db.rows(
            "SELECT ifnull(a.older, l.opportunity_id), max(l.at) FROM ledger l"
            " LEFT JOIN aliases a ON a.younger = l.opportunity_id AND a.in_force"
            " WHERE l.subscriber_id = ? AND l.channel = ? GROUP BY 1",
            (subscriber_id, channel_key),
        )
        return {present: from_moment(at) for present, at in rows}

    def told(
        self, subscriber_id: str, channel_key: str, event_ids: Collection[str]
    ) -> frozenset[str]:
        """Those of the events that were told on this channel."""
        rows = self._db.rows(
            "SELECT event_id FROM ledger WHERE subscriber_id = ? AND channel = ?"
            " AND event_id IN (SELECT value FROM json_each(?))",
            (subscriber_id, channel_key, json_list(list(event_ids))),
        )
        return frozenset(event_id for (event_id,) in rows)


# From the few opportunities that are of concern to their events: nearly all events belong to
# opportunities whose verdict is "no", and each channel asks.
UNTOLD = f"""
WITH wanted (id) AS (
    SELECT id FROM opportunities INDEXED BY opportunities_of_concern WHERE verdict <> 'no'
    UNION
    SELECT ifnull(a.older, f.opportunity_id) FROM follows f
    LEFT JOIN aliases a ON a.younger = f.opportunity_id AND a.in_force
    WHERE f.subscriber_id = ?1
    UNION
    SELECT ifnull(a.older, l.opportunity_id) FROM ledger l
    LEFT JOIN aliases a ON a.younger = l.opportunity_id AND a.in_force
    WHERE l.subscriber_id = ?1 AND l.channel = ?2
)
SELECT {COLUMNS} FROM wanted w CROSS JOIN events e ON e.opportunity_id = w.id
WHERE e.number > ?3 AND NOT EXISTS (
    SELECT 1 FROM ledger l
    WHERE l.subscriber_id = ?1 AND l.channel = ?2 AND l.event_id = e.id
) AND NOT EXISTS (
    SELECT 1 FROM held_notices h WHERE h.source_id = e.source_id AND h.notice_id = e.notice_id
    AND e.at >= (SELECT started_at FROM source_runs r WHERE r.id = h.run_id)
    AND e.kind NOT IN ('deadline_near', 'closed', 'gone_quiet')
)
ORDER BY e.number
"""  # noqa: S608
UNTOLD_OF_ALL = UNTOLD.replace(" INDEXED BY opportunities_of_concern WHERE verdict <> 'no'", "")
