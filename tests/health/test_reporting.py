"""The host hears of a change once, weekly while it lasts, and once when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.health.reporting import ReportKind, reports
from aggregator.model import Health, HealthChange, HealthState
from tests.health.test_wording import NOW, a_state

FAILING = a_state(HealthState.FAILING)


def as_told(state: Health, at: datetime = NOW) -> dict[str, HealthChange]:
    told = HealthChange(
        source_id=state.source_id, state=state.state, since=state.since, because="",
        reported_at=at,
    )  # fmt: skip
    return {state.source_id: told}


def kinds(*states: Health, told: dict[str, HealthChange], now: datetime = NOW) -> list[ReportKind]:
    return [one.kind for one in reports(states, told, now=now)]


def test_a_source_that_was_always_well_is_not_mentioned() -> None:
    assert kinds(a_state(HealthState.WELL), a_state(HealthState.UNKNOWN, "b"), told={}) == []


def test_a_change_is_told_once() -> None:
    assert kinds(FAILING, told={}) == [ReportKind.BEGAN]
    assert kinds(FAILING, told=as_told(FAILING)) == []


def test_what_lasts_is_told_again_every_week() -> None:
    told = as_told(FAILING)
    assert kinds(FAILING, told=told, now=NOW + timedelta(days=6, hours=23)) == []
    assert kinds(FAILING, told=told, now=NOW + timedelta(days=7)) == [ReportKind.STILL]


def test_another_trouble_is_a_change() -> None:
    assert kinds(a_state(HealthState.BLOCKED), told=as_told(FAILING)) == [ReportKind.BEGAN]


def test_the_end_is_told_once_and_only_of_what_was_told() -> None:
    well = a_state(HealthState.WELL)
    assert kinds(well, told=as_told(FAILING)) == [ReportKind.OVER]
    assert kinds(well, told=as_told(well)) == []


def test_a_new_source_that_was_not_read_yet_is_no_news() -> None:
    assert kinds(a_state(HealthState.NEVER_ASKED), told={}) == []


def test_a_month_of_hourly_looks_at_one_lasting_fault_gives_five_reports_and_an_end() -> None:
    told: dict[str, HealthChange] = {}
    found: list[ReportKind] = []
    for hour in range(31 * 24):
        now = NOW + timedelta(hours=hour)
        state = FAILING if hour < 30 * 24 else a_state(HealthState.WELL)
        for one in reports([replace(state, at=now)], told, now=now):
            found.append(one.kind)
            told = as_told(one.health, now)
    assert found == [ReportKind.BEGAN, *[ReportKind.STILL] * 4, ReportKind.OVER]
