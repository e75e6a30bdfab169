"""What the notices of one run look like: how many, of which days, and which fields they state."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from aggregator.errors import (
    AnswerError,
    Blocked,
    CutShort,
    Disallowed,
    MissingStructure,
    OwnNetworkDown,
    ParserStopped,
    PortalBroken,
    RedirectRefused,
    Refused,
    RobotsUnknown,
    SourceError,
    Throttled,
    TooLarge,
    Undecodable,
    Unreachable,
)
from aggregator.model import Facts, FindingKind, Notice
from aggregator.parsing.dates import to_uk

FIELDS = ("title", "buyer", "deadline", "value", "description", "cpv")
"""The fields whose absence would hide notices from readers or mislead them."""

LEAST_OF_A_BUYER = 3

GONE = (404, 410)
SERVER = 500

KINDS: tuple[tuple[type[SourceError], FindingKind], ...] = (
    (OwnNetworkDown, FindingKind.OFFLINE),
    (RobotsUnknown, FindingKind.ROBOTS),
    (Disallowed, FindingKind.ROBOTS),
    (Unreachable, FindingKind.UNREACHABLE),
    (Throttled, FindingKind.THROTTLED),
    (PortalBroken, FindingKind.UNAVAILABLE),
    (Refused, FindingKind.REFUSED),
    (Blocked, FindingKind.BLOCK_PAGE),
    (CutShort, FindingKind.CUT),
    (Undecodable, FindingKind.CUT),
    (MissingStructure, FindingKind.CHANGED_PAGE),
    (RedirectRefused, FindingKind.CHANGED_PAGE),
    (TooLarge, FindingKind.OTHER_FAULT),
    (ParserStopped, FindingKind.OTHER_FAULT),
    (AnswerError, FindingKind.CHANGED_PAGE),
)
"""The first that fits names a fault."""


def fault_kind(fault: Exception) -> FindingKind:
    """What kind of fault an error stands for."""
    if type(fault) is Refused:
        if fault.status in GONE:
            return FindingKind.MOVED
        return FindingKind.REFUSED if fault.status < SERVER else FindingKind.UNAVAILABLE
    return next((kind for error, kind in KINDS if isinstance(fault, error)),
                FindingKind.OTHER_FAULT)  # fmt: skip


def states(facts: Facts, field: str) -> bool:
    """Whether a notice states one of FIELDS."""
    if field == "buyer":
        return any(buyer.name for buyer in facts.buyers)
    if field == "cpv":
        return bool(facts.classifications)
    return getattr(facts, field) is not None


class Mark(NamedTuple):
    """What is remembered of a record while its run goes on: a run may read a hundred thousand."""

    notice_id: str
    buyer: str | None
    stated: tuple[bool, ...]
    doubtful: bool
    published: datetime | None


def mark(notice: Notice) -> Mark:
    """The few things about a notice that health looks at."""
    facts = notice.facts
    return Mark(
        notice_id=notice.notice_id,
        buyer=facts.buyers[0].name if facts.buyers else None,
        stated=tuple(states(facts, name) for name in FIELDS),
        doubtful=bool(notice.flags),
        published=notice.published.instant if notice.published else None,
    )


def coverage(marks: Iterable[Mark]) -> Mapping[str, int]:
    """How many records were looked at ("all"), how many could be read only with a doubt or a repair
    ("doubtful"), and how many state each of FIELDS.

    A buyer who publishes thirty awards in a row counts as often as the average buyer, at least
    three times, so that one body's habits are not taken for a change of the portal.
    """
    looked_at = tuple(one_voice_each(tuple(marks)))
    counts = {name: sum(one.stated[n] for one in looked_at) for n, name in enumerate(FIELDS)}
    doubtful = sum(one.doubtful for one in looked_at)
    return {"all": len(looked_at), "doubtful": doubtful, **counts}


def one_voice_each(marks: Sequence[Mark]) -> Iterable[Mark]:
    """The records without those beyond a buyer's share; without a buyer each is for itself."""
    names = [one.buyer or one.notice_id for one in marks]
    most = max(LEAST_OF_A_BUYER, math.ceil(len(marks) / max(1, len(set(names)))))
    heard: Counter[str] = Counter()
    for name, one in zip(names, marks, strict=True):
        heard[name] += 1
        if heard[name] <= most:
            yield one


def days(times: Iterable[datetime]) -> Mapping[date, int]:
    """UK day -> how many of these moments fall on it."""
    return dict(Counter(to_uk(moment).date() for moment in times))


def newest(marks: Iterable[Mark]) -> datetime | None:
    """The latest publication; None where no record states one."""
    return max((one.published for one in marks if one.published), default=None)
