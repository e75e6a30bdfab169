"""Complaints about how personal data is handled, until they are answered and beyond."""

from datetime import datetime

from aggregator.errors import UnknownIdentifier
from aggregator.model import Complaint
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part

COMPLAINT = (
    "SELECT c.id, c.received_at, c.address, c.words, ifnull(c.acknowledged_at, (SELECT m.changed_at"
    " FROM messages m WHERE m.id = 'complaint-' || c.id AND m.state = 'sent')), c.reminded_at,"
    " c.answered_at, c.answer, c.forgotten_at FROM complaints c"
)


class Complaints(Part):
    """The part of the store that keeps complaints. No rebuild clears them."""

    def add_complaint(self, complaint: Complaint) -> None:
        """Keep a complaint that has come in."""
        self._db.write(
            "INSERT INTO complaints (id, received_at, address, words) VALUES (?, ?, ?, ?)",
            (complaint.id, moment(complaint.received_at), complaint.address, complaint.words),
        )

    def complaint(self, complaint_id: str) -> Complaint:
        """One complaint. Raises UnknownIdentifier."""
        row = self._db.row(f"{COMPLAINT} WHERE c.id = ?", (complaint_id,))
        if row is None:
            raise UnknownIdentifier(
                f"There is no complaint “{complaint_id}”; fairnotice privacy complaints lists them."
            )
        return _complaint(row)

    def complaints(self, *, unanswered: bool = False) -> tuple[Complaint, ...]:
        """All complaints, or those that still wait for an answer; the longest ago first."""
        rows = self._db.rows(
            f"{COMPLAINT} WHERE NOT ? OR c.answered_at IS NULL ORDER BY c.received_at, c.id",
            (unanswered,),
        )
        return tuple(map(_complaint, rows))

    def complaints_from(self, address: str, since: datetime) -> int:
        """How many complaints came from an address since then."""
        count: int = self._db.value(
            "SELECT count(*) FROM complaints WHERE lower(address) = lower(?) AND received_at >= ?",
            (address, moment(since)),
        )
        return count

    def set_acknowledged(self, complaint_id: str, at: datetime) -> None:
        """A person acknowledged it, by letter or telephone."""
        self._change(complaint_id, "acknowledged_at = ?", moment(at))

    def set_reminded(self, complaint_id: str, at: datetime) -> None:
        """The host was reminded of it."""
        self._change(complaint_id, "reminded_at = ?", moment(at))

    def set_answered(self, complaint_id: str, answer: str, at: datetime) -> None:
        """It was answered; says how in a line."""
        self._change(complaint_id, "answered_at = ?, answer = ?", moment(at), answer)

    def keep_acknowledgements(self) -> None:
        """Write down when receipts went out, before the mails that show it are forgotten."""
        self._db.write(
            "UPDATE complaints SET acknowledged_at = (SELECT m.changed_at FROM messages m WHERE"
            " m.id = 'complaint-' || complaints.id AND m.state = 'sent')"
            " WHERE acknowledged_at IS NULL"
        )

    def forget_complaints(self, before: datetime, at: datetime) -> int:
        """Keep only the dates of complaints that were answered before then; says of how many."""
        return self._db.write(
            "UPDATE complaints SET address = '-', words = '-', answer = '-', forgotten_at = ?"
            " WHERE answered_at < ? AND forgotten_at IS NULL",
            (moment(at), moment(before)),
        )

    def forget_complaints_from(self, address: str, at: datetime, *, unanswered: bool) -> int:
        """The same for those of an address; `unanswered` ones too where that is wanted."""
        return self._db.write(
            "UPDATE complaints SET address = '-', words = '-', answer = '-', forgotten_at = ?,"
            " answered_at = ifnull(answered_at, ?) WHERE lower(address) = lower(?)"
            " AND (? OR answered_at IS NOT NULL)",
            (moment(at), moment(at), address, unanswered),
        )

    def _change(self, complaint_id: str, change: str, *values: str) -> None:
        with self.transaction():
            changed = self._db.write(
                f"UPDATE complaints SET {change} WHERE id = ?",  # noqa: S608 - three texts of ours
                (*values, complaint_id),
            )
            if not changed:
                self.complaint(complaint_id)


def _complaint(row: Row) -> Complaint:
    return Complaint(
        id=row[0],
        received_at=from_moment(row[1]),
        address=row[2],
        words=row[3],
        acknowledged_at=maybe_from_moment(row[4]),
        reminded_at=maybe_from_moment(row[5]),
        answered_at=maybe_from_moment(row[6]),
        answer=row[7],
        forgotten_at=maybe_from_moment(row[8]),
    )
