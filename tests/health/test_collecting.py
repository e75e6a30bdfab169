"""What runs note for health while they collect, on the real store."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from aggregator import checkup, collect, relevance, subscribe
from aggregator.alert import compose
from aggregator.config import SourceEntry
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Channel,
    ChannelKind,
    Event,
    EventKind,
    FindingKind,
    Health,
    HealthState,
    Host,
    Outcome,
    Parsed,
    RawPayload,
    SourceRun,
)
from aggregator.ports import Source
from aggregator.rebuild import run as rebuild
from aggregator.sources.html_list import HtmlList
from aggregator.store import Store
from aggregator.testing import FixtureFetcher, FrozenClock, utc
from tests.collect.portal import Portal, a_release, a_source

PROFILE = relevance.load_profile()
NOW = utc(2026, 11, 20, 12)
CHANNEL = Channel(kind=ChannelKind.EMAIL, target="reader@example.org")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


def an_entry(source_id: str = "find-a-tender") -> SourceEntry:
    return SourceEntry(
        id=source_id, kind="html-list", name=source_id.title(), base_url=BASE, pace=1
    )


def health_of(store: Store, clock: FrozenClock, source_id: str = "find-a-tender") -> Health:
    (found,) = checkup.update([an_entry(source_id)], store=store, now=clock.now())
    return found


# --- an interface that is asked for spans of time


def a_portal(each_hours: int = 12, ahead_days: int = 40) -> Portal:
    """Publishes every few hours from 28 days ago on, and goes on doing so."""
    releases = {}
    start = NOW - timedelta(days=28)
    for number in range((28 + ahead_days) * 24 // each_hours):
        published = start + timedelta(hours=each_hours * number, minutes=7)
        releases[published] = a_release(number + 1, published)
    return Portal(clock=FrozenClock(NOW), releases=releases, page=100)


async def collected(portal: Portal, store: Store) -> SourceRun:
    (run,) = await collect.run(
        [a_source()], store=store, fetch=portal, read=read, clock=portal.clock, profile=PROFILE
    )
    return run


async def test_a_run_leaves_counts_by_day_and_fields(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    (figures,) = store.figures("find-a-tender")
    assert figures.records == figures.new == 56
    assert figures.fields["all"] == figures.fields["title"] == 56
    assert figures.fields["value"] == 0
    counts = store.daily_counts("find-a-tender")
    assert sum(counts.values()) == 56
    assert set(counts.values()) <= {1, 2}
    await collected(portal, store)
    assert store.daily_counts("find-a-tender") == counts


async def test_a_first_reading_far_back_says_at_once_what_is_usual(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    found = health_of(store, portal.clock)
    assert (found.state, found.usual) == (HealthState.WELL, "2 a day")


async def test_an_empty_answer_where_notices_are_known_is_seen_in_one_run_and_named_in_two(
    store: Store,
) -> None:
    portal = a_portal()
    await collected(portal, store)
    before = store.coverage("find-a-tender")
    portal.clock.advance(hours=30)
    portal.faults = ["empty"] * 1000
    portal._faults = iter(portal.faults)
    for _ in range(5):
        run = await collected(portal, store)
        assert run.outcome is Outcome.FAILED
        assert "none of the 5 latest notices" in (run.error or "")
        portal.clock.advance(hours=2)
    assert store.coverage("find-a-tender") == before
    found = health_of(store, portal.clock)
    assert found.state is HealthState.SUSPICIOUS
    assert found.findings[0].kind is FindingKind.EMPTY

    portal._faults = iter(())
    await collected(portal, store)
    stored = {one.notice.notice_id for one in store.stored_notices()}
    assert stored == {str(release["id"]) for release in portal.visible(lambda _: True)}
    assert health_of(store, portal.clock).state is HealthState.WELL


async def test_a_quiet_fortnight_is_read_with_one_call_and_is_no_failure(store: Store) -> None:
    portal = a_portal(ahead_days=1)
    await collected(portal, store)
    portal.clock.advance(days=9)
    calls = portal.calls
    run = await collected(portal, store)
    assert run.outcome is Outcome.COMPLETE
    assert portal.calls - calls == 1


async def test_a_fault_that_a_second_try_heals_is_remembered(store: Store) -> None:
    portal = a_portal()
    portal._faults = iter(["cut"])
    assert (await collected(portal, store)).outcome is Outcome.COMPLETE
    (figures,) = store.figures("find-a-tender")
    assert figures.faults == {FindingKind.CUT: 1}


# --- a flood


async def an_archive_is_published_again(store: Store) -> Portal:
    portal = a_portal()
    await collected(portal, store)
    subscribe.add(
        "reader@example.org", criteria=subscribe.Criteria(), channel=CHANNEL,
        cadence=subscribe.Cadence.DAILY, store=store, clock=portal.clock,
    )  # fmt: skip
    while digest(store, portal):
        portal.clock.advance(minutes=5)
    portal.clock.advance(hours=1)
    for number in range(80):
        moment = portal.clock.now() - timedelta(seconds=30 * number + 1)
        portal.releases[moment] = a_release(5000 + number, moment)
    run = await collected(portal, store)
    assert run.new_notices == 81
    portal.clock.advance(hours=1)
    return portal


def digest(store: Store, portal: Portal) -> list[Event]:
    """What the next digest tells."""
    host = Host(name="Northmoor CVS", contact="team@example.org")
    composed = compose(
        store=store, host=host, hour=7, now=portal.clock.now(), names={}, labels={}
    ).composed
    return [event for one in composed for _, item in items(one.digest) for event in item.events]


def items(found: object) -> list[tuple[str, object]]:
    return [(section.heading, item) for section in found.sections for item in section.items]  # type: ignore[attr-defined]


async def test_an_archive_that_is_published_again_is_kept_and_told_to_nobody(store: Store) -> None:
    portal = await an_archive_is_published_again(store)
    assert store.held_notices() == {"find-a-tender": 81}
    assert digest(store, portal) == []
    assert sum(store.daily_counts("find-a-tender").values()) == 56
    found = health_of(store, portal.clock)
    assert found.state is HealthState.SUSPICIOUS
    assert found.findings[0].kind is FindingKind.JUMP


async def test_what_a_person_releases_is_told_and_nothing_is_lost(store: Store) -> None:
    portal = await an_archive_is_published_again(store)
    assert checkup.release("find-a-tender", store=store, as_old=False) == 81
    told: list[Event] = []
    for _ in range(4):
        told += digest(store, portal)
        portal.clock.advance(days=1)
    assert len({event.notice_id for event in told}) >= 81
    with pytest.raises(UnknownIdentifier, match="nothing of 'find-a-tender' waits"):
        checkup.release("find-a-tender", store=store, as_old=False)


async def test_what_a_person_calls_old_is_not_told_as_new(store: Store) -> None:
    portal = await an_archive_is_published_again(store)
    checkup.release("find-a-tender", store=store, as_old=True)
    assert all(event.backfill for event in digest(store, portal))


async def test_what_piled_up_while_we_were_off_is_no_flood(store: Store) -> None:
    portal = a_portal(each_hours=2)
    await collected(portal, store)
    portal.clock.advance(days=12)
    run = await collected(portal, store)
    assert run.new_notices > 100
    assert store.held_notices() == {}


# --- a list of all that is open

BASE = "https://list.example.org"
OPTIONS = {
    "path": "/open", "expect": "h1", "empty_marker": "Nothing is open", "rows": "tr",
    "key": {"select": "b"}, "kind_of_notice": "contract", "buyer": "Northmoor Council",
    "tags": ["tender"], "shows_everything": True,
    "fields": {"title": {"select": "i"}, "deadline": {"select": "u", "formats": ["%d/%m/%Y"]}},
}  # fmt: skip


def a_list(**changes: object) -> HtmlList:
    options = HtmlList.Options.model_validate({**OPTIONS, **changes})
    return HtmlList(id="list", base_url=BASE, options=options)


def a_page(rows: Sequence[int], deadline: str = "24/12/2026") -> bytes:
    cells = "".join(f"<tr><td><b>R{n}</b><i>Crisis café {n}</i><u>{deadline}</u></tr>"
                    for n in rows)  # fmt: skip
    body = f"<h1>Open</h1><table>{cells}</table>" if rows else "<h1>Open</h1>Nothing is open"
    return f"<html><body>{body}</body></html>".encode()


class Listing:
    """A list read every two hours; `show` says what it holds from now on."""

    def __init__(self, store: Store, source: HtmlList | None = None) -> None:
        self.store, self.clock, self.page = store, FrozenClock(NOW), b""
        self.source = source or a_list()

    async def show(self, rows: Sequence[int], *, times: int = 1, **changes: str) -> SourceRun:
        self.page = a_page(rows, **changes)
        for _ in range(times):
            self.clock.advance(hours=2)
            fetch = FixtureFetcher({f"{BASE}/open": self.page}, self.clock)
            (run,) = await collect.run([self.source], store=self.store, fetch=fetch, read=read,
                                       clock=self.clock, profile=PROFILE)  # fmt: skip
        return run

    def events(self) -> list[tuple[EventKind, str]]:
        listing = (EventKind.NO_LONGER_LISTED, EventKind.LISTED_AGAIN)
        return [(one.kind, one.notice_id) for one in self.store.events_after(0)
                if one.kind in listing]  # fmt: skip


async def test_a_row_that_is_gone_before_its_deadline_is_told_after_two_readings(
    store: Store,
) -> None:
    listing = Listing(store)
    await listing.show([1, 2, 3])
    await listing.show([1, 3])
    assert listing.events() == []
    await listing.show([1, 3])
    assert listing.events() == [(EventKind.NO_LONGER_LISTED, "R2")]
    await listing.show([1, 3], times=3)
    assert len(listing.events()) == 1
    assert len(list(store.stored_notices())) == 3


async def test_a_row_that_comes_back_is_told_once(store: Store) -> None:
    listing = Listing(store)
    await listing.show([1, 2, 3])
    await listing.show([1, 3], times=2)
    await listing.show([1, 2, 3], times=2)
    assert listing.events() == [
        (EventKind.NO_LONGER_LISTED, "R2"), (EventKind.LISTED_AGAIN, "R2"),
    ]  # fmt: skip


async def test_a_row_whose_deadline_has_passed_may_go(store: Store) -> None:
    listing = Listing(store)
    await listing.show([1, 2], deadline="21/11/2026")
    listing.clock.advance(days=3)
    await listing.show([1], times=3, deadline="21/11/2026")
    assert listing.events() == []


async def test_a_list_that_shrinks_to_a_tenth_is_suspicious_and_no_row_counts_as_gone(
    store: Store,
) -> None:
    listing = Listing(store)
    await listing.show(range(30), times=3)
    await listing.show([1, 2], times=3)
    assert listing.events() == []
    found = health_of(store, listing.clock, "list")
    assert found.findings[0].kind is FindingKind.DROP
    await listing.show(range(30), times=2)
    assert listing.events() == []


async def test_a_page_that_cannot_be_read_says_nothing_about_rows(store: Store) -> None:
    listing = Listing(store)
    await listing.show([1, 2, 3])
    fetch = FixtureFetcher({f"{BASE}/open": b"<html><p>Wartung</p></html>"}, listing.clock)
    for _ in range(3):
        await collect.run([listing.source], store=store, fetch=fetch, read=read,
                          clock=listing.clock, profile=PROFILE)  # fmt: skip
    await listing.show([1, 2, 3])
    assert listing.events() == []


async def test_a_list_that_does_not_show_everything_loses_rows_without_a_word(
    store: Store,
) -> None:
    listing = Listing(store, a_list(shows_everything=False))
    await listing.show([1, 2, 3])
    await listing.show([1], times=3)
    assert listing.events() == []


async def test_a_truly_empty_list_of_few_rows_means_that_they_are_gone(store: Store) -> None:
    listing = Listing(store)
    await listing.show([1, 2])
    await listing.show([], times=2)
    assert len(listing.events()) == 2


async def test_a_rebuild_keeps_what_lists_told_byte_for_byte(store: Store) -> None:
    listing = Listing(store)
    await listing.show([1, 2, 3])
    await listing.show([1, 3], times=2)
    await listing.show([1, 2, 3])
    before, events = store.digest_of_state(), store.events_after(0)
    rebuilt = await rebuild({"list": listing.source}, store=store, read=read, profile=PROFILE)
    assert rebuilt.state == before
    assert store.events_after(0) == events
    assert store.listings("list").keys() == {"R1", "R2", "R3"}


async def test_the_first_reading_of_a_list_does_not_say_what_is_usual(store: Store) -> None:
    listing = Listing(store)
    await listing.show(range(12))
    assert store.daily_counts("list") == {}
    await listing.show(range(14))
    assert sum(store.daily_counts("list").values()) == 2
