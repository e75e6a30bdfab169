"""The commands about health, as a volunteer types them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator import checkup
from aggregator.app import Instance
from aggregator.cli import command_line
from aggregator.errors import ConfigError, UnknownIdentifier
from aggregator.health.reporting import ReportKind
from aggregator.model import FindingKind, HealthState, Outcome, RunFigures
from aggregator.store import Store
from aggregator.testing import utc

ENTRIES = """
- {id: northmoor, kind: feed, name: Northmoor Council, base_url: 'https://a.example.org', pace: 5,
   path: /feed/, kind_of_notice: news}
- {id: vale, kind: feed, name: Vale of Arden ICB, base_url: 'https://b.example.org', pace: 5,
   path: /feed/, kind_of_notice: news}
"""
LAST = utc(2026, 11, 17, 15)
NOW = "2026-11-21T15:10"


def fairnotice(*words: str | Path) -> Result:
    return CliRunner().invoke(command_line(), [str(word) for word in words])


def a_year(store: Store, source_id: str, until: date, at: list[str]) -> None:
    """Four notices on every day up to one, and runs since then."""
    store.watch_since(source_id, utc(2026, 8, 1))
    for number, moment in enumerate(at):
        started = utc(2026, 11, int(moment[:2]), int(moment[2:]))
        run_id = store.begin_run(source_id, started, window=None, backfill=False)
        days = {date(2026, 8, 1) + timedelta(days=n): 4 for n in range(200)} if not number else {}
        figures = RunFigures(
            source_id=source_id, run_id=run_id, started_at=started, at=started,
            outcome=Outcome.COMPLETE, records=10, new=4 if not number else 0,
            days={day: count for day, count in days.items() if day <= until},
        )  # fmt: skip
        store.keep_figures(figures, last_notice=None if number else LAST)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One source that fell silent on Tuesday, and one that did not."""
    home = tmp_path / "var"
    home.mkdir()
    (home / "sources.yaml").write_text(ENTRIES, encoding="utf-8")
    with Instance.at(home, home / "sources.yaml").store() as store:
        a_year(store, "northmoor", date(2026, 11, 17), ["1716", "1814", "1914", "2014", "2114"])
        a_year(store, "vale", date(2026, 11, 21), ["1716", "2114"])
    return home


def where(home: Path) -> tuple[str, ...]:
    return ("--home", str(home), "--sources", str(home / "sources.yaml"))


def test_health_reads_well_for_a_volunteer(home: Path) -> None:
    said = fairnotice("sources", "health", "--now", NOW, *where(home))
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0] == "2 sources checked, 1 quiet since Tuesday."
    assert lines[2] == (
        "LOOK  We have seen nothing from Northmoor Council since Tuesday 17 November; "
        "usually 4 a day."
    )
    assert "      Last new notice: Tuesday 17 November 2026, 3pm." in lines
    assert "well  Vale of Arden ICB is read as usual." in lines


def test_health_for_programs_is_a_line_for_each_source(home: Path) -> None:
    said = fairnotice("sources", "health", "--json", "--now", NOW, *where(home))
    first, second = (json.loads(line) for line in said.output.splitlines())
    assert (first["source"], first["state"], first["needs_a_look"]) == ("northmoor", "quiet", True)
    assert first["findings"][0]["kind"] == "silence"
    assert (second["state"], second["findings"], second["held"]) == ("well", [], 0)


def test_silence_grows_by_the_clock_when_nobody_asks_any_more(home: Path) -> None:
    said = fairnotice("sources", "health", "--now", "2026-11-25T10:00", *where(home))
    assert "We have not asked Vale of Arden ICB since Saturday 21 November." in said.output


def test_health_of_a_folder_without_an_instance_is_a_clear_error(tmp_path: Path) -> None:
    said = fairnotice("sources", "health", "--home", tmp_path / "nowhere")
    assert isinstance(said.exception, ConfigError)


def test_a_release_that_names_nothing_held_says_what_is(home: Path) -> None:
    said = fairnotice("sources", "release", "northmor", *where(home))
    assert isinstance(said.exception, UnknownIdentifier)
    assert "sources that wait: none" in str(said.exception)


def test_the_host_is_told_once_and_after_a_restart_not_again(home: Path) -> None:
    instance = Instance.at(home, home / "sources.yaml")
    now = utc(2026, 11, 21, 15)
    for again in (False, True):
        with instance.store() as store:
            checkup.update(instance.entries, store=store, now=now)
            due = checkup.due_reports(instance.entries, store=store, now=now)
            assert [one.kind for one in due] == ([] if again else [ReportKind.BEGAN])
            checkup.told(due, store=store, now=now)


def test_changes_are_kept_with_the_day_on_which_they_began(home: Path) -> None:
    instance = Instance.at(home, home / "sources.yaml")
    with instance.store() as store:
        for hour in (15, 16):
            checkup.update(instance.entries, store=store, now=utc(2026, 11, 21, hour))
        (change,) = store.health_changes("northmoor")
        assert change.state is HealthState.QUIET


def test_a_run_kept_twice_counts_once(home: Path) -> None:
    with Instance.at(home).store() as store:
        before = store.daily_counts("vale")
        again = store.figures("vale")[-1]
        store.keep_figures(
            RunFigures(source_id="vale", run_id=again.run_id, started_at=again.at, at=again.at,
                       outcome=Outcome.COMPLETE, days={date(2026, 11, 1): 9}),
            last_notice=None,
        )  # fmt: skip
        assert store.daily_counts("vale") == before
        assert store.last_seen("vale")[0] == LAST


def test_figures_come_back_from_the_store_as_they_went_in(home: Path) -> None:
    with Instance.at(home).store() as store:
        run_id = store.begin_run("vale", LAST, window=None, backfill=False)
        figures = RunFigures(
            source_id="vale", run_id=run_id, started_at=LAST, at=LAST, outcome=Outcome.PARTIAL,
            faults={FindingKind.CUT: 2}, fields={"all": 3, "title": 3}, newest=LAST, seconds=1.5,
        )  # fmt: skip
        store.keep_figures(figures, last_notice=None)
        assert store.figures("vale", limit=1) == (figures,)
