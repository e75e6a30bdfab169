"""When to ask, when to tell, when to try again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import schedule
from aggregator.model import Coverage, Window
from aggregator.testing import utc

START, END = utc(2026, 11, 1), utc(2026, 11, 11)
SPAN = Window(start=START, end=END)
NO_OVERLAP = timedelta(0)


def window(first_day: float, last_day: float) -> Window:
    return Window(start=START + timedelta(days=first_day), end=START + timedelta(days=last_day))


def test_what_was_never_read_is_one_gap() -> None:
    assert schedule.gaps(SPAN, ()) == (SPAN,)


def test_a_hole_in_the_middle_is_asked_for_again() -> None:
    coverage = (Coverage(window=window(0, 3)), Coverage(window=window(5, 10)))
    assert schedule.gaps(SPAN, coverage, overlap=NO_OVERLAP) == (window(3, 5),)


def test_the_last_two_hours_are_always_read_again() -> None:
    coverage = (Coverage(window=window(0, 9)),)
    newest = START + timedelta(days=9)
    assert schedule.gaps(SPAN, coverage) == (Window(start=newest - timedelta(hours=2), end=END),)


def test_a_quiet_stretch_needs_a_second_run() -> None:
    once = schedule.cover((Coverage(window=window(0, 4)),), window(4, 6), quiet=True)
    once = schedule.cover(once, window(6, 10), quiet=False)
    assert schedule.gaps(SPAN, once, overlap=NO_OVERLAP) == (window(4, 6),)
    twice = schedule.cover(once, window(4, 6), quiet=True)
    assert schedule.gaps(SPAN, twice, overlap=NO_OVERLAP) == ()
    assert twice == (Coverage(window=SPAN),)


def test_a_stretch_read_as_quiet_only_in_part_is_not_confirmed() -> None:
    half = schedule.cover((), window(0, 2), quiet=True)
    whole = schedule.cover(half, window(0, 4), quiet=True)
    assert whole == (Coverage(window=window(0, 4), quiet_reads=1),)


def test_finding_notices_makes_a_quiet_stretch_trusted() -> None:
    quiet = schedule.cover((), window(0, 2), quiet=True)
    assert schedule.cover(quiet, window(0, 2), quiet=False) == (Coverage(window=window(0, 2)),)


def test_an_empty_window_covers_nothing() -> None:
    assert schedule.cover((), window(2, 2), quiet=False) == ()


spans = st.tuples(st.integers(0, 40), st.integers(1, 12), st.booleans())


@given(st.lists(spans, max_size=15))
def test_covered_and_uncovered_time_add_up(readings: list[tuple[int, int, bool]]) -> None:
    coverage: tuple[Coverage, ...] = ()
    for start, length, quiet in readings:
        coverage = schedule.cover(coverage, window(start / 4, (start + length) / 4), quiet=quiet)
    ends = [START, *(edge for part in coverage for edge in (part.window.start, part.window.end))]
    assert ends == sorted(ends), "stretches are in order and do not overlap"
    for gap in schedule.gaps(SPAN, coverage, overlap=NO_OVERLAP):
        for part in coverage:
            outside = part.window.end <= gap.start or part.window.start >= gap.end
            assert outside or not schedule.is_trusted(part)


@given(st.lists(spans, max_size=15))
def test_reading_every_gap_twice_leaves_none(readings: list[tuple[int, int, bool]]) -> None:
    coverage: tuple[Coverage, ...] = ()
    for start, length, quiet in readings:
        coverage = schedule.cover(coverage, window(start / 4, (start + length) / 4), quiet=quiet)
    for _ in range(schedule.QUIET_READS):
        for gap in schedule.gaps(SPAN, coverage, overlap=NO_OVERLAP):
            coverage = schedule.cover(coverage, gap, quiet=True)
    assert schedule.gaps(SPAN, coverage, overlap=NO_OVERLAP) == ()


def test_attempts_go_on_for_more_than_four_days_and_then_stop() -> None:
    now, attempts = datetime(2026, 11, 1, tzinfo=UTC), 0
    while (later := schedule.next_attempt(attempts + 1, now=now)) is not None:
        now, attempts = later, attempts + 1
    assert now - datetime(2026, 11, 1, tzinfo=UTC) > timedelta(days=4)


def test_a_wait_named_by_the_server_is_never_shortened() -> None:
    now = utc(2026, 11, 1)
    assert schedule.next_attempt(1, now=now, wait=7200) == now + timedelta(hours=2)


@pytest.mark.parametrize(
    ("every_hours", "a_week", "hours"),
    [(2, None, 2), (2, 20, 2), (2, 400, 1), (1, 400, 1), (0.5, 400, 0.5), (12, 400, 6),
     (2, 0.3, 4), (12, 0.3, 24), (18, 0.3, 24), (48, 0.3, 48), (48, 400, 24)],
)  # fmt: skip
def test_a_source_is_read_by_how_much_it_publishes(
    every_hours: float, a_week: float | None, hours: float
) -> None:
    assert schedule.interval(every_hours, a_week) == timedelta(hours=hours)


def test_after_a_start_offline_the_next_try_is_soon_and_never_ends() -> None:
    waits = [schedule.next_reading(timedelta(hours=2), n, now=START) - START for n in range(8)]
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [120, 5, 10, 20, 40, 80, 120, 120]
    assert schedule.next_reading(timedelta(hours=2), 10**6, now=START) - START == waits[0]


def test_a_service_that_starts_again_and_again_does_not_call_every_time() -> None:
    usual = timedelta(hours=2)
    now = START + timedelta(minutes=10)
    assert schedule.first_reading(START, usual, now=now) == START + usual
    assert schedule.first_reading(START, usual, now=START + timedelta(days=3)) == START + timedelta(
        days=3
    )
    assert schedule.first_reading(None, usual, now=now) == now
    assert schedule.first_reading(END, usual, now=now) == now, "a clock that was set back"
