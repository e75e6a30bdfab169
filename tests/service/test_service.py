"""The acts of an instance, and the service that does them by the clock."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from aggregator import scheduling, screen, service
from aggregator.app import Instance
from aggregator.errors import AlreadyRunning
from aggregator.model import Outcome, SourceRun
from aggregator.progress import Bars
from aggregator.testing import utc

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
    process = started(instance.home, instance.home.parent / "sources.yaml")
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Is this machine online?" in line:
                break
        second = started(instance.home, instance.home.parent / "sources.yaml")
        refused, _ = second.communicate(timeout=120)
        assert second.returncode == 1
        assert "another fairnotice" in refused
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=120)
    said = "".join(lines) + rest
    assert process.returncode == 0
    assert "Fair Notice runs with 2 sources" in said
    assert sum("next try" in line and "127.0.0.1" in line for line in said.splitlines()) == 2
    assert said.count("Is this machine online?") == 1
    assert "outcome=" not in said
    assert "Traceback" not in said


def a_failed_run(source_id: str, error: str = "one.example cannot be reached: x.") -> SourceRun:
    now = datetime.now(UTC)
    return SourceRun(
        source_id=source_id, started_at=now, finished_at=now, outcome=Outcome.FAILED, error=error
    )


def test_a_run_in_vain_says_why_and_when_the_next_try_is() -> None:
    later = datetime(2031, 3, 2, 0, 21, tzinfo=UTC)
    assert scheduling.run_words(a_failed_run("one"), later) == (
        "one: one.example cannot be reached: x; next try on Sunday at 00:21"
    )


def test_a_good_run_is_said_in_counts() -> None:
    good = replace(
        a_failed_run("one"), outcome=Outcome.COMPLETE, error=None, notices=340, new_notices=12
    )
    assert scheduling.run_words(good, datetime.now(UTC)) == "one: 12 new of 340 notices"


@pytest.mark.parametrize(("second", "offline"), [(Outcome.FAILED, True), (Outcome.PARTIAL, False)])
def test_a_first_round_in_vain_asks_once_whether_the_machine_is_online(
    capsys: pytest.CaptureFixture[str], second: Outcome, offline: bool
) -> None:
    screen.configure()
    reporter = scheduling.Reporter(("one", "two"), lambda _: datetime(2031, 3, 2, tzinfo=UTC))
    reporter.report(a_failed_run("one"))
    assert "Is this machine online?" not in capsys.readouterr().out
    reporter.report(replace(a_failed_run("two"), outcome=second))
    reporter.report(a_failed_run("one"))
    said = capsys.readouterr().out
    assert said.count("No portal could be reached. Is this machine online?") == offline
    assert said.count("The next try is on Sunday at 00:00.") == offline


async def test_the_scheduler_knows_when_a_source_is_asked_again(instance: Instance) -> None:
    with instance.store() as store:
        jobs = scheduling.scheduler(instance, store)
        jobs.start(paused=True)
        job = jobs.get_job("collect one")
        assert job is not None
        assert job.next_run_time is not None
        jobs.shutdown(wait=False)


def test_lines_for_programs_are_json_with_figures(tmp_path: Path) -> None:
    code = "from aggregator import screen; screen.configure(); screen.log.info('x: 1 new', new=1)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FAIRNOTICE_LOG": "json"},
        capture_output=True,
        text=True,
        check=True,
    )
    record = json.loads(done.stdout)
    assert (record["event"], record["new"], record["level"]) == ("x: 1 new", 1, "info")


def test_two_sources_share_one_display() -> None:
    bars = Bars(enabled=False)
    with bars:
        with bars as second:
            second.advance("one", 1, 2)
        assert bars.users == 1
        bars.advance("two", 1, 0)
    assert bars.users == 0


def test_a_night_that_was_missed_is_made_up_for_soon_after_the_start() -> None:
    start = utc(2026, 11, 23, 9)
    soon = {"next_run_time": start + timedelta(hours=1)}
    assert scheduling.missed_night(None, start) == soon
    assert scheduling.missed_night(start - timedelta(days=3), start) == soon
    assert scheduling.missed_night(start - timedelta(hours=6), start) == {}


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_no_re_reading_is_made_up_for_in_the_hour_that_clocks_change(minute: int) -> None:
    for hour in (0, 1, 23):
        start = utc(2026, 11, 23, hour, minute)
        assert scheduling.missed_night(None, start)["next_run_time"].hour != 1
