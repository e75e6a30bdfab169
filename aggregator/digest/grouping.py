"""What is probably one procurement, shown in one place of a digest.

The other postings of what is told become a line under it, each with its own link; nothing is left
out, and nothing is decided: a person who parts the two parts them in the next digest as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator.merge.precedence import rank
from aggregator.model import DigestItem, EventKind, LikelyLink

Likely = Mapping[str, Sequence[LikelyLink]]


def grouped(items: Sequence[DigestItem], likely: Likely) -> tuple[DigestItem, ...]:
    """The items with those that are probably the same put under one of them, as its `same`.

    likely: opportunity id -> its likely links. The one shown is from the source that speaks first,
    or asks to act sooner. Grouped is only what stands at the same stage, is as new to the reader,
    and has nothing of its own to tell; each is in one place, under one it is itself linked to. The
    events of those below count as told by the one above.
    """
    ids = {item.opportunity.id for item in items}
    near = {name: {link.other_id for link in likely.get(name, ())} & ids - {name} for name in ids}
    below: dict[str, list[DigestItem]] = {}
    placed: set[str] = set()
    for head in sorted(items, key=_precedence):
        if head.opportunity.id in placed:
            continue
        taken = [
            other
            for other in items
            if other.opportunity.id in near[head.opportunity.id]
            and other.opportunity.id not in placed
            and _precedence(other) > _precedence(head)
            and _fits_under(head, other)
        ]
        if taken:
            below[head.opportunity.id] = taken
            placed |= {other.opportunity.id for other in taken}
    return tuple(
        _with(item, below.get(item.opportunity.id, ()))
        for item in items
        if item.opportunity.id not in placed
    )


def _precedence(item: DigestItem) -> tuple[int, float, str]:
    opportunity = item.opportunity
    deadline = opportunity.deadline
    first = min(rank(stored.notice) for stored in opportunity.notices)
    return first, deadline.instant.timestamp() if deadline else float("inf"), opportunity.id


def _fits_under(head: DigestItem, other: DigestItem) -> bool:
    """Whether nothing is lost to a reader who sees only a line of the other."""
    if head.stage is not other.stage or head.known != other.known:
        return False
    return _to_tell(other) <= _to_tell(head)


def _to_tell(item: DigestItem) -> frozenset[tuple[str, ...]]:
    """What happened that has words of its own. To a new reader that is only a re-run."""
    kinds = None if item.known else {EventKind.RERUN}
    return frozenset(
        (event.kind, event.field or "", event.lot_id or "", event.new or "")
        for event in item.events
        if event.kind is not EventKind.APPEARED and (kinds is None or event.kind in kinds)
    )


def _with(item: DigestItem, below: Sequence[DigestItem]) -> DigestItem:
    if not below:
        return item
    events = {event.id: event for one in (item, *below) for event in one.events}
    return replace(item, same=tuple(below), events=tuple(events.values()))
