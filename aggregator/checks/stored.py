"""What the database knows to be waiting for a person: sources that are silent, messages held."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from aggregator import backups, checkup, health, heartbeats
from aggregator.app import Instance
from aggregator.checks.result import Result, doubtful, refused
from aggregator.model import MessageState, Outcome, SourceRun
from aggregator.parsing import dates
from aggregator.store import Store

STALE = timedelta(days=2)
LOOK_BACK = 1000
"""Runs of a source among which the last good one is looked for: weeks of hourly asking."""

RELEASE = "fairnotice sources release"

WAITING = (
    (MessageState.HELD, "look at it, then: fairnotice deliver --release ID"),
    (MessageState.UNSURE, "the mail server cannot be asked; it is sent once more by itself"),
    (MessageState.FAILED, "check the address or the webhook with the subscriber"),
)


def of_sources(instance: Instance, store: Store, *, now: datetime) -> Iterator[Result]:
    """Sources that have not been read for a while, or of which we no longer see all."""
    entries = instance.chosen(())
    held = store.held_notices()
    for entry, state in zip(entries, checkup.states(entries, store=store, now=now), strict=True):
        runs = store.runs(entry.id, limit=LOOK_BACK)
        good = last_good(runs)
        error = next((run.error for run in runs if run.error), None)
        words = f"{entry.id}: {read_words(runs)}"
        if runs and state.needs_a_look:
            words += f". {health.sentence(state)}"
        if entry.id in held:
            error = f"look at the {held[entry.id]} new notices, then: {RELEASE} {entry.id}"
        yield Result(
            about="source",
            well=good is not None and now - good.finished_at < STALE and not state.needs_a_look,
            words=words,
            remedy=error or f"run: fairnotice collect {entry.id}",
        )


def last_good(runs: Iterable[SourceRun]) -> SourceRun | None:
    """The latest run that read something; runs come newest first."""
    return next((run for run in runs if run.outcome is not Outcome.FAILED), None)


def read_words(runs: Sequence[SourceRun]) -> str:
    """When a source was last read, and whether asking it failed since; newest run first."""
    good = last_good(runs)
    words = f"last read {dates.in_words(good.finished_at)}" if good else "never read"
    if good and good.outcome is Outcome.PARTIAL:
        words += " (in part)"
    if runs and runs[0] is not good:
        words += f"; asked in vain {dates.in_words(runs[0].finished_at)}"
    return words


def of_messages(store: Store) -> Iterator[Result]:
    """Messages that need a person."""
    for state, remedy in WAITING:
        found = store.deliveries(states=(state,))
        if not found:
            continue
        ids = ", ".join(delivery.message.id for delivery in found[:5])
        count = "1 message" if len(found) == 1 else f"{len(found)} messages"
        yield doubtful("messages", f"{count} {state}: {ids}", remedy)


def of_jobs(store: Store, *, now: datetime) -> Iterator[Result]:
    """Jobs of the service that should have run; nothing where no service ever ran here."""
    remedy = "see whether the service runs (fairnotice run), and what it logs"
    for one in heartbeats.late(now, store=store):
        yield doubtful("jobs", one.words, remedy)


def of_keeping(instance: Instance, store: Store, *, now: datetime) -> Iterator[Result]:
    """Whether the database is sound, backed up, and free to send."""
    if store.damage:
        yield refused("database", "the database is damaged", store.damage)
    made = backups.newest(instance.backups)
    yield Result(
        about="backup",
        well=made is not None and now - made.made_at < STALE,
        words=f"last backup {dates.in_words(made.made_at)}" if made else "there is no backup",
        remedy=f"run: fairnotice backup (into {instance.backups}; the service does it every night)",
    )
    hold = store.mail_hold()
    if hold is not None:
        remedy = "collect once, then: fairnotice restore --release"
        yield doubtful("mail", f"all mail is held: {hold.because}", remedy)
