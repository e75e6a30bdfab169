"""The clockwork of the service: each job is a thin wrapper around an act the command line has too.

APScheduler runs in one process with its jobs in memory, rebuilt from the configuration at every
start. Week days are named, because it counts them from Monday = 0 where cron counts from Sunday.
A late job runs late rather than never (no misfire limit), and several missed ones run once.
"""

import asyncio
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from aggregator import backups, checkup, health, schedule, screen, service
from aggregator.app import Instance, SystemClock, build_sources
from aggregator.backups import Backup
from aggregator.errors import AlreadyRunning, FairNoticeError, MailHeld, StoreDamaged
from aggregator.health.reporting import ReportKind
from aggregator.model import Outcome, SourceRun
from aggregator.parsing.dates import to_uk
from aggregator.progress import Bars
from aggregator.screen import log
from aggregator.store import Store

UK = "Europe/London"
REREAD_HOUR = 3
BACKUP_HOUR = 2
JITTER = 1800
"""Seconds: 03:30 to 04:00, so that not all instances ask at once."""

A_DAY = timedelta(hours=25)
AFTER_START = timedelta(hours=1)
Act = Callable[[], Awaitable[None]]
NextTry = Callable[[str], datetime | None]
"""When a source, by its id, is asked again."""
Plan = Callable[[str, Sequence[SourceRun]], None]
"""Sets when a source is read again, from what its run gave."""

FIRST_CHECK = timedelta(minutes=15)
"""After a start, sources are read before their health is told."""

LOOK_BACK = 12
"""Runs looked at for how often a source failed in a row; the waits have long reached the usual."""


async def run(instance: Instance) -> None:
    """The service until it is stopped by SIGTERM or SIGINT. Raises AlreadyRunning."""
    build_sources(instance.entries)
    screen.configure()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with service.only_one(instance.home, "run"), instance.store() as store:
        say_what_comes(instance)
        jobs = scheduler(instance, store)
        jobs.start()
        await stop.wait()
        jobs.shutdown(wait=False)


def say_what_comes(instance: Instance) -> None:
    """The first line: what goes on from here."""
    count, hour = len(instance.chosen(())), instance.settings.digest_hour
    sources = "1 source" if count == 1 else f"{count} sources"
    log.info(
        f"Fair Notice runs with {sources}, digests from {hour}:00 UK time, in {instance.home}; "
        "stop it with Ctrl-C",
        sources=count,
        digest_hour=hour,
        home=str(instance.home),
    )


