"""Notices laid over one another, field by field."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from aggregator.merge.deadline import NO_BIDS, same_uk_day
from aggregator.merge.parts import (
    merged_awards,
    merged_lots,
    merged_period,
    without_false_cancellations,
)
from aggregator.merge.precedence import FIELDS, NEWEST_COUNTS, rank
from aggregator.model import Lot, Stage, Standing, StatedTime, StoredNotice

PLANNING = (Stage.PIPELINE, Stage.ENGAGEMENT, Stage.PLANNED)
PUT_TOGETHER: dict[str, Callable[..., Any]] = {
    "lots": merged_lots,
    "awards": merged_awards,
    "contract_period": merged_period,
}
"""Fields whose parts are kept where the new value is silent about them."""

_values_of = attrgetter(*FIELDS)


class Layers(NamedTuple):
    """values: what is known of each field. behind: the notice that stated it last."""

    values: dict[str, Any]
    behind: dict[str, StoredNotice]


def laid_over(ordered: Sequence[StoredNotice], readings: Sequence[Standing]) -> Layers:
    """All fields of all notices, oldest first; `readings` say what each notice is."""
    layers = Layers({}, {})
    called = _lots_of_calls(ordered, readings)
    for stored, reading in zip(ordered, readings, strict=True):
        facts = without_false_cancellations(stored.notice.facts)
        for field, value in zip(FIELDS, _values_of(facts), strict=True):
            if field == "lots" and called and reading.stage in PLANNING:
                value = _still_meant(value, called)  # noqa: PLW2901
            if value is None or value == ():
                continue
            _lay(layers, field, value, stored, reading)
    return layers


def _lots_of_calls(ordered: Sequence[StoredNotice], readings: Sequence[Standing]) -> frozenset[str]:
    return frozenset(
        lot.id
        for stored, reading in zip(ordered, readings, strict=True)
        if reading.stage not in PLANNING
        for lot in stored.notice.facts.lots
    )


def _still_meant(planned: tuple[Lot, ...], called: frozenset[str]) -> tuple[Lot, ...]:
    """Plans number their lots provisionally ("LOT-0000"): only those that became lots count."""
    return tuple(lot for lot in planned if lot.id in called)


def _lay(layers: Layers, field: str, value: Any, stored: StoredNotice, reading: Standing) -> None:
    present = layers.values.get(field)
    if present is None:
        layers.values[field], layers.behind[field] = value, stored
        return
    copy = rank(stored.notice) > rank(layers.behind[field].notice)
    if together := PUT_TOGETHER.get(field):
        layers.values[field] = together(present, value, copy=copy)
        if not copy:
            layers.behind[field] = stored
    elif _replaces(field, present, value, reading, copy=copy):
        layers.values[field], layers.behind[field] = value, stored


def _replaces(field: str, present: Any, value: Any, reading: Standing, *, copy: bool) -> bool:
    """Whether the newer value counts: by source, or for what changes on the way, by time.

    The date field of an award notice is no deadline, and a copy that gives the same day with
    another hour is no news.
    """
    if field not in NEWEST_COUNTS:
        return not copy
    if field == "deadline" and reading.stage in NO_BIDS:
        return False
    return not (copy and isinstance(value, StatedTime) and same_uk_day(present, value))
