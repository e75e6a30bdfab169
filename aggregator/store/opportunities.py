"""Opportunities with the present judgement on them: derived, so rebuild may clear them."""

from array import array
from collections.abc import Collection, Iterator, Mapping

import msgspec
from rapidfuzz import fuzz, process

from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Facts,
    JudgedOpportunity,
    Judgement,
    Link,
    Opportunity,
    Stage,
    Standing,
    StatedTime,
    StoredNotice,
    Verdict,
)
from aggregator.store.codec import Body, maybe_moment, moment
from aggregator.store.connection import Row
from aggregator.store.linking import Linking
from aggregator.store.notices import CHUNK
from aggregator.store.part import json_list


class OpportunityBody(msgspec.Struct, frozen=True, kw_only=True):
    """An opportunity without what has a column.

    facts: None where they are those of its last notice, as they are while it has only one.
    """

    facts: Facts | None
    provenance: Mapping[str, str]
    standing: Standing
    links: tuple[Link, ...]
    deadline: StatedTime | None
    deadline_in_field: StatedTime | None
    flags: tuple[str, ...]


OPPORTUNITY: Body[OpportunityBody] = Body(OpportunityBody, "opportunity")
JUDGEMENT: Body[Judgement] = Body(Judgement, "judgement")
NUMBERS: Body[tuple[int, ...]] = Body(tuple[int, ...], "list of notices")

NAMED_IN_AN_ERROR = 3
NEAR_ENOUGH = 70


class Opportunities(Linking):
    """The part of the store that holds the present state of every procurement."""

    def save_opportunity(self, opportunity: Opportunity, judgement: Judgement) -> None:
        """Put the opportunity in the place of what was known under its id.

        Its notices must be stored; they leave whatever opportunity they belonged to before.
        """
        deadline = opportunity.deadline
        numbers = tuple(stored.number for stored in opportunity.notices)
        values = (
            opportunity.id,
            judgement.verdict,
            opportunity.standing.stage,
            maybe_moment(deadline.instant if deadline else None),
            moment(max(stored.retrieved_at for stored in opportunity.notices)),
            opportunity.facts.title,
            NUMBERS.text(numbers),
            JUDGEMENT.text(judgement),
            OPPORTUNITY.text(_body(opportunity)),
        )
        with self.transaction():
            had = self._notice_numbers(opportunity.id)
            self._db.write(SAVE, values)
            if had != numbers:
                self._give_up(opportunity.id, set(had).difference(numbers))
                self._db.write_many(TAKE, [(number, opportunity.id) for number in numbers])

    def _notice_numbers(self, opportunity_id: str) -> tuple[int, ...]:
        row = self._db.row("SELECT notices FROM opportunities WHERE id = ?", (opportunity_id,))
        return NUMBERS.value(row[0]) if row else ()

    def _give_up(self, opportunity_id: str, numbers: Collection[int]) -> None:
        self._db.write_many(
            "DELETE FROM opportunity_notices WHERE number = ? AND opportunity_id = ?",
            [(number, opportunity_id) for number in numbers],
        )

    def opportunity(self, opportunity_id: str) -> JudgedOpportunity:
        """The opportunity under this id or the older one it means now.

        Raises UnknownIdentifier.
        """
        row = self._db.row(ONE, (self.resolve(opportunity_id),))
        if row is None:
            raise UnknownIdentifier(f"There is no opportunity “{opportunity_id}”.")
        return self._judged([row])[0]

    def opportunities(
        self,
        *,
        verdicts: Collection[Verdict] = (),
        stages: Collection[Stage] = (),
        limit: int | None = None,
    ) -> Iterator[JudgedOpportunity]:
        """Opportunities, the latest changed first, a few hundred in memory at a time.

        An empty filter means any. Saving and removing opportunities while iterating is allowed:
        what is met is what was there at the start, as it is when its turn comes.
        """
        numbers = array("q", self._selected(verdicts, stages, limit))
        for start in range(0, len(numbers), CHUNK):
            wanted = numbers[start : start + CHUNK].tolist()
            rows = {row[0]: row for row in self._db.rows(MANY, (json_list(wanted),))}
            yield from self._judged([rows[number] for number in wanted if number in rows])

    def _selected(
        self, verdicts: Collection[Verdict], stages: Collection[Stage], limit: int | None
    ) -> Iterator[int]:
        of_concern = bool(verdicts) and Verdict.NO not in verdicts
        values = (
            not verdicts,
            json_list(list(verdicts)),
            not stages,
            json_list(list(stages)),
            -1 if limit is None else limit,
        )
        rows = self._db.rows(SELECTED_OF_CONCERN if of_concern else SELECTED, values)
        return (number for (number,) in rows)

    def remove_opportunity(self, opportunity_id: str) -> None:
        """Forget the opportunity under exactly this id; its notices stay stored."""
        with self.transaction():
            self._give_up(opportunity_id, self._notice_numbers(opportunity_id))
            self._db.write("DELETE FROM opportunities WHERE id = ?", (opportunity_id,))

    def find_opportunity(self, text: str) -> JudgedOpportunity:
        """The one opportunity a person means by an id or the beginning of one, an alias, an ocid
        or a notice id.

        Raises UnknownIdentifier, which names what was near where nothing or too much fits.
        """
        wanted = text.strip()
        for way in (BY_ID, BY_NOTICE_ID, BY_OCID, BY_BEGINNING):
            ids = [row[0] for row in self._db.rows(way, (wanted, NAMED_IN_AN_ERROR + 1))]
            if len(ids) == 1:
                return self.opportunity(ids[0])
            if ids:
                raise UnknownIdentifier(
                    f"“{wanted}” fits several opportunities: {self._named(ids)}."
                )
        raise UnknownIdentifier(f"There is no opportunity “{wanted}”.{self._near(wanted)}")

    def _near(self, wanted: str) -> str:
        names = [name for (name,) in self._db.rows(NAMES)]
        found = process.extract(
            wanted, names, scorer=fuzz.ratio, limit=NAMED_IN_AN_ERROR, score_cutoff=NEAR_ENOUGH
        )
        return f" Near it: {self._named([name for name, _, _ in found])}." if found else ""

    def _named(self, ids: list[str]) -> str:
        titles: dict[str, str | None] = dict(
            self._db.rows(
                "SELECT id, title FROM opportunities WHERE id IN (SELECT value FROM json_each(?))",
                (json_list(ids),),
            )
        )
        named = (f"{name} ({titles[name]})" if titles.get(name) else name for name in ids)
        return ", ".join(list(named)[:NAMED_IN_AN_ERROR]) + (
            " and more" if len(ids) > NAMED_IN_AN_ERROR else ""
        )

    def _judged(self, rows: list[Row]) -> list[JudgedOpportunity]:
        numbers = [NUMBERS.value(row[2]) for row in rows]
        notices = self._numbered(number for some in numbers for number in some)
        return [
            JudgedOpportunity(
                opportunity=_opportunity(row[1], [notices[number] for number in some], row[4]),
                judgement=JUDGEMENT.value(row[3]),
            )
            for row, some in zip(rows, numbers, strict=True)
        ]


