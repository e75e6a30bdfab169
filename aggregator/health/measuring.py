"""What the notices of one run look like: how many, of which days, and which fields they state."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from aggregator.errors import (
    AnswerError,
    Blocked,
    CutShort,
    MissingStructure,
    ParserStopped,
    RedirectRefused,
    Refused,
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
    (Unreachable, FindingKind.UNREACHABLE),
    (Throttled, FindingKind.THROTTLED),
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


def coverage(notices: Iterable[Notice]) -> Mapping[str, int]:
    """How many notices were looked at ("all"), how many could be read only with a doubt or a repair
    ("doubtful"), and how many state each of FIELDS.

    A buyer who publishes thirty awards in a row counts as often as the average buyer, at least
    three times, so that one body's habits are not taken for a change of the portal.
    """
    looked_at = tuple(one_voice_each(notices))
    counts = {name: sum(states(one.facts, name) for one in looked_at) for name in FIELDS}
    doubtful = sum(bool(one.flags) for one in looked_at)
    return {"all": len(looked_at), "doubtful": doubtful, **counts}


def one_voice_each(notices: Iterable[Notice]) -> Iterable[Notice]:
    """The notices without those beyond a buyer's share; without a buyer each counts for itself."""
    every = {one.notice_id: one for one in notices}
    names = {key: one.facts.buyers[0].name if one.facts.buyers else key
             for key, one in every.items()}  # fmt: skip
    most = max(LEAST_OF_A_BUYER, math.ceil(len(every) / max(1, len(set(names.values())))))
    heard: Counter[str | None] = Counter()
    for key, one in every.items():
        heard[names[key]] += 1
        if heard[names[key]] <= most:
            yield one


def days(notices: Iterable[tuple[Notice, datetime]], *, windowed: bool) -> Mapping[date, int]:
    """UK day -> how many new notices were published then; on a list, how many were met then.

    notices: each with its arrival. Lists show years-old days of publication.
    """
    found: Counter[date] = Counter()
    for notice, arrived in notices:
        published = notice.published.instant if notice.published and windowed else arrived
        found[to_uk(min(published, arrived)).date()] += 1
    return dict(found)


def newest(notices: Iterable[Notice]) -> datetime | None:
    """The latest publication; None where no notice states one."""
    return max((one.published.instant for one in notices if one.published), default=None)
