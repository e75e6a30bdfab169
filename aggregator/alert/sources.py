"""What readers are told of the sources' health."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator import health
from aggregator.alert.beside import ALL_SOURCES
from aggregator.model import Health, HealthState, SourceTrouble, Watch

TROUBLE = timedelta(days=2)
"""A source that has not answered for so long is told of: a weekend's repair is over by then."""

ANY = "any of our sources"
NEVER_READ = frozenset({HealthState.NEVER_ASKED})
NOT_ALL = frozenset({HealthState.SUSPICIOUS})
"""Something was seen, so "we have seen nothing" would not be true."""


def watch(states: Sequence[Health], *, now: datetime) -> Watch:
    """How many sources are checked, and which readers have missed something of for days.

    A source that was never asked does not count. Where none is well it is most likely us, and told
    as one trouble.
    """
    asked = [one for one in states if one.state not in NEVER_READ]
    found = sorted(filter(None, (trouble(one, now) for one in asked)), key=lambda one: one.since)
    if len(found) == len(asked) > 1:
        everything = SourceTrouble(source_id=ALL_SOURCES, name=ANY, since=found[-1].since)
        return Watch(checked=len(asked), troubles=(everything,))
    return Watch(checked=len(asked), troubles=tuple(found))


def trouble(state: Health, now: datetime) -> SourceTrouble | None:
    """What to tell of one source, None while there is nothing, or it may pass by itself."""
    if not state.needs_a_look or now - state.since < TROUBLE:
        return None
    return SourceTrouble(
        source_id=state.source_id,
        name=state.name,
        since=health.seen_until(state) if state.state is HealthState.QUIET else state.since,
        words=health.sentence(state) if state.state in NOT_ALL else None,
    )
