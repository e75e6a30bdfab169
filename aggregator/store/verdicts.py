"""What people say of opportunities: every answer kept, the last of each person counted."""

from aggregator.model import Answer, PersonVerdict
from aggregator.store.codec import from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part


class PersonVerdicts(Part):
    """The part of the store that keeps verdicts by people. No rebuild clears them."""

    def say_verdict(self, verdict: PersonVerdict) -> None:
        """Keep what a person says; what they said of the same opportunity before is history.

        Raises StoreError where the subscriber is not there, or not exactly one person speaks.
        """
        self._db.write(
            "INSERT INTO person_verdicts (opportunity_id, moderator, subscriber_id, answer, at,"
            " note) VALUES (?, ?, ?, ?, ?, ?)",
            (
                verdict.opportunity_id,
                verdict.moderator,
                verdict.subscriber_id,
                verdict.answer,
                moment(verdict.at),
                verdict.note,
            ),
        )

    def take_back_verdict(self, opportunity_id: str, moderator: str) -> int:
        """Forget what a moderator said of an opportunity; says how many answers there were."""
        return self._db.write(
            f"DELETE FROM person_verdicts AS v WHERE {OF_AN_OPPORTUNITY} AND v.moderator = ?2",  # noqa: S608
            (opportunity_id, moderator),
        )

    def verdicts(self) -> tuple[PersonVerdict, ...]:
        """What each person says now, by present ids of the opportunities, in the order said."""
        return self._said("true", ())

    def verdicts_of(self, opportunity_id: str) -> tuple[PersonVerdict, ...]:
        """What each person says now of one opportunity, under whichever of its ids they said it."""
        return self._said(OF_AN_OPPORTUNITY, (opportunity_id,))

    def verdicts_by(self, subscriber_id: str) -> tuple[PersonVerdict, ...]:
        """What one subscriber says now, by present ids of the opportunities."""
        return self._said("v.subscriber_id = ?", (subscriber_id,))

    def _said(self, where: str, values: tuple[str, ...]) -> tuple[PersonVerdict, ...]:
        return tuple(map(_verdict, self._db.rows(SAID.format(where=where), values)))


# Two opportunities of which a person spoke may have become one since: then the later word counts.
SAID = """
SELECT present, moderator, subscriber_id, answer, at, note FROM (
    SELECT v.*, ifnull(a.older, v.opportunity_id) AS present, row_number() OVER (
        PARTITION BY ifnull(a.older, v.opportunity_id), v.moderator, v.subscriber_id
        ORDER BY v.number DESC
    ) AS place
    FROM person_verdicts v LEFT JOIN aliases a ON a.younger = v.opportunity_id AND a.in_force
    WHERE {where}
) WHERE place = 1 ORDER BY number
"""
OF_AN_OPPORTUNITY = (
    "v.opportunity_id IN (WITH own (id) AS (SELECT ifnull("
    "(SELECT older FROM aliases WHERE younger = ?1 AND in_force), ?1))"
    " SELECT id FROM own UNION SELECT younger FROM aliases, own WHERE older = own.id AND in_force)"
)


def _verdict(row: Row) -> PersonVerdict:
    return PersonVerdict(
        opportunity_id=row[0],
        moderator=row[1],
        subscriber_id=row[2],
        answer=Answer(row[3]),
        at=from_moment(row[4]),
        note=row[5],
    )
