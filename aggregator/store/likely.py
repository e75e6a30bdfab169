"""What is probably one, and what people decided about it.

Likely links are between notices and shown between the opportunities these belong to now, so that
a merge or a split needs no change of theirs. They are derived; decisions are people's, and no
rebuild clears them.
"""

from collections.abc import Iterable

from aggregator.model import LikelyLink, LinkDecision, LinkWord, NoticeKey
from aggregator.store.codec import from_moment, moment
from aggregator.store.part import Part, json_list


class LikelyLinks(Part):
    """The part of the store that keeps likely links and decisions about links."""

    def keep_likely_links(self, number: int, found: Iterable[tuple[int, int, str]]) -> None:
        """The notice with this number is probably of one procurement with others.

        found: number of the other notice, rule (4 or 5), evidence in words.
        """
        self._db.write_many(
            "INSERT INTO likely_links (number, other, rule, evidence) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(number, *one) for one in found],
        )

    def likely_links_of(self, opportunity_id: str) -> tuple[LikelyLink, ...]:
        """The opportunities that this one is probably the same as, the surest first, each once.

        Without those that a person said are another one.
        """
        return self._likely(OF_ONE, (opportunity_id,))

    def likely_links(self) -> tuple[LikelyLink, ...]:
        """Every likely link between two opportunities, each told once."""
        return self._likely(ALL, ())

    def _likely(self, sql: str, values: tuple[str, ...]) -> tuple[LikelyLink, ...]:
        found: dict[tuple[str, str], LikelyLink] = {}
        for row in self._db.rows(sql, values):
            found.setdefault(
                (row[0], row[1]),
                LikelyLink(
                    opportunity_id=row[0],
                    other_id=row[1],
                    notice=(row[2], row[3]),
                    other_notice=(row[4], row[5]),
                    rule=row[6],
                    evidence=row[7],
                    title=row[8],
                ),
            )
        return tuple(one for pair, one in found.items() if not self.kept_apart(*pair))

    def keep_link_decision(self, decision: LinkDecision) -> None:
        """Remember what a person decides; it outweighs what was decided on the same pair before."""
        with self.transaction():
            number = self._db.insert(
                "INSERT INTO link_decisions (together, by, at) VALUES (?, ?, ?)",
                (decision.together, decision.by, moment(decision.at)),
            )
            self._db.write_many(
                "INSERT INTO link_decision_notices (source_id, notice_id, decision, side)"
                " VALUES (?, ?, ?, ?)",
                [
                    (*key, number, side)
                    for side, keys in enumerate((decision.ones, decision.others))
                    for key in dict.fromkeys(keys)
                ],
            )

    def withdraw_link_decision(self, one: NoticeKey, other: NoticeKey) -> LinkDecision | None:
        """Take back the last decision on a pair of notices; None where there was none."""
        number = self._db.value(LAST_WORD, (*one, *other))
        if number is None:
            return None
        with self.transaction():
            rows = self._db.rows(
                "SELECT side, source_id, notice_id FROM link_decision_notices WHERE decision = ?"
                " ORDER BY source_id, notice_id",
                (number,),
            )
            together, by, at = self._db.rows(
                "SELECT together, by, at FROM link_decisions WHERE number = ?", (number,)
            )[0]
            for table, column in (
                ("link_decision_notices", "decision"),
                ("link_decisions", "number"),
            ):
                self._db.write(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608
        sides = [tuple((a, b) for side, a, b in rows if side == wanted) for wanted in (0, 1)]
        return LinkDecision(
            together=bool(together), ones=sides[0], others=sides[1], by=by, at=from_moment(at)
        )

    def link_words(self, source_id: str, notice_id: str) -> tuple[LinkWord, ...]:
        """The last word of people about this notice and each other notice they spoke of."""
        return tuple(
            LinkWord(
                other=(row[0], row[1]), together=bool(row[2]), by=row[3], at=from_moment(row[4])
            )
            for row in self._db.rows(WORDS, (source_id, notice_id))
        )

    def kept_apart(self, one_id: str, other_id: str) -> bool:
        """Whether a person's last word parts some notice of the one from one of the other."""
        return self._db.row(APART, (one_id, other_id)) is not None

    def link_decisions(self) -> tuple[LinkDecision, ...]:
        """Everything people decided, earliest first."""
        sides: dict[int, tuple[list[NoticeKey], list[NoticeKey]]] = {}
        for decision, side, source_id, notice_id in self._db.rows(
            "SELECT decision, side, source_id, notice_id FROM link_decision_notices"
            " ORDER BY decision, side, source_id, notice_id"
        ):
            sides.setdefault(decision, ([], []))[side].append((source_id, notice_id))
        return tuple(
            LinkDecision(
                together=bool(together),
                ones=tuple(sides[number][0]),
                others=tuple(sides[number][1]),
                by=by,
                at=from_moment(at),
            )
            for number, together, by, at in self._db.rows(
                "SELECT number, together, by, at FROM link_decisions ORDER BY number"
            )
        )

    def whereabouts(self, key: NoticeKey) -> str | None:
        """The opportunity that holds a notice now, None where none does."""
        found: str | None = self._db.value(
            "SELECT m.opportunity_id FROM notices n"
            " JOIN opportunity_notices m ON m.number = n.number"
            " WHERE n.notice_id = ? AND n.source_id = ? LIMIT 1",
            (key[1], key[0]),
        )
        return found

    def drop_likely_links(self, numbers: Iterable[int]) -> None:
        """Forget what was found likely when these notices came; it is derived again."""
        self._db.write(
            "DELETE FROM likely_links WHERE number IN (SELECT value FROM json_each(?))",
            (json_list(list(numbers)),),
        )


ONE_WAY = """
SELECT m.opportunity_id, x.opportunity_id, n.source_id, n.notice_id, o.source_id, o.notice_id,
    l.rule, l.evidence, p.title, l.number
FROM likely_links l
JOIN opportunity_notices m ON m.number = l.{0} JOIN notices n ON n.number = l.{0}
JOIN opportunity_notices x ON x.number = l.{1} JOIN notices o ON o.number = l.{1}
JOIN opportunities p ON p.id = x.opportunity_id
WHERE m.opportunity_id <> x.opportunity_id
"""
OWN = (
    " AND l.{0} IN (SELECT own.value FROM opportunities a, json_each(a.notices) own"
    " WHERE a.id = ?1)"
    " AND m.opportunity_id = ?1"
)
OF_ONE = (
    (ONE_WAY + OWN).format("number", "other")
    + " UNION ALL "
    + (ONE_WAY + OWN).format("other", "number")
    + " ORDER BY 7, 10, 2"
)
ALL = ONE_WAY.format("number", "other") + " ORDER BY 7, 10, 2"
WORDS = """
SELECT y.source_id, y.notice_id, d.together, d.by, d.at, max(d.number)
FROM link_decision_notices x
JOIN link_decision_notices y ON y.decision = x.decision AND y.side <> x.side
JOIN link_decisions d ON d.number = x.decision
WHERE x.source_id = ? AND x.notice_id = ? GROUP BY y.source_id, y.notice_id ORDER BY 6, 1, 2
"""
LAST_WORD = """
SELECT max(x.decision) FROM link_decision_notices x
JOIN link_decision_notices y ON y.decision = x.decision AND y.side <> x.side
WHERE x.source_id = ? AND x.notice_id = ? AND y.source_id = ? AND y.notice_id = ?
"""
APART = """
SELECT 1 FROM (
    SELECT d.together, max(d.number)
    FROM opportunities a, json_each(a.notices) an JOIN notices n ON n.number = an.value
    JOIN link_decision_notices x ON x.source_id = n.source_id AND x.notice_id = n.notice_id
    JOIN link_decision_notices y ON y.decision = x.decision AND y.side <> x.side
    JOIN link_decisions d ON d.number = x.decision
    WHERE a.id = ?1 AND EXISTS (
        SELECT 1 FROM notices o JOIN opportunity_notices m ON m.number = o.number
        WHERE o.source_id = y.source_id AND o.notice_id = y.notice_id AND m.opportunity_id = ?2
    )
    GROUP BY x.source_id, x.notice_id, y.source_id, y.notice_id
) WHERE NOT together LIMIT 1
"""
