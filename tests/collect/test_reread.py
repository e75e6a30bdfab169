"""Asking again at night for what portals do not serve twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from aggregator import collect, relevance, reread, subscribe
from aggregator.errors import Refused, Unreachable
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    EventKind,
    Follow,
    Outcome,
    Parsed,
    RawPayload,
    Request,
    SourceRun,
    Validators,
)
from aggregator.ports import Source
from aggregator.rebuild import run as rebuild
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from tests.collect.portal import Portal, a_release, a_source

MONDAY = utc(2026, 11, 23, 9)
PROFILE = relevance.load_profile()
NO_WINDOWS = timedelta(0)


@dataclass
class WithRecords(Portal):
    """Answers for one procurement, too. gone: ocids that are not found. edits: what an ocid shows
    by now, though no window shows it."""

    edits: dict[str, dict[str, object]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        if "?" in request.url:
            return await super().fetch(request, validators)
        ocid = request.url.rsplit("/", 1)[1]
        self.asked.append(ocid)
        if self.down:
            raise Unreachable("no connection")
        if ocid in self.gone:
            raise Refused("404 Not Found", status=404)
        found = [one for one in self.releases.values() if one["ocid"] == ocid]
        package = {"releases": [self.edits[ocid]] if ocid in self.edits else found}
        return RawPayload(
            request=request,
            status=200,
            headers={"date": format_datetime(self.now(), usegmt=True)},
            body=json.dumps(package).encode(),
            retrieved_at=self.clock.now(),
        )


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


async def gathered(portal: Portal, store: Store, clock: FrozenClock) -> SourceRun:
    (run,) = await collect.run(
        [a_source()], store=store, fetch=portal, read=read, clock=clock, profile=PROFILE
    )
    return run


async def asked_again(
    portal: Portal, store: Store, clock: FrozenClock, **changes: Any
) -> tuple[SourceRun, ...]:
    options = {"late": NO_WINDOWS, **changes}
    return await reread.run(
        [a_source()], store=store, fetch=portal, read=read, clock=clock, profile=PROFILE, **options
    )


def a_portal(clock: FrozenClock, count: int = 1, **changes: object) -> WithRecords:
    moments = [MONDAY - timedelta(days=1, minutes=number) for number in range(count)]
    releases = {m: a_release(n + 1, m, **changes) for n, m in enumerate(moments)}
    return WithRecords(clock=clock, releases=releases, page=100)


def edited(portal: WithRecords, ocid: str, **changes: object) -> None:
    """The portal shows another version of a notice, with the same id and date."""
    release = next(one for one in portal.releases.values() if one["ocid"] == ocid)
    tender: Any = release["tender"]
    portal.edits[ocid] = {**release, "tender": {**tender, **changes}}


ONE = "ocds-h6vhtk-000001"
LATER = {"endDate": "2027-01-29T12:00:00Z"}


async def test_a_moved_deadline_that_no_window_shows_is_found_and_is_news(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock)
    await gathered(portal, store, clock)
    clock.advance(days=1)
    edited(portal, ONE, tenderPeriod=LATER)
    before = store.last_event_number()
    (run,) = await asked_again(portal, store, clock)
    assert (run.outcome, run.new_notices, run.requests) == (Outcome.COMPLETE, 1, 1)
    (event,) = store.events_after(before)
    assert (event.kind, event.field, event.backfill) == (EventKind.CHANGED, "deadline", False)
    assert event.new is not None
    assert event.new.startswith("Friday 29 January 2027")


async def test_what_stands_as_it_stood_adds_nothing(store: Store, clock: FrozenClock) -> None:
    portal = a_portal(clock)
    await gathered(portal, store, clock)
    before = store.digest_of_state()
    (run,) = await asked_again(portal, store, clock)
    assert (run.notices, run.new_notices) == (1, 0)
    assert store.digest_of_state() == before


async def test_a_rebuild_after_a_re_reading_gives_the_same(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock)
    await gathered(portal, store, clock)
    clock.advance(days=1)
    edited(portal, ONE, tenderPeriod=LATER)
    await asked_again(portal, store, clock)
    before, last = store.digest_of_state(), store.rereads("find-a-tender")
    rebuilt = await rebuild({"find-a-tender": a_source()}, store=store, read=read, profile=PROFILE)
    assert rebuilt.state == before
    assert store.rereads("find-a-tender") == last != {}


async def test_what_is_about_something_else_or_closed_is_left_in_peace(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock, title="Road works", description="Tarmac.")
    await gathered(portal, store, clock)
    assert await asked_again(portal, store, clock) == ()
    assert portal.asked == []


async def test_a_closed_one_is_asked_for_while_somebody_follows_it(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock, count=2)
    await gathered(portal, store, clock)
    clock.advance(days=60)
    assert await asked_again(portal, store, clock) == ()
    subscribe.add(
        "director@example.org",
        store=store,
        clock=clock,
        criteria=Criteria(),
        channel=Channel(kind=ChannelKind.EMAIL, target="director@example.org"),
        cadence=Cadence.DAILY,
    )
    (subscriber,) = store.subscribers()
    followed = store.find_opportunity(ONE).opportunity.id
    store.add_follow(
        Follow(subscriber_id=subscriber.id, opportunity_id=followed, since=clock.now())
    )
    await asked_again(portal, store, clock)
    assert portal.asked == [ONE]


async def test_in_few_calls_a_night_each_has_its_turn(store: Store, clock: FrozenClock) -> None:
    portal = a_portal(clock, count=7)
    await gathered(portal, store, clock)
    for _ in range(3):
        await asked_again(portal, store, clock, at_most=3)
        clock.advance(days=1)
    assert len(portal.asked) == 9
    assert len(set(portal.asked)) == 7


async def test_the_most_urgent_are_asked_for_first(store: Store, clock: FrozenClock) -> None:
    portal = a_portal(clock, count=3)
    soon: Any = {"endDate": (MONDAY + timedelta(days=3)).isoformat()}
    release = next(one for one in portal.releases.values() if one["id"] == "000003-2026")
    release["tender"] = {**release["tender"], "tenderPeriod": soon}  # type: ignore[dict-item]
    await gathered(portal, store, clock)
    await asked_again(portal, store, clock, at_most=1)
    assert portal.asked == ["ocds-h6vhtk-000003"]


async def test_many_that_are_gone_keep_nobody_from_a_turn(store: Store, clock: FrozenClock) -> None:
    portal = a_portal(clock, count=6)
    await gathered(portal, store, clock)
    portal.gone = {f"ocds-h6vhtk-{number:06x}" for number in range(1, 6)}
    (run,) = await asked_again(portal, store, clock)
    assert run.outcome is Outcome.COMPLETE
    assert len(portal.asked) == 6


async def test_a_portal_that_cannot_be_reached_is_left_alone_and_asked_first_next_time(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock, count=6)
    await gathered(portal, store, clock)
    portal.down = True
    (run,) = await asked_again(portal, store, clock)
    assert run.outcome is Outcome.FAILED
    assert len(portal.asked) == 1
    assert store.rereads("find-a-tender") == {}


async def test_what_was_indexed_days_late_into_a_window_that_was_read_is_found_and_told(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock)
    await gathered(portal, store, clock)
    late, other = clock.now() + timedelta(hours=5), clock.now() + timedelta(hours=9)
    portal.releases[other] = a_release(8, other)
    for number in range(5):  # a reading reaches back to the five newest
        newer = other + timedelta(hours=1 + number)
        portal.releases[newer] = a_release(20 + number, newer)
    clock.advance(days=2)
    await gathered(portal, store, clock)
    portal.releases[late] = a_release(9, late)
    clock.advance(hours=3)
    assert (await gathered(portal, store, clock)).new_notices == 0
    before = store.last_event_number()
    (run,) = await asked_again(portal, store, clock, late=reread.LATE, at_most=0)
    assert run.new_notices == 1
    assert [event.backfill for event in store.events_after(before)] == [False]


async def test_what_is_older_than_our_watch_is_not_told_as_new(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock)
    await gathered(portal, store, clock)
    old = MONDAY - timedelta(days=2)
    portal.releases[old] = a_release(9, old)
    await asked_again(portal, store, clock, late=reread.LATE)
    (appeared,) = store.events_of(store.find_opportunity("000009-2026").opportunity.id)
    assert appeared.backfill


async def test_a_source_that_was_never_collected_is_left_out(
    store: Store, clock: FrozenClock
) -> None:
    assert await asked_again(a_portal(clock), store, clock, late=reread.LATE) == ()


async def test_a_re_reading_does_not_count_as_a_run_of_the_source(
    store: Store, clock: FrozenClock
) -> None:
    portal = a_portal(clock)
    run = await gathered(portal, store, clock)
    clock.advance(days=1)
    await asked_again(portal, store, clock)
    assert store.runs() == (run,)
    assert store.last_reread() == clock.now()


def test_an_ocid_that_would_lead_elsewhere_is_not_asked_for() -> None:
    for text in ("../../admin", "ocds-h6vhtk-1?x=1", "ocds-h6vhtk-", "", "ocds-h6vhtk-a/b"):
        assert a_source().reread(text) == ()
