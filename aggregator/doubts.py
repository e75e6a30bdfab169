"""What a person should look at: likely links, unknown notice types, impossible dates, odd values.

Nothing waits for the answer and nothing is hidden meanwhile.
"""

import re

from aggregator import identity
from aggregator.model import (
    Notice,
    NoticeKey,
    ReviewItem,
    ReviewKind,
    Stage,
    Standing,
    StoredNotice,
)

_DATE = re.compile(r"date|time|period|deadline", re.IGNORECASE)
_VALUE = re.compile(r"value|amount|money|currenc|number", re.IGNORECASE)
_ID_LETTERS = 8


def of(stored: StoredNotice, standing: Standing) -> tuple[ReviewItem, ...]:
    """Items about one notice: what was odd in it, and a kind of notice nobody knows."""
    notice = stored.notice
    items = [
        _item(kind, stored, (_key(notice),), f"{_named(notice)}: {flag}", flag)
        for flag in notice.flags
        if (kind := _kind(flag))
    ]
    if standing.stage is Stage.UNKNOWN:
        stated = notice.notice_type or ", ".join(notice.tags) or "nothing"
        words = f"{_named(notice)}: no rule knows this kind of notice (it states {stated})"
        items.append(_item(ReviewKind.UNKNOWN_NOTICE_TYPE, stored, (_key(notice),), words, stated))
    return tuple(items)


def likely_link(stored: StoredNotice, other: Notice, evidence: str) -> ReviewItem:
    """Two notices that are probably of one procurement."""
    notice = stored.notice
    words = f"{_named(notice)} and {_named(other)} are probably the same: {evidence}"
    return _item(ReviewKind.LIKELY_LINK, stored, (_key(notice), _key(other)), words, "")


def _kind(flag: str) -> ReviewKind | None:
    if _DATE.search(flag):
        return ReviewKind.IMPOSSIBLE_DATE
    return ReviewKind.ODD_VALUE if _VALUE.search(flag) else None


def _item(
    kind: ReviewKind, stored: StoredNotice, subjects: tuple[NoticeKey, ...], words: str, what: str
) -> ReviewItem:
    parts = (kind, *(part for key in sorted(subjects) for part in key), what)
    return ReviewItem(
        id="rv-" + identity.event_id(*parts)[:_ID_LETTERS],
        kind=kind,
        subjects=subjects,
        words=words,
        found_at=stored.retrieved_at,
    )


def _key(notice: Notice) -> NoticeKey:
    return notice.source_id, notice.notice_id


def _named(notice: Notice) -> str:
    return f"{notice.source_id} {notice.notice_id} “{notice.facts.title or 'no title'}”"
