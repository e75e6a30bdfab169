"""What looks like the re-run of a procurement that came to nothing.

The earlier one was cancelled, closed without an award, or went quiet; then the same buyer, or the
body that took over from it, calls for the same thing under another number. Neither becomes part of
the other: it is told, with how sure it is and why. A service tendered anew because its contract
ends is no re-run, nor is one of several like calls that a buyer makes all the time.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from rapidfuzz import fuzz

from aggregator import stage
from aggregator.link import titles
from aggregator.link.buyers import agree
from aggregator.link.likely import short
from aggregator.link.succession import comparable, relatives, same_or_successor
from aggregator.model import (
    Confidence,
    Facts,
    Notice,
    Opportunity,
    ProcurementKind,
    Stage,
    Standing,
)
from aggregator.stage.words import day_in_words

CAME_TO_NOTHING = (Stage.CANCELLED, Stage.CLOSED, Stage.STALLED)
CALLS = (Stage.PLANNED, Stage.OPEN)
ASKED = (*CALLS, Stage.CANCELLED)

AHEAD = timedelta(days=30)
"""How long before the notice of a cancellation the new call may come out."""

AFTER_CANCELLING = timedelta(days=548)
AFTER_CLOSING = timedelta(days=270)
"""Buyers come back within a year and a half of a cancellation. Half of all awards in health are
never published, so a call that only fell silent is believed to have failed for nine months."""

EVALUATION = timedelta(days=14)
"""A call closed for less time is still being judged: another one is another one."""

FOLLOWS_ON = timedelta(days=92)
"""Contracts that begin so near to the end of the one before are a chain, and no re-run."""

LIKE = 85
SAME = 95
"""How alike titles must be, of 100; the lower only where other things agree as well."""

FAR_APART = 3
NEAR = Decimal("1.5")
"""How many times one value may be the other."""

CPV_GROUP = 4
SHORTEST_NAME = 4
TELLING = 3
MOST_BUYERS = 3
MANY = 2
"""With more like calls than this the buyer makes them all the time."""

_SAYS_AGAIN = re.compile(r"\W*\b(re-?runs?|re-?running|re-?advertis\w+|second attempt)\b\W*", re.I)
_MARKS = re.compile(
    r"\W*\b(re-?runs?|re-?tender\w*|re-?advertis\w+|re-?issued?|re-?procurement|re-?launch\w*"
    r"|second attempt|attempt (?:2|two))\b\W*",
    re.IGNORECASE,
)
_FAILED_BEFORE = re.compile(
    r"\b(?:previous|earlier|original|first|initial|prior)\s+(?:procurement|tender|process|exercise"
    r"|competition|opportunity|advert\w*)\b[^.]{0,80}\b(?:abandon|cancel|withdr|unsuccessful"
    r"|discontinu|terminat|not (?:been )?award|did not (?:result|lead)|no (?:\w+ )?bids)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """One procurement looks like the re-run of an earlier one: how sure, and why in words."""

    earlier_id: str
    later_id: str
    confidence: Confidence
    evidence: str


def keys(notice: Notice) -> tuple[str, ...]:
    """Strings that two calls of one buyer for one thing share: its name with the title's words,
    and with the longest of them."""
    return tuple(_keys(notice, lambda name: (comparable(name),)))


def sought(notice: Notice) -> tuple[str, ...]:
    """The same under the names of the bodies that came before the buyer and after it."""
    return tuple(_keys(notice, lambda name: (comparable(name), *relatives(name))))


def _keys(notice: Notice, names_of: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    facts = notice.facts
    words = titles.read(_unmarked(facts.title or "")).words
    if not words:
        return
    telling = sorted(words, key=lambda word: (-len(word), word))[:TELLING]
    blocks = dict.fromkeys((" ".join(words), " ".join(telling)))
    for buyer in facts.buyers[:MOST_BUYERS]:
        for name in names_of(buyer.name):
            for what in blocks:
                yield f"again:{short(f'{name}/{what}')}"


def found(earlier: Sequence[Opportunity], later: Opportunity) -> Again | None:
    """The one of the earlier opportunities that `later` looks like the re-run of, if any."""
    if later.standing.stage not in CALLS or not _is_contract(later.facts):
        return None
    likes = [(one, like) for one in earlier if (like := _like(one, later))]
    if len(likes) > MANY:
        likes = [(one, like) for one, like in likes if like.says_so]
    agains = [again for one, like in likes if (again := _judged(one, later, like))]
    order = tuple(Confidence)
    return min(agains, key=lambda one: (order.index(one.confidence), one.earlier_id), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Like:
    """How alike two are. says_so: the later one says itself that it is a second try."""

    buyer: str
    title: float
    same_kind: bool
    values: str | None
    near_value: bool
    says_so: str | None


def _like(earlier: Opportunity, later: Opportunity) -> _Like | None:
    """None where they are not of one buyer, not of one thing, or not of one size."""
    old, new = earlier.facts, later.facts
    if earlier.id == later.id or not _is_contract(old):
        return None
    buyer = _one_buyer(old, new)
    title = _title_likeness(old, new)
    ratio = _ratio(old, new)
    if buyer is None or title < LIKE or (ratio and ratio > FAR_APART):
        return None
    return _Like(
        buyer=buyer,
        title=title,
        same_kind=bool(_groups(old) & _groups(new)),
        values=_values(old, new) if ratio else None,
        near_value=bool(ratio and ratio <= NEAR),
        says_so=_says_so(earlier, later),
    )


def _judged(earlier: Opportunity, later: Opportunity, like: _Like) -> Again | None:
    began = stage.published_at(later.notices[0])
    standing = stage.at(earlier, began)
    if not _in_time(earlier, standing, began, later):
        return None
    confidence = _confidence(standing, like)
    if confidence is None:
        return None
    reasons = [
        like.says_so,
        f"the earlier one {_came_to(earlier, standing)}",
        like.buyer,
        "same title" if like.title >= SAME else "like title",
        "same kind of service (CPV)" if like.same_kind else None,
        like.values,
    ]
    return Again(
        earlier_id=earlier.id,
        later_id=later.id,
        confidence=confidence,
        evidence="; ".join(reason for reason in reasons if reason),
    )


def _in_time(earlier: Opportunity, standing: Standing, began: datetime, later: Opportunity) -> bool:
    """Whether the earlier one had come to nothing, and not too long ago, when the later began."""
    if standing.stage not in CAME_TO_NOTHING or stage.published_at(earlier.notices[0]) >= began:
        return False
    if standing.stage is Stage.CANCELLED:
        ended = standing.since or began
        return ended - AHEAD <= began <= ended + AFTER_CANCELLING
    if earlier.facts.awards or earlier.deadline is None:
        return False
    closed = earlier.deadline.instant
    if not closed + EVALUATION <= began <= closed + AFTER_CLOSING:
        return False
    return not _carries_on(earlier.facts, later.facts, began)


def _carries_on(old: Facts, new: Facts, began: datetime) -> bool:
    """Whether the later contract begins when the earlier one, silently awarded, would end; or the
    earlier one would be under way for longer than it takes to fail."""
    first, second = old.contract_period, new.contract_period
    if first and first.start and first.start.instant + EVALUATION * 6 < began:
        return True
    if not (first and first.end and second and second.start):
        return False
    return second.start.instant >= first.end.instant - FOLLOWS_ON


def _confidence(standing: Standing, like: _Like) -> Confidence | None:
    alike = like.same_kind or like.near_value
    if standing.stage is Stage.CANCELLED:
        if like.says_so or (like.title >= SAME and alike):
            return Confidence.VERY_LIKELY
        return Confidence.PROBABLY if like.title >= SAME or alike else None
    if like.says_so:
        return Confidence.VERY_LIKELY if like.title >= SAME else Confidence.PROBABLY
    if like.title < SAME or not alike:
        return None
    return Confidence.PROBABLY if like.same_kind and like.near_value else Confidence.POSSIBLY


def _came_to(earlier: Opportunity, standing: Standing) -> str:
    if standing.stage is Stage.CANCELLED:
        return (
            f"was cancelled on {day_in_words(standing.since)}"
            if standing.since
            else "was cancelled"
        )
    on = f" on {day_in_words(earlier.deadline.instant)}" if earlier.deadline else ""
    return f"closed{on} without an award that we know of"


def _is_contract(facts: Facts) -> bool:
    """Grants come in rounds, so that a new one is no second try."""
    return facts.kind in (None, ProcurementKind.CONTRACT)


def _one_buyer(old: Facts, new: Facts) -> str | None:
    if agree(old.buyers, new.buyers):
        return f"same buyer ({new.buyers[0].name})"
    for one in new.buyers:
        if any(same_or_successor(other.name, one.name) for other in old.buyers):
            return f"{one.name} took over from the earlier buyer"
    return None


def like_titles(old: Facts, new: Facts) -> bool:
    """Whether two titles are alike enough to look at the rest."""
    return _title_likeness(old, new) >= LIKE


def _title_likeness(old: Facts, new: Facts) -> float:
    """0 where lots, years or numbers differ."""
    one, other = titles.read(_unmarked(old.title or "")), titles.read(_unmarked(new.title or ""))
    if not one.words or not other.words or one.years != other.years:
        return 0
    if one.lots != other.lots or one.numbers != other.numbers:
        return 0
    return fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))


def _unmarked(title: str) -> str:
    """The title without "re-run" and its like."""
    return _MARKS.sub(" ", title).strip() or title


def _groups(facts: Facts) -> frozenset[str]:
    return frozenset(one.id[:CPV_GROUP] for one in facts.classifications)


def _amount(facts: Facts) -> Decimal | None:
    value = facts.value
    amount = (value.amount or value.gross) if value and value.currency == "GBP" else None
    return amount if amount and amount > 0 else None


def _ratio(old: Facts, new: Facts) -> Decimal | None:
    """How many times the smaller value is the larger; None where one is not known."""
    one, other = _amount(old), _amount(new)
    return max(one, other) / min(one, other) if one and other else None


def _values(old: Facts, new: Facts) -> str:
    return f"value £{_amount(new):,.0f} beside £{_amount(old):,.0f}"


def _says_so(earlier: Opportunity, later: Opportunity) -> str | None:
    facts = later.facts
    words = "\n".join(part for part in (facts.description, facts.additional_text) if part)
    names = {n.notice.notice_id for n in earlier.notices} | {n.notice.ocid for n in earlier.notices}
    if _FAILED_BEFORE.search(words):
        return "its text speaks of an earlier procurement that failed"
    if any(len(name) > SHORTEST_NAME and name in words for name in names if name):
        return "its text names the earlier one"
    if _SAYS_AGAIN.search(facts.title or ""):
        return "its title calls it a second try"
    return None