def scheduler(instance: Instance, store: Store) -> AsyncIOScheduler:
    """A scheduler with all jobs, not yet started."""
    jobs = AsyncIOScheduler(
        timezone=UK,
        executors={"default": AsyncIOExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    now = SystemClock().now()
    entries = instance.chosen(())
    bars = Bars(enabled=sys.stderr.isatty())

    def next_try(source_id: str) -> datetime | None:
        job = jobs.get_job(f"collect {source_id}")
        return job.next_run_time if job else None

    def plan(source_id: str, runs: Sequence[SourceRun]) -> None:
        """Set the next reading by how much is published, and soon where nothing was read."""
        if job := jobs.get_job(f"collect {source_id}"):
            moment = next_reading(instance, store, source_id, runs, now=SystemClock().now())
            job.modify(next_run_time=moment)

    reporter = Reporter((entry.id for entry in entries), next_try)
    for entry in entries:
        last = next((run.started_at for run in store.runs(entry.id, limit=1)
                     if run.outcome is not Outcome.FAILED), None)  # fmt: skip
        usual = checkup.rhythm(entry, store=store)
        jobs.add_job(
            collecting(instance, store, entry.id, reporter=reporter, bars=bars, plan=plan),
            IntervalTrigger(seconds=int(usual.total_seconds()), timezone=UK, jitter=60),
            id=f"collect {entry.id}",
            next_run_time=schedule.first_reading(last, usual, now=now),
        )
    jobs.add_job(
        checking(instance, store), IntervalTrigger(hours=1, timezone=UK), id="check health",
        next_run_time=now + FIRST_CHECK,
    )  # fmt: skip
    jobs.add_job(
        composing(instance, store),
        CronTrigger(minute="*/5", timezone=UK),  # people have hours of their own
        id="compose digests",
        next_run_time=now,
    )
    jobs.add_job(
        delivering(instance, store), IntervalTrigger(minutes=1, timezone=UK), id="deliver",
        next_run_time=now,
    )  # fmt: skip
    jobs.add_job(
        rereading(instance, store),
        CronTrigger(hour=REREAD_HOUR, minute=30, timezone=UK, jitter=JITTER),
        id="re-read",
        **missed_night(store.last_reread(), now),
    )
    jobs.add_job(
        sweeping(instance, store), IntervalTrigger(hours=1, timezone=UK), id="forget unconfirmed",
        next_run_time=now,
    )  # fmt: skip
    jobs.add_job(
        backing_up(instance, store),
        CronTrigger(hour=BACKUP_HOUR, minute=30, timezone=UK),
        id="backup",
        **missed_backup(backups.newest(instance.backups), now),
    )
    jobs.add_listener(complain, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return jobs


def next_reading(
    instance: Instance,
    store: Store,
    source_id: str,
    runs: Sequence[SourceRun],
    *,
    now: datetime,
) -> datetime:
    """When a source is read again after these runs. Jitter keeps sources from falling in step."""
    (entry,) = instance.chosen([source_id])
    usual = checkup.rhythm(entry, store=store)
    latest = store.runs(source_id, limit=LOOK_BACK)
    failures = next((n for n, run in enumerate(latest) if run.outcome is not Outcome.FAILED),
                    len(latest))  # fmt: skip
    failed = all(run.outcome is Outcome.FAILED for run in runs)
    wait = schedule.next_reading(usual, failures if failed else 0, now=now)
    return wait + timedelta(seconds=secrets.randbelow(60))


class Reporter:
    """Says what became of each source run, and whether a first round read anything at all."""

    def __init__(self, source_ids: Iterable[str], next_try: NextTry) -> None:
        self.waiting = set(source_ids)
        self.next_try = next_try
        self.nothing_read = True
        self.tries: list[datetime] = []

    def report(self, run: SourceRun) -> None:
        """One line for one source run; after the first round in vain one more."""
        later = self.next_try(run.source_id)
        say = log.info if run.outcome is Outcome.COMPLETE else log.warning
        say(
            run_words(run, later),
            source=run.source_id,
            outcome=run.outcome,
            new=run.new_notices,
            notices=run.notices,
            calls=run.requests,
            error=run.error,
        )
        if run.source_id not in self.waiting:
            return
        self.waiting.discard(run.source_id)
        self.nothing_read = self.nothing_read and run.outcome is Outcome.FAILED
        self.tries += [later] if later else []
        if not self.waiting and self.nothing_read:
            log.warning(nothing_words(min(self.tries, default=None)))


def nothing_words(later: datetime | None) -> str:
    """What to think of a first round in which no source could be read."""
    again = f" The next try is {clock_words(later)}." if later else ""
    return f"No portal could be reached. Is this machine online?{again}"


def run_words(run: SourceRun, later: datetime | None) -> str:
    """A source run in a line: "find-a-tender: 12 new of 340 notices"."""
    words = f"{run.source_id}: "
    if run.outcome is not Outcome.FAILED:
        words += f"{run.new_notices} new of {run.notices} notices"
    if run.error:
        reason = run.error.rstrip(".")
        words += reason if run.outcome is Outcome.FAILED else f", not all: {reason}"
        words += f"; next try {clock_words(later)}" if later else ""
    return words


def clock_words(moment: datetime) -> str:
    """A time to come, on UK clocks: "at 00:21", "on Sunday at 00:21"."""
    local, today = to_uk(moment), to_uk(SystemClock().now()).date()
    day = "" if local.date() == today else f"on {DAYS[local.weekday()]} "
    return f"{day}at {local:%H:%M}"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def collecting(
    instance: Instance,
    store: Store,
    source_id: str,
    *,
    reporter: Reporter | None = None,
    bars: Bars | None = None,
    plan: Plan | None = None,
) -> Act:
    """Read one source and plan its next reading; the first time with a progress bar where somebody
    watches."""
    told = reporter or Reporter((), lambda _: None)
    shown, hidden = bars or Bars(enabled=False), Bars(enabled=False)

    async def act() -> None:
        first = store.watched_since(source_id) is None
        with shown if first else hidden as progress:
            try:
                runs = await service.collect(
                    instance, store, names=[source_id], progress=progress.advance
                )
            except AlreadyRunning:
                log.info(f"{source_id}: left for later, another fairnotice is reading it")
                return
        if plan:
            plan(source_id, runs)
        for run in runs:
            told.report(run)

    return act


def missed_night(last: datetime | None, now: datetime) -> dict[str, datetime]:
    """Where the service was off last night, a first re-reading soon after its start."""
    if last is not None and last > now - A_DAY:
        return {}
    return {"next_run_time": now + (AFTER_START if to_uk(now).hour else 2 * AFTER_START)}


def missed_backup(newest: Backup | None, now: datetime) -> dict[str, datetime]:
    """Where there is no backup of the last day, one soon after the start."""
    if newest is not None and newest.made_at > now - A_DAY:
        return {}
    return {"next_run_time": now + AFTER_START / 4}


def backing_up(instance: Instance, store: Store) -> Act:
    """A verified backup; a database that turns out to be damaged is only read from then on."""

    async def act() -> None:
        try:
            made, _ = await asyncio.to_thread(service.backup, instance, now=SystemClock().now())
        except AlreadyRunning:
            return
        except StoreDamaged as fault:
            store.found_damaged(str(fault))
            raise
        log.info(f"backup made: {made.folder.name}", backup=made.folder.name)

    return act


class Waiting:
    """Says once, and not every minute, that no mail goes before a person has acted."""

    def __init__(self) -> None:
        self.said: str | None = None

    def say(self, held: FairNoticeError) -> None:
        """One line for each new reason."""
        if str(held) != self.said:
            log.warning(str(held))
        self.said = str(held)


def rereading(instance: Instance, store: Store) -> Act:
    """Ask again for what may have been edited or came late."""

    async def act() -> None:
        for run in await service.reread(instance, store):
            if run.new_notices or run.error:
                log.info(f"re-read {run_words(run, None)}", source=run.source_id)

    return act


def checking(instance: Instance, store: Store) -> Act:
    """Judge by the clock how sources stand: silence grows without runs, and they may have stopped.

    A change is logged once, and again weekly while it lasts.
    """

    async def act() -> None:
        now = SystemClock().now()
        entries = instance.chosen(())
        checkup.update(entries, store=store, now=now)
        due = checkup.due_reports(entries, store=store, now=now)
        for report in due:
            say = log.info if report.kind is ReportKind.OVER else log.warning
            say(health.sentence(report.health), source=report.health.source_id,
                state=report.health.state, report=report.kind)  # fmt: skip
        checkup.told(due, store=store, now=now)

    return act


def composing(instance: Instance, store: Store) -> Act:
    """Compose the digests that are due."""
    waiting = Waiting()

    async def act() -> None:
        now = SystemClock().now()
        try:
            result = service.compose(instance, store, now=now, only_due=True)
        except (MailHeld, StoreDamaged) as held:
            waiting.say(held)
            return
        if count := len(result.composed):
            log.info("1 digest composed" if count == 1 else f"{count} digests composed")
        for problem in result.problems:
            log.error(problem)

    return act


def delivering(instance: Instance, store: Store) -> Act:
    """Send what is due."""
    waiting = Waiting()

    async def act() -> None:
        try:
            result = await service.deliver(instance, store)
        except AlreadyRunning:
            return
        except (MailHeld, StoreDamaged) as held:
            waiting.say(held)
            return
        sent = f"{result.sent} sent" if result.sent else ""
        tried = f"{result.waiting} to be tried again" if result.waiting else ""
        failed = f"{result.failed} refused for good" if result.failed else ""
        if words := ", ".join(part for part in (sent, tried, failed) if part):
            log.info(f"outbox: {words}", sent=result.sent, waiting=result.waiting,
                     failed=result.failed)  # fmt: skip
        for problem in result.problems:
            log.warning(f"  {problem}")

    return act


def sweeping(instance: Instance, store: Store) -> Act:
    """Forget the addresses that nobody confirmed within a week."""

    async def act() -> None:
        with suppress(AlreadyRunning):
            service.sweep(instance, store, clock=SystemClock())

    return act


def complain(event: object) -> None:
    """A job that failed or was late says so; the others go on."""
    fault = getattr(event, "exception", None)
    due: datetime | None = getattr(event, "scheduled_run_time", None)
    job = getattr(event, "job_id", None)
    why = f"{type(fault).__name__}: {fault}" if fault else "it was late or still running"
    log.error(
        f"{job} did not run as planned ({why}); it is tried again by itself",
        job=job,
        due=service.as_of(due) if due else None,
    )
