"""What a digest says beside the news: sources in trouble, follows that end, a quiet week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import stage
from aggregator.alert.reader import Reader
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Follow,
    LapsedFollow,
    Opportunity,
    SourceTrouble,
    Stage,
    Standing,
    Subscription,
)

ALL_SOURCES = "*"
"""What stands for every source at once; it touches everybody."""

LAPSES = timedelta(days=90)
"""So long after a matter came to rest a follow ends: by then a cancelled tender that is run again
has mostly been seen."""

FINISHED = frozenset({Stage.AWARDED, Stage.IN_CONTRACT, Stage.ENDED, Stage.CANCELLED})
QUIET_WEEK = timedelta(days=6)
"""Silence from which a quiet week is told; a week less the shift that a bank holiday brings."""

APART = timedelta(hours=47)
"""Messages that only tell of sources never come on two days running."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What there is to say beside the news."""

    troubles: tuple[SourceTrouble, ...] = ()
    mended: tuple[SourceTrouble, ...] = ()
    lapsed: tuple[LapsedFollow, ...] = ()


def beside(reader: Reader) -> Beside:
    """Everything there is to say beside the news."""
    troubles, mended = troubles_of(reader)
    return Beside(troubles=troubles, mended=mended, lapsed=lapsing(reader))


def troubles_of(
    reader: Reader,
) -> tuple[tuple[SourceTrouble, ...], tuple[SourceTrouble, ...]]:
    """Troubles to tell and troubles that are over.

    They touch whoever was told anything by that source, and everybody who was told nothing yet.
    A trouble is told once, and once that it is over.
    """
    if reader.watch is None:
        return (), ()
    told = {one.source_id: one for one in reader.store.troubles_told(*reader.key)}
    now = {one.source_id: one for one in reader.watch.troubles}
    concerned = reader.store.sources_told(*reader.key)
    touched = concerned | {ALL_SOURCES}
    new = (one for one in now.values() if one.source_id not in told)
    return (
        tuple(one for one in new if not concerned or one.source_id in touched),
        tuple(one for one in told.values() if one.source_id not in now),
    )


def lapsing(reader: Reader) -> tuple[LapsedFollow, ...]:
    """The follows that end with this digest."""
    found = (lapsed(reader, follow) for follow in reader.store.follows(reader.subscriber.id))
    return tuple(one for one in found if one)


def lapsed(reader: Reader, follow: Follow) -> LapsedFollow | None:
    """The end of a follow whose matter has rested long enough; None where it goes on."""
    try:
        opportunity = reader.store.opportunity(follow.opportunity_id).opportunity
    except UnknownIdentifier:
        return None
    standing = stage.at(opportunity, reader.now)
    rested = max(filter(None, (resting_since(opportunity, standing), follow.since)))
    if standing.stage not in FINISHED or reader.now - rested < LAPSES:
        return None
    return LapsedFollow(
        opportunity_id=opportunity.id,
        title=opportunity.facts.title,
        stage=standing.stage,
        since=standing.since or rested,
        url=opportunity.latest.url,
    )


def resting_since(opportunity: Opportunity, standing: Standing) -> datetime | None:
    """When the matter was last heard of."""
    heard = max(stored.retrieved_at for stored in opportunity.notices)
    return max(heard, standing.since) if standing.since else heard


def says_still_watching(
    reader: Reader, subscriptions: Sequence[Subscription], extra: Beside
) -> bool:
    """Whether a message goes out although there is no news."""
    if reader.watch is None or reader.is_first:
        return False
    silence = reader.now - (reader.store.last_said(*reader.key) or reader.subscriber.created_at)
    if extra.troubles:
        return silence >= APART
    return silence >= QUIET_WEEK and any(one.wants_quiet_weeks_told for one in subscriptions)
