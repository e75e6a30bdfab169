"""What a person should look at: likely links, odd notices, verdicts in doubt, sources in trouble.

Nothing waits for the answer and nothing is hidden meanwhile.
"""

import re
from datetime import datetime

from aggregator import identity
from aggregator.model import (
    Answer,
    Judgement,
    Notice,
    NoticeKey,
    Opportunity,
    ReviewItem,
    ReviewKind,
    Stage,
    Standing,
    StoredNotice,
    Verdict,
)

_DATE = re.compile(r"date|time|period|deadline", re.IGNORECASE)
_VALUE = re.compile(r"value|amount|money|currenc|number", re.IGNORECASE)
_ID_LETTERS = 8
NARROW = 1
"""Points above the least score within which a verdict is worth a look: one weak word."""

ACTED_ON = (
    Stage.ENGAGEMENT,
    Stage.PLANNED,
    Stage.INTENDED_DIRECT,
    Stage.OPEN,
    Stage.STANDING,
)


def of(stored: StoredNotice, standing: Standing) -> tuple[ReviewItem, ...]:
    """Items about one notice: what was odd in it, and a kind of notice nobody knows."""
    notice, at = stored.notice, stored.retrieved_at
    items = [
        _item(kind, (_key(notice),), f"{_named(notice)}: {flag}", flag, at)
        for flag in notice.flags
        if (kind := _kind(flag))
    ]
    if standing.stage is Stage.UNKNOWN:
        stated = notice.notice_type or ", ".join(notice.tags) or "nothing"
        words = f"{_named(notice)}: no rule knows this kind of notice (it states {stated})"
        items.append(_item(ReviewKind.UNKNOWN_NOTICE_TYPE, (_key(notice),), words, stated, at))
    return tuple(items)


def likely_link(stored: StoredNotice, other: Notice, evidence: str) -> ReviewItem:
    """Two notices that are probably of one procurement."""
    notice = stored.notice
    words = f"{_named(notice)} and {_named(other)} are probably the same: {evidence}"
    subjects = (_key(notice), _key(other))
    return _item(ReviewKind.LIKELY_LINK, subjects, words, "", stored.retrieved_at)


def relevance(
    stored: StoredNotice, opportunity: Opportunity, judgement: Judgement, least: float
) -> tuple[ReviewItem, ...]:
    """A verdict by so narrow a margin that a word more or less would have changed it, where a
    reader can still act on it. least: the score from which on the verdict is given."""
    if opportunity.standing.stage not in ACTED_ON or judgement.score >= least + NARROW:
        return ()
    notice = stored.notice
    words = (
        f"{_named(notice)}: judged {judgement.verdict} by a narrow margin (score "
        f"{judgement.score:g}, from {least:g} on); is it about mental health?"
    )
    what = str(judgement.verdict)
    return (_item(ReviewKind.RELEVANCE, (_key(notice),), words, what, stored.retrieved_at),)


def disagreement(
    notice: Notice, judgement: Judgement, answer: Answer, *, by: str, at: datetime
) -> ReviewItem | None:
    """A moderator's yes to what was not judged core or related, or no to what was; else None."""
    wanted = judgement.verdict in (Verdict.CORE, Verdict.RELATED)
    if answer is Answer.NOT_FOR_US or wanted == (answer is Answer.YES):
        return None
    words = (
        f"{_named(notice)}: judged {judgement.verdict} (score {judgement.score:g}), but {by} says "
        f"{answer}; do the rules of the profile miss something?"
    )
    return _item(ReviewKind.DISAGREEMENT, (_key(notice),), words, f"{by} {answer}", at)


def source(source_id: str, matter: str, words: str, at: datetime) -> ReviewItem:
    """A source that a person should look at. matter: in a word ("quiet", "changed"): the same
    source and matter are one item. words: what is wrong and what to do."""
    return _item(ReviewKind.SOURCE, ((source_id, matter),), f"{source_id}: {words}", "", at)


def _kind(flag: str) -> ReviewKind | None:
    if _DATE.search(flag):
        return ReviewKind.IMPOSSIBLE_DATE
    return ReviewKind.ODD_VALUE if _VALUE.search(flag) else None


def _item(
    kind: ReviewKind, subjects: tuple[NoticeKey, ...], words: str, what: str, at: datetime
) -> ReviewItem:
    parts = (kind, *(part for key in sorted(subjects) for part in key), what)
    return ReviewItem(
        id="rv-" + identity.event_id(*parts)[:_ID_LETTERS],
        kind=kind,
        subjects=subjects,
        words=words,
        found_at=at,
    )


def _key(notice: Notice) -> NoticeKey:
    return notice.source_id, notice.notice_id


def _named(notice: Notice) -> str:
    return f"{notice.source_id} {notice.notice_id} “{notice.facts.title or 'no title'}”"
