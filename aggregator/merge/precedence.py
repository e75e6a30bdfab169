"""Which source speaks for a merged story, and about what the newest word counts instead."""

from aggregator.model import Facts, Notice

PRECEDENCE = {
    "find-a-tender": 0,
    "contracts-finder": 1,
    "public-contracts-scotland": 1,
    "sell2wales": 1,
}
"""Find a Tender is the official record; the others carry copies of it, or the original it copies.
The lower number is shown where several sources state the same field."""

OTHERS = 2
"""Portals, lists and feeds."""

NEWEST_COUNTS = frozenset(
    {
        "status",
        "deadline",
        "enquiry_deadline",
        "engagement_deadline",
        "expected_tender",
        "lots",
        "awards",
        "reason_ended",
    }
)
"""Fields that change while a procurement runs: here the newest notice wins, whatever its source."""

FIELDS = tuple(Facts.__dataclass_fields__)


def rank(notice: Notice) -> int:
    """0 for the source that is shown first."""
    return PRECEDENCE.get(notice.source_id, OTHERS)


def reference(notice: Notice) -> str:
    """How provenance names a notice: "source_id/notice_id"."""
    return f"{notice.source_id}/{notice.notice_id}"
