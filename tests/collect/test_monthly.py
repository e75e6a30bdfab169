"""Portals that show whole months by type: all types, late changes, and when a month is settled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import collect, relevance, reread
from aggregator.model import EventKind, Outcome, Parsed, RawPayload, Request, SourceRun, Validators
from aggregator.ports import Fetcher, Source
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from tests.collect.monthly import Killed, Monthly, a_source
from tests.collect.portal import Portal
from tests.collect.portal import a_release as a_find_a_tender_release
from tests.collect.portal import a_source as find_a_tender

PROFILE = relevance.load_profile()
NOW = utc(2026, 11, 20, 12)
SCOTLAND = "public-contracts-scotland"


@dataclass
class Mortal(Portal):
    """A process that ends at a call: the answer never comes."""

    ends_after: int = 0

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        if self.calls == self.ends_after:
            raise Killed
        return await super().fetch(request, validators)


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


async def collected(
    portal: Monthly | Portal,
    store: Store,
    *,
    source: Source | None = None,
    since: datetime | None = None,
    progress: collect.Progress | None = None,
) -> SourceRun:
    fetch: Fetcher = portal
    (run,) = await collect.run(
        [source or a_source()],
        store=store,
        fetch=fetch,
        read=read,
        clock=portal.clock,
        profile=PROFILE,
        since=since,
        progress=progress,
    )
    return run


def ocids(store: Store) -> list[int]:
    return sorted(int((n.notice.ocid or "0")[-6:]) for n in store.stored_notices())


def months_asked(portal: Monthly) -> list[str]:
    asked = list(dict.fromkeys(month for month, _ in portal.asked))
    portal.asked.clear()
    return asked


def only(kind: int, fault: str) -> Callable[[Request], str]:
    return lambda request: fault if f"noticeType={kind}&" in request.url else ""


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def portal() -> Monthly:
    """Four notices of two types in two months, at noon on Friday 20 November."""
    portal = Monthly(clock=FrozenClock(NOW))
    portal.publish(1, utc(2026, 10, 25, 12))
    portal.publish(2, utc(2026, 11, 3, 12))
    portal.publish(3, utc(2026, 11, 19, 12))
    portal.publish(4, utc(2026, 11, 18, 12), kind=21)
    return portal


async def test_every_type_of_every_month_is_asked_once(store: Store, portal: Monthly) -> None:
    run = await collected(portal, store)
    assert run.outcome is Outcome.COMPLETE
    assert ocids(store) == [1, 2, 3, 4]
    assert portal.asked == [("10-2026", 2), ("10-2026", 21), ("11-2026", 2), ("11-2026", 21)]
    (covered,) = store.coverage(SCOTLAND)
    assert (covered.window.end, covered.quiet_reads) == (NOW, None)


async def test_a_window_is_covered_only_when_every_type_was_read(
    store: Store, portal: Monthly
) -> None:
    portal.fault = only(21, "reset")
    run = await collected(portal, store)
    assert run.outcome is Outcome.PARTIAL
    assert ocids(store) == [1, 2, 3]
    assert store.coverage(SCOTLAND) == ()

    portal.fault = lambda request: ""
    run = await collected(portal, store)
    assert (run.outcome, run.new_notices) == (Outcome.COMPLETE, 1)
    assert len(store.coverage(SCOTLAND)) == 1


async def test_what_failed_is_named_by_type_and_month(store: Store, portal: Monthly) -> None:
    portal.fault = only(21, "reset")
    run = await collected(portal, store)
    assert run.error == (
        "notice type 21 (social and other specific services) of 10-2026: the connection was cut."
    )


async def test_a_type_whose_program_fails_holds_up_no_other(store: Store) -> None:
    """The outage of Sell2Wales: most types answer 500, and after three the others came no more."""
    portal = Monthly(clock=FrozenClock(NOW), fault=lambda r: "" if "Type=24&" in r.url else "500")
    portal.publish(1, utc(2026, 11, 3, 12), kind=24)
    run = await collected(portal, store, source=a_source(1, 2, 3, 14, 15, 24))
    assert run.outcome is Outcome.PARTIAL
    assert run.error == (
        "notice type 1 (prior information notice) of 10-2026: the portal answered 500. "
        "The fault is the portal's own; other types may be read meanwhile."
    )
    assert ocids(store) == [1]
    assert store.coverage(SCOTLAND) == ()


async def test_a_portal_out_of_reach_is_asked_once_and_no_more(
    store: Store, portal: Monthly
) -> None:
    portal.fault = lambda request: "down"
    run = await collected(portal, store)
    assert run.outcome is Outcome.FAILED
    assert len(portal.asked) == 1


async def test_a_month_is_asked_again_until_a_week_after_its_end(
    store: Store, portal: Monthly
) -> None:
    await collected(portal, store)
    months_asked(portal)
    expected = {
        utc(2026, 11, 20, 18): ["11-2026"],
        utc(2026, 11, 30, 23): ["11-2026"],
        utc(2026, 12, 3, 12): ["11-2026", "12-2026"],
        utc(2026, 12, 6, 23): ["11-2026", "12-2026"],
        utc(2026, 12, 8, 0): ["11-2026", "12-2026"],
        utc(2026, 12, 9, 0): ["12-2026"],
        utc(2026, 12, 31, 23): ["12-2026"],
    }
    for moment, months in expected.items():
        portal.clock.moment = moment
        await collected(portal, store)
        assert months_asked(portal) == months, moment


async def test_what_is_added_to_last_month_after_its_end_is_found(
    store: Store, portal: Monthly
) -> None:
    await collected(portal, store)
    portal.clock.moment = utc(2026, 12, 1, 6)
    await collected(portal, store)
    portal.publish(5, utc(2026, 11, 30, 12))
    portal.clock.moment = utc(2026, 12, 4, 6)
    run = await collected(portal, store)
    assert run.new_notices == 1
    assert 5 in ocids(store)


async def test_after_weeks_without_us_every_month_in_between_is_read(
    store: Store, portal: Monthly
) -> None:
    await collected(portal, store)
    months_asked(portal)
    portal.clock.moment = utc(2027, 2, 10, 12)
    await collected(portal, store)
    assert months_asked(portal) == ["11-2026", "12-2026", "01-2027", "02-2027"]


async def test_an_hour_into_a_month_uk_clocks_decide_which_month_it_is(store: Store) -> None:
    portal = Monthly(clock=FrozenClock(utc(2026, 8, 31, 23, 30)))
    await collected(portal, store, source=a_source(2))
    assert months_asked(portal)[-1] == "09-2026"


async def test_a_notice_of_today_that_came_after_the_first_collection_is_news(
    store: Store, portal: Monthly
) -> None:
    """The portal tells only the day, which began before we did."""
    portal.publish(6, NOW)
    await collected(portal, store)
    assert {event.backfill for event in store.events_after(0)} == {True}
    last = store.last_event_number()
    portal.publish(7, NOW)
    portal.clock.advance(hours=6)
    await collected(portal, store)
    (event,) = store.events_after(last)
    assert (event.kind, event.backfill) == (EventKind.APPEARED, False)


async def test_a_notice_of_yesterday_found_late_is_not_news(store: Store, portal: Monthly) -> None:
    await collected(portal, store)
    last = store.last_event_number()
    portal.publish(8, NOW - timedelta(days=1))
    portal.clock.advance(hours=6)
    await collected(portal, store)
    assert [event.backfill for event in store.events_after(last)] == [True]


async def test_a_changed_notice_in_a_month_is_a_new_version_and_told(
    store: Store, portal: Monthly
) -> None:
    await collected(portal, store)
    last = store.last_event_number()
    portal.shown["11-2026", 2][0]["tender"]["tenderPeriod"] = {  # type: ignore[index]
        "endDate": "2027-07-01T12:00:00Z"
    }
    portal.clock.advance(hours=6)
    run = await collected(portal, store)
    assert run.new_notices == 1
    (event,) = store.events_after(last)
    assert (event.kind, event.field) == (EventKind.CHANGED, "deadline")


async def test_a_month_that_is_served_as_unchanged_counts_as_read(
    store: Store, portal: Monthly
) -> None:
    portal.etags = True
    await collected(portal, store)
    portal.clock.moment = utc(2026, 12, 5, 12)
    await collected(portal, store)
    portal.clock.moment = utc(2026, 12, 9, 12)
    run = await collected(portal, store)
    assert (run.unchanged, run.outcome) == (4, Outcome.COMPLETE)
    months_asked(portal)
    portal.clock.moment = utc(2026, 12, 13, 12)
    await collected(portal, store)
    assert months_asked(portal) == ["12-2026"]
    assert max(part.window.end for part in store.coverage(SCOTLAND)) == portal.clock.now()


async def test_silence_of_all_types_is_believed_when_two_runs_agree(store: Store) -> None:
    portal = Monthly(clock=FrozenClock(NOW))
    await collected(portal, store)
    assert {part.quiet_reads for part in store.coverage(SCOTLAND)} == {1}
    assert len(portal.asked) == 4, "each call once: no type is asked again on the spot"
    await collected(portal, store)
    assert {part.quiet_reads for part in store.coverage(SCOTLAND)} == {None}


async def test_since_a_day_months_are_read_oldest_first_with_progress_and_told_to_nobody(
    store: Store, portal: Monthly
) -> None:
    portal.publish(9, utc(2025, 12, 2, 12))
    told: list[tuple[str, int, int]] = []
    run = await collected(
        portal, store, since=utc(2025, 11, 1), progress=lambda *step: told.append(step)
    )
    assert run.outcome is Outcome.COMPLETE
    months = months_asked(portal)
    assert (months[0], months[-1], len(months)) == ("11-2025", "11-2026", 13)
    assert [answered for _, answered, _ in told] == list(range(1, 27))
    assert [left for _, _, left in told] == list(range(25, -1, -1))
    assert 9 in ocids(store)
    assert all(event.backfill for event in store.events_after(0))


async def test_since_a_day_killed_in_the_middle_goes_on_where_it_was(
    store: Store, portal: Monthly
) -> None:
    for month in range(1, 12):
        portal.publish(100 + month, utc(2026, month, 15, 12))
    portal.fault = lambda request: "killed" if "07-2026" in request.url else ""
    with pytest.raises(Killed):
        await collected(portal, store, since=utc(2026, 1, 1))
    months_asked(portal)
    portal.fault = lambda request: ""
    run = await collected(portal, store, since=utc(2026, 1, 1))
    assert run.outcome is Outcome.COMPLETE
    assert months_asked(portal) == ["06-2026", *(f"{n:02}-2026" for n in range(7, 12))]
    assert {100 + month for month in range(1, 12)} <= set(ocids(store))
    assert all(event.backfill for event in store.events_after(0))


async def test_since_a_day_of_any_window_killed_again_and_again_comes_to_an_end(
    store: Store,
) -> None:
    """The same for portals that are asked for spans: every kill costs the last call alone."""
    releases = {
        moment: a_find_a_tender_release(number, moment)
        for number in range(60)
        if (moment := utc(2026, 8, 1) + timedelta(days=1.8 * number, minutes=number))
    }
    portal = Mortal(clock=FrozenClock(NOW), releases=releases)
    whole = Portal(clock=FrozenClock(NOW), releases=releases)
    with Store.open(None) as other:
        await collected(whole, other, source=find_a_tender(), since=utc(2026, 7, 1))
    kills = 0
    for _ in range(40):
        portal.ends_after = portal.calls + 12
        try:
            await collected(portal, store, source=find_a_tender(), since=utc(2026, 7, 1))
            break
        except Killed:
            kills += 1
    assert 0 < kills < 40
    assert portal.calls < 3 * whole.calls
    published = {str(release["id"]) for moment, release in releases.items() if moment <= NOW}
    assert {stored.notice.notice_id for stored in store.stored_notices()} == published
    assert all(event.backfill for event in store.events_after(0))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["", "", "reset", "500", "cut", "html", "down"]), max_size=60))
async def test_whatever_goes_wrong_everything_is_there_once_the_portal_is_well(
    drawn: list[str],
) -> None:
    faults = iter(drawn)
    portal = Monthly(clock=FrozenClock(NOW), fault=lambda request: next(faults, ""))
    for number in range(12):
        portal.publish(number + 1, NOW - timedelta(days=2 * number), kind=(2, 21)[number % 2])
    with Store.open(None) as store:
        for _ in range(3):
            await collected(portal, store)
        portal.fault = lambda request: ""
        run = await collected(portal, store)
        assert run.outcome is Outcome.COMPLETE
        assert ocids(store) == list(range(1, 13))


async def test_a_nightly_rereading_covers_no_month_of_which_a_type_is_missing(
    store: Store, portal: Monthly
) -> None:
    await collected(portal, store)
    portal.clock.advance(hours=12)
    portal.fault = only(21, "reset")
    await reread.run(
        [a_source()], store=store, fetch=portal, read=read, clock=portal.clock, profile=PROFILE
    )
    assert max(part.window.end for part in store.coverage(SCOTLAND)) == NOW


def test_one_procurement_can_be_asked_for_again_by_its_number() -> None:
    (request,) = a_source().reread("ocds-r6ebe6-0000810001")
    assert request.url.endswith("/v1/Notice?id=ocds-r6ebe6-0000810001")
    assert a_source().reread("ocds-r6ebe6-1&noticeType=3") == ()
