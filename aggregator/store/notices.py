"""Notices as they arrived: immutable, numbered, one row per version."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from aggregator.model import Notice, StoredNotice
from aggregator.store.codec import Body, from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part, json_list

NOTICE: Body[Notice] = Body(Notice, "notice")
COLUMNS = "n.number, n.body, n.retrieved_at, n.payload_id, n.backfill"
CHUNK = 200
AGAIN = "+"
"""Stands in the version of what was published as it had been before: "3f…+2" is its third time."""


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

        A notice that was changed and changed back is new again, under a version of its own.
        backfill: for all of them, or decided notice by notice.
        """
        past = backfill if callable(backfill) else lambda _: backfill
        notices = tuple(notices)
        served = {(notice.notice_id, notice.version) for notice in notices}
        with self.transaction():
            added = (
                self._add(fresh, payload_id, retrieved_at, backfill=past(fresh))
                for notice in notices
                if (fresh := self._as_new(notice, retrieved_at, served))
            )
            return tuple(added)

    def _as_new(
        self, notice: Notice, retrieved_at: datetime, served: Collection[tuple[str, str]]
    ) -> Notice | None:
        """The notice where it has to be stored, None where it is known as it stands.

        A known version is back where another one came last, is not shown beside it, and was not
        published later.
        """
        if self._number(notice) is None:
            return notice
        versions = [stored(row) for row in self._db.rows(VERSIONS, _identity(notice))]
        if len(versions) == 1:
            return None
        newest = max(versions, key=_came)
        latest = _as_published(newest.notice.version)
        if latest == notice.version or (notice.notice_id, latest) in served:
            return None
        if _stated(notice, retrieved_at) < _stated(newest.notice, newest.retrieved_at):
            return None
        times = sum(_as_published(one.notice.version) == notice.version for one in versions)
        return replace(notice, version=f"{notice.version}{AGAIN}{times}")

    def renew_notice(
        self, notice: Notice, *, payload_id: int | None, retrieved_at: datetime
    ) -> StoredNotice:
        """For rebuild: what the same bytes mean today, in place of what they meant before.

        The number, arrival and backfill flag of the same (source, notice id, version) stay. A
        version that is missing is added as backfill, since repairs never alert. Where the payload
        only showed again what an earlier one had brought, the earlier one tells what it means.
        """
        with self.transaction():
            known = [
                row for row in self._db.rows(KNOWN, _identity(notice))
                if _as_published(row[1]) == notice.version
            ]  # fmt: skip
            if not known:
                return self._add(notice, payload_id, retrieved_at, backfill=True)
            own = next((row for row in known if row[3] == payload_id), None)
            number, version, arrived, brought_by, backfill = own or known[0]
            if own or brought_by is None or payload_id is None:
                notice = replace(notice, version=version)
                self._db.write(
                    "UPDATE notices SET ocid = ?, body = ? WHERE number = ?",
                    (notice.ocid, NOTICE.text(notice), number),
                )
        return StoredNotice(
            number=number,
            notice=notice,
            retrieved_at=from_moment(arrived),
            payload_id=brought_by,
            backfill=bool(backfill),
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

OF_ONE = "FROM notices n WHERE n.notice_id = ? AND n.source_id = ? ORDER BY n.number"
VERSIONS = f"SELECT {COLUMNS} {OF_ONE}"
KNOWN = f"SELECT number, version, retrieved_at, payload_id, backfill {OF_ONE}"


def _identity(notice: Notice) -> Row:
    return notice.notice_id, notice.source_id


def _as_published(version: str) -> str:
    return version.partition(AGAIN)[0]


def _stated(notice: Notice, retrieved_at: datetime) -> datetime:
    """When it was published; a list without dates shows what holds now."""
    return notice.published.instant if notice.published else retrieved_at


def _came(stored: StoredNotice) -> tuple[datetime, datetime, int]:
    """What sorts versions by arrival; those served together by the dates they state."""
    retrieved = stored.retrieved_at
    return retrieved, _stated(stored.notice, retrieved), stored.number


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
