"""Which notices belong to one procurement, and the evidence in words.

Three certain rules, tried in order: 1 the same procurement number (ocid) where the buyers agree,
2 a canonical link to the same original, 3 the same Scottish or Welsh reference, or the source's
own mention of its earlier notice. A moved deadline never parts what a certain rule joins. What is
only likely (rules 4 and 5, `link.likely`) is shown and never joins; people decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from aggregator.link import again, likely
from aggregator.link.likely import Likeness
from aggregator.link.marks import Marks, marks_of
from aggregator.link.rules import RULES, Group
from aggregator.model import Candidate, Notice

__all__ = ["PEOPLE", "Join", "Keys", "Likeness", "again", "all_keys", "decide", "keys", "likely"]

PEOPLE = 0
"""The rule of a link that a person made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Join:
    """A notice belongs to an opportunity, by which rule (1 to 3, 0 for people's), and why."""

    opportunity_id: str
    rule: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Keys:
    """certain: keys of rules 1 to 3. kept: every key to find the notice by. sought: every key to
    look others up by, the certain ones first."""

    certain: tuple[str, ...]
    kept: tuple[str, ...]
    sought: tuple[str, ...]


def all_keys(notice: Notice) -> Keys:
    """The keys of all rules, looked up together because mostly nothing shares any."""
    marks = marks_of(notice)
    certain, more = marks.keys, likely.keys(notice, marks)
    return Keys(certain=certain, kept=(*certain, *more.kept), sought=(*certain, *more.sought))


def keys(notice: Notice) -> tuple[str, ...]:
    """Strings that two notices share where one may lead to the other, whichever came first.

    "notice:find-a-tender/012546-2024" and "ocid:…", of itself, of its original and of its earlier
    notices; "scref:…" and "waref:…" for Scottish and Welsh references.
    """
    return marks_of(notice).keys


def decide(notice: Notice, candidates: Sequence[Candidate]) -> tuple[Join, ...]:
    """The opportunities this notice belongs to, strongest rule first, the older of equals first.

    candidates: the stored notices that share a key with it, in any order. More than one join means
    that the notice shows several opportunities to be one; none that it begins a new one.
    """
    if not candidates:
        return ()
    new = marks_of(notice)
    groups = _grouped(candidates)
    joins = [join for group in groups if (join := _join(new, group, groups))]
    return tuple(sorted(joins, key=lambda join: join.rule))


def _join(new: Marks, group: Group, groups: Sequence[Group]) -> Join | None:
    for number, rule in RULES:
        if evidence := rule(new, group, groups):
            return Join(opportunity_id=group.opportunity_id, rule=number, evidence=evidence)
    return None


def _grouped(candidates: Sequence[Candidate]) -> tuple[Group, ...]:
    """By opportunity, the one with the earliest arrival first."""
    first: dict[str, int] = {}
    for candidate in candidates:
        number = candidate.stored.number
        first[candidate.opportunity_id] = min(number, first.get(candidate.opportunity_id, number))
    ordered = sorted(
        candidates,
        key=lambda c: (first[c.opportunity_id], c.opportunity_id, c.stored.number),
    )
    return tuple(
        Group(
            opportunity_id=opportunity_id,
            members=tuple(marks_of(candidate.stored.notice) for candidate in group),
        )
        for opportunity_id, group in groupby(ordered, key=lambda c: c.opportunity_id)
    )
