"""A fault of a source is named in two runs, and a healthy year raises no alarm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aggregator import health
from aggregator.health import History
from aggregator.health.baseline import baseline, usual_words
from aggregator.model import (
    FindingKind,
    Health,
    HealthChange,
    HealthState,
    Outcome,
    RunFigures,
)
from aggregator.testing import utc
from tests.health.traffic import KINDS, Kind, failed, judged, runs

BY_NAME = {kind.name: kind for kind in KINDS}
WELL = (HealthState.WELL, HealthState.UNKNOWN)
SPOILT_FROM = utc(2026, 3, 10, 7)


def spoilt(kind: Kind, spoil: object, *, days: int = 230, seed: int = 5) -> list[Health]:
    """What is said run by run from the moment on at which a fault begins."""

    def from_then_on(figures: RunFigures) -> RunFigures:
        return spoil(figures) if figures.at >= SPOILT_FROM else figures  # type: ignore[operator]

    watches: Iterator[History] = runs(kind, days=days, seed=seed, spoil=from_then_on)
    late = (watch for watch in watches if watch.runs[0].at >= SPOILT_FROM - timedelta(days=1))
    found = list(judged(late))
    assert all(one.state in WELL for one in found if one.at < SPOILT_FROM)
    return [one for one in found if one.at >= SPOILT_FROM]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_healthy_year_with_its_holidays_raises_no_alarm(kind: Kind) -> None:
    calm = replace(kind, every=max(kind.every, timedelta(hours=12)))
    alarms = [one for one in judged(runs(calm, days=395, seed=1)) if one.needs_a_look]
    assert [(one.at, one.because) for one in alarms] == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (FindingKind.UNREACHABLE, HealthState.FAILING),
        (FindingKind.REFUSED, HealthState.FAILING),
        (FindingKind.UNAVAILABLE, HealthState.FAILING),
        (FindingKind.MOVED, HealthState.FAILING),
        (FindingKind.THROTTLED, HealthState.FAILING),
        (FindingKind.BLOCK_PAGE, HealthState.BLOCKED),
        (FindingKind.CUT, HealthState.FAILING),
        (FindingKind.CHANGED_PAGE, HealthState.FAILING),
        (FindingKind.OTHER_FAULT, HealthState.FAILING),
        (FindingKind.EMPTY, HealthState.SUSPICIOUS),
    ],
)
@pytest.mark.parametrize("source", KINDS, ids=lambda source: source.name)
def test_a_fault_is_named_by_the_first_run_and_the_state_by_the_second(
    source: Kind, kind: FindingKind, state: HealthState
) -> None:
    first, second, *_ = spoilt(source, lambda figures: failed(figures, kind), days=193)
    assert [one.kind for one in first.findings] == [kind]
    assert first.state in WELL
    assert second.state is state
    assert second.since == first.at - timedelta(seconds=30)


@pytest.mark.parametrize("name", ["title", "buyer", "deadline", "description", "cpv"])
def test_a_field_that_is_gone_is_noticed_in_one_run_of_twenty_records(name: str) -> None:
    def without(figures: RunFigures) -> RunFigures:
        fields = {**figures.fields, name: 0}
        return replace(figures, fields=fields)

    first, *_ = spoilt(BY_NAME["weekly batch"], lambda f: without(replace(
        f, fields={"all": 20} | {k: 20 for k in f.fields if k != "all"})), days=193)  # fmt: skip
    assert first.state is HealthState.SUSPICIOUS
    assert [(one.kind, one.field) for one in first.findings] == [(FindingKind.FIELD_EMPTY, name)]


def test_a_field_that_one_buyer_never_fills_is_no_alarm() -> None:
    few = {"all": 3, "title": 3, "buyer": 3, "description": 3, "cpv": 3, "deadline": 0, "value": 0}
    found = spoilt(BY_NAME["council"], lambda figures: replace(figures, fields=few), days=193)
    assert {one.state for one in found} == {HealthState.WELL}


@pytest.mark.parametrize(
    ("name", "days"),
    [("national", 2), ("ordinary", 7), ("council", 45), ("every day alike", 8),
     ("weekly batch", 17)],
)  # fmt: skip
def test_silence_is_noticed_the_sooner_the_more_is_usual(name: str, days: int) -> None:
    found = spoilt(BY_NAME[name], lambda figures: replace(figures, new=0, days={}), days=250)
    quiet = next(one for one in found if one.state is HealthState.QUIET)
    assert quiet.at - SPOILT_FROM <= timedelta(days=days)
    assert quiet.findings[0].kind is FindingKind.SILENCE
    assert health.sentence(quiet).startswith("We have seen nothing from ")
    assert all(one.state is HealthState.QUIET for one in found if one.at > quiet.at)


def test_an_answer_that_stays_the_same_is_said_to_be_so() -> None:
    found = spoilt(BY_NAME["ordinary"],
                   lambda figures: replace(figures, new=0, days={}, unchanged=True))  # fmt: skip
    quiet = next(one for one in found if one.state is HealthState.QUIET)
    assert quiet.findings[0].kind is FindingKind.FROZEN


def test_a_tenth_of_the_usual_notices_is_noticed_in_two_days() -> None:
    def tenth(figures: RunFigures) -> RunFigures:
        days = {day: count // 40 for day, count in figures.days.items() if count >= 40}
        return replace(figures, days=days, new=sum(days.values()))

    kind = replace(BY_NAME["national"], every=timedelta(hours=12), bunch=1.5)
    found = spoilt(kind, tenth, days=200)
    odd = next(one for one in found if one.state is HealthState.SUSPICIOUS)
    assert odd.findings[0].kind is FindingKind.DROP
    assert odd.at - SPOILT_FROM <= timedelta(days=2)


def test_ten_times_the_usual_notices_are_noticed_at_once() -> None:
    def tenfold(figures: RunFigures) -> RunFigures:
        days = {figures.at.date(): 400}
        return replace(figures, days=days, new=400)

    first, *_ = spoilt(BY_NAME["ordinary"], tenfold, days=193)
    assert first.findings[0].kind is FindingKind.JUMP
    assert first.because.startswith("400 new in a day; usually about ")


def test_records_that_become_unreadable_are_noticed_at_once() -> None:
    first, *_ = spoilt(BY_NAME["ordinary"],
                       lambda figures: replace(figures, rejections=9), days=193)  # fmt: skip
    assert first.findings[0].kind is FindingKind.REJECTIONS


def test_a_feed_that_shows_an_old_state_again_is_noticed_at_once() -> None:
    def as_feed(figures: RunFigures) -> RunFigures:
        return replace(figures, windowed=False)

    def back(figures: RunFigures) -> RunFigures:
        return replace(as_feed(figures), newest=utc(2025, 12, 1))

    first, *_ = spoilt(BY_NAME["every day alike"], back, days=193)
    assert first.findings[0].kind is FindingKind.OLD


def a_run(number: int = 1, **changes: object) -> RunFigures:
    at = utc(2026, 11, 20, 6) + timedelta(hours=2 * number)
    values: dict[str, object] = {
        "source_id": "northmoor", "run_id": number, "started_at": at,
        "at": at + timedelta(minutes=1), "outcome": Outcome.COMPLETE, "requests": 1,
        "records": 12, "whole": True, "fields": {"all": 12, "title": 12},
    }  # fmt: skip
    return RunFigures(**{**values, **changes})  # type: ignore[arg-type]


def a_watch(*figures: RunFigures, **changes: object) -> History:
    newest_first = tuple(sorted(figures, key=lambda run: -run.run_id))
    complete = [run.at for run in newest_first if run.outcome is Outcome.COMPLETE]
    values: dict[str, object] = {
        "source_id": "northmoor", "name": "Northmoor Council", "every": timedelta(hours=2),
        "runs": newest_first, "watched_since": utc(2026, 11, 20),
        "last_complete_at": complete[0] if complete else None,
    }  # fmt: skip
    return History(**{**values, **changes})  # type: ignore[arg-type]


NOW = utc(2026, 11, 20, 20)


def test_a_list_that_shrinks_to_a_tenth_is_suspicious() -> None:
    runs_ = [a_run(n, records=30) for n in range(1, 6)]
    found = health.assess(a_watch(*runs_, a_run(6, records=3)), now=NOW)
    assert found.state is HealthState.SUSPICIOUS
    assert "the list has 3 rows; usually about 30" in found.because.lower()


def test_a_source_that_was_never_asked_says_so() -> None:
    found = health.assess(a_watch(), now=NOW)
    assert found.state is HealthState.NEVER_ASKED


def test_after_one_run_it_is_too_early_to_say_what_is_usual() -> None:
    assert health.assess(a_watch(a_run(6)), now=NOW).state is HealthState.UNKNOWN


def test_a_source_that_nobody_asks_any_more_is_told_by_the_clock_alone() -> None:
    watch = a_watch(a_run(1))
    assert health.assess(watch, now=NOW + timedelta(hours=1)).state is HealthState.OVERDUE
    assert health.assess(watch, now=utc(2026, 11, 20, 17)).state is HealthState.UNKNOWN


def test_a_source_read_in_part_twice_may_not_be_all() -> None:
    part = {"outcome": Outcome.PARTIAL, "faults": {FindingKind.CUT: 4}}
    found = health.assess(a_watch(a_run(1), a_run(5, **part), a_run(6, **part)), now=NOW)
    assert found.state is HealthState.SUSPICIOUS
    assert found.since == a_run(5).started_at


def test_a_fault_that_another_try_healed_is_named_and_does_no_harm() -> None:
    found = health.assess(a_watch(a_run(1), a_run(6, faults={FindingKind.CUT: 1})), now=NOW)
    assert found.state is HealthState.UNKNOWN
    assert "come whole at another try" in found.findings[0].words


def test_a_state_keeps_the_day_on_which_it_began() -> None:
    runs_ = [a_run(n, records=30) for n in range(1, 6)]
    watch = a_watch(*runs_, a_run(6, records=3))
    began = utc(2026, 11, 20, 8)
    before = HealthChange(
        source_id="northmoor", state=HealthState.SUSPICIOUS, since=began, because="…"
    )
    assert health.assess(replace(watch, before=before), now=NOW).since == began


def test_slow_answers_are_named_but_no_alarm() -> None:
    runs_ = [a_run(n, seconds=1.0) for n in range(1, 6)]
    found = health.assess(a_watch(*runs_, a_run(6, seconds=9.0)), now=NOW)
    assert found.state is HealthState.UNKNOWN
    assert [one.kind for one in found.findings] == [FindingKind.SLOW]


def down(source_id: str, **changes: object) -> RunFigures:
    values = {"outcome": Outcome.FAILED, "records": 0, "faults": {FindingKind.UNREACHABLE: 3}}
    return a_run(6, source_id=source_id, **{**values, **changes})


def test_when_nobody_can_be_reached_it_is_our_own_connection() -> None:
    latest = [down("a"), down("b"), down("c")]
    assert health.offline(latest, now=NOW)
    found = health.assess(a_watch(a_run(5), latest[0]), now=NOW, offline=True)
    assert found.state is HealthState.OUR_NETWORK
    assert health.sentence(found).startswith("We have been offline since ")


def test_when_one_answers_whatever_it_is_theirs() -> None:
    refused = down("c", faults={FindingKind.REFUSED: 3})
    assert not health.offline([down("a"), down("b"), refused], now=NOW)
    assert not health.offline([down("a"), down("b"), a_run(6)], now=NOW)
    assert not health.offline([down("a")], now=NOW)


def test_what_piles_up_in_a_pause_is_no_flood_but_an_archive_is() -> None:
    counts = {date(2026, 10, 1) + timedelta(days=n): 4 for n in range(40)}
    day, today = timedelta(days=1), date(2026, 11, 10)
    assert health.is_flood(5000, counts, since_last=day, today=today)
    assert not health.is_flood(40, counts, since_last=day, today=today)
    assert health.is_flood(60, counts, since_last=day, today=today)
    assert not health.is_flood(60, counts, since_last=2 * day, today=today)
    assert not health.is_flood(5000, {}, since_last=day, today=today)


def test_usual_is_said_in_the_unit_that_fits() -> None:
    def words(every: int, count: int = 1) -> str:
        first = date(2026, 1, 5)
        counts = {first + timedelta(days=n): count for n in range(0, 350, every)}
        found = baseline(counts, first=first, end=first + timedelta(days=350))
        assert found is not None
        return usual_words(found)

    assert words(1, 12).endswith(" a day")
    assert words(7, 25) == "25 a week"
    assert words(7, 3) == "3 a week"
    assert words(30) == "1 a month"
    assert words(100) == "4 a year"


def test_two_notices_say_nothing_about_what_is_usual() -> None:
    first = date(2026, 1, 5)
    counts = {first: 1, first + timedelta(days=5): 1}
    assert baseline(counts, first=first, end=first + timedelta(days=100)) is None


def test_a_list_that_had_rows_and_says_that_there_are_none_is_suspicious() -> None:
    runs_ = [a_run(n, records=9) for n in range(1, 6)]
    found = health.assess(a_watch(*runs_, a_run(6, records=0, fields={})), now=NOW)
    assert found.state is HealthState.SUSPICIOUS
    assert found.findings[0].kind is FindingKind.EMPTY
    few = [a_run(n, records=2) for n in range(1, 6)]
    found = health.assess(a_watch(*few, a_run(6, records=0, fields={})), now=NOW)
    assert found.state is HealthState.UNKNOWN


def test_our_own_lost_connection_is_said_at_once_and_counts_against_no_source() -> None:
    without = {"outcome": Outcome.FAILED, "records": 0, "faults": {FindingKind.OFFLINE: 1}}
    found = health.assess(a_watch(a_run(1), a_run(5, **without), a_run(6, **without)), now=NOW)
    assert (found.state, found.since) == (HealthState.OUR_NETWORK, a_run(5).started_at)
    cut = a_run(6, outcome=Outcome.FAILED, records=0, faults={FindingKind.CUT: 4})
    found = health.assess(a_watch(a_run(1), a_run(4, **without), a_run(5, **without), cut), now=NOW)
    assert found.state is HealthState.UNKNOWN, "one run in vain may be chance"
