"""The hosts we call: whose turn it is, who wants rest, what their robots.txt says."""

from datetime import datetime, timedelta

from aggregator.model import RobotsCopy
from aggregator.store.codec import from_moment, maybe_from_moment, moment, squeeze, unsqueeze
from aggregator.store.part import Part

CLOCK_WAS_WRONG = timedelta(days=1)
"""No host is given a longer rest: one that ends so much later was written by a wrong clock."""


class Hosts(Part):
    """The part of the store that implements ports.HostMemory, also between processes."""

    def take_turn(self, host: str, *, now: datetime, pace: float) -> float:
        """Take the next turn to call; else the seconds (at most `pace`) until it comes.

        A turn further away than the pace was written by a clock that was wrong.
        """
        with self.transaction():
            written = maybe_from_moment(
                self._db.value("SELECT next_turn_at FROM hosts WHERE host = ?", (host,))
            )
            wait = (written - now).total_seconds() if written else 0.0
            if 0 < wait <= pace:
                return wait
            self._db.write(
                "INSERT INTO hosts (host, next_turn_at) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET next_turn_at = excluded.next_turn_at",
                (host, moment(now + timedelta(seconds=pace))),
            )
        return 0.0

    def rest_host(self, host: str, *, until: datetime) -> None:
        """Leave the host alone until then, or longer where it said so before."""
        self._db.write(
            "INSERT INTO hosts (host, rests_until) VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET rests_until = excluded.rests_until WHERE rests_until IS NULL"
            " OR rests_until < excluded.rests_until OR rests_until > ?",
            (host, moment(until), moment(until + CLOCK_WAS_WRONG)),
        )

    def host_rests_until(self, host: str) -> datetime | None:
        """Until when the host wants to be left alone, None where it never said."""
        return maybe_from_moment(
            self._db.value("SELECT rests_until FROM hosts WHERE host = ?", (host,))
        )

    def robots_copy(self, origin: str) -> RobotsCopy | None:
        """The last robots.txt of an origin."""
        row = self._db.row(
            "SELECT status, body, fetched_at FROM robots WHERE origin = ?", (origin,)
        )
        if row is None:
            return None
        return RobotsCopy(
            origin=origin, status=row[0], body=unsqueeze(row[1]), fetched_at=from_moment(row[2])
        )

    def keep_robots_copy(self, copy: RobotsCopy) -> None:
        """Keep it in the place of the one before."""
        self._db.write(
            "INSERT INTO robots (origin, status, body, fetched_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET status = excluded.status, body = excluded.body,"
            " fetched_at = excluded.fetched_at",
            (copy.origin, copy.status, squeeze(copy.body), moment(copy.fetched_at)),
        )
