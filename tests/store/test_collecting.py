"""Runs, payloads, coverage, rejections."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from aggregator.errors import StoreDamaged, StoreError
from aggregator.model import (
    Coverage,
    Outcome,
    Rejection,
    SourceRun,
    Validators,
    Window,
)
from aggregator.store import BegunRun, Store
from aggregator.testing import utc
from store.made import MORNING, a_payload, a_request

DAY = Window(start=utc(2026, 11, 22), end=utc(2026, 11, 23))


def a_source_run(**changes: object) -> SourceRun:
    values = {
        "source_id": "find-a-tender",
        "started_at": MORNING,
        "finished_at": MORNING + timedelta(minutes=2),
        "outcome": Outcome.COMPLETE,
    }
    return SourceRun(**{**values, **changes})  # type: ignore[arg-type]


def test_a_run_comes_back_as_it_ended(store: Store) -> None:
    run = a_source_run(
        outcome=Outcome.PARTIAL,
        window=DAY,
        requests=9,
        unchanged=1,
        notices=200,
        new_notices=17,
        rejections=2,
        error="page 3 was cut short",
        backfill=True,
    )
    run_id = store.begin_run("find-a-tender", MORNING, window=DAY, backfill=True)
    store.finish_run(run_id, run)
    assert store.runs() == (run,)


def test_runs_come_newest_first_and_by_source(store: Store) -> None:
    for source_id in ("find-a-tender", "contracts-finder", "find-a-tender"):
        run_id = store.begin_run(source_id, MORNING, window=None, backfill=False)
        store.finish_run(run_id, a_source_run(source_id=source_id, requests=run_id))
    assert [run.requests for run in store.runs()] == [3, 2, 1]
    assert [run.requests for run in store.runs("find-a-tender")] == [3, 1]
    assert [run.requests for run in store.runs(limit=1)] == [3]
    assert store.runs("nobody") == ()


def test_a_run_whose_process_was_killed_stays_recognisable(store: Store) -> None:
    run_id = store.begin_run("pcs", MORNING, window=DAY, backfill=True)
    begun = BegunRun(id=run_id, source_id="pcs", started_at=MORNING, window=DAY, backfill=True)
    assert store.runs() == ()
    assert store.begun_not_finished() == (begun,)
    store.finish_run(run_id, a_source_run(outcome=Outcome.FAILED, error="the process was killed"))
    assert store.begun_not_finished() == ()
    assert store.runs()[0].error == "the process was killed"


def test_a_source_is_watched_from_its_first_answer_on(store: Store) -> None:
    assert store.watched_since("pcs") is None
    store.watch_since("pcs", MORNING)
    store.watch_since("pcs", MORNING + timedelta(days=1))
    assert store.watched_since("pcs") == MORNING
    assert store.watched_since("find-a-tender") is None


def test_a_payload_comes_back_byte_for_byte(store: Store, run_id: int) -> None:
    payload = a_payload(
        body=bytes(range(256)) * 500,
        request=a_request(window=DAY, headers={"accept": "application/json"}, page=3),
        headers={"etag": '"abc"', "x-powered-by": "Café"},
        retrieved_at=utc(2026, 11, 23, 9, 30),
    )
    payload_id = store.keep_payload(payload, run_id=run_id, backfill=True)
    store.mark_read(payload_id)
    (stored,) = store.payloads()
    assert stored.payload == payload
    assert (stored.id, stored.backfill) == (payload_id, True)


def test_what_was_sent_with_post_is_kept_and_never_asked_conditionally(
    store: Store, run_id: int
) -> None:
    request = replace(a_request(), content='{"size": 1000}')
    payload = replace(a_payload(b"[]", headers={"etag": '"1"'}), request=request)
    store.mark_read(store.keep_payload(payload, run_id=run_id, backfill=False))
    (stored,) = store.payloads()
    assert stored.payload == payload
    assert store.validators(request) is None


def test_only_payloads_that_were_read_are_replayed_in_order_of_arrival(
    store: Store, run_id: int
) -> None:
    ids = [
        store.keep_payload(a_payload(body), run_id=run_id, backfill=False)
        for body in (b"1", b"<html>blocked</html>", b"3", b"4")
    ]
    for read in (ids[3], ids[0], ids[2]):
        store.mark_read(read)
    assert [stored.payload.body for stored in store.payloads()] == [b"1", b"3", b"4"]


def test_payloads_that_arrive_while_replaying_are_left_out(store: Store, run_id: int) -> None:
    def keep(body: bytes) -> None:
        store.mark_read(store.keep_payload(a_payload(body), run_id=run_id, backfill=False))

    keep(b"1")
    keep(b"2")
    for stored in store.payloads():
        keep(stored.payload.body + b"again")
    assert len(list(store.payloads())) == 4


def test_identical_bytes_are_kept_once(store: Store, run_id: int) -> None:
    body = b"the same page, served twice" * 100
    for at in (MORNING, MORNING + timedelta(hours=1)):
        payload = a_payload(body, retrieved_at=at)
        store.mark_read(store.keep_payload(payload, run_id=run_id, backfill=False))
    assert store._db.value("SELECT count(*) FROM contents") == 1
    assert [stored.payload.body for stored in store.payloads()] == [body, body]


def test_payloads_are_kept_compressed(store: Store, run_id: int) -> None:
    body = b'{"title": "Community mental health support"}' * 1000
    store.keep_payload(a_payload(body), run_id=run_id, backfill=False)
    assert store._db.value("SELECT length(body) FROM contents") < len(body) / 20
    assert store._db.value("SELECT size FROM contents") == len(body)


def test_a_payload_whose_bytes_rotted_is_not_replayed_as_something_else(
    store: Store, run_id: int
) -> None:
    store.mark_read(store.keep_payload(a_payload(b"x" * 999), run_id=run_id, backfill=False))
    store._db.write("UPDATE contents SET body = zeroblob(20)")
    with pytest.raises(StoreDamaged, match="checksum"):
        list(store.payloads())


def test_a_payload_of_a_run_that_never_began_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.keep_payload(a_payload(), run_id=99, backfill=False)
    assert store.counts().payloads == 0


def offered(store: Store, run_id: int, *, read: bool = True, **changes: object) -> None:
    payload_id = store.keep_payload(a_payload(**changes), run_id=run_id, backfill=False)
    if read:
        store.mark_read(payload_id)


def test_the_validators_of_the_last_answer_are_sent_back(store: Store, run_id: int) -> None:
    offered(store, run_id, headers={"etag": '"1"'})
    offered(store, run_id, headers={"etag": '"2"', "last-modified": "Mon, 23 Nov 2026"})
    assert store.validators(a_request()) == Validators(etag='"2"', last_modified="Mon, 23 Nov 2026")


def test_an_answer_that_could_not_be_read_offers_no_validators(store: Store, run_id: int) -> None:
    offered(store, run_id, headers={"etag": '"1"'})
    offered(store, run_id, headers={"etag": '"block page"'}, read=False)
    assert store.validators(a_request()) == Validators(etag='"1"')


def test_an_unchanged_answer_does_not_take_the_validators_away(store: Store, run_id: int) -> None:
    offered(store, run_id, headers={"etag": '"1"'})
    offered(store, run_id, headers={}, status=304, body=b"")
    assert store.validators(a_request()) == Validators(etag='"1"')


def test_a_later_answer_without_validators_takes_them_away(store: Store, run_id: int) -> None:
    offered(store, run_id, headers={"etag": '"1"'})
    offered(store, run_id, headers={})
    assert store.validators(a_request()) is None


def test_validators_belong_to_one_source_and_url(store: Store, run_id: int) -> None:
    offered(store, run_id, headers={"etag": '"1"'})
    assert store.validators(a_request(url="https://example.org/api?cursor=2")) is None
    assert store.validators(a_request(source_id="contracts-finder")) is None


def test_coverage_is_replaced_as_a_whole(store: Store) -> None:
    quiet = Coverage(window=DAY, quiet_reads=1)
    next_day = Window(start=DAY.end, end=DAY.end + timedelta(days=1))
    store.set_coverage("pcs", (Coverage(window=next_day), quiet))
    store.set_coverage("find-a-tender", (quiet,))
    assert store.coverage("pcs") == (quiet, Coverage(window=next_day))
    store.set_coverage("pcs", ())
    assert store.coverage("pcs") == ()
    assert store.coverage("find-a-tender") == (quiet,)


def a_rejection(**changes: object) -> Rejection:
    values = {
        "source_id": "find-a-tender",
        "field": "tender.tenderPeriod.endDate",
        "reason": "31 February is no date",
        "content": b'{"id": "000123-2026"}',
        "record_id": "000123-2026",
    }
    return Rejection(**{**values, **changes})  # type: ignore[arg-type]


def test_a_rejection_is_kept_with_its_bytes(store: Store, payload_id: int) -> None:
    rejection = a_rejection(content=b"\xff\xfe not even text", record_id=None)
    assert store.keep_rejections([rejection], payload_id=payload_id, at=MORNING) == 1
    assert store.rejections() == (rejection,)
    assert store.rejections("contracts-finder") == ()


def test_the_same_bad_record_met_daily_is_one_rejection_that_counts(
    store: Store, payload_id: int
) -> None:
    for day in range(3):
        at = MORNING + timedelta(days=day)
        new = store.keep_rejections([a_rejection()], payload_id=payload_id, at=at)
        assert new == (1 if day == 0 else 0)
    assert len(store.rejections()) == 1
    times, last = store._db.row("SELECT times, last_at FROM rejections") or (0, "")
    assert times == 3
    assert last.startswith("2026-11-25")


def test_the_latest_met_rejections_come_first(store: Store, payload_id: int) -> None:
    store.keep_rejections(
        [a_rejection(field=name) for name in "ab"], payload_id=payload_id, at=MORNING
    )
    store.keep_rejections([a_rejection(field="a")], payload_id=payload_id, at=utc(2026, 12, 1))
    assert [one.field for one in store.rejections()] == ["a", "b"]
    assert [one.field for one in store.rejections(limit=1)] == ["a"]


def test_every_time_zone_comes_back_in_utc_and_sorts(store: Store) -> None:
    paris = timezone(timedelta(hours=1))
    for started in (datetime(2026, 11, 23, 9, 30, tzinfo=paris), MORNING):
        store.begin_run("pcs", started, window=None, backfill=False)
    times = [run.started_at for run in store.begun_not_finished()]
    assert times == [utc(2026, 11, 23, 8, 30), MORNING]
    assert [time.utcoffset() for time in times] == [timedelta(0)] * 2


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.begin_run("pcs", MORNING.replace(tzinfo=None), window=None, backfill=False)


def test_validators_that_are_too_old_are_left_out(store: Store) -> None:
    """A server may say "unchanged" for ever: once a week it is asked for the whole answer."""
    run_id = store.begin_run("find-a-tender", MORNING, window=DAY, backfill=False)
    payload = a_payload(headers={"etag": '"for ever"'}, retrieved_at=MORNING)
    store.mark_read(store.keep_payload(payload, run_id=run_id, backfill=False))
    assert store.validators(payload.request, since=MORNING) is not None
    assert store.validators(payload.request, since=MORNING + timedelta(seconds=1)) is None
