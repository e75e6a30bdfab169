"""Notices: numbered, immutable, one row per version."""

import gc
import tracemalloc
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import StoreError
from aggregator.model import (
    Award,
    Contact,
    Facts,
    Lot,
    Money,
    Notice,
    Period,
    Precision,
    RelatedProcess,
    StatedTime,
    StoredNotice,
)
from aggregator.store import Store
from aggregator.testing import a_notice, a_stated_time, utc
from store.made import MORNING, arrive


def add(store: Store, *notices: Notice, payload_id: int | None = None) -> tuple[StoredNotice, ...]:
    return store.add_notices(notices, payload_id=payload_id, retrieved_at=MORNING, backfill=False)


def test_a_notice_comes_back_as_it_was(store: Store, payload_id: int) -> None:
    notice = a_notice(
        value=Money(amount=Decimal("495000.50"), gross=Decimal("1E+9")),
        contract_period=Period(start=a_stated_time(), latest_end=a_stated_time(), days=400),
        lots=(Lot(id="1", title="Northmoor", places=(), suitable_vcse=True),),
        awards=(Award(id="a", suppliers=("Vale Mind",), lots=("1",)),),
        contact=Contact(name=None, email="commissioning@example.org"),
        related=(RelatedProcess(relationship="canonical", identifier="https://example.org/1"),),
        flags=("lot 2: value 1e9999 left out",),
    )
    (stored,) = add(store, notice, payload_id=payload_id)
    assert stored == StoredNotice(
        number=1, notice=notice, retrieved_at=MORNING, payload_id=payload_id
    )
    assert list(store.stored_notices()) == [stored]


def test_only_new_notices_are_added_in_the_order_given(store: Store) -> None:
    add(store, a_notice(notice_id="b"))
    added = add(store, *(a_notice(notice_id=name) for name in "cba"))
    assert [(one.number, one.notice.notice_id) for one in added] == [(2, "c"), (3, "a")]


def test_a_notice_served_twice_in_one_answer_is_added_once(store: Store) -> None:
    assert len(add(store, a_notice(), a_notice())) == 1


def test_a_new_version_is_a_new_row_and_the_old_one_stays(store: Store) -> None:
    first, second = a_notice(), a_notice(version="v2", title="Crisis café, now with a lot 2")
    add(store, first)
    add(store, second)
    assert [stored.notice for stored in store.stored_notices()] == [first, second]


def test_the_same_version_never_changes_what_is_stored(store: Store) -> None:
    add(store, a_notice(title="as first read"))
    assert add(store, a_notice(title="read otherwise")) == ()
    assert next(store.stored_notices()).notice.facts.title == "as first read"


def test_two_sources_may_use_the_same_notice_id(store: Store) -> None:
    notices = [a_notice(source_id=source_id) for source_id in ("find-a-tender", "pcs")]
    assert len(add(store, *notices)) == 2


def test_what_counts_as_backfill_may_be_decided_notice_by_notice(store: Store) -> None:
    notices = [a_notice(notice_id=name) for name in "ab"]
    added = store.add_notices(
        notices,
        payload_id=None,
        retrieved_at=MORNING,
        backfill=lambda notice: notice.notice_id == "a",
    )
    assert [stored.backfill for stored in added] == [True, False]
    assert [stored.backfill for stored in store.stored_notices()] == [True, False]


def test_a_batch_with_a_notice_that_cannot_be_stored_is_not_stored_at_all(store: Store) -> None:
    broken = a_notice(notice_id="b", version=None)
    with pytest.raises(StoreError):
        add(store, a_notice(notice_id="a"), broken)
    assert list(store.stored_notices()) == []


def test_renewing_changes_what_a_notice_means_and_nothing_else(
    store: Store, payload_id: int
) -> None:
    (before,) = store.add_notices(
        [a_notice()], payload_id=payload_id, retrieved_at=MORNING, backfill=True
    )
    better = a_notice(title="read by a better parser", ocid="ocds-h6vhtk-000002")
    renewed = store.renew_notice(
        better, payload_id=payload_id, retrieved_at=MORNING + timedelta(days=9)
    )
    assert renewed.notice == better
    assert (renewed.number, renewed.retrieved_at, renewed.backfill) == (1, MORNING, True)
    assert renewed.payload_id == before.payload_id
    assert list(store.stored_notices()) == [renewed]


def test_a_notice_that_only_a_better_parser_finds_never_alerts(store: Store) -> None:
    arrive(store, notice_id="a")
    found = store.renew_notice(a_notice(notice_id="b"), payload_id=None, retrieved_at=MORNING)
    assert (found.number, found.backfill) == (2, True)


def test_a_body_of_another_version_is_replaced_without_being_read(store: Store) -> None:
    arrive(store)
    store._db.write("""UPDATE notices SET body = '{"made by": "another version"}'""")
    with pytest.raises(StoreError, match="fairnotice rebuild"):
        list(store.stored_notices())
    store.renew_notice(a_notice(), payload_id=None, retrieved_at=MORNING)
    assert next(store.stored_notices()).notice == a_notice()


def test_a_field_that_a_later_version_added_is_unknown_in_older_notices(store: Store) -> None:
    arrive(store)
    store._db.write("UPDATE notices SET body = json_remove(body, '$.facts.reserved', '$.flags')")
    assert next(store.stored_notices()).notice == a_notice()


def test_notices_that_arrive_while_reading_all_are_left_out(store: Store) -> None:
    for name in "abc":
        arrive(store, notice_id=name)
    for stored in store.stored_notices():
        arrive(store, notice_id=f"{stored.notice.notice_id}, again")
    assert len(list(store.stored_notices())) == 6


def test_reading_all_notices_keeps_few_of_them_in_memory(store: Store) -> None:
    with store.transaction():
        for number in range(3000):
            arrive(store, notice_id=f"{number}", description="x" * 3000)
    gc.collect()
    tracemalloc.start()
    count = sum(1 for _ in store.stored_notices())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 3000
    assert peak < 4_000_000


AWKWARD = st.one_of(
    st.text(), st.sampled_from(["", "\x00", "\ud800", "a\udfffb", "\ufeff", "x" * 100_000, "🦔"])
)
MOMENTS = st.datetimes(timezones=st.just(utc(2026, 1, 1).tzinfo))


@settings(max_examples=60, deadline=None)
@given(title=AWKWARD, notice_id=AWKWARD, ocid=AWKWARD, instant=MOMENTS, days=st.integers())
def test_whatever_text_date_or_number_a_portal_serves_is_stored(
    title: str, notice_id: str, ocid: str, instant: datetime, days: int
) -> None:
    deadline = StatedTime(text=title, instant=instant, precision=Precision.MINUTE, rule="as is")
    facts = Facts(title=title, deadline=deadline, contract_period=Period(days=days))
    notice = Notice(source_id="pcs", notice_id=notice_id, version="v", facts=facts, ocid=ocid)
    with Store.open(None) as store:
        add(store, notice)
        found = next(store.stored_notices()).notice
        assert add(store, notice) == ()
    assert found.facts.title == title.encode(errors="replace").decode()
    assert found.facts.deadline is not None
    assert found.facts.deadline.instant == instant
    assert found.facts.contract_period == Period(days=days)
