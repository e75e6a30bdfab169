"""People join and part opportunities: ids, follows and what was told follow them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator import alert, relevance, relink, subscribe
from aggregator.derive import derive
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Follow,
    Host,
    ReviewKind,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
MONDAY = utc(2026, 11, 23, 9)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")
FTS = "000001-2026"
CF = "cf-1"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


def arrives(store: Store, at: datetime, **changes: Any) -> str:
    """A notice of Find a Tender; gives the id of its opportunity."""
    notice = a_notice(**changes)
    with store.transaction():
        added = store.add_notices([notice], payload_id=None, retrieved_at=at, backfill=False)
        assert derive(added, store=store, profile=PROFILE) == ()
    found = store.whereabouts((notice.source_id, notice.notice_id))
    assert found is not None
    return found


def is_copied(store: Store, at: datetime, **changes: Any) -> str:
    """The same procurement on another service."""
    copy = {
        "source_id": "contracts-finder",
        "notice_id": CF,
        "ocid": "ocds-b5fd17-one",
        "title": "Crisis café for adults - copy",
        **changes,
    }
    return arrives(store, at, **copy)


def a_reader(store: Store, clock: FrozenClock) -> str:
    subscribe.add(
        "director@example.org",
        store=store,
        clock=clock,
        criteria=Criteria(),
        channel=EMAIL,
        cadence=Cadence.DAILY,
    )
    return store.subscribers()[0].id


def told(store: Store, clock: FrozenClock) -> list[tuple[str, str]]:
    """Section and opportunity of everything the next digest says."""
    result = alert.compose(store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={})
    return [
        (section.heading, item.opportunity.id)
        for one in getattr(result, "composed", result)
        for section in one.digest.sections
        for item in section.items
    ]


def joined(store: Store, clock: FrozenClock, one: str = FTS, other: str = CF) -> relink.Relinked:
    return relink.join(one, other, by="Cleo", store=store, clock=clock, profile=PROFILE)


def parted(
    store: Store, clock: FrozenClock, one: str = FTS, notice: str | None = None
) -> relink.Relinked:
    return relink.part(one, notice, by="Cleo", store=store, clock=clock, profile=PROFILE)


def rebuilt(store: Store) -> str:
    """As `rebuild` does without reading payloads again; gives the state."""
    with store.transaction():
        store.clear_derived()
        for stored in store.stored_notices():
            assert derive([stored], store=store, profile=PROFILE) == ()
        store.finish_rebuild()
    return store.digest_of_state()


def test_a_likely_link_is_shown_on_both_sides_and_hides_nothing(
    store: Store, clock: FrozenClock
) -> None:
    one = arrives(store, MONDAY)
    other = is_copied(store, MONDAY, title="Crisis café for adults")
    assert one != other
    (there,) = store.likely_links_of(one)
    (back,) = store.likely_links_of(other)
    assert (there.other_id, back.other_id) == (other, one)
    assert there.rule == 5
    assert "same buyer (Northmoor Council)" in there.evidence
    assert len(list(store.opportunities())) == 2
    (item,) = store.review_items()
    assert item.kind is ReviewKind.LIKELY_LINK
    assert item.subjects == (("contracts-finder", CF), ("find-a-tender", FTS))


def test_joining_keeps_the_older_id_and_the_younger_leads_to_it(
    store: Store, clock: FrozenClock
) -> None:
    older, younger = arrives(store, MONDAY), is_copied(store, MONDAY)
    assert joined(store, clock, younger, older).ids == (older,)
    assert store.opportunity(younger).opportunity.id == older
    (opportunity,) = [judged.opportunity for judged in store.opportunities()]
    assert len(opportunity.notices) == 2
    (link,) = opportunity.links
    assert link.rule == 0
    assert link.evidence == "Cleo says that this and find-a-tender 000001-2026 are one"


def test_a_decision_outlives_rebuilds_which_all_end_alike(store: Store, clock: FrozenClock) -> None:
    older, younger = arrives(store, MONDAY), is_copied(store, MONDAY)
    joined(store, clock)
    state = store.digest_of_state()
    assert rebuilt(store) == rebuilt(store) == state
    assert store.resolve(younger) == older
    parted(store, clock)
    state = store.digest_of_state()
    assert rebuilt(store) == rebuilt(store) == state
    assert {judged.opportunity.id for judged in store.opportunities()} == {older, younger}


def test_what_was_joined_is_taken_back_and_each_has_its_own_id_again(
    store: Store, clock: FrozenClock
) -> None:
    older, younger = arrives(store, MONDAY), is_copied(store, MONDAY)
    joined(store, clock)
    assert set(parted(store, clock).ids) == {older, younger}
    assert store.resolve(younger) == younger
    with pytest.raises(relink.NotLinked, match="not joined by a person"):
        parted(store, clock)


def test_later_notices_of_both_join_what_was_joined(store: Store, clock: FrozenClock) -> None:
    older = arrives(store, MONDAY)
    is_copied(store, MONDAY)
    joined(store, clock)
    assert arrives(store, MONDAY, notice_id="000009-2026") == older
    assert is_copied(store, MONDAY, notice_id="cf-2") == older


def test_one_ocid_that_holds_two_procurements_is_parted_for_good(
    store: Store, clock: FrozenClock
) -> None:
    older = arrives(store, MONDAY)
    assert arrives(store, MONDAY, notice_id="000002-2026", title="A quite other matter") == older
    done = parted(store, clock, FTS, "000002-2026")
    assert done.ids[0] == older
    (_, younger) = done.ids
    assert store.whereabouts(("find-a-tender", "000002-2026")) == younger
    again = {"notice_id": "000002-2026", "version": "v2", "title": "Another title"}
    assert arrives(store, MONDAY, **again) == younger
    assert arrives(store, MONDAY, version="v2", title="Changed") == older
    state = store.digest_of_state()
    rebuilt(store)
    assert store.whereabouts(("find-a-tender", "000002-2026")) == younger
    assert rebuilt(store) == rebuilt(store)
    assert state


def test_the_first_notice_takes_the_id_along(store: Store, clock: FrozenClock) -> None:
    whole = arrives(store, MONDAY)
    arrives(store, MONDAY, notice_id="000002-2026")
    reader = a_reader(store, clock)
    store.add_follow(Follow(subscriber_id=reader, opportunity_id=whole, since=MONDAY))
    parted(store, clock, whole, FTS)
    rest = store.whereabouts(("find-a-tender", "000002-2026"))
    assert store.whereabouts(("find-a-tender", FTS)) == whole
    assert {follow.opportunity_id for follow in store.follows(reader)} == {whole, rest}


def test_after_an_alert_joining_tells_nobody_again(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    is_copied(store, MONDAY)
    a_reader(store, clock)
    assert len(told(store, clock)) == 2
    clock.advance(days=1)
    joined(store, clock)
    assert told(store, clock) == []
    rebuilt(store)
    clock.advance(days=1)
    assert told(store, clock) == []


def test_after_an_alert_parting_tells_nobody_again(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    is_copied(store, MONDAY)
    joined(store, clock)
    a_reader(store, clock)
    clock.advance(hours=1)
    assert len(told(store, clock)) == 1
    clock.advance(days=1)
    parted(store, clock)
    assert told(store, clock) == []
    rebuilt(store)
    clock.advance(days=1)
    assert told(store, clock) == []


def test_what_was_not_told_before_parting_is_told_after_it(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    assert len(told(store, clock)) == 1
    clock.advance(days=1)
    other = is_copied(store, clock.now())
    joined(store, clock)
    parted(store, clock)
    assert [name for _, name in told(store, clock)] == [other]
    clock.advance(days=1)
    assert told(store, clock) == []


def test_what_waits_to_be_told_is_told_once_when_two_become_one(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    assert told(store, clock) == []
    clock.advance(days=1)
    one = arrives(store, clock.now())
    is_copied(store, clock.now())
    joined(store, clock)
    assert told(store, clock) == [("New", one)]
    clock.advance(days=1)
    assert told(store, clock) == []


def test_an_untold_change_stays_to_be_told_when_two_become_one(
    store: Store, clock: FrozenClock
) -> None:
    one = arrives(store, MONDAY)
    a_reader(store, clock)
    told(store, clock)
    clock.advance(days=1)
    moved = a_stated_time(utc(2026, 12, 18, 12))
    is_copied(store, clock.now(), deadline=moved, published=a_stated_time(clock.now()))
    joined(store, clock)
    ((_, name),) = told(store, clock)
    assert name == one
    clock.advance(days=1)
    assert told(store, clock) == []


def test_a_change_told_to_nobody_else_is_copied_to_no_channel(
    store: Store, clock: FrozenClock
) -> None:
    """A second reader who comes after the parting is told of both halves as open."""
    one = arrives(store, MONDAY)
    other = is_copied(store, MONDAY)
    joined(store, clock)
    parted(store, clock)
    a_reader(store, clock)
    assert {name for _, name in told(store, clock)} == {one, other}


def test_yes_joins_and_no_parts_what_is_likely(store: Store, clock: FrozenClock) -> None:
    one = arrives(store, MONDAY)
    other = is_copied(store, MONDAY, title="Crisis café for adults")
    (item,) = store.review_items()

    def said(word: str) -> None:
        relink.answer(item.id, word, by="Cleo", store=store, clock=clock, profile=PROFILE)

    said("later")
    (waiting,) = store.review_items()
    assert (waiting.answer, waiting.settled) == ("later", False)
    said("no")
    assert store.review_items() == ()
    assert store.likely_links_of(one) == ()
    said("yes")
    assert store.resolve(other) == one
    said("no")
    assert store.resolve(other) == other
    (settled,) = store.review_items(settled=True)
    assert (settled.answer, settled.by) == ("no", "Cleo")
    rebuilt(store)
    assert store.review_items() == ()
    assert store.likely_links_of(one) == ()


def test_a_no_holds_for_notices_that_come_later(store: Store, clock: FrozenClock) -> None:
    one = arrives(store, MONDAY)
    other = is_copied(store, MONDAY, title="Crisis café for adults")
    parted(store, clock, one, other)
    assert store.review_items() == ()
    is_copied(store, MONDAY, notice_id="cf-2", title="Crisis café for adults")
    assert store.likely_links_of(one) == ()
    assert store.review_items() == ()


def test_an_open_item_is_found_again_by_a_rebuild(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY, flags=("tender period end: no date, left out",))
    is_copied(store, MONDAY, title="Crisis café for adults", tags=(), notice_type="UK99")
    before = store.review_items()
    kinds = {item.kind for item in before}
    assert ReviewKind.IMPOSSIBLE_DATE in kinds
    rebuilt(store)
    assert store.review_items() == before


def test_decisions_that_make_no_sense_say_so(store: Store, clock: FrozenClock) -> None:
    one = arrives(store, MONDAY)
    with pytest.raises(relink.NotLinked, match="one opportunity already"):
        joined(store, clock, one, FTS)
    with pytest.raises(relink.NotLinked, match="no other notice"):
        parted(store, clock, one, FTS)
    with pytest.raises(UnknownIdentifier):
        parted(store, clock, one, "nonsense")
    with pytest.raises(UnknownIdentifier, match="fairnotice review"):
        relink.answer("rv-none", "yes", by="x", store=store, clock=clock, profile=PROFILE)


def test_three_become_one_and_the_last_joining_is_taken_back(
    store: Store, clock: FrozenClock
) -> None:
    one = arrives(store, MONDAY)
    two = is_copied(store, MONDAY)
    three = is_copied(store, MONDAY, notice_id="cf-3", ocid="ocds-b5fd17-three")
    joined(store, clock, one, two)
    clock.advance(hours=1)
    joined(store, clock, two, three)
    assert store.resolve(three) == store.resolve(two) == one
    assert set(parted(store, clock, three).ids) == {one, three}
    assert store.resolve(two) == one
    assert rebuilt(store) == rebuilt(store)
    assert store.resolve(two) == one
    clock.advance(days=1 - timedelta(hours=1) / timedelta(days=1))
    assert store.resolve(three) == three
