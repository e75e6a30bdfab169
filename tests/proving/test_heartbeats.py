"""A job that silently never runs is noticed."""

from datetime import timedelta

import pytest

from aggregator import heartbeats
from aggregator.store import Store
from aggregator.testing import FrozenClock

MINUTE = timedelta(minutes=1)


def beating(store: Store, clock: FrozenClock, *, every: timedelta) -> None:
    """A service was started and its one job ran once."""
    now = clock.now()
    store.expect_jobs({"deliver": now}, at=now)
    store.beat_began("deliver", at=now, next_at=now + every)
    store.beat_ended("deliver", at=now, next_at=now + every, failed=False)


def test_where_no_service_ever_ran_nothing_is_late(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        assert heartbeats.late(clock.now(), store=store) == ()


@pytest.mark.parametrize("minutes", [1, 5, 60, 24 * 60])
def test_a_job_that_stops_is_noticed_within_two_periods_or_twenty_five_minutes(
    clock: FrozenClock, minutes: int
) -> None:
    with Store.open(None) as store:
        every = timedelta(minutes=minutes)
        beating(store, clock, every=every)
        due = clock.now() + every
        assert heartbeats.late(due, store=store) == ()
        (found,) = heartbeats.late(due + max(min(every, 20 * MINUTE), 6 * MINUTE) + MINUTE,
                                   store=store)  # fmt: skip
    assert found.job == "deliver"
    assert "was due" in found.words


def test_a_job_that_never_ran_is_noticed(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        store.expect_jobs({"deliver": clock.now()}, at=clock.now())
        (found,) = heartbeats.late(clock.now() + 21 * MINUTE, store=store)
    assert "it never ran" in found.words


def test_a_job_that_hangs_is_noticed_and_one_that_takes_its_time_is_not(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        beating(store, clock, every=MINUTE)
        clock.advance(minutes=1)
        store.beat_began("deliver", at=clock.now(), next_at=clock.now() + MINUTE)
        assert heartbeats.late(clock.now() + timedelta(hours=5), store=store) == ()
        (found,) = heartbeats.late(clock.now() + timedelta(hours=7), store=store)
    assert "has not ended" in found.words


def test_after_a_kill_in_the_middle_and_a_restart_the_job_is_not_taken_for_running(
    clock: FrozenClock,
) -> None:
    with Store.open(None) as store:
        beating(store, clock, every=MINUTE)
        clock.advance(minutes=1)
        store.beat_began("deliver", at=clock.now(), next_at=clock.now() + MINUTE)
        clock.advance(minutes=1)
        store.expect_jobs({"deliver": clock.now()}, at=clock.now())
        (found,) = heartbeats.late(clock.now() + 30 * MINUTE, store=store)
    assert "was due" in found.words


def test_a_job_that_a_new_service_no_longer_has_is_not_missed(clock: FrozenClock) -> None:
    with Store.open(None) as store:
        beating(store, clock, every=MINUTE)
        store.expect_jobs({"other": clock.now() + MINUTE}, at=clock.now())
        assert [beat.job for beat in store.heartbeats()] == ["other"]
