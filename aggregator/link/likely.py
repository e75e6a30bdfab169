"""Which opportunities are probably one: rules 4 and 5. They are shown as such and never merge.

4: the same portal number, or a notice of Find a Tender that the other names, and the same buyer.
5: the same buyer, title and deadline within a day; without deadlines, published within a week at
the same step. A differing buyer, lot or year blocks both; so does a framework that is called off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from rapidfuzz import fuzz

from aggregator import stage
from aggregator.buyers import compared
from aggregator.link import titles
from aggregator.link.buyers import agree
from aggregator.link.marks import FIND_A_TENDER, Marks, marks_of
from aggregator.link.references import NOTHING, References, in_words, references
from aggregator.link.succession import same_or_successor
from aggregator.link.titles import Title
from aggregator.model import Candidate, Notice, Stage
from aggregator.parsing import text

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
EPOCH = datetime(2000, 1, 1).toordinal()  # noqa: DTZ001 - a day's number, no instant

SAME_NUMBER = 50
NAMED_NOTICE = 80
"""How alike titles must be, of 100, where a number is shared: a portal's own number nearly tells
all, a notice that is named in a text may be another one of the same buyer."""

SINGLE = ("dn", "c", "pid")
"""Numbers that stand for one procurement. A project on Jaggaer or In-Tend may hold several
(packages, yearly rounds), so there the titles must agree as well."""

BEFORE = (Stage.PIPELINE, Stage.ENGAGEMENT, Stage.PLANNED)
CALL = (Stage.OPEN, Stage.CLOSED, Stage.STANDING)
STEPS = (BEFORE, CALL)

PLATFORM_OCIDS = {"ocds-r6ebe6-": "sc", "ocds-kuma6s-": "wa"}
PREFIX = len("ocds-r6ebe6-")


@dataclass(frozen=True, slots=True)
class Keys:
    """kept: strings to find this notice by. sought: strings by which others may be found."""

    kept: tuple[str, ...]
    sought: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """A stored notice that is probably of the same procurement, by rule 4 or 5, and why."""

    number: int
    opportunity_id: str
    rule: int
    evidence: str
    score: float


def keys(notice: Notice, marks: Marks | None = None) -> Keys:
    """Blocking keys of rules 4 and 5: portal numbers, title with day, buyer with deadline.

    Those of one day look for the days beside it; nothing depends on a month.
    """
    marks = marks or marks_of(notice)
    kept: list[str] = []
    sought: list[str] = []
    if marks.own.startswith(FIND_A_TENDER):
        sought.append(f"names:{marks.own}")
    refs = references(notice)
    if refs is not NOTHING:
        numbers = [f"ref:{reference}" for reference in sorted(refs.all)]
        kept += numbers + [f"names:{name}" for name in sorted(refs.named)]
        sought += numbers + [f"notice:{name}" for name in sorted(refs.named)]
    if marks.platform_ref:
        platform, number = marks.platform_ref
        sought.append(f"{platform.lower()}number:{number}")
    elif notice.ocid and (platform_of := PLATFORM_OCIDS.get(notice.ocid[:PREFIX])):
        number = notice.ocid[PREFIX:].lstrip("0")
        kept.append(f"{platform_of}number:{number}")
        sought.append(f"{platform_of}ref:{number}")
    _add_titles(notice, kept, sought)
    return Keys(kept=tuple(kept), sought=tuple(sought))


def _add_titles(notice: Notice, kept: list[str], sought: list[str]) -> None:
    facts = notice.facts
    if not facts.title or not facts.buyers:
        return
    time = facts.deadline or notice.published
    if time is None:
        return
    day = time.instant.toordinal() - EPOCH
    place = day if facts.deadline else -(day // 7)
    for essence in titles.essences(facts.title):
        block = short(essence)
        kept.append(f"title:{block}{place}")
        sought += (
            f"title:{block}{place}",
            f"title:{block}{place - 1}",
            f"title:{block}{place + 1}",
        )
    if facts.deadline:
        buyer = short(text.buyer_name(facts.buyers[0].name))
        key = f"buyer:{buyer}{int(time.instant.timestamp()) // 60}"
        kept.append(key)
        sought.append(key)


def short(words: str) -> str:
    """A hash of the words that ends in a mark, for keys that would else be long."""
    return blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest() + "@"


def decide(notice: Notice, candidates: Sequence[Candidate]) -> tuple[Likeness, ...]:
    """Those of the candidates that are probably of the same procurement, the surest first.

    One for each opportunity. Give only candidates of other opportunities than the notice's own.
    """
    best: dict[str, Likeness] = {}
    if not candidates:
        return ()
    new = Side.of(notice)
    for candidate in candidates:
        found = _compared(new, candidate)
        if found is None:
            continue
        known = best.get(found.opportunity_id)
        if known is None or (found.rule, -found.score) < (known.rule, -known.score):
            best[found.opportunity_id] = found
    return tuple(sorted(best.values(), key=lambda one: (one.rule, -one.score, one.number)))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two notices that are compared."""

    notice: Notice
    marks: Marks
    refs: References
    title: Title

    @classmethod
    def of(cls, notice: Notice) -> "Side":
        """What the rules look at."""
        return cls(
            notice=notice,
            marks=marks_of(notice),
            refs=references(notice),
            title=titles.read(notice.facts.title or ""),
        )


