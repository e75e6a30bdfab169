"""The rules by which a notice joins an opportunity; each gives its evidence in words, or None."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.buyers import compared
from aggregator.link.buyers import agree
from aggregator.link.marks import Marks
from aggregator.parsing import text

PLATFORMS = {"SC": "Public Contracts Scotland", "WA": "Sell2Wales"}
ORIGINALS = {"ocds-r6ebe6": "Public Contracts Scotland", "ocds-kuma6s": "Sell2Wales"}
PREFIX = len("ocds-r6ebe6")


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates that lie in one opportunity."""

    opportunity_id: str
    members: tuple[Marks, ...]


Rule = Callable[[Marks, Group, Sequence[Group]], str | None]
"""Takes the new notice, the opportunity asked about, and all opportunities in question."""


def same_notice(new: Marks, group: Group, _: Sequence[Group]) -> str | None:
    """Another version of a notice that is already there."""
    if any(member.own == new.own for member in group.members):
        return f"another version of notice {new.notice.notice_id}"
    return None


def same_ocid(new: Marks, group: Group, groups: Sequence[Group]) -> str | None:
    """The same ocid, where the buyers agree.

    One ocid can hold the procurements of many buyers (qualification systems of utilities). A
    notice that names no buyer goes with the one opportunity there is, or with the one of several
    that has its title.
    """
    ocid = new.notice.ocid
    if ocid is None or not (same := _with_ocid(group, ocid)):
        return None
    if new.notice.facts.buyers:
        why = _buyers_agree(new, same)
    else:
        why = _only_choice(new, group, [other for other in groups if _with_ocid(other, ocid)])
    return f"same procurement number {ocid}{why}" if why else None


def _buyers_agree(new: Marks, same: Sequence[Marks]) -> str | None:
    """An agent that buys for others is no buyer where both notices say for whom it buys."""
    facts = new.notice.facts
    known = [stated for member in same if (stated := member.notice.facts).buyers]
    if not known:
        return "; the other notice names no buyer"
    if any(agree(*compared(facts, stated)) for stated in known):
        return f" and same buyer ({facts.buyers[0].name})"
    return None


def _only_choice(new: Marks, group: Group, rivals: Sequence[Group]) -> str | None:
    """For a notice without a buyer: this opportunity if no other comes into question."""
    if len(rivals) == 1:
        return "; this notice names no buyer"
    alike = [rival for rival in rivals if _has_title(rival, new)]
    if len(alike) == 1 and alike[0] is group:
        return " and same title; this notice names no buyer"
    return None


def same_original(new: Marks, group: Group, _: Sequence[Group]) -> str | None:
    """One links to the other as its original, or both link to the same one.

    Find a Tender gives copies of Scottish notices numbers of its own, sometimes two for one.
    """
    for member in group.members:
        if shared := new.originals & member.originals:
            ocid = min(shared)
            return f"both are copies of {ocid} on {_platform(ocid)}"
        if member.notice.ocid in new.originals:
            return f"this is a copy of {member.notice.ocid} on {_platform(member.notice.ocid)}"
        if new.notice.ocid in member.originals:
            return f"the other is a copy of {new.notice.ocid} on {_platform(new.notice.ocid)}"
    return None


def same_platform_ref(new: Marks, group: Group, _: Sequence[Group]) -> str | None:
    """The same current Scottish or Welsh reference, which is never the number in an ocid."""
    if new.platform_ref is None:
        return None
    for member in group.members:
        if member.platform_ref == new.platform_ref and _may_be_one_buyer(new, member):
            platform, number = new.platform_ref
            return f"same reference {platform} {number} on {PLATFORMS[platform]}"
    return None


def earlier_notice(new: Marks, group: Group, groups: Sequence[Group]) -> str | None:
    """The notice names one of the others as its earlier notice, or is named by one.

    One early notice can lead to several tenders; where it does, they stay apart and it stays with
    the first that came.
    """
    for member in group.members:
        if not _may_be_one_buyer(new, member):
            continue
        if _names(new, member) and not _led_elsewhere(new, member, group):
            return f"names notice {member.notice.notice_id} as its earlier one"
        if _names(member, new) and _first_follower(new, groups) is group:
            return f"notice {member.notice.notice_id} names this as its earlier one"
    return None


RULES: tuple[tuple[int, Rule], ...] = (
    (1, same_notice),
    (1, same_ocid),
    (2, same_original),
    (3, same_platform_ref),
    (3, earlier_notice),
)
"""In order of strength; 1 to 3 are certain. The likely rules 4 and 5 take their place below."""


def _with_ocid(group: Group, ocid: str | None) -> list[Marks]:
    return [member for member in group.members if member.notice.ocid == ocid]


def _has_title(group: Group, new: Marks) -> bool:
    title = text.fold(new.notice.facts.title or "")
    titles = (member.notice.facts.title for member in _with_ocid(group, new.notice.ocid))
    return title != "" and any(title == text.fold(other) for other in titles if other)


def _platform(ocid: str | None) -> str:
    return ORIGINALS.get((ocid or "")[:PREFIX], "another source")


def _names(later: Marks, earlier: Marks) -> bool:
    """True where `later` names `earlier` as its earlier notice."""
    names = {f"notice:{earlier.own}"}
    if earlier.notice.ocid:
        names.add(f"ocid:{earlier.notice.ocid}")
    if earlier.page:
        names.add(earlier.page)
    return not names.isdisjoint(later.earlier)


def _led_elsewhere(new: Marks, earlier: Marks, group: Group) -> bool:
    """True where the early notice already led to another procurement than the new notice's."""
    return any(
        _names(member, earlier) and member.notice.ocid != new.notice.ocid
        for member in group.members
    )


def _first_follower(early: Marks, groups: Sequence[Group]) -> Group | None:
    for group in groups:
        if any(_names(m, early) and _may_be_one_buyer(m, early) for m in group.members):
            return group
    return None


def _may_be_one_buyer(one: Marks, other: Marks) -> bool:
    first, second = one.notice.facts, other.notice.facts
    return not first.buyers or not second.buyers or agree(*compared(first, second))
