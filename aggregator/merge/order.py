"""In which order the notices of a story speak.

Different notices go by when they were published. The versions of one notice go by when they came,
since a portal shows what holds now: a correction counts although the notice it corrects was dated
into the future by a typing error.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from aggregator.model import NoticeKey, StoredNotice
from aggregator.stage import published_at


def in_order(notices: Sequence[StoredNotice]) -> tuple[StoredNotice, ...]:
    """Oldest first: by when each counts from, then by arrival."""
    counts_from = counting_from(notices)
    return tuple(sorted(notices, key=lambda one: (counts_from[one.number], _arrival(one))))


def counting_from(notices: Sequence[StoredNotice]) -> dict[int, datetime]:
    """Notice number -> the moment from which it counts.

    That is its publication (its retrieval where unknown), but never later than that of a version
    that came after it.
    """
    versions: dict[NoticeKey, list[StoredNotice]] = defaultdict(list)
    for stored in notices:
        versions[stored.notice.source_id, stored.notice.notice_id].append(stored)
    found: dict[int, datetime] = {}
    for several in versions.values():
        latest: datetime | None = None
        for stored in sorted(several, key=_arrival, reverse=True):
            own = published_at(stored)
            latest = own if latest is None else min(own, latest)
            found[stored.number] = latest
    return found


def _arrival(stored: StoredNotice) -> tuple[datetime, datetime, int]:
    """Versions served together came in the order in which they say they were published."""
    return stored.retrieved_at, published_at(stored), stored.number