def _compared(new: Side, candidate: Candidate) -> Likeness | None:
    other = Side.of(candidate.stored.notice)
    buyer = _one_buyer(new.notice, other.notice)
    if buyer is None or titles.contradict(new.title, other.title):
        return None
    score = _score(new.title, other.title)
    evidence, rule = _same_number(new, other, score), 4
    if evidence is None:
        evidence, rule = _same_call(new, other), 5
    if evidence is None:
        return None
    return Likeness(
        number=candidate.stored.number,
        opportunity_id=candidate.opportunity_id,
        rule=rule,
        evidence=f"{evidence} and {buyer}",
        score=score,
    )


def _one_buyer(one: Notice, other: Notice) -> str | None:
    """In words, that the buyers are one body or follow one another; None where they are not."""
    if not one.facts.buyers or not other.facts.buyers:
        return None
    first, second = compared(one.facts, other.facts)
    if agree(first, second):
        return f"same buyer ({first[0].name})"
    pair = next(((a, b) for a in first for b in second if same_or_successor(a.name, b.name)), None)
    return f"a buyer that followed the other ({pair[0].name}, {pair[1].name})" if pair else None


def _score(one: Title, other: Title) -> float:
    return fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))


def _same_number(new: Side, other: Side, score: float) -> str | None:
    """Rule 4."""
    shared = new.refs.own & other.refs.all or new.refs.all & other.refs.own
    if shared and not _other_number(new, other):
        if any(one.startswith(SINGLE) for one in shared):
            enough = score >= SAME_NUMBER
        else:
            enough = _alike(new, other) or titles.extends(new.title, other.title)
        if enough:
            return f"same {in_words(min(shared))}"
    if not _is_calling_off(new.notice) and not _is_calling_off(other.notice):
        if score >= NAMED_NOTICE and (named := _naming(new, other)):
            return named
        if _alike(new, other):
            return _platform_number(new, other) or _platform_number(other, new)
    return None


def _alike(new: Side, other: Side) -> bool:
    return titles.alike(new.title, other.title, new.notice.facts.buyers)


def _naming(new: Side, other: Side) -> str | None:
    if other.marks.own in new.refs.named:
        return f"names notice {other.notice.notice_id}"
    if new.marks.own in other.refs.named:
        return f"notice {other.notice.notice_id} names this one"
    return None


def _platform_number(copy: Side, original: Side) -> str | None:
    """A copy whose Scottish or Welsh reference is the number in the original's ocid.

    The reference moves on with every notice while the ocid keeps the first, so this is no proof.
    """
    ocid = original.notice.ocid
    if copy.marks.platform_ref is None or ocid is None:
        return None
    platform, number = copy.marks.platform_ref
    if PLATFORM_OCIDS.get(ocid[:PREFIX]) != platform.lower() or ocid[PREFIX:].lstrip("0") != number:
        return None
    return f"reference {platform} {number} is the number of {ocid}, same title"


def _is_calling_off(notice: Notice) -> bool:
    """A contract under a framework names the framework, and is another procurement."""
    title = (notice.facts.title or "").casefold()
    return any(words in title for words in ("call-off", "call off", "direct award", "mini comp"))


def _other_number(new: Side, other: Side) -> bool:
    """True where both have a number of the same portal, and another one each."""
    return any(
        ours and theirs and ours.isdisjoint(theirs)
        for portal in ("dn", "it", "tender", "c", "pid")
        for ours, theirs in ((_of(new, portal), _of(other, portal)),)
    )


def _of(side: Side, portal: str) -> set[str]:
    return {number for number in side.refs.own if number.rstrip("0123456789-") == portal}


def _same_call(new: Side, other: Side) -> str | None:
    """Rule 5."""
    if _other_number(new, other) or _told_apart(new.notice, other.notice):
        return None
    when = _same_time(new.notice, other.notice)
    if when is None or not _alike(new, other):
        return None
    return f"same title, {when}"


def _told_apart(one: Notice, other: Notice) -> bool:
    """True where one source published both under different references or values."""
    if one.source_id != other.source_id:
        return False
    first, second = _plain(one.facts.reference), _plain(other.facts.reference)
    if first and second:
        return first != second
    values = (one.facts.value, other.facts.value)
    return None not in values and values[0] != values[1]


def _plain(reference: str | None) -> str:
    """A buyer's reference without what is added at an award."""
    return text.fold(reference or "").removesuffix("award").rstrip(" -")


def _same_time(one: Notice, other: Notice) -> str | None:
    first, second = one.facts.deadline, other.facts.deadline
    if first and second:
        near = abs(first.instant - second.instant) <= DAY
        return "deadlines within a day" if near else None
    if first or second or not (one.published and other.published):
        return None
    if abs(one.published.instant - other.published.instant) > WEEK or not _same_step(one, other):
        return None
    return "published within a week at the same step"


def _same_step(one: Notice, other: Notice) -> bool:
    first, second = stage.read(one).stage, stage.read(other).stage
    return first is second or any(first in step and second in step for step in STEPS)
