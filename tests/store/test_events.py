"""Events: numbered in the order we learnt of them, each once."""

from datetime import timedelta

from aggregator.model import EventKind
from aggregator.store import Store
from aggregator.testing import an_event
from store.made import MORNING, happens, known


def test_an_event_comes_back_as_it_was(store: Store) -> None:
    event = an_event(
        kind=EventKind.CHANGED,
        field="deadline",
        lot_id="2",
        old="Friday 27 November 2026, 12 noon",
        new="Friday 4 December 2026, 12 noon",
        backfill=True,
    )
    store.add_events([event])
    assert store.events_after(0) == (event,)
    assert store.events_of("fn-example") == (event,)


def test_an_event_that_is_there_is_not_added_again(store: Store) -> None:
    first = an_event(new="as first told")
    assert store.add_events([first, an_event(id="event-2")]) == 2
    assert store.add_events([an_event(new="told otherwise"), an_event(id="event-3")]) == 1
    assert store.add_events([]) == 0
    assert store.events_after(0)[0] == first
    assert [event.id for event in store.events_after(0)] == ["event-1", "event-2", "event-3"]


def test_events_after_a_number_are_those_we_learnt_of_later_whatever_their_date(
    store: Store,
) -> None:
    assert store.last_event_number() == 0
    happens(store, "late", "fn-a", at=MORNING)
    number = store.last_event_number()
    happens(store, "long ago", "fn-a", at=MORNING - timedelta(days=400))
    assert [event.id for event in store.events_after(number)] == ["long ago"]
    assert store.last_event_number() > number
    assert store.events_after(store.last_event_number()) == ()


def test_the_events_of_an_opportunity_are_its_own(store: Store) -> None:
    known(store, "fn-a")
    happens(store, "e1", "fn-a")
    happens(store, "e2", "fn-b")
    happens(store, "e3", "fn-a")
    assert [event.id for event in store.events_of("fn-a")] == ["e1", "e3"]
    assert store.events_of("fn-c") == ()


def test_the_clock_remembers_how_far_it_came(store: Store) -> None:
    assert store.last_tick() is None
    store.set_last_tick(MORNING)
    store.set_last_tick(MORNING + timedelta(hours=1))
    assert store.last_tick() == MORNING + timedelta(hours=1)
