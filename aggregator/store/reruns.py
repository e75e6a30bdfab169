"""What looks like the re-run of what came to nothing."""

from collections.abc import Iterable

from aggregator.model import Confidence, Rerun
from aggregator.store.part import Part, json_list


class Reruns(Part):
    """The part of the store that keeps re-runs, between notices, so that merges need no change."""

    def keep_rerun(self, later: int, earlier: int, confidence: Confidence, evidence: str) -> None:
        """The procurement of the notice with the first number looks like the re-run of that of the
        second."""
        self._db.write(
            "INSERT INTO reruns (later, earlier, confidence, evidence) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (later, earlier, confidence, evidence),
        )

    def reruns_of(self, opportunity_id: str, *, as_later: bool = False) -> tuple[Rerun, ...]:
        """Where this opportunity looks like the re-run of another, or another like its re-run.

        as_later: only the former.
        """
        sides = ("later",) if as_later else ("later", "earlier")
        return tuple(
            Rerun(
                later_id=row[0],
                earlier_id=row[1],
                confidence=Confidence(row[2]),
                evidence=row[3],
                later_title=row[4],
                earlier_title=row[5],
            )
            for side in sides
            for row in self._db.rows(OF_ONE.format(side), (opportunity_id,))
        )

    def reruns_of_followed(self, subscriber_id: str) -> frozenset[str]:
        """Ids of what looks like the re-run of something this subscriber follows."""
        return frozenset(name for (name,) in self._db.rows(OF_FOLLOWED, (subscriber_id,)))

    def drop_reruns(self, numbers: Iterable[int]) -> None:
        """Forget what was found for these notices; it is derived again."""
        self._db.write(
            "DELETE FROM reruns WHERE later IN (SELECT value FROM json_each(?1))"
            " OR earlier IN (SELECT value FROM json_each(?1))",
            (json_list(list(numbers)),),
        )


OF_ONE = """
SELECT l.opportunity_id, e.opportunity_id, r.confidence, r.evidence, lo.title, eo.title
FROM opportunity_notices own
JOIN reruns r ON r.{0} = own.number
JOIN opportunity_notices l ON l.number = r.later
JOIN opportunity_notices e ON e.number = r.earlier
JOIN opportunities lo ON lo.id = l.opportunity_id
JOIN opportunities eo ON eo.id = e.opportunity_id
WHERE own.number IN (
        SELECT n.value FROM opportunities o, json_each(o.notices) n WHERE o.id = ?1
    )
    AND own.opportunity_id = ?1 AND l.opportunity_id <> e.opportunity_id
ORDER BY r.later, r.earlier
"""
OF_FOLLOWED = """
SELECT DISTINCT l.opportunity_id
FROM follows f
LEFT JOIN aliases a ON a.younger = f.opportunity_id AND a.in_force
JOIN opportunities o ON o.id = ifnull(a.older, f.opportunity_id)
CROSS JOIN json_each(o.notices) n
JOIN reruns r ON r.earlier = n.value
JOIN opportunity_notices l ON l.number = r.later
WHERE f.subscriber_id = ? AND l.opportunity_id <> o.id
"""
