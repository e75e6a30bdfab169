"""Looks an instance over: what is well, what is not, and what to do about it."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import backups
from aggregator.app import Instance, build_sources
from aggregator.config.host import FILE
from aggregator.errors import FairNoticeError
from aggregator.model import MessageState, Outcome, SourceRun
from aggregator.parsing import dates
from aggregator.store import Store

SAFE_SQLITE = (3, 51, 3)
"""Versions 3.7.0 to 3.51.2 can lose a checkpoint reset when two processes write (sqlite.org,
"WAL-reset bug"); with one service and the command line beside it that is rare but possible."""

LEAST_FREE = 500 * 2**20
STALE = timedelta(days=2)
LOOK_BACK = 1000
"""Runs of a source among which the last good one is looked for: weeks of hourly asking."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One thing looked at. `remedy` says what to do when it is not well."""

    well: bool
    words: str
    remedy: str = ""


def examine(home: Path, sources: Path | None) -> tuple[Result, ...]:
    """All checks; a file that cannot be read ends them early with its own result."""
    try:
        instance = Instance.at(home, sources)
        build_sources(instance.entries)
    except FairNoticeError as fault:
        return (Result(well=False, words="the configuration", remedy=str(fault)),)
    if not instance.is_there and not (home / FILE).is_file():
        remedy = "run: fairnotice collect (it makes one), or name its folder with --home"
        return (Result(well=False, words=f"there is no Fair Notice in {home}", remedy=remedy),)
    on = sum(entry.enabled for entry in instance.entries)
    results = [Result(well=on > 0, words=f"{on} of {len(instance.entries)} sources are enabled",
                      remedy="enable at least one entry of sources.yaml")]  # fmt: skip
    results += [check(instance) for check in (disk, mail_path, manners)]
    if not instance.is_there:
        nothing = "nothing was collected yet"
        return (*results, Result(well=False, words=nothing, remedy="run: fairnotice collect"))
    try:
        with instance.store() as store:
            results += [sqlite_version(store), *of_sources(instance, store), *of_messages(store)]
            results += of_keeping(instance, store)
    except FairNoticeError as fault:
        results.append(Result(well=False, words="the database", remedy=str(fault)))
    return tuple(results)


def of_keeping(instance: Instance, store: Store) -> Iterator[Result]:
    """Whether the database is sound, backed up, and free to send."""
    if store.damage:
        yield Result(well=False, words="the database is damaged", remedy=store.damage)
    made = backups.newest(instance.backups)
    yield Result(
        well=made is not None and datetime.now(UTC) - made.made_at < STALE,
        words=f"last backup {dates.in_words(made.made_at)}" if made else "there is no backup",
        remedy=f"run: fairnotice backup (into {instance.backups}; the service does it every night)",
    )
    hold = store.mail_hold()
    if hold is not None:
        remedy = "collect once, then: fairnotice restore --release"
        yield Result(well=False, words=f"all mail is held: {hold.because}", remedy=remedy)


def sqlite_version(store: Store) -> Result:
    """Whether the SQLite library is free of the known fault."""
    library = store.counts().sqlite
    return Result(
        well=tuple(int(part) for part in library.split(".")) >= SAFE_SQLITE,
        words=f"SQLite {library}",
        remedy="install the package pysqlite3, or let only one process write at a time",
    )


def disk(instance: Instance) -> Result:
    """Whether there is room, and whether we may write."""
    free = shutil.disk_usage(instance.home).free
    well = free > LEAST_FREE and os.access(instance.home, os.W_OK)
    return Result(
        well=well,
        words=f"{free // 2**20:,} MB free in {instance.home}",
        remedy="make room, or give the service a folder it may write to",
    )


def mail_path(instance: Instance) -> Result:
    """Where mail goes."""
    if instance.settings.mail is None:
        return Result(well=True, words=f"mail is written into {instance.outbox} (no server is set)")
    return Result(well=True, words=f"mail goes to the server {instance.settings.mail.host}")


def manners(instance: Instance) -> Result:
    """Whether portals can tell who asks."""
    contact = instance.settings.contact
    return Result(
        well=contact is not None,
        words=f"portals are told to turn to {contact}"
        if contact
        else "portals are told no contact",
        remedy=f"set host: name and contact in {instance.home / 'fairnotice.yaml'}, so that a "
        "portal's staff can write to you before they block you",
    )


def of_sources(instance: Instance, store: Store) -> Iterator[Result]:
    """Sources that have not been read for a while."""
    now = datetime.now(UTC)
    for entry in instance.chosen(()):
        runs = store.runs(entry.id, limit=LOOK_BACK)
        good = last_good(runs)
        error = next((run.error for run in runs if run.error), None)
        yield Result(
            well=good is not None and now - good.finished_at < STALE,
            words=f"{entry.id}: {read_words(runs)}",
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
    for state, remedy in (
        (MessageState.HELD, "look at it, then: fairnotice deliver --release ID"),
        (MessageState.UNSURE, "the mail server cannot be asked; it is sent once more by itself"),
        (MessageState.FAILED, "check the address or the webhook with the subscriber"),
    ):
        found = store.deliveries(states=(state,))
        if not found:
            continue
        ids = ", ".join(delivery.message.id for delivery in found[:5])
        count = "1 message" if len(found) == 1 else f"{len(found)} messages"
        yield Result(well=False, words=f"{count} {state}: {ids}", remedy=remedy)
