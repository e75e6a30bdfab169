"""What time brings: deadlines that come near or pass, and procurements that go quiet."""

from datetime import timedelta

from aggregator import stage
from aggregator.model import Verdict
from aggregator.ports import Clock
from aggregator.store import Store

LOOK_BACK = timedelta(days=7)
"""How much of the past the first tick looks at, and the first after a clock was set back."""

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
        for judged in store.opportunities(verdicts=WATCHED):
            events = stage.clock_events(judged.opportunity, after=after, until=now)
            added += store.add_events(events) if events else 0
        store.set_last_tick(now)
    return added
