"""The store in figures."""

from aggregator.model import MessageState, SubscriberState, Verdict
from aggregator.store import Store
from aggregator.testing import a_subscriber, a_subscription
from store.made import MORNING, a_message, happens, known


def test_an_empty_store_counts_nothing(store: Store) -> None:
    counts = store.counts()
    assert (counts.notices, counts.payloads, counts.events, counts.rejections) == (0, 0, 0, 0)
    assert counts.opportunities == {}
    assert counts.latest_notice_at is None
    assert not counts.rebuilding
    assert counts.bytes_used > 0


def test_everything_there_is_is_counted(store: Store, payload_id: int) -> None:
    known(store, "fn-a", retrieved_at=MORNING)
    known(store, "fn-b", verdict=Verdict.NO)
    happens(store, "e1", "fn-a")
    store.add_subscriber(a_subscriber())
    store.add_subscription(a_subscription())
    store.enqueue(a_message(), state=MessageState.HELD, at=MORNING)
    counts = store.counts()
    assert counts.opportunities == {Verdict.CORE: 1, Verdict.NO: 1}
    assert counts.subscribers == {SubscriberState.CONFIRMED: 1}
    assert counts.messages == {MessageState.HELD: 1}
    assert (counts.notices, counts.events, counts.subscriptions) == (2, 1, 1)
    assert (counts.payloads, counts.unread_payloads, counts.unfinished_runs) == (1, 1, 1)
    assert counts.latest_notice_at == MORNING
    store.clear_derived()
    assert store.counts().rebuilding
