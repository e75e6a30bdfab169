"""One opportunity out of the notices of one procurement.

Notices are laid over one another from oldest to newest. What a notice does not say stays as it
was, since many notices give only what they change; each field remembers which notice it is from.
"""

from collections.abc import Sequence
from operator import attrgetter

from aggregator import stage
from aggregator.merge import deadline as deadlines
from aggregator.merge.deadline import Deadline
from aggregator.merge.layers import laid_over
from aggregator.merge.order import in_order
from aggregator.merge.parts import without_false_cancellations
from aggregator.merge.precedence import FIELDS, reference
from aggregator.model import Facts, Link, Notice, Opportunity, Standing, StoredNotice

__all__ = ["in_order", "opportunity"]

_values_of = attrgetter(*FIELDS)


def opportunity(
    opportunity_id: str, notices: Sequence[StoredNotice], links: Sequence[Link] = ()
) -> Opportunity:
    """The present state of a procurement, from all its notices in any order.

    Raises ValueError where there is no notice.
    """
    if not notices:
        raise ValueError("an opportunity is made of at least one notice")
    if len(notices) == 1:
        return _of_one(opportunity_id, notices[0], tuple(links))
    ordered = in_order(notices)
    readings = tuple(stage.read(stored.notice) for stored in ordered)
    layers = laid_over(ordered, readings)
    deadline = _deadline(ordered, readings, layers.behind.get("deadline"))
    return Opportunity(
        id=opportunity_id,
        facts=Facts(**layers.values),
        provenance={field: reference(stored.notice) for field, stored in layers.behind.items()},
        standing=stage.standing(ordered, readings),
        notices=ordered,
        links=tuple(links),
        deadline=deadline.time,
        deadline_in_field=deadline.in_field,
        flags=_flags([stored.notice for stored in ordered], deadline),
    )


def _of_one(opportunity_id: str, stored: StoredNotice, links: tuple[Link, ...]) -> Opportunity:
    """The same for a single notice, which is most of them: nothing to lay over anything."""
    notice = stored.notice
    facts = without_false_cancellations(notice.facts)
    standing = stage.standing((stored,))
    deadline = deadlines.of_notice(stored, standing)
    source = reference(notice)
    return Opportunity(
        id=opportunity_id,
        facts=facts,
        provenance={
            name: source
            for name, value in zip(FIELDS, _values_of(facts), strict=True)
            if value is not None and value != ()
        },
        standing=standing,
        notices=(stored,),
        links=links,
        deadline=deadline.time,
        deadline_in_field=deadline.in_field,
        flags=_flags([notice], deadline) if notice.flags or deadline.flag else (),
    )


def _deadline(
    ordered: Sequence[StoredNotice], readings: Sequence[Standing], behind: StoredNotice | None
) -> Deadline:
    """The deadline to go by: of the notice behind the date field, or changed in prose since.

    Where no field gives a date, the newest notice of those that ask for bids may say it in words.
    """
    if behind is None:
        asking = [n for n, reading in enumerate(readings) if stage.is_open(reading)]
        place = asking[-1] if asking else len(ordered) - 1
    else:
        place = ordered.index(behind)
    earlier = [
        time for stored in ordered[:place] if (time := stored.notice.facts.deadline) is not None
    ]
    stated = deadlines.of_notice(ordered[place], readings[place], earlier)
    stale = [time for time in earlier if behind and time != behind.notice.facts.deadline]
    return deadlines.of_changes(ordered[place + 1 :], stated, stale)


def _flags(notices: Sequence[Notice], deadline: Deadline) -> tuple[str, ...]:
    """What was odd, of the newest version of each notice, each once."""
    newest = {reference(notice): notice for notice in notices}
    flags = dict.fromkeys(flag for notice in newest.values() for flag in notice.flags)
    return (*flags, *((deadline.flag,) if deadline.flag else ()))
