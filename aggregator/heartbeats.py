"""Whether the jobs of the service still run: a job that silently never runs is the worst fault.

Heartbeats are written by the scheduler and read by whoever asks (`fairnotice doctor`, the page
`/health`), in another process: so a service that died is seen as well as a job that died in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Heartbeat
from aggregator.parsing import dates
from aggregator.store import Store

LEAST_GRACE, MOST_GRACE = timedelta(minutes=5), timedelta(minutes=20)
"""A job may be late by as long as its period, but by no less and no more than this."""

STUCK = timedelta(hours=6)
"""A run that takes longer hangs: the longest, a first collection, takes less."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """A job that should have run, in words."""

    job: str
    words: str


def late(now: datetime, *, store: Store) -> tuple[Late, ...]:
    """The jobs that should have run and did not, or do not come to an end; none is well."""
    found = ((beat, why(beat, now)) for beat in store.heartbeats())
    return tuple(Late(job=beat.job, words=words) for beat, words in found if words)


def why(beat: Heartbeat, now: datetime) -> str | None:
    """What is not well with one job; None where nothing is."""
    if is_running(beat) and beat.began_at and now - beat.began_at <= STUCK:
        return None
    if is_running(beat) and beat.began_at:
        return f"{beat.job} began {dates.in_words(beat.began_at)} and has not ended since"
    if beat.next_at is None or now <= beat.next_at + grace(beat):
        return None
    last = f"it last ended {dates.in_words(beat.ended_at)}" if beat.ended_at else "it never ran"
    return f"{beat.job} was due {dates.in_words(beat.next_at)}; {last}"


def is_running(beat: Heartbeat) -> bool:
    """Whether the job began in this service and has not ended."""
    began, ended = beat.began_at, beat.ended_at
    return began is not None and began >= beat.since and (ended is None or ended < began)


def grace(beat: Heartbeat) -> timedelta:
    """How long after it is due a job is not yet late."""
    if beat.next_at is None or beat.began_at is None:
        return MOST_GRACE
    return min(max(beat.next_at - beat.began_at, LEAST_GRACE), MOST_GRACE)
