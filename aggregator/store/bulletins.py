"""Editions of the host's bulletin, what each told, and what the host said. No rebuild clears it."""

from dataclasses import replace
from datetime import datetime

from aggregator.errors import StoreError
from aggregator.model import Bulletin, Edition, Event, HostWord, WordKind
from aggregator.store.codec import Body, from_moment, maybe_from_moment, maybe_moment, moment
from aggregator.store.connection import Row
from aggregator.store.events import COLUMNS, Events

BULLETIN: Body[Bulletin] = Body(Bulletin, "edition of the bulletin")


class Bulletins(Events):
    """The part of the store that keeps the bulletin."""

    def keep_edition(self, edition: Edition) -> None:
        """Keep it in the place of what was composed for its week before.

        Where it is published, all it tells enters the ledger and the host's words in it are used
        up. Raises StoreError where that week is published already, or where an event was printed
        before; nothing is kept then.
        """
        bulletin = edition.bulletin
        with self.transaction():
            kept = self._db.write(
                KEEP,
                (
                    bulletin.week,
                    edition.id,
                    moment(bulletin.composed_at),
                    maybe_moment(edition.published_at),
                    BULLETIN.text(bulletin),
                ),
            )
            if not kept:
                raise StoreError(f"The bulletin of {bulletin.week} is published and stays as it is")
            if edition.published_at is not None:
                self._print(bulletin)

    def _print(self, bulletin: Bulletin) -> None:
        rows = [(event_id, bulletin.week, one) for event_id, one in bulletin.told]
        printed = self._db.write_many(
            "INSERT INTO printed_events (event_id, week, opportunity_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            rows,
        )
        if printed != len(rows):
            raise StoreError(
                f"{len(rows) - printed} of {len(rows)} events were in a bulletin before, so that "
                f"of {bulletin.week} would tell them twice; it is not published."
            )
        self._db.write_many(
            "UPDATE host_words SET week = ? WHERE number = ? AND week IS NULL",
            [(bulletin.week, number) for number in bulletin.used],
        )

    def edition(self, week: str) -> Edition | None:
        """The edition of this week, None where there is none."""
        row = self._db.row(f"{EDITION} WHERE week = ?", (week,))
        return None if row is None else _edition(row)

    def editions(self, *, published: bool = True, limit: int | None = None) -> tuple[Edition, ...]:
        """The editions, newest first; with `published=False` the drafts as well."""
        rows = self._db.rows(
            f"{EDITION} WHERE published_at IS NOT NULL OR NOT ? ORDER BY week DESC LIMIT ?",
            (published, -1 if limit is None else limit),
        )
        return tuple(map(_edition, rows))

    def printed_weeks(self) -> tuple[str, ...]:
        """The weeks of all published editions, newest first."""
        return tuple(
            week
            for (week,) in self._db.rows(
                "SELECT week FROM editions WHERE published_at IS NOT NULL ORDER BY week DESC"
            )
        )

    def unprinted_events(self) -> tuple[Event, ...]:
        """Events that were in no published edition, in the order we learnt of them; only of
        opportunities that are of concern, were printed before, or are picked by the host."""
        return self._events(UNPRINTED, ())

    def printed_opportunities(self) -> dict[str, datetime]:
        """Present ids of the opportunities that published editions told of, and when last."""
        rows = self._db.rows(
            "SELECT ifnull(a.older, p.opportunity_id), max(e.published_at) FROM printed_events p"
            " JOIN editions e ON e.week = p.week"
            " LEFT JOIN aliases a ON a.younger = p.opportunity_id AND a.in_force GROUP BY 1"
        )
        return {present: from_moment(at) for present, at in rows}

    def printed_of(self, opportunity_id: str) -> tuple[Event, ...]:
        """The events of an opportunity that were printed."""
        return self._events(
            f"SELECT {COLUMNS} FROM events e JOIN printed_events p ON p.event_id = e.id"  # noqa: S608
            " WHERE e.opportunity_id = ? ORDER BY e.number",
            (self.resolve(opportunity_id),),
        )

    def say_word(self, word: HostWord) -> HostWord:
        """Keep what the host said; gives it back with its number."""
        number = self._db.insert(
            "INSERT INTO host_words (kind, opportunity_id, words, link, by_whom, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (word.kind, word.opportunity_id, word.words, word.link, word.by, moment(word.at)),
        )
        return replace(word, number=number)

    def host_words(self) -> tuple[HostWord, ...]:
        """Everything the host ever said about its bulletin, by present ids, in order."""
        return tuple(map(_word, self._db.rows(WORDS)))

    def undo_word(self, number: int, *, by: str, at: datetime) -> bool:
        """Take one word back; False where there is none such, or it is printed or taken back."""
        undone = self._db.write(
            "UPDATE host_words SET undone_by = ?, undone_at = ?"
            " WHERE number = ? AND undone_at IS NULL AND week IS NULL",
            (by, moment(at), number),
        )
        return undone == 1


KEEP = (
    "INSERT INTO editions (week, id, composed_at, published_at, body) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (week) DO UPDATE SET composed_at = excluded.composed_at,"
    " published_at = excluded.published_at, body = excluded.body"
    " WHERE editions.published_at IS NULL"
)
EDITION = "SELECT id, published_at, body FROM editions"
WORDS = (
    "SELECT w.number, w.kind, ifnull(a.older, w.opportunity_id), w.words, w.link, w.by_whom, w.at,"
    " w.week, w.undone_by, w.undone_at FROM host_words w"
    " LEFT JOIN aliases a ON a.younger = w.opportunity_id AND a.in_force ORDER BY w.number"
)
UNPRINTED = f"""
WITH wanted (id) AS (
    SELECT id FROM opportunities INDEXED BY opportunities_of_concern WHERE verdict <> 'no'
    UNION
    SELECT ifnull(a.older, p.opportunity_id) FROM printed_events p
    LEFT JOIN aliases a ON a.younger = p.opportunity_id AND a.in_force
    UNION
    SELECT ifnull(a.older, w.opportunity_id) FROM host_words w
    LEFT JOIN aliases a ON a.younger = w.opportunity_id AND a.in_force
    WHERE w.opportunity_id IS NOT NULL AND w.week IS NULL AND w.undone_at IS NULL
)
SELECT {COLUMNS} FROM wanted w CROSS JOIN events e ON e.opportunity_id = w.id
WHERE NOT EXISTS (SELECT 1 FROM printed_events p WHERE p.event_id = e.id)
ORDER BY e.number
"""  # noqa: S608


def _edition(row: Row) -> Edition:
    return Edition(
        id=row[0], published_at=maybe_from_moment(row[1]), bulletin=BULLETIN.value(row[2])
    )


def _word(row: Row) -> HostWord:
    return HostWord(
        number=row[0],
        kind=WordKind(row[1]),
        opportunity_id=row[2],
        words=row[3],
        link=row[4],
        by=row[5],
        at=from_moment(row[6]),
        week=row[7],
        undone_by=row[8],
        undone_at=maybe_from_moment(row[9]),
    )
