"""How the sources do, from their runs alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from aggregator.alert.beside import ALL_SOURCES
from aggregator.model import Outcome, SourceTrouble, Watch
from aggregator.store import Store

TROUBLE = timedelta(days=2)
"""A source that has not answered for so long is told of: a weekend's repair is over by then."""

ANY = "any of our sources"
RUNS = 200
"""Runs in which an answer is looked for: more than a week of hourly ones."""


def watch(names: Mapping[str, str], *, store: Store, now: datetime) -> Watch:
    """How many of these sources are checked, and which have not answered for days.

    names: source id -> its name for readers. A source that was never asked does not count.
    Where all are silent it is most likely us, and told as one trouble.
    """
    asked = {one: name for one, name in names.items() if store.runs(one, limit=1)}
    since = {one: last_answer(one, store=store) for one in asked}
    troubles = (
        SourceTrouble(source_id=one, name=asked[one], since=at)
        for one, at in since.items()
        if now - at >= TROUBLE
    )
    found = tuple(sorted(troubles, key=lambda one: one.since))
    if len(found) == len(asked) > 1:
        everything = SourceTrouble(source_id=ALL_SOURCES, name=ANY, since=found[-1].since)
        return Watch(checked=len(asked), troubles=(everything,))
    return Watch(checked=len(asked), troubles=found)


def last_answer(source_id: str, *, store: Store) -> datetime:
    """When it answered last, else when it was asked first."""
    runs = store.runs(source_id, limit=RUNS)
    answered = (run.started_at for run in runs if run.outcome is not Outcome.FAILED)
    return next(answered, runs[-1].started_at)
