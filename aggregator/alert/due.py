"""Whether a digest is due for a channel, and which subscriptions it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import cadence
from aggregator.alert.reader import Reader
from aggregator.model import Cadence, Subscription

FIRST_REST, LONGEST_REST, MOST_DOUBLINGS = timedelta(hours=20), timedelta(days=30), 6
"""Rests after refusals; the first is less than a day, so that the next morning is the next try."""

CLOCK_WAS_WRONG = timedelta(days=1)
"""A refusal so far in the future was noted under a wrong clock and keeps nobody waiting."""

AT_ONCE, BETWEEN = "at once", "between"
"""For what events are weighed outside a cadence: each has its own mark of how far that went."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A due instant with the subscriptions that are due at it.

    between: only what cannot wait for the next regular one. regular: by the reader's cadence,
    and not because a person asked for digests now.
    """

    at: datetime
    subscriptions: tuple[Subscription, ...]
    between: bool = False
    regular: bool = True


def due(reader: Reader, subscriptions: Sequence[Subscription]) -> Due | None:
    """What is due for this channel now; None where nothing is.

    A new channel is due at once: its first digest says what is open now. What did not fit into it
    is told to all subscriptions, since after it only what is new is looked at. After a time out of
    service the newest due instant alone is served, with all that was missed.
    """
    if is_resting(reader):
        return None
    last = reader.store.last_digest_run(*reader.key, until=reader.now)
    if last is None:
        return Due(at=reader.now, subscriptions=tuple(subscriptions))
    times = [(latest_due(reader, one), one) for one in subscriptions]
    fresh = [(at, one) for at, one in times if at > last and is_worth_a_look(reader, one)]
    if not fresh:
        return between(reader, subscriptions)
    wanted = subscriptions if reader.is_first else [one for _, one in fresh]
    return Due(at=max(at for at, _ in fresh), subscriptions=tuple(wanted))


def between(reader: Reader, subscriptions: Sequence[Subscription]) -> Due | None:
    """A look for what cannot wait, in the daytime and only where something happened since."""
    if reader.is_first or not cadence.is_daytime(reader.now) or not is_newer(reader, BETWEEN):
        return None
    at = cadence.between(reader.now)
    return Due(at=at, subscriptions=tuple(subscriptions), between=True)


def is_worth_a_look(reader: Reader, subscription: Subscription) -> bool:
    """Whether there may be news; every quarter of an hour is too often to look in vain."""
    if subscription.cadence is not Cadence.IMMEDIATE or reader.is_first:
        return True
    return is_newer(reader, AT_ONCE) or bool(reader.store.unopened(reader.subscriber.id))


def is_newer(reader: Reader, purpose: str) -> bool:
    """Whether anything happened since this channel was last looked at for the purpose."""
    return reader.store.last_event_number() > reader.store.looked_up_to(*reader.key, purpose)


def latest_due(reader: Reader, subscription: Subscription) -> datetime:
    """The last due instant of a subscription up to now."""
    return cadence.latest_due(
        subscription.cadence, hour=hour_of(reader, subscription), now=reader.now
    )


def next_due(reader: Reader, subscription: Subscription) -> datetime:
    """The next due instant of a subscription."""
    return cadence.next_due(
        subscription.cadence, hour=hour_of(reader, subscription), now=reader.now
    )


def hour_of(reader: Reader, subscription: Subscription) -> int:
    """The reader's hour, the host's where none was chosen."""
    chosen = subscription.hour
    return reader.hour if chosen is None or chosen == cadence.NO_HOUR else chosen


def is_resting(reader: Reader) -> bool:
    """Whether a channel that refuses our messages is left in peace for now.

    What it refused is told by the next digest: after a day, then after two, four, eight, at the
    most thirty days, so that nothing is lost and a broken address is not written to for ever.
    """
    failures, last = reader.store.failed_in_a_row(*reader.key)
    if not failures or last is None:
        return False
    doublings: int = min(failures - 1, MOST_DOUBLINGS)
    pause = min(FIRST_REST * (1 << doublings), LONGEST_REST)
    return last - CLOCK_WAS_WRONG < reader.now < last + pause
