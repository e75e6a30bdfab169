"""What shows that the service lives and its books agree."""

from collections.abc import Mapping
from datetime import datetime

from aggregator.model import Heartbeat, TellingState
from aggregator.store.codec import from_moment, maybe_from_moment, maybe_moment, moment
from aggregator.store.part import Part, json_list


class Proving(Part):
    """The part of the store that remembers heartbeats and compares ledger and outbox."""

    def expect_jobs(self, next_at: Mapping[str, datetime | None], *, at: datetime) -> None:
        """A scheduler was started with these jobs; what it does not have is not expected."""
        with self.transaction():
            self._db.write(
                "DELETE FROM heartbeats WHERE job NOT IN (SELECT value FROM json_each(?))",
                (json_list(list(next_at)),),
            )
            self._db.write_many(
                "INSERT INTO heartbeats (job, since, next_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET since = excluded.since, next_at = excluded.next_at",
                [(job, moment(at), maybe_moment(due)) for job, due in next_at.items()],
            )

    def beat_began(self, job: str, *, at: datetime, next_at: datetime | None) -> None:
        """A job begins; a job that is not expected is left out."""
        self._db.write(
            "UPDATE heartbeats SET began_at = ?, next_at = ? WHERE job = ?",
            (moment(at), maybe_moment(next_at), job),
        )

    def beat_ended(self, job: str, *, at: datetime, next_at: datetime | None, failed: bool) -> None:
        """A job ended, well or not."""
        self._db.write(
            "UPDATE heartbeats SET ended_at = ?, next_at = ?, failed = ? WHERE job = ?",
            (moment(at), maybe_moment(next_at), failed, job),
        )

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Of all jobs, by name; none where no service ever ran here."""
        return tuple(
            Heartbeat(
                job=job,
                since=from_moment(since),
                next_at=maybe_from_moment(next_at),
                began_at=maybe_from_moment(began),
                ended_at=maybe_from_moment(ended),
                failed=None if failed is None else bool(failed),
            )
            for job, since, next_at, began, ended, failed in self._db.rows(
                "SELECT job, since, next_at, began_at, ended_at, failed FROM heartbeats"
                " ORDER BY job"
            )
        )

    def tellings(self, since: datetime) -> tuple[TellingState, ...]:
        """Every message by which something was entered in the ledger since, the earliest first."""
        return tuple(
            TellingState(
                message_id=message_id,
                subscriber_id=subscriber_id,
                state=state,
                changed_at=from_moment(changed_at),
                events=events,
            )
            for message_id, subscriber_id, state, changed_at, events in self._db.rows(
                "SELECT m.id, m.subscriber_id, m.state, m.changed_at, count(*)"
                " FROM ledger l JOIN messages m ON m.id = l.message_id"
                " WHERE l.at >= ? GROUP BY m.id ORDER BY m.number",
                (moment(since),),
            )
        )

    def regular_runs(self, subscriber_id: str, channel_key: str) -> tuple[datetime, ...]:
        """When the last two regular digests of a channel were begun, the latest first."""
        rows = self._db.rows(
            "SELECT begun_at FROM digest_runs WHERE subscriber_id = ? AND channel = ?"
            " AND NOT is_between ORDER BY due_at DESC LIMIT 2",
            (subscriber_id, channel_key),
        )
        return tuple(from_moment(begun) for (begun,) in rows)
