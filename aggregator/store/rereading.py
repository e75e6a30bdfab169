"""What was asked for again, and when."""

from datetime import datetime

from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.part import Part


class Rereading(Part):
    """The part of the store that remembers re-readings."""

    def note_reread(self, source_id: str, ocid: str, at: datetime) -> None:
        """A procurement was asked for again at this moment."""
        self._db.write(
            "INSERT INTO rereads (source_id, ocid, at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET at = excluded.at",
            (source_id, ocid, moment(at)),
        )

    def rereads(self, source_id: str) -> dict[str, datetime]:
        """When each procurement of a source was last asked for again, by its ocid."""
        rows = self._db.rows("SELECT ocid, at FROM rereads WHERE source_id = ?", (source_id,))
        return {ocid: from_moment(at) for ocid, at in rows}

    def last_reread(self) -> datetime | None:
        """When the last re-reading of any source began, None before the first."""
        return maybe_from_moment(
            self._db.value("SELECT max(started_at) FROM source_runs WHERE purpose = 'reread'")
        )

    def followed(self) -> tuple[str, ...]:
        """The present ids of all opportunities that somebody follows."""
        return tuple(
            opportunity_id
            for (opportunity_id,) in self._db.rows(
                "SELECT DISTINCT o.id FROM follows f"
                " LEFT JOIN aliases a ON a.younger = f.opportunity_id AND a.in_force"
                " JOIN opportunities o ON o.id = ifnull(a.older, f.opportunity_id) ORDER BY o.id"
            )
        )
