"""What waits for a person to look at; what was settled stays settled through rebuilds."""

from collections.abc import Iterable
from datetime import datetime

from aggregator.errors import UnknownIdentifier
from aggregator.model import NoticeKey, ReviewItem, ReviewKind
from aggregator.store.codec import Body, from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part

SUBJECTS: Body[tuple[NoticeKey, ...]] = Body(tuple[NoticeKey, ...], "subject of a review")
COLUMNS = "id, kind, subjects, words, found_at, state, answer, by, at"


class Reviewing(Part):
    """The part of the store that holds the queue of people who look after an instance."""

    def keep_review_items(self, items: Iterable[ReviewItem]) -> None:
        """Add what is not there yet; what a person answered stays as it is."""
        self._db.write_many(
            "INSERT INTO review_items (id, kind, subjects, words, found_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [
                (one.id, one.kind, SUBJECTS.text(one.subjects), one.words, moment(one.found_at))
                for one in items
            ],
        )

    def review_items(self, *, settled: bool = False) -> tuple[ReviewItem, ...]:
        """What is open, earliest first with what was put off at the end; or what is settled."""
        return tuple(
            _item(row)
            for row in self._db.rows(
                f"SELECT {COLUMNS} FROM review_items WHERE state = ?"  # noqa: S608
                " ORDER BY answer IS NOT NULL, ifnull(at, found_at), id",
                ("settled" if settled else "open",),
            )
        )

    def review_item(self, item_id: str) -> ReviewItem:
        """One item by its id or the beginning of it. Raises UnknownIdentifier."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM review_items"  # noqa: S608
            " WHERE substr(id, 1, length(?1)) = ?1 AND ?1 <> '' ORDER BY id LIMIT 2",
            (item_id.strip().casefold(),),
        )
        if len(rows) != 1:
            found = "Several review items begin with" if rows else "There is no review item"
            raise UnknownIdentifier(f"{found} “{item_id}”. `fairnotice review` lists them.")
        return _item(rows[0])

    def answer_review(
        self, item_id: str, answer: str, *, by: str, at: datetime, settled: bool = True
    ) -> None:
        """Note what a person said; `settled=False` puts the item off."""
        self._db.write(
            "UPDATE review_items SET state = ?, answer = ?, by = ?, at = ? WHERE id = ?",
            ("settled" if settled else "open", answer, by, moment(at), item_id),
        )

    def reopen_review(self, item_id: str) -> None:
        """Nobody has answered it, after all."""
        self._db.write(
            "UPDATE review_items SET state = 'open', answer = NULL, by = NULL, at = NULL"
            " WHERE id = ?",
            (item_id,),
        )


def _item(row: Row) -> ReviewItem:
    return ReviewItem(
        id=row[0],
        kind=ReviewKind(row[1]),
        subjects=SUBJECTS.value(row[2]),
        words=row[3],
        found_at=from_moment(row[4]),
        settled=row[5] == "settled",
        answer=row[6],
        by=row[7],
        at=maybe_from_moment(row[8]),
    )
