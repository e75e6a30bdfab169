"""The acts of an instance, and the service that does them by the clock."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from aggregator import scheduling, service
from aggregator.app import Instance
from aggregator.errors import AlreadyRunning
from aggregator.model import Outcome

UNREACHABLE = """\
- {{id: {name}, kind: feed, name: Nowhere {name}, base_url: "http://127.0.0.1:9", pace: 0.01,
   path: /feed/, kind_of_notice: news}}
"""


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    sources = tmp_path / "sources.yaml"
    text = "".join(UNREACHABLE.format(name=name) for name in ("one", "two"))
    sources.write_text(text, encoding="utf-8")
    return Instance.at(tmp_path / "home", sources)


@pytest.mark.enable_socket
async def test_an_unreachable_portal_is_one_clear_line_and_the_others_go_on(
    instance: Instance,
) -> None:
    with instance.store() as store:
        runs = await service.collect(instance, store)
    assert [run.outcome for run in runs] == [Outcome.FAILED, Outcome.FAILED]
    for run in runs:
        assert run.error
        assert "\n" not in run.error
        assert "127.0.0.1" in run.error


async def test_one_source_is_read_by_one_process_at_a_time(instance: Instance) -> None:
    with (
        instance.store() as store,
        service.only_one(instance.home, "collect one"),
        pytest.raises(AlreadyRunning, match="collect one"),
    ):
        await service.collect(instance, store, names=["one"])


@pytest.mark.enable_socket
async def test_two_sources_of_one_service_do_not_wait_for_each_other(instance: Instance) -> None:
    with instance.store() as store:
        acts = [scheduling.collecting(instance, store, name)() for name in ("one", "two")]
        await asyncio.gather(*acts)
        assert {run.source_id for run in store.runs()} == {"one", "two"}


async def test_week_days_and_hours_are_such_as_exist_once_on_every_day(
    instance: Instance,
) -> None:
    """APScheduler counts week days from Monday = 0, cron from Sunday: so they are named. The hour
    from 01:00 is missing on one day of the year and comes twice on another."""
    with instance.store() as store:
        for job in scheduling.scheduler(instance, store).get_jobs():
            if not isinstance(job.trigger, CronTrigger):
                continue
            fields = {field.name: str(field) for field in job.trigger.fields}
            assert not re.search(r"\d", fields["day_of_week"])
            assert not re.match(r"1\b|0-", fields["hour"])


async def test_jobs_that_are_late_run_once_and_never_beside_themselves(
    instance: Instance,
) -> None:
    with instance.store() as store:
        jobs = scheduling.scheduler(instance, store)
        jobs.start(paused=True)
        for job in jobs.get_jobs():
            assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        jobs.shutdown(wait=False)


def started(home: Path, sources: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "aggregator", "run", "--home", str(home)]
    return subprocess.Popen(
        [*command, "--sources", str(sources)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_the_service_says_what_happens_and_stops_when_it_is_asked_to(instance: Instance) -> None:
    process = started(instance.home, Path(instance.entries[0].file))
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if sum("cannot be reached" in said or "refuse" in said for said in lines) == 2:
                break
        second = started(instance.home, Path(instance.entries[0].file))
        refused, _ = second.communicate(timeout=30)
        assert second.returncode == 1
        assert "another fairnotice" in refused
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    said = "".join(lines) + rest
    assert process.returncode == 0
    assert "Fair Notice runs" in said
    assert "Traceback" not in said
