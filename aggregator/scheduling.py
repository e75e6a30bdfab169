"""The clockwork of the service: each job is a thin wrapper around an act the command line has too.

APScheduler runs in one process with its jobs in memory, rebuilt from the configuration at every
start. Week days are named, because it counts them from Monday = 0 where cron counts from Sunday.
A late job runs late rather than never (no misfire limit), and several missed ones run once.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from aggregator import service
from aggregator.app import Instance, SystemClock, build_sources
from aggregator.errors import AlreadyRunning
from aggregator.model import Outcome, SourceRun
from aggregator.progress import Bars
from aggregator.store import Store

UK = "Europe/London"
log = structlog.get_logger("fairnotice")
Act = Callable[[], Awaitable[None]]


async def run(instance: Instance) -> None:
    """The service until it is stopped by SIGTERM or SIGINT. Raises AlreadyRunning."""
    build_sources(instance.entries)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with service.only_one(instance.home, "run"), instance.store() as store:
        jobs = scheduler(instance, store)
        jobs.start()
        log.info(
            "Fair Notice runs; stop it with Ctrl-C",
            sources=len(instance.chosen(())),
            digests_at=f"{instance.settings.digest_hour}:00 UK time",
            home=str(instance.home),
        )
        await stop.wait()
        jobs.shutdown(wait=False)


def scheduler(instance: Instance, store: Store) -> AsyncIOScheduler:
    """A scheduler with all jobs, not yet started."""
    jobs = AsyncIOScheduler(
        timezone=UK,
        executors={"default": AsyncIOExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    now = SystemClock().now()
    for entry in instance.chosen(()):
        jobs.add_job(
            collecting(instance, store, entry.id),
            IntervalTrigger(hours=entry.every_hours, timezone=UK, jitter=60),
            id=f"collect {entry.id}",
            next_run_time=now,
        )
    hour = instance.settings.digest_hour
    jobs.add_job(
        composing(instance, store),
        CronTrigger(day_of_week="mon-sun", hour=f"{hour}-23", minute=0, timezone=UK),
        id="compose digests",
        next_run_time=now,
    )
    jobs.add_job(
        delivering(instance, store), IntervalTrigger(minutes=1, timezone=UK), id="deliver",
        next_run_time=now,
    )  # fmt: skip
    jobs.add_listener(complain, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return jobs


def collecting(instance: Instance, store: Store, source_id: str) -> Act:
    """Read one source; the first time with a progress bar where somebody watches."""

    async def act() -> None:
        first = store.watched_since(source_id) is None
        with Bars(enabled=first and sys.stderr.isatty()) as bars:
            try:
                runs = await service.collect(
                    instance, store, names=[source_id], progress=bars.advance
                )
            except AlreadyRunning:
                log.info("left for later", job=f"collect {source_id}", why="another run goes on")
                return
        for run in runs:
            report(run)

    return act


def report(run: SourceRun) -> None:
    """One line for one source run."""
    say = log.info if run.outcome is Outcome.COMPLETE else log.warning
    facts = {"new": run.new_notices, "notices": run.notices, "calls": run.requests}
    say(f"{run.source_id}: {run.outcome}", **facts, **({"why": run.error} if run.error else {}))


def composing(instance: Instance, store: Store) -> Act:
    """Compose the digests that are due."""

    async def act() -> None:
        now = SystemClock().now()
        composed = service.compose(instance, store, now=now, only_due=True)
        if composed:
            log.info("digests composed", count=len(composed))

    return act


def delivering(instance: Instance, store: Store) -> Act:
    """Send what is due."""

    async def act() -> None:
        try:
            result = await service.deliver(instance, store)
        except AlreadyRunning:
            return
        if result.sent or result.failed or result.waiting:
            log.info("outbox", sent=result.sent, waiting=result.waiting, failed=result.failed)

    return act


def complain(event: object) -> None:
    """A job that failed or was late says so; the others go on."""
    fault = getattr(event, "exception", None)
    due: datetime | None = getattr(event, "scheduled_run_time", None)
    log.error(
        "a job did not run as planned",
        job=getattr(event, "job_id", None),
        due=service.as_of(due) if due else None,
        why=f"{type(fault).__name__}: {fault}" if fault else "it was late or still running",
    )