SAVE = (
    "INSERT INTO opportunities"
    " (id, verdict, stage, deadline, updated, title, notices, judgement, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " verdict = excluded.verdict, stage = excluded.stage, deadline = excluded.deadline,"
    " updated = excluded.updated, title = excluded.title, notices = excluded.notices,"
    " judgement = excluded.judgement, body = excluded.body"
)
TAKE = (
    "INSERT INTO opportunity_notices (number, opportunity_id) VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET opportunity_id = excluded.opportunity_id"
)
ONE = "SELECT number, id, notices, judgement, body FROM opportunities WHERE id = ?"
MANY = (
    "SELECT number, id, notices, judgement, body FROM opportunities"
    " WHERE number IN (SELECT value FROM json_each(?))"
)
FITTING = (
    "(? OR verdict IN (SELECT value FROM json_each(?)))"
    " AND (? OR stage IN (SELECT value FROM json_each(?)))"
    " ORDER BY updated DESC, id LIMIT ?"
)
SELECTED = f"SELECT number FROM opportunities WHERE {FITTING}"  # noqa: S608
# Nearly everything is of no concern, and this one reads only the index of the rest.
SELECTED_OF_CONCERN = f"SELECT number FROM opportunities WHERE verdict <> 'no' AND {FITTING}"  # noqa: S608
BY_ID = (
    "SELECT o.id FROM opportunities o WHERE o.id = ifnull("
    "(SELECT older FROM aliases WHERE younger = lower(?1) AND in_force), lower(?1)) LIMIT ?2"
)
BY_NOTICE_ID = (
    "SELECT DISTINCT m.opportunity_id FROM notices n"
    " JOIN opportunity_notices m ON m.number = n.number WHERE n.notice_id = ? LIMIT ?"
)
BY_OCID = (
    "SELECT DISTINCT m.opportunity_id FROM notices n"
    " JOIN opportunity_notices m ON m.number = n.number WHERE n.ocid = ? LIMIT ?"
)
BY_BEGINNING = (
    "SELECT id FROM opportunities WHERE substr(id, 1, length(?1)) = lower(?1) AND ?1 <> ''"
    " ORDER BY id LIMIT ?2"
)
NAMES = "SELECT id FROM opportunities"


def _body(opportunity: Opportunity) -> OpportunityBody:
    stated = opportunity.latest.facts
    as_last_stated = opportunity.facts is stated or opportunity.facts == stated
    return OpportunityBody(
        facts=None if as_last_stated else opportunity.facts,
        provenance=opportunity.provenance,
        standing=opportunity.standing,
        links=opportunity.links,
        deadline=opportunity.deadline,
        deadline_in_field=opportunity.deadline_in_field,
        flags=opportunity.flags,
    )


def _opportunity(opportunity_id: str, notices: list[StoredNotice], text: str) -> Opportunity:
    body = OPPORTUNITY.value(text)
    return Opportunity(
        id=opportunity_id,
        facts=notices[-1].notice.facts if body.facts is None else body.facts,
        provenance=body.provenance,
        standing=body.standing,
        notices=tuple(notices),
        links=body.links,
        deadline=body.deadline,
        deadline_in_field=body.deadline_in_field,
        flags=body.flags,
    )
