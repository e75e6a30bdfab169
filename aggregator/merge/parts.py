"""Lots and awards of several notices, put together by their ids."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TypeVar

from rapidfuzz import fuzz

from aggregator.model import Award, Facts, Lot, Period
from aggregator.parsing import text
from aggregator.stage import is_under_the_act

SAME_SUPPLIER = 85
"""From this likeness (of 100) on, two spellings are one supplier: "Ltd" and "Limited"."""

Part = TypeVar("Part", Lot, Award, Period)


def overlay(old: Part, new: Part) -> Part:
    """`new` where it says something, `old` where it is silent."""
    gaps = {
        field.name: value
        for field in fields(new)
        if getattr(new, field.name) in (None, ()) and (value := getattr(old, field.name))
    }
    return replace(new, **gaps) if gaps else new


def without_false_cancellations(facts: Facts) -> Facts:
    """Award notices on older forms call every lot "cancelled" though it was awarded.

    Their awards tell what became of a lot, so that this word is left out.
    """
    if not facts.awards or is_under_the_act(facts):
        return facts
    if not any(lot.status == "cancelled" for lot in facts.lots):
        return facts
    lots = tuple(
        replace(lot, status=None) if lot.status == "cancelled" else lot for lot in facts.lots
    )
    return replace(facts, lots=lots)


def merged_lots(old: Sequence[Lot], new: Sequence[Lot], *, copy: bool) -> tuple[Lot, ...]:
    """Lots by id, in order of first mention, each with its newest state.

    copy: the new ones come from a source that does not speak first; it fills gaps and tells the
    state, no more.
    """
    lots = {lot.id: lot for lot in old}
    for lot in new:
        known = lots.get(lot.id)
        if known is None:
            lots[lot.id] = lot
        elif copy:
            lots[lot.id] = replace(overlay(lot, known), status=lot.status or known.status)
        else:
            lots[lot.id] = overlay(known, lot)
    return tuple(lots.values())


def merged_awards(old: Sequence[Award], new: Sequence[Award], *, copy: bool) -> tuple[Award, ...]:
    """Awards by id. Ids are known to be used again for other lots: those stay apart."""
    awards = list(old)
    for award in new:
        for place, known in enumerate(awards):
            if known.id == award.id and not _differ(known, award):
                awards[place] = overlay(award, known) if copy else overlay(known, award)
                break
        else:
            awards.append(award)
    return tuple(awards)


def _differ(one: Award, other: Award) -> bool:
    """Two awards under one id: for different lots, or to others where no lot is named."""
    if one.lots and other.lots:
        return set(one.lots).isdisjoint(other.lots)
    if not one.suppliers or not other.suppliers:
        return False
    return not any(
        fuzz.token_set_ratio(text.fold(a), text.fold(b)) >= SAME_SUPPLIER
        for a in one.suppliers
        for b in other.suppliers
    )


def merged_period(old: Period, new: Period, *, copy: bool) -> Period:
    """The newer dates, the older where it is silent; no older latest end before the new end."""
    if copy:
        return overlay(new, old)
    period = overlay(old, new)
    if new.latest_end or not (period.latest_end and period.end):
        return period
    sound = period.latest_end.instant >= period.end.instant
    return period if sound else replace(period, latest_end=None)
