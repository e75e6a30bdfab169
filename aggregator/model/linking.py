"""What is probably one, what people decided about it, and what waits for a person to look at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NoticeKey = tuple[str, str]
"""A notice in all its versions: source id and notice id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LikelyLink:
    """Another opportunity that is probably the same, by rule 4 or 5, and why in words.

    Both stay; nothing is hidden until a person decides. notice and other_notice: the two that
    were found alike. title: of the other opportunity.
    """

    opportunity_id: str
    other_id: str
    notice: NoticeKey
    other_notice: NoticeKey
    rule: int
    evidence: str
    title: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkWord:
    """A person's last word about two notices: one procurement (together) or two."""

    other: NoticeKey
    together: bool
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkDecision:
    """What a person decides about two groups of notices; a later decision on a pair counts."""

    together: bool
    ones: tuple[NoticeKey, ...]
    others: tuple[NoticeKey, ...]
    by: str
    at: datetime


class Confidence(StrEnum):
    """How sure a conclusion is, in the words a reader is shown, the surest first."""

    VERY_LIKELY = "very likely"
    PROBABLY = "probably"
    POSSIBLY = "possibly"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rerun:
    """One opportunity looks like the re-run of an earlier one that came to nothing.

    They stay two. evidence: why, in words. The titles are of the two as they stand.
    """

    earlier_id: str
    later_id: str
    confidence: Confidence
    evidence: str
    earlier_title: str | None = None
    later_title: str | None = None


class ReviewKind(StrEnum):
    """Why a person is asked to look. subjects of each:

    LIKELY_LINK the two notices; UNKNOWN_NOTICE_TYPE, IMPOSSIBLE_DATE, ODD_VALUE and RELEVANCE (a
    verdict by a narrow margin) the one notice; DISAGREEMENT (a moderator says otherwise than the
    judgement) the notice that was spoken of; SOURCE one pair of the source's id and what is the
    matter with it, in a word. The last two are no part of a story: no rebuild clears them.
    """

    LIKELY_LINK = "likely_link"
    UNKNOWN_NOTICE_TYPE = "unknown_notice_type"
    IMPOSSIBLE_DATE = "impossible_date"
    ODD_VALUE = "odd_value"
    UNREAD_MAIL = "unread_mail"
    RELEVANCE = "relevance"
    DISAGREEMENT = "disagreement"
    SOURCE = "source"


LASTING = (ReviewKind.DISAGREEMENT, ReviewKind.SOURCE)
"""Kinds of review items that do not follow from notices, so that no rebuild finds them again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewItem:
    """Something for a person to look at. Nothing is hidden while it waits.

    id: "rv-" and eight letters of a hash over kind and subjects, so that it is the same after a
    rebuild. answer: "yes", "no" or "later", None while nobody said anything; "later" leaves it
    open and puts it behind the others.
    """

    id: str
    kind: ReviewKind
    subjects: tuple[NoticeKey, ...]
    words: str
    found_at: datetime
    settled: bool = False
    answer: str | None = None
    by: str | None = None
    at: datetime | None = None
