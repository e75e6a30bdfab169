"""What time brings: deadlines that come near or pass, and procurements that go quiet."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator import stage
from aggregator.errors import UnknownIdentifier
from aggregator.model import JudgedOpportunity, Verdict
from aggregator.ports import Clock
from aggregator.store import Store

LOOK_BACK = timedelta(days=7)
"""How much of the past the first tick looks at, and the first after a clock was set back."""

EVERY = timedelta(minutes=30)
WATCHED = (Verdict.CORE, Verdict.RELATED, Verdict.POSSIBLE)


def run(*, store: Store, clock: Clock) -> int:
    """Store the events of the time since the last tick; gives how many were new.

    Events carry ids made of the notice behind the date, so that a tick repeated after a kill, or
    a clock set back, adds nothing twice.
    """
    now = clock.now()
    after = store.last_tick()
    if after is None or after > now:
        after = now - LOOK_BACK
    with store.transaction():
        added = 0
        for judged in watched(store):
            events = stage.clock_events(judged.opportunity, after=after, until=now)
            added += store.add_events(events) if events else 0
        store.set_last_tick(now)
    return added


def is_due(now: datetime, *, store: Store) -> bool:
    """Whether so much time has passed since the last tick that it may have brought something."""
    last = store.last_tick()
    return last is None or not last <= now < last + EVERY


def watched(store: Store) -> Iterator[JudgedOpportunity]:
    """What is of concern by its verdict, and what people follow, were told of or asked for."""
    everything = store.anybody_wants_everything()
    yield from store.opportunities(verdicts=() if everything else WATCHED)
    if everything:
        return
    for opportunity_id in sorted(store.of_everybodys_concern()):
        try:
            judged = store.opportunity(opportunity_id)
        except UnknownIdentifier:
            continue
        if judged.judgement.verdict is Verdict.NO:
            yield judged
