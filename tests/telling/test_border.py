"""One subscriber's digest that cannot be composed never holds up another's."""

import sqlite3
from decimal import Decimal
from pathlib import Path

from aggregator import alert, subscribe
from aggregator.alert import ComposeResult
from aggregator.model import Criteria, Money
from aggregator.store import Store
from aggregator.testing import FrozenClock
from telling.test_alert import EMAIL, HOST, MONDAY, a_reader, arrives

OTHER = "other@example.org"


def compose(store: Store, clock: FrozenClock) -> ComposeResult:
    return alert.compose(store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={})


def a_second_reader(store: Store, clock: FrozenClock) -> None:
    clock.advance(minutes=1)
    a_reader(store, clock, channel=type(EMAIL)(kind=EMAIL.kind, target=OTHER))


def targets(result: ComposeResult) -> list[str]:
    return [one.message.channel.target for one in result.composed]


def test_a_value_no_number_can_be_held_against_stops_one_digest_and_is_told_once_mended(
    tmp_path: Path,
) -> None:
    clock = FrozenClock(MONDAY)
    with Store.open(tmp_path / "a.db") as store:
        arrives(store, MONDAY, value=Money(amount=Decimal(5000)))
        a_reader(store, clock, criteria=Criteria(most_value=Decimal("NaN")))
        a_second_reader(store, clock)
        result = compose(store, clock)
        assert targets(result) == [OTHER]
        (problem,) = result.problems
        assert f"the digest for {EMAIL.target} by email" in problem
        assert "\n" not in problem
        hurt = subscribe.find(EMAIL.target, store=store).id
        (wish,) = store.subscriptions(hurt)
        store.remove_subscription(wish.id)
        a_reader(store, clock)
        mended = compose(store, clock)
        assert (targets(mended), mended.problems) == ([EMAIL.target], ())


def test_a_wish_that_cannot_be_read_stops_only_its_own_digest(tmp_path: Path) -> None:
    clock, file = FrozenClock(MONDAY), tmp_path / "a.db"
    with Store.open(file) as store:
        arrives(store, MONDAY)
        a_reader(store, clock)
        a_second_reader(store, clock)
        hurt = subscribe.find(EMAIL.target, store=store).id
        with sqlite3.connect(file) as raw:
            raw.execute("UPDATE subscriptions SET criteria = '{' WHERE subscriber_id = ?", (hurt,))
        raw.close()
        result = compose(store, clock)
    assert targets(result) == [OTHER]
    assert EMAIL.target in result.problems[0]
