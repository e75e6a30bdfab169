"""What goes into a digest, under which heading, in which order."""

from dataclasses import replace

import pytest

from aggregator.digest import MOST_ITEMS, Heading, compose
from aggregator.model import Digest, DigestItem, DigestKind, EventKind, Stage
from aggregator.testing import a_stated_time, utc
from alerts.samples import NOW, a_full_day, a_run, an_item, changed, happened


def composed(*items: DigestItem, kind: DigestKind = DigestKind.UPDATE) -> Digest | None:
    return compose(a_run(), kind, items, now=NOW)


def shape(digest: Digest | None) -> dict[str, list[str]]:
    assert digest is not None
    return {
        section.heading: [item.opportunity.id[-3:] for item in section.items]
        for section in digest.sections
    }


def heading(item: DigestItem, kind: DigestKind = DigestKind.UPDATE) -> str:
    (found,) = shape(composed(item, kind=kind))
    return found


def closing(number: int, day: int, **changes: object) -> DigestItem:
    return an_item(number, deadline=a_stated_time(utc(2026, 12, day, 12)), **changes)


def test_an_empty_digest_is_never_sent() -> None:
    assert composed() is None
    assert composed(kind=DigestKind.OPEN_NOW) is None


def test_a_full_day_has_every_section_in_reading_order() -> None:
    assert shape(composed(*reversed(a_full_day()))) == {
        "New": ["001", "002", "003"],
        "Changed": ["004", "005"],
        "Closing soon": ["006"],
        "Heads-up: not open for bids yet": ["007", "008", "009"],
        "Already open": ["010"],
        "Decided, closed or cancelled": ["011", "012"],
    }


def test_the_first_digest_says_what_is_open_now_most_urgent_first() -> None:
    items = [
        closing(1, 20),
        closing(2, 3),
        an_item(3, deadline=None),
        an_item(4, stage=Stage.ENGAGEMENT),
        an_item(5, stage=Stage.STANDING, deadline=None),
    ]
    assert shape(composed(*items, kind=DigestKind.OPEN_NOW)) == {
        "Open now": ["002", "001", "003", "005"],
        "Heads-up: not open for bids yet": ["004"],
    }


def test_a_date_that_has_passed_is_not_urgent() -> None:
    past = an_item(1, deadline=a_stated_time(utc(2026, 11, 1, 12)))
    assert shape(composed(past, closing(2, 20))) == {"New": ["002", "001"]}


def test_what_was_never_told_is_new_even_when_the_event_is_a_change() -> None:
    assert heading(an_item(events=(changed(1, "deadline", "a", "b"),))) == Heading.NEW


def test_a_backfilled_one_is_already_open_and_never_new() -> None:
    old = happened(1, EventKind.APPEARED, backfill=True)
    assert heading(an_item(events=(old,))) == Heading.ALREADY_OPEN
    assert heading(an_item(events=(old, happened(1, EventKind.CHANGED)))) == Heading.NEW


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (EventKind.CHANGED, Heading.CHANGED),
        (EventKind.MOVED_ON, Heading.CHANGED),
        (EventKind.REOPENED, Heading.CHANGED),
        (EventKind.DEADLINE_NEAR, Heading.CLOSING),
        (EventKind.GONE_QUIET, Heading.DECIDED),
    ],
)
def test_what_was_told_stands_under_what_happened_to_it(kind: EventKind, expected: Heading) -> None:
    assert heading(an_item(events=(happened(1, kind),), known=True)) == expected


@pytest.mark.parametrize(
    "stage", [Stage.CANCELLED, Stage.CLOSED, Stage.AWARDED, Stage.STALLED, Stage.AWARD_INTENDED]
)
def test_what_is_over_is_never_among_the_opportunities(stage: Stage) -> None:
    for known in (False, True):
        item = an_item(stage=stage, events=(changed(1, "value", "a", "b"),), known=known)
        assert heading(item) == Heading.DECIDED


def test_what_does_not_say_where_it_stands_is_shown_among_the_new_ones() -> None:
    assert heading(an_item(stage=Stage.UNKNOWN)) == Heading.NEW


def test_a_cancellation_comes_first_of_what_is_over() -> None:
    decided = an_item(1, stage=Stage.AWARDED, events=(happened(1, EventKind.MOVED_ON),), known=True)
    cancelled = an_item(
        2, stage=Stage.CANCELLED, events=(happened(2, EventKind.CANCELLED),), known=True
    )
    assert shape(composed(decided, cancelled))[Heading.DECIDED] == ["002", "001"]


def test_one_opportunity_is_one_entry_with_all_its_events_and_reasons() -> None:
    later = replace(changed(1, "value", "a", "b"), at=utc(2026, 11, 23, 18))
    first, second = (
        an_item(events=(later,), known=True, why=("you follow it",)),
        an_item(events=(happened(1, EventKind.REOPENED),), known=True, why=("it mentions “café”",)),
    )
    digest = composed(first, second)
    assert digest is not None
    (item,) = digest.sections[0].items
    assert [event.kind for event in item.events] == [EventKind.REOPENED, EventKind.CHANGED]
    assert item.why == ("you follow it", "it mentions “café”")
    assert len(digest.event_ids) == len(set(digest.event_ids)) == 2


def test_the_ledger_gets_every_event_that_is_told_once() -> None:
    day = a_full_day()
    digest = composed(*day, *day)
    assert digest is not None
    assert sorted(digest.event_ids) == sorted(event.id for item in day for event in item.events)


def test_what_does_not_fit_waits_for_the_next_digest_and_is_not_marked() -> None:
    items = [
        closing(number, 1 + number % 28, events=(happened(number, EventKind.APPEARED),))
        for number in range(1, 101)
    ]
    digest = composed(*items)
    assert digest is not None
    assert digest.left_out == 100 - MOST_ITEMS
    assert len(digest.event_ids) == MOST_ITEMS
    kept = [item.opportunity for section in digest.sections for item in section.items]
    told = {one.id for one in kept}
    waiting = [item.opportunity for item in items if item.opportunity.id not in told]
    assert max(one.deadline.instant for one in kept) <= min(one.deadline.instant for one in waiting)


def test_a_reminder_that_comes_too_late_is_not_shown() -> None:
    late = an_item(
        1,
        deadline=a_stated_time(utc(2026, 11, 24, 7)),
        events=(happened(1, EventKind.DEADLINE_NEAR),),
        known=True,
    )
    assert composed(late) is None
    digest = composed(late, closing(2, 4, events=(happened(2, EventKind.APPEARED),)))
    assert shape(digest) == {"New": ["002"]}
    assert digest is not None
    assert len(digest.event_ids) == 2


def test_the_same_items_give_the_same_digest_in_whatever_order_they_come() -> None:
    assert composed(*a_full_day()) == composed(*reversed(a_full_day()))
