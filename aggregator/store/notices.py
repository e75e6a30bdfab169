"""Notices as they arrived: immutable, numbered, one row per version."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from aggregator.model import Notice, StoredNotice
from aggregator.store.codec import Body, from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part, json_list

NOTICE: Body[Notice] = Body(Notice, "notice")
COLUMNS = "n.number, n.body, n.retrieved_at, n.payload_id, n.backfill"
CHUNK = 200


class Notices(Part):
    """The part of the store that numbers notices."""

    def add_notices(
        self,
        notices: Iterable[Notice],
        *,
        payload_id: int | None,
        retrieved_at: datetime,
        backfill: bool | Callable[[Notice], bool],
    ) -> tuple[StoredNotice, ...]:
        """Store those whose (source, notice id, version) is new; those are returned, in order.

        backfill: for all of them, or decided notice by notice.
        """
        past = backfill if callable(backfill) else lambda _: backfill
        with self.transaction():
            added = (
                self._add(notice, payload_id, retrieved_at, backfill=past(notice))
                for notice in notices
                if self._number(notice) is None
            )
            return tuple(added)

    def renew_notice(
        self, notice: Notice, *, payload_id: int | None, retrieved_at: datetime
    ) -> StoredNotice:
        """For rebuild: what the same bytes mean today, in place of what they meant before.

        The number, arrival and backfill flag of the same (source, notice id, version) stay. A
        version that is missing is added as backfill, since repairs never alert.
        """
        with self.transaction():
            number = self._number(notice)
            if number is None:
                return self._add(notice, payload_id, retrieved_at, backfill=True)
            self._db.write(
                "UPDATE notices SET ocid = ?, body = ? WHERE number = ?",
                (notice.ocid, NOTICE.text(notice), number),
            )
            row = self._db.row(
                "SELECT number, retrieved_at, payload_id, backfill FROM notices WHERE number = ?",
                (number,),
            )
        assert row is not None  # noqa: S101 - its number was read in this transaction
        return StoredNotice(
            number=row[0],
            notice=notice,
            retrieved_at=from_moment(row[1]),
            payload_id=row[2],
            backfill=bool(row[3]),
        )

    def stored_notices(self) -> Iterator[StoredNotice]:
        """Every notice in order of number, a few hundred in memory at a time.

        Notices that arrive while iterating are left out.
        """
        last = self._db.value("SELECT max(number) FROM notices") or 0
        number = 0
        while rows := self._db.rows(
            f"SELECT {COLUMNS} FROM notices n WHERE n.number > ? AND n.number <= ?"  # noqa: S608
            " ORDER BY n.number LIMIT ?",
            (number, last, CHUNK),
        ):
            number = rows[-1][0]
            yield from map(stored, rows)

    def notices_of(self, opportunity_id: str) -> tuple[StoredNotice, ...]:
        """The notices with which the opportunity was last saved, in order of arrival."""
        return tuple(map(stored, self._db.rows(OF_AN_OPPORTUNITY, (opportunity_id,))))

    def _numbered(self, numbers: Iterable[int]) -> dict[int, StoredNotice]:
        rows = self._db.rows(NUMBERED, (json_list(list(numbers)),))
        return {row[0]: stored(row) for row in rows}

    def _number(self, notice: Notice) -> int | None:
        number: int | None = self._db.value(
            "SELECT number FROM notices WHERE source_id = ? AND notice_id = ? AND version = ?",
            (notice.source_id, notice.notice_id, notice.version),
        )
        return number

    def _add(
        self, notice: Notice, payload_id: int | None, retrieved_at: datetime, *, backfill: bool
    ) -> StoredNotice:
        number = self._db.insert(
            "INSERT INTO notices (source_id, notice_id, version, ocid, payload_id, retrieved_at,"
            " backfill, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                notice.source_id,
                notice.notice_id,
                notice.version,
                notice.ocid,
                payload_id,
                moment(retrieved_at),
                backfill,
                NOTICE.text(notice),
            ),
        )
        return StoredNotice(
            number=number,
            notice=notice,
            retrieved_at=retrieved_at,
            payload_id=payload_id,
            backfill=backfill,
        )


OF_AN_OPPORTUNITY = (
    f"SELECT {COLUMNS} FROM opportunities o CROSS JOIN json_each(o.notices) own"  # noqa: S608
    " CROSS JOIN opportunity_notices m ON m.number = own.value AND m.opportunity_id = o.id"
    " CROSS JOIN notices n ON n.number = m.number WHERE o.id = ? ORDER BY n.number"
)
NUMBERED = f"SELECT {COLUMNS} FROM notices n WHERE n.number IN (SELECT value FROM json_each(?))"  # noqa: S608


def stored(row: Row) -> StoredNotice:
    """The stored notice behind the columns of COLUMNS."""
    number, body, retrieved_at, payload_id, backfill = row
    return StoredNotice(
        number=number,
        notice=NOTICE.value(body),
        retrieved_at=from_moment(retrieved_at),
        payload_id=payload_id,
        backfill=bool(backfill),
    )
