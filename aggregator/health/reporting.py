"""What the host is told of health, and when: once for a change, then weekly while it lasts.

Trackers that repeated the same fault with every run taught people not to read them (urlwatch,
issues 191, 489, 735, 808); one that told it once let it be forgotten (changedetection.io, 1678).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.model import Health, HealthChange, HealthState

AGAIN = timedelta(days=7)
"""How often the host is reminded of what lasts."""

NOT_FOR_A_PERSON = frozenset({HealthState.NEVER_ASKED})
"""A source that was just added is read by itself."""


class ReportKind(StrEnum):
    """Why the host hears of a source."""

    BEGAN = "began"
    STILL = "still"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One line for the host."""

    kind: ReportKind
    health: Health


def reports(
    states: Iterable[Health], told: Mapping[str, HealthChange], *, now: datetime
) -> tuple[Report, ...]:
    """What the host has to be told now, the gravest first.

    told: source id -> what the host was told of it last. Once reported, store the states as told.
    """
    due = [one for state in states if (one := report(state, told.get(state.source_id), now))]
    order = list(HealthState)
    return tuple(sorted(due, key=lambda one: (order.index(one.health.state), one.health.source_id)))


def report(state: Health, told: HealthChange | None, now: datetime) -> Report | None:
    """The line about one source, None where there is nothing to say."""
    known = told is not None and told.state not in (HealthState.WELL, HealthState.UNKNOWN)
    if not state.needs_a_look or state.state in NOT_FOR_A_PERSON:
        return Report(kind=ReportKind.OVER, health=state) if known else None
    if told is None or not known or told.state is not state.state:
        return Report(kind=ReportKind.BEGAN, health=state)
    last = told.reported_at
    if last is not None and now - last >= AGAIN:
        return Report(kind=ReportKind.STILL, health=state)
    return None
