"""Digest runs and the ledger: nothing lost, nothing doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.model import Channel, ChannelKind, Follow, MessageState, Verdict
from aggregator.store import Store
from aggregator.store.alerting import UNTOLD
from aggregator.testing import a_judgement, a_subscriber
from store.made import MAIL, MORNING, a_message, a_run, happens, known, of

HOOK = Channel(kind=ChannelKind.WEBHOOK, target="https://example.org/hook")


@pytest.fixture(autouse=True)
def subscriber(store: Store) -> None:
    store.add_subscriber(a_subscriber())


def tell(store: Store, message_id: str, *entries: tuple[str, str], channel: Channel = MAIL) -> None:
    with store.transaction():
        store.tell("sub-1", channel.key, entries, message_id=message_id, at=MORNING)
        store.enqueue(a_message(message_id), state=MessageState.PENDING, at=MORNING)


def untold(
    store: Store, *, after: int = 0, channel: Channel = MAIL, who: str = "sub-1"
) -> list[str]:
    return [event.id for event in store.untold_events(who, channel.key, after_number=after)]


def test_a_digest_run_is_taken_on_once(store: Store) -> None:
    assert store.begin_digest_run(a_run(), MORNING)
    assert not store.begin_digest_run(a_run(), MORNING + timedelta(seconds=1))
    assert store.begin_digest_run(a_run(channel=HOOK), MORNING)
    assert store.begin_digest_run(a_run(due_at=MORNING + timedelta(days=1)), MORNING)


def test_a_digest_run_that_was_undone_can_be_taken_on_again(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.begin_digest_run(a_run(), MORNING)
            store.tell("sub-1", MAIL.key, [("e1", "fn-a")], message_id="never", at=MORNING)

    with pytest.raises(StoreError):
        fail()
    assert store.last_digest_run("sub-1", MAIL.key) is None
    assert store.begin_digest_run(a_run(), MORNING)


def test_of_two_schedulers_at_once_one_takes_the_run_on(file: Path) -> None:
    with Store.open(file) as store:
        store.add_subscriber(a_subscriber())
    together = threading.Barrier(4)

    def begin(_: int) -> int:
        with Store.open(file, check=False) as store:
            together.wait()
            return sum(
                store.begin_digest_run(a_run(due_at=MORNING + timedelta(days=day)), MORNING)
                for day in range(20)
            )

    with ThreadPoolExecutor(4) as schedulers:
        assert sum(schedulers.map(begin, range(4))) == 20


def test_the_last_due_instant_is_remembered_per_channel(store: Store) -> None:
    assert store.last_digest_run("sub-1", MAIL.key) is None
    for days in (0, 2, 1):
        store.begin_digest_run(a_run(due_at=MORNING + timedelta(days=days)), MORNING)
    assert store.last_digest_run("sub-1", MAIL.key) == MORNING + timedelta(days=2)
    assert store.last_digest_run("sub-1", HOOK.key) is None


def test_a_finished_run_says_how_much_it_told(store: Store) -> None:
    store.begin_digest_run(a_run(), MORNING)
    store.finish_digest_run(a_run(), opportunities=2, events=5, at=MORNING)
    row = store._db.row("SELECT opportunities, events, finished_at FROM digest_runs")
    assert row == (2, 5, "2026-11-23T09:00:00.000000Z")


def test_a_channel_starts_where_it_was_told_what_is_open(store: Store) -> None:
    assert store.channel_start("sub-1", MAIL.key) is None
    store.set_channel_start("sub-1", MAIL.key, 0)
    assert store.channel_start("sub-1", MAIL.key) == 0
    store.set_channel_start("sub-1", MAIL.key, 17)
    assert store.channel_start("sub-1", MAIL.key) == 17
    assert store.channel_start("sub-1", HOOK.key) is None


def test_what_was_told_on_one_channel_is_untold_on_another(store: Store) -> None:
    known(store, "fn-a")
    happens(store, "e1", "fn-a")
    happens(store, "e2", "fn-a")
    tell(store, "m1", ("e1", "fn-a"))
    assert untold(store) == ["e2"]
    assert untold(store, channel=HOOK) == ["e1", "e2"]
    assert store.told("sub-1", MAIL.key, ["e1", "e2", "e3"]) == {"e1"}
    assert store.told("sub-1", HOOK.key, ["e1"]) == frozenset()
    assert store.told("sub-1", MAIL.key, []) == frozenset()


def test_what_was_told_to_one_person_is_untold_to_another(store: Store) -> None:
    store.add_subscriber(a_subscriber(id="sub-2", email="info@example.org"))
    known(store, "fn-a")
    happens(store, "e1", "fn-a")
    tell(store, "m1", ("e1", "fn-a"))
    assert untold(store, who="sub-2") == ["e1"]
    assert store.told_opportunities("sub-2", MAIL.key) == {}


def test_an_event_learnt_while_a_digest_was_made_waits_for_the_next(store: Store) -> None:
    known(store, "fn-a")
    happens(store, "e1", "fn-a", at=MORNING)
    chosen = store.untold_events("sub-1", MAIL.key, after_number=0)
    happens(store, "e0", "fn-a", at=MORNING - timedelta(days=30))
    tell(store, "m1", *((event.id, event.opportunity_id) for event in chosen))
    assert untold(store) == ["e0"]


def test_only_what_concerns_somebody_is_told(store: Store) -> None:
    for verdict in Verdict:
        known(store, f"fn-{verdict}", verdict=verdict)
        happens(store, f"e-{verdict}", f"fn-{verdict}")
    assert untold(store) == ["e-core", "e-related", "e-possible"]


def test_a_follower_hears_of_what_concerns_nobody_else(store: Store) -> None:
    known(store, "fn-a", verdict=Verdict.NO)
    happens(store, "e1", "fn-a")
    assert untold(store) == []
    store.add_follow(Follow(subscriber_id="sub-1", opportunity_id="fn-a", since=MORNING))
    assert untold(store) == ["e1"]
    assert untold(store, who="sub-2") == []


def test_a_follower_of_the_younger_id_hears_of_the_older_one(store: Store) -> None:
    known(store, "fn-old", verdict=Verdict.NO)
    happens(store, "e1", "fn-young")
    store.add_follow(Follow(subscriber_id="sub-1", opportunity_id="fn-young", since=MORNING))
    store.add_alias("fn-young", "fn-old", MORNING)
    assert untold(store) == ["e1"]


def test_an_opportunity_that_comes_to_concern_us_is_told_from_its_beginning(store: Store) -> None:
    stored = known(store, "fn-a", verdict=Verdict.NO)
    happens(store, "e1", "fn-a")
    store.save_opportunity(of("fn-a", [stored]), a_judgement(Verdict.POSSIBLE))
    assert untold(store) == ["e1"]


def test_backfill_is_handed_out_as_backfill_so_that_it_is_not_told_as_new(store: Store) -> None:
    known(store, "fn-a")
    happens(store, "e1", "fn-a", backfill=True)
    happens(store, "e2", "fn-a")
    found = store.untold_events("sub-1", MAIL.key, after_number=0)
    assert [(event.id, event.backfill) for event in found] == [("e1", True), ("e2", False)]


def test_events_before_the_start_of_a_channel_are_not_news_there(store: Store) -> None:
    known(store, "fn-a")
    happens(store, "e1", "fn-a")
    start = store.last_event_number()
    happens(store, "e2", "fn-a")
    assert untold(store, after=start) == ["e2"]


def test_telling_twice_is_refused_as_a_whole(store: Store) -> None:
    known(store, "fn-a")
    tell(store, "m1", ("e1", "fn-a"))
    with pytest.raises(StoreError, match="1 of 2 events were told on this channel before"):
        tell(store, "m2", ("e2", "fn-a"), ("e1", "fn-a"))
    assert store.told("sub-1", MAIL.key, ["e1", "e2"]) == {"e1"}
    assert [delivery.message.id for delivery in store.deliveries()] == ["m1"]


def test_one_message_cannot_tell_an_event_twice(store: Store) -> None:
    with pytest.raises(StoreError):
        tell(store, "m1", ("e1", "fn-a"), ("e1", "fn-b"))
    assert store.deliveries() == ()


def test_nothing_is_told_without_a_message_or_a_subscriber(store: Store) -> None:
    with pytest.raises(StoreError):
        store.tell("sub-1", MAIL.key, [("e1", "fn-a")], message_id="unheard of", at=MORNING)
    assert store.told("sub-1", MAIL.key, ["e1"]) == frozenset()
    store.enqueue(a_message("m1"), state=MessageState.PENDING, at=MORNING)
    with pytest.raises(StoreError):
        store.tell("nobody", MAIL.key, [("e1", "fn-a")], message_id="m1", at=MORNING)


def test_no_part_of_the_ledger_key_may_be_missing(store: Store) -> None:
    store.enqueue(a_message("m1"), state=MessageState.PENDING, at=MORNING)
    with pytest.raises(StoreError, match="NOT NULL"):
        store._db.write(
            "INSERT INTO ledger (subscriber_id, channel, event_id, opportunity_id, message_id, at)"
            " VALUES ('sub-1', 'email:x', NULL, 'fn-a', 'm1', '')"
        )


def test_told_of_any_notice_of_the_group_is_told_of_the_group(store: Store) -> None:
    known(store, "fn-old")
    tell(store, "m1", ("e1", "fn-young"), ("e2", "fn-other"))
    store.add_alias("fn-young", "fn-old", MORNING)
    assert set(store.told_opportunities("sub-1", MAIL.key)) == {"fn-old", "fn-other"}
    assert store.told_opportunities("sub-1", HOOK.key) == {}


def test_finding_the_untold_does_not_read_what_concerns_nobody(store: Store) -> None:
    plan = [row[3] for row in store._db.rows(f"EXPLAIN QUERY PLAN {UNTOLD}", ("s", "c", 0))]
    assert any("COVERING INDEX opportunities_of_concern" in step for step in plan), plan
    assert any("events_of_an_opportunity (opportunity_id=?" in step for step in plan), plan
