"""Events in the order in which we learnt of them, and what a rebuild does to them.

Numbers only grow, and a number is never given twice: whoever has told everything up to a number
can go on from there. A rebuild derives the events again; those that existed before keep number and
backfill flag, so that told stays told and untold stays untold, and those that did not exist become
backfill, so that a repair never alerts.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from aggregator.model import Event, EventKind, Verdict
from aggregator.model.linking import LASTING
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.notices import CHUNK
from aggregator.store.opportunities import Opportunities
from aggregator.store.part import json_list

CLOCK_KINDS = (
    EventKind.DEADLINE_NEAR,
    EventKind.CLOSED,
    EventKind.GONE_QUIET,
    EventKind.NO_LONGER_LISTED,
    EventKind.LISTED_AGAIN,
)
COLUMNS = (
    "e.id, e.opportunity_id, e.kind, e.at, e.source_id, e.notice_id, e.field, e.lot_id, e.old,"
    " e.new, e.backfill"
)


class Events(Opportunities):
    """The part of the store that remembers what happened."""

    def add_events(self, events: Iterable[Event]) -> int:
        """Add the events whose id is not there yet, in order; says how many."""
        return self._db.write_many(ADD, [_row(event) for event in events])

    def events_of(self, opportunity_id: str) -> tuple[Event, ...]:
        """What happened to an opportunity under all its ids, in the order we learnt of it."""
        return self._events(
            f"SELECT {COLUMNS} FROM events e WHERE e.opportunity_id = ? ORDER BY e.number",  # noqa: S608
            (self.resolve(opportunity_id),),
        )

    def events_after(self, number: int) -> tuple[Event, ...]:
        """What we learnt after the event with this number, in order."""
        return self._events(
            f"SELECT {COLUMNS} FROM events e WHERE e.number > ? ORDER BY e.number",  # noqa: S608
            (number,),
        )

    def last_event_number(self) -> int:
        """The number of the latest event, 0 where nothing happened yet."""
        return self._db.value("SELECT max(number) FROM events") or 0

    def last_tick(self) -> datetime | None:
        """The moment up to which events of the clock were stored; None before the first tick."""
        return maybe_from_moment(self._db.value("SELECT at FROM ticks"))

    def set_last_tick(self, at: datetime) -> None:
        """Note that events of the clock are stored up to this moment."""
        self._db.write(
            "INSERT INTO ticks (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
            (moment(at),),
        )

    def _events(self, sql: str, values: Iterable[object]) -> tuple[Event, ...]:
        return tuple(event(row) for row in self._db.rows(sql, tuple(values)))

    def clear_derived(self) -> None:
        """Begin a rebuild: forget opportunities, link keys and every event not made by the clock.

        What people decided stays, and so do identities; aliases count again once they are found
        again. Clear, derive and `finish_rebuild` inside one `transaction()`: then a kill leaves the
        old state whole. Where that was not done, `rebuilding` says so, and clearing again begins
        anew without harm.
        """
        with self.transaction():
            self._db.write("INSERT INTO rebuilds (id) VALUES (1) ON CONFLICT DO NOTHING")
            self._db.write(REMEMBER)
            self._db.write(
                "DELETE FROM events WHERE kind NOT IN (SELECT value FROM json_each(?))",
                (json_list(CLOCK_KINDS),),
            )
            self._db.write("DELETE FROM opportunity_notices")
            self._db.write("DELETE FROM opportunities")
            self._db.write("DELETE FROM link_keys")
            self._db.write("DELETE FROM likely_links")
            self._db.write("DELETE FROM reruns")
            self._db.write(
                "DELETE FROM review_items WHERE state = 'open' AND answer IS NULL"
                " AND kind NOT IN (SELECT value FROM json_each(?))",
                (json_list(LASTING),),
            )
            self._db.write("UPDATE aliases SET in_force = 0")

    def rebuilding(self) -> bool:
        """True between `clear_derived` and `finish_rebuild`, also after a kill in between."""
        return bool(self._db.value("SELECT count(*) FROM rebuilds"))

    def finish_rebuild(self) -> None:
        """End a rebuild: what was not found again is given up.

        An alias that was not found again ends where its younger id lives by itself again, and
        else still leads people on. Earlier events of an opportunity that was of no concern and
        now is become backfill, because judging again does not alert.
        """
        with self.transaction():
            self._db.write(
                "DELETE FROM aliases WHERE NOT in_force"
                " AND younger IN (SELECT id FROM opportunities)"
            )
            self._restore_aliases()
            self._db.write(JUDGED_AGAIN, (Verdict.NO, Verdict.NO))
            self._db.write("DELETE FROM former_events")
            self._db.write("DELETE FROM rebuilds")

    def _restore_aliases(self) -> None:
        for younger, older in self._db.rows(
            "SELECT younger, older FROM aliases WHERE NOT in_force ORDER BY at, younger"
        ):
            present = self.resolve(older)
            if present == younger:
                self._db.write("DELETE FROM aliases WHERE younger = ?", (younger,))
                continue
            self._db.write(
                "UPDATE aliases SET older = ?, in_force = 1 WHERE younger = ?", (present, younger)
            )
            self._db.write("UPDATE aliases SET older = ? WHERE older = ?", (present, younger))

    def digest_of_state(self) -> str:
        """A hash over all opportunities and events: equal hashes mean the same state.

        Covers judgements, the notices and their numbers, the numbers of events, and backfill.
        """
        state = hashlib.blake2b(digest_size=16)
        with self.transaction():
            for sql, start in ((EVERY_OPPORTUNITY, ""), (EVERY_NOTICE, 0), (EVERY_EVENT, 0)):
                after = start
                while rows := self._db.rows(sql, (after, CHUNK)):
                    state.update(repr(rows).encode())
                    after = rows[-1][0]
        return state.hexdigest()


ADD = (
    "INSERT INTO events (number, id, opportunity_id, kind, at, source_id, notice_id, field, lot_id,"
    " old, new, backfill) VALUES ((SELECT number FROM former_events WHERE id = ?1), ?1, ?2, ?3, ?4,"
    " ?5, ?6, ?7, ?8, ?9, ?10, CASE WHEN EXISTS (SELECT 1 FROM rebuilds)"
    " THEN ifnull((SELECT backfill FROM former_events WHERE id = ?1), 1) ELSE ?11 END)"
    " ON CONFLICT (id) DO NOTHING"
)
# The first rebuild that was begun remembers; one that begins anew adds what came since.
REMEMBER = (
    "INSERT INTO former_events (id, number, backfill, verdict)"
    " SELECT e.id, e.number, e.backfill, o.verdict FROM events e"
    " LEFT JOIN opportunities o ON o.id = e.opportunity_id WHERE true ON CONFLICT DO NOTHING"
)
JUDGED_AGAIN = (
    "UPDATE events SET backfill = 1 WHERE id IN (SELECT id FROM former_events WHERE verdict = ?)"
    " AND opportunity_id IN (SELECT id FROM opportunities WHERE verdict <> ?)"
)
EVERY_OPPORTUNITY = (
    "SELECT id, verdict, stage, deadline, updated, title, notices, judgement, body"
    " FROM opportunities WHERE id > ? ORDER BY id LIMIT ?"
)
EVERY_NOTICE = (
    "SELECT m.number, m.opportunity_id, n.source_id, n.notice_id, n.version, n.retrieved_at,"
    " n.payload_id, n.backfill, n.body"
    " FROM opportunity_notices m JOIN notices n ON n.number = m.number"
    " WHERE m.number > ? ORDER BY m.number LIMIT ?"
)
EVERY_EVENT = (
    f"SELECT e.number, {COLUMNS} FROM events e WHERE e.number > ? ORDER BY e.number LIMIT ?"  # noqa: S608
)


def event(row: Row) -> Event:
    """The event behind the columns of COLUMNS."""
    return Event(
        id=row[0],
        opportunity_id=row[1],
        kind=EventKind(row[2]),
        at=from_moment(row[3]),
        source_id=row[4],
        notice_id=row[5],
        field=row[6],
        lot_id=row[7],
        old=row[8],
        new=row[9],
        backfill=bool(row[10]),
    )


def _row(event: Event) -> Row:
    return (
        event.id,
        event.opportunity_id,
        event.kind,
        moment(event.at),
        event.source_id,
        event.notice_id,
        event.field,
        event.lot_id,
        event.old,
        event.new,
        event.backfill,
    )
