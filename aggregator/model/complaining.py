"""What somebody says we do wrong with their data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """A complaint about how personal data is handled.

    id: short, as people quote it. address: where the answer goes. acknowledged_at: when the receipt
    went out. reminded_at: when the host was last reminded. answer: in a line, for the record.
    forgotten_at: from then on only the dates are kept, and address and words are "-".
    """

    id: str
    received_at: datetime
    address: str
    words: str
    acknowledged_at: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    forgotten_at: datetime | None = None
