"""How the reading of all sources stands: judged after each run and by the clock, and kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator import health, schedule
from aggregator.config import SourceEntry
from aggregator.errors import UnknownIdentifier
from aggregator.health import History
from aggregator.health.baseline import Baseline
from aggregator.health.judging import usual_of
from aggregator.health.reporting import Report, reports
from aggregator.model import Health
from aggregator.store import Store


def states(entries: Sequence[SourceEntry], *, store: Store, now: datetime) -> tuple[Health, ...]:
    """The health of these sources, in their order. Nothing is written.

    The entries should be all that are enabled: whether we are offline shows in all together.
    """
    watches = [watch(entry, store=store) for entry in entries]
    cut_off = health.offline([one.runs[0] for one in watches if one.runs], now=now)
    return tuple(health.assess(one, now=now, offline=cut_off) for one in watches)


def update(entries: Sequence[SourceEntry], *, store: Store, now: datetime) -> tuple[Health, ...]:
    """The same, and every change of state is kept, with the day on which it began."""
    found = states(entries, store=store, now=now)
    store.note_health(found)
    return found


def watch(entry: SourceEntry, *, store: Store) -> History:
    """All that is known of a source."""
    last_notice, last_complete = store.last_seen(entry.id)
    return History(
        source_id=entry.id,
        name=entry.name,
        every=timedelta(hours=entry.every_hours),
        runs=store.figures(entry.id),
        counts=store.daily_counts(entry.id),
        watched_since=store.watched_since(entry.id),
        last_notice_at=last_notice,
        last_complete_at=last_complete,
        before=store.health_before(entry.id),
        waiting=store.held_notices().get(entry.id, 0),
    )


def rhythm(entry: SourceEntry, *, store: Store) -> timedelta:
    """How long to wait between two readings of a source, from how much it publishes."""
    usual = usual_of(watch(entry, store=store))
    return schedule.interval(entry.every_hours, a_week(usual))


def a_week(usual: Baseline | None) -> float | None:
    """Notices in an ordinary week, None where it is too early to say."""
    return usual.a_week if usual else None


def due_reports(
    entries: Sequence[SourceEntry], *, store: Store, now: datetime
) -> tuple[Report, ...]:
    """What the host is to be told now; call `told` with the same once it was."""
    found = states(entries, store=store, now=now)
    return reports(found, store.reported_health(), now=now)


def told(due: Sequence[Report], *, store: Store, now: datetime) -> None:
    """Note that the host was told, so that it is not told again before a week has passed."""
    store.note_reported([one.health for one in due], now)


def release(source_id: str, *, store: Store, as_old: bool) -> int:
    """Let go what a flood brought; says how many notices. Raises UnknownIdentifier."""
    if source_id not in store.held_notices():
        held = ", ".join(store.held_notices()) or "none"
        raise UnknownIdentifier(f"nothing of {source_id!r} waits; sources that wait: {held}")
    return store.release_notices(source_id, as_old=as_old)
