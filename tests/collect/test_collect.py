"""Collecting: everything the portal shows arrives once, whatever goes wrong on the way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import collect, relevance
from aggregator.model import EventKind, Outcome, Parsed, RawPayload, SourceRun
from aggregator.ports import Source
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from tests.collect.portal import Portal, a_release, a_source

PROFILE = relevance.load_profile()
NOW = utc(2026, 11, 20, 12)


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


async def collected(portal: Portal, store: Store) -> SourceRun:
    (run,) = await collect.run(
        [a_source()], store=store, fetch=portal, read=read, clock=portal.clock, profile=PROFILE
    )
    return run


def stored_ids(store: Store) -> list[str]:
    return [stored.notice.notice_id for stored in store.stored_notices()]


def a_portal(count: int = 23, **changes: object) -> Portal:
    releases = {}
    for number in range(count):
        published = NOW - timedelta(days=25) + timedelta(days=25 / count, minutes=7) * number
        published = published.replace(microsecond=0)
        releases[published] = a_release(number + 1, published)
    return Portal(clock=FrozenClock(NOW), releases=releases, **changes)  # type: ignore[arg-type]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


async def test_everything_published_is_stored_though_pages_are_full(store: Store) -> None:
    portal = a_portal()
    run = await collected(portal, store)
    assert run.outcome is Outcome.COMPLETE
    assert sorted(stored_ids(store)) == sorted(str(r["id"]) for r in portal.releases.values())


async def test_a_second_collection_stores_nothing_new(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    before = stored_ids(store)
    run = await collected(portal, store)
    assert (run.new_notices, stored_ids(store)) == (0, before)


async def test_what_a_portal_with_a_late_clock_publishes_next_is_not_taken_for_read(
    store: Store,
) -> None:
    portal = a_portal(behind=timedelta(hours=72))
    await collected(portal, store)
    portal.behind = timedelta(hours=24)
    await collected(portal, store)
    shown = portal.visible(lambda moment: True)
    assert sorted(stored_ids(store)) == sorted(str(release["id"]) for release in shown)


async def test_a_failed_window_is_asked_for_again_and_the_rest_is_kept(store: Store) -> None:
    portal = a_portal(faults=["", "", *["reset"]])
    run = await collected(portal, store)
    assert run.outcome is Outcome.PARTIAL
    assert run.error == "the connection was cut"
    assert 0 < len(stored_ids(store)) < len(portal.releases)
    assert (await collected(portal, store)).outcome is Outcome.COMPLETE
    assert len(stored_ids(store)) == len(portal.releases)


async def test_a_block_page_is_no_quiet_day(store: Store) -> None:
    run = await collected(a_portal(faults=["html"] * 100), store)
    assert run.outcome is Outcome.FAILED
    assert run.error
    assert store.coverage("find-a-tender") == ()


async def test_an_empty_answer_is_believed_only_when_two_runs_agree(store: Store) -> None:
    """A throttled Contracts Finder answers 200 with an empty list."""
    portal = a_portal(count=3, faults=["empty"] * 500)
    await collected(portal, store)
    assert stored_ids(store) == []
    portal._faults = iter(())
    await collected(portal, store)
    assert len(stored_ids(store)) == 3


async def test_the_first_collection_is_not_told_as_new_and_the_next_one_is(store: Store) -> None:
    portal = a_portal(count=4)
    await collected(portal, store)
    assert {event.backfill for event in store.events_after(0)} == {True}
    last = store.last_event_number()
    later = NOW + timedelta(hours=3)
    portal.releases[later] = a_release(900, later)
    portal.clock.advance(hours=5)
    await collected(portal, store)
    (event,) = store.events_after(last)
    assert (event.kind, event.backfill) == (EventKind.APPEARED, False)


async def test_a_collection_since_a_day_stores_and_tells_nothing_as_new(store: Store) -> None:
    portal = a_portal(count=4)
    early = NOW - timedelta(days=60)
    portal.releases[early] = a_release(800, early)
    await collected(portal, store)
    assert "000800-2026" not in stored_ids(store)
    await collect.run(
        [a_source()],
        store=store,
        fetch=portal,
        read=read,
        clock=portal.clock,
        profile=PROFILE,
        since=NOW - timedelta(days=70),
    )
    assert "000800-2026" in stored_ids(store)
    assert all(event.backfill for event in store.events_after(0))


async def test_one_source_that_breaks_unexpectedly_is_recorded_and_ends_alone(
    store: Store,
) -> None:
    async def broken(source: Source, payload: RawPayload) -> Parsed:
        raise RuntimeError("a fault of our own")

    portal = a_portal()
    (run,) = await collect.run(
        [a_source()], store=store, fetch=portal, read=broken, clock=portal.clock, profile=PROFILE
    )
    assert run.outcome is Outcome.FAILED
    assert run.error == "unexpected RuntimeError: a fault of our own"
    assert store.runs("find-a-tender", limit=1) == (run,)


faults = st.lists(
    st.sampled_from(["", "", "", "html", "cut", "reset", "empty"]), min_size=0, max_size=60
)


@settings(max_examples=25, deadline=None)
@given(faults)
async def test_whatever_goes_wrong_everything_is_there_once_the_portal_is_well(
    drawn: list[str],
) -> None:
    with Store.open(None) as store:
        portal = a_portal(count=12, faults=drawn)
        for _ in range(3):
            await collected(portal, store)
        portal._faults = iter(())
        for _ in range(collect.schedule.QUIET_READS):
            await collected(portal, store)
        found = stored_ids(store)
        assert len(found) == len(set(found))
        lost = {str(r["id"]) for r in portal.releases.values()} - set(found)
        assert not lost or "empty" in drawn


async def test_thirty_days_are_counted_by_the_portals_clock(store: Store) -> None:
    early = NOW - timedelta(days=32)
    portal = a_portal(count=4, behind=timedelta(hours=72))
    portal.releases[early] = a_release(700, early)
    await collected(portal, store)
    assert "000700-2026" in stored_ids(store)


class Unjudgeable:
    """A profile with which judging fails for one notice only."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("a fault of our own")


async def test_a_notice_that_cannot_be_understood_holds_up_no_other_and_is_kept(
    store: Store,
) -> None:
    portal = a_portal(count=3)
    (run,) = await collect.run(
        [a_source()],
        store=store,
        fetch=portal,
        read=read,
        clock=portal.clock,
        profile=Unjudgeable(),  # type: ignore[arg-type]
    )
    assert run.outcome is Outcome.COMPLETE
    assert (run.new_notices, run.rejections) == (3, 3)
    assert len(stored_ids(store)) == 3
    assert {rejection.field for rejection in store.rejections()} == {"opportunity"}
    assert list(store.opportunities()) == []
