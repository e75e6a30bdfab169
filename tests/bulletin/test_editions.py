"""What goes into an edition, and what no later edition says again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator import publish
from aggregator.errors import FairNoticeError, StoreError, UnknownIdentifier
from aggregator.model import Place, WordKind
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_stated_time, utc
from bulletin.made import (
    FIRST,
    SECOND,
    THIRD,
    arrives,
    composed,
    id_of,
    published,
    titles,
    words_of,
)

CAFE = "Mental health crisis café 1"
DAY = timedelta(days=1)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def test_the_first_edition_lists_what_is_open_in_the_place(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    arrives(store, 2, FIRST - DAY, places=(Place(code="UKK30"),))
    arrives(store, 3, FIRST - DAY, title="Road resurfacing", description="Planing of roads.")
    arrives(store, 4, FIRST - 9 * DAY, deadline=a_stated_time(FIRST - DAY))
    assert titles(published(store, FIRST)) == {"Open now": [CAFE]}


def test_what_was_printed_is_not_printed_again_unless_it_changed(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    published(store, FIRST)
    arrives(store, 2, FIRST + DAY)
    assert titles(published(store, SECOND)) == {"New": ["Mental health crisis café 2"]}
    arrives(store, 1, SECOND + DAY, deadline=a_stated_time(utc(2027, 1, 29, 12)))
    third = published(store, THIRD)
    assert titles(third) == {"Changed": [CAFE]}
    (change,) = third.bulletin.sections[0].entries[0].changes
    assert change.words.startswith("Deadline moved, 21 days later")


def test_what_came_while_an_edition_was_late_is_in_the_next(store: Store) -> None:
    published(store, FIRST)
    arrives(store, 1, FIRST - 2 * DAY)  # read late, published before the edition
    assert titles(published(store, SECOND + 3 * DAY)) == {"Already open": [CAFE]}


def test_what_closes_soon_is_said_once_and_in_time(store: Store) -> None:
    arrives(store, 1, FIRST - DAY, deadline=a_stated_time(utc(2026, 12, 4, 12)))
    published(store, FIRST)
    assert titles(published(store, SECOND)) == {"Closing soon": [CAFE]}
    assert titles(published(store, THIRD)) == {}


def test_what_ended_is_told_only_where_its_beginning_was(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    published(store, FIRST)
    for number in (1, 2):
        arrives(
            store, number, FIRST + DAY, notice_type="UK12", tags=("tenderCancellation",),
            status="cancelled", reason_ended="The budget was withdrawn",
        )  # fmt: skip
    second = published(store, SECOND)
    assert titles(second) == {"Decided, closed or cancelled": [CAFE]}
    (entry,) = second.bulletin.sections[0].entries
    assert entry.changes[0].words == "Cancelled by the buyer: The budget was withdrawn."


def test_composing_again_renews_a_draft_and_leaves_one_edition(store: Store) -> None:
    arrives(store, 1, FIRST - 2 * DAY)
    draft = composed(store, FIRST - timedelta(hours=9))
    arrives(store, 2, FIRST - DAY)
    renewed = composed(store, FIRST)
    assert draft.bulletin.week == "2026-W46"
    assert renewed.bulletin.week == "2026-W47"
    again = composed(store, FIRST + timedelta(hours=1))
    assert again.id == renewed.id
    assert len(titles(again)["Open now"]) == 2
    assert [one.bulletin.week for one in store.editions(published=False)] == [
        "2026-W47", "2026-W46",
    ]  # fmt: skip
    assert store.editions() == ()


def test_what_is_published_stays_and_the_next_one_is_prepared(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    first = published(store, FIRST)
    arrives(store, 2, FIRST + DAY)
    assert composed(store, FIRST + 2 * DAY).bulletin.week == "2026-W48"
    with pytest.raises(FairNoticeError, match="2026-W47 is published already"):
        published(store, FIRST + 2 * DAY)
    assert store.edition("2026-W47") == first
    with pytest.raises(StoreError, match="stays as it is"):
        store.keep_edition(first)


def test_a_host_pins_drops_and_adds(store: Store) -> None:
    for number in (1, 2, 3):
        arrives(store, number, FIRST - DAY)
    clock = FrozenClock(FIRST)
    publish.pick("000003-2026", WordKind.PIN, by="Ann", store=store, clock=clock)
    publish.pick("000002-2026", WordKind.DROP, by="Ann", store=store, clock=clock)
    publish.add("Bid-writing clinic, Tuesday", by="Ann", store=store, clock=clock)
    first = published(store, FIRST)
    assert titles(first) == {"Worth a look": ["Mental health crisis café 3"], "Open now": [CAFE]}
    assert words_of(first) == ["Bid-writing clinic, Tuesday"]
    assert [one.week for one in store.host_words()] == ["2026-W47", None, "2026-W47"]
    assert titles(published(store, SECOND)) == {}
    publish.undo(2, by="Ben", store=store, clock=clock)
    assert titles(published(store, THIRD)) == {"Already open": ["Mental health crisis café 2"]}
    assert store.host_words()[1].undone_by == "Ben"


def test_the_last_word_on_an_opportunity_counts(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    clock = FrozenClock(FIRST)
    for kind in (WordKind.DROP, WordKind.PIN, WordKind.PIN):
        publish.pick(id_of(store, 1), kind, by="Ann", store=store, clock=clock)
    assert titles(composed(store, FIRST)) == {"Worth a look": [CAFE]}
    publish.undo(None, by="Ann", store=store, clock=clock)
    assert titles(composed(store, FIRST)) == {"Open now": [CAFE]}
    with pytest.raises(UnknownIdentifier, match="nothing that can be taken back"):
        publish.undo(None, by="Ann", store=store, clock=clock)


def test_a_pin_brings_what_is_of_no_concern_and_what_was_printed_before(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    arrives(store, 2, FIRST - DAY, title="Village hall roof", description="New tiles.")
    published(store, FIRST)
    clock = FrozenClock(FIRST + DAY)
    for number in ("000001-2026", "000002-2026"):
        publish.pick(number, WordKind.PIN, by="Ann", store=store, clock=clock)
    assert titles(published(store, SECOND)) == {"Worth a look": [CAFE, "Village hall roof"]}
    assert titles(published(store, THIRD)) == {}


def test_a_printed_word_cannot_be_taken_back(store: Store) -> None:
    clock = FrozenClock(FIRST)
    publish.add("Clinic on Tuesday", by="Ann", store=store, clock=clock)
    published(store, FIRST)
    with pytest.raises(FairNoticeError, match="in the bulletin of 2026-W47, which is published"):
        publish.undo(1, by="Ann", store=store, clock=clock)
    with pytest.raises(UnknownIdentifier, match="no number 7"):
        publish.undo(7, by="Ann", store=store, clock=clock)


@pytest.mark.parametrize(
    ("words", "address", "complaint"),
    [
        (" \x00\u202e ", None, "the line is empty"),
        ("a" * 401, None, "longer than 400"),
        ("ok", "javascript:alert(1)", "no web address"),
        ("ok", "https://name@example.org/", "no web address"),
    ],
)
def test_a_line_that_cannot_be_printed_is_refused(
    store: Store, words: str, address: str | None, complaint: str
) -> None:
    with pytest.raises(FairNoticeError, match=complaint):
        publish.add(words, by="Ann", store=store, clock=FrozenClock(FIRST), address=address)
    assert store.host_words() == ()


def test_what_has_no_room_waits_and_is_counted(store: Store) -> None:
    for number in range(1, 48):
        arrives(store, number, FIRST - DAY)
    first = published(store, FIRST)
    assert sum(len(one.entries) for one in first.bulletin.sections) == 40
    assert first.bulletin.left_out == 7
    second = published(store, SECOND)
    assert sum(len(one.entries) for one in second.bulletin.sections) == 7
    assert list(titles(second)) == ["Already open"], "left over is not new"
    seen = {title for one in (first, second) for found in titles(one).values() for title in found}
    assert len(seen) == 47


def test_a_rebuild_leaves_editions_words_and_ledger(store: Store) -> None:
    arrives(store, 1, FIRST - DAY)
    clock = FrozenClock(FIRST)
    publish.add("Clinic on Tuesday", by="Ann", store=store, clock=clock)
    published(store, FIRST)
    before = (store.editions(), store.host_words(), store.printed_opportunities())
    with store.transaction():
        store.clear_derived()
        store.finish_rebuild()
    assert (store.editions(), store.host_words()) == before[:2]
    assert set(store.printed_opportunities()) == set(before[2])


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (utc(2026, 11, 23, 6, 59), False),
        (utc(2026, 11, 23, 7), True),
        (utc(2026, 11, 26, 12), True),  # the service was off on Monday
        (utc(2026, 11, 29, 12), True),
        (utc(2026, 11, 30, 6), False),  # the week is over: the next one is due in an hour
    ],
)
def test_an_edition_is_due_from_the_first_working_day(
    store: Store, now: "object", due: bool
) -> None:
    published(store, FIRST)
    assert publish.is_due(now, hour=7, store=store) is due  # type: ignore[arg-type]


def test_the_first_edition_of_all_waits_for_a_monday(store: Store) -> None:
    assert not publish.is_due(SECOND + 3 * DAY, hour=7, store=store)
    assert publish.is_due(THIRD, hour=7, store=store)
    published(store, THIRD)
    assert not publish.is_due(THIRD, hour=7, store=store)


def test_after_a_bank_holiday_it_is_due_on_tuesday(store: Store) -> None:
    published(store, utc(2026, 8, 24, 8))
    assert not publish.is_due(utc(2026, 8, 31, 12), hour=7, store=store)
    assert publish.is_due(utc(2026, 9, 1, 7), hour=7, store=store)
