"""What looks like the re-run of a procurement that came to nothing, and what must not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from aggregator import alert, relevance, relink, subscribe
from aggregator.derive import derive
from aggregator.model import (
    Award,
    Cadence,
    Channel,
    ChannelKind,
    Classification,
    Confidence,
    Criteria,
    Event,
    EventKind,
    Follow,
    Host,
    Money,
    Period,
    ProcurementKind,
    Rerun,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_buyer, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
CPV = (Classification(scheme="CPV", id="85312320"),)
TITLE = "Suicide bereavement postvention support"
PUBLISHED, CLOSED, AGAIN = utc(2025, 10, 6, 9), utc(2025, 11, 14, 12), utc(2026, 2, 9, 9)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def arrives(store: Store, number: int, published: datetime, **changes: Any) -> str:
    """A notice comes on the day it is published; gives the opportunity's id."""
    values: dict[str, Any] = {
        "notice_id": f"{number:06d}-2026",
        "ocid": f"ocds-h6vhtk-{number:06x}",
        "title": TITLE,
        "classifications": CPV,
        "value": pounds(540_000),
        "deadline": a_stated_time(published + timedelta(days=39)),
        "published": a_stated_time(published),
        **changes,
    }
    with store.transaction():
        added = store.add_notices(
            [a_notice(**values)], payload_id=None, retrieved_at=published, backfill=False
        )
        assert derive(added, store=store, profile=PROFILE) == ()
    return store.find_opportunity(values["notice_id"]).opportunity.id


def pounds(amount: int) -> Money:
    return Money(amount=Decimal(amount))


def first_call(store: Store, **changes: Any) -> str:
    return arrives(store, 1, PUBLISHED, **{"deadline": a_stated_time(CLOSED), **changes})


def cancelled(store: Store, at: datetime, number: int = 1, **changes: Any) -> str:
    values = {"notice_type": "UK12", "tags": ("tenderCancellation",), "status": "withdrawn"}
    return arrives(
        store,
        number + 500,
        at,
        **{"ocid": f"ocds-h6vhtk-{number:06x}", "deadline": None, **values, **changes},
    )


def only(store: Store, opportunity_id: str) -> Rerun:
    (one,) = store.reruns_of(opportunity_id)
    return one


def told(store: Store) -> list[Event]:
    return [one for one in store.events_after(0) if one.kind is EventKind.RERUN]


def test_a_call_after_one_that_closed_without_an_award_looks_like_its_re_run(store: Store) -> None:
    old = first_call(store)
    new = arrives(store, 2, AGAIN, value=pounds(495_000))
    found = only(store, new)
    assert (found.earlier_id, found.confidence) == (old, Confidence.PROBABLY)
    assert found.evidence == (
        "the earlier one closed on 14 November 2025 without an award that we know of;"
        " same buyer (Northmoor Council); same title; same kind of service (CPV);"
        " value £495,000 beside £540,000"
    )
    assert only(store, old) == found


def test_a_call_after_a_cancelled_one_is_very_likely_its_re_run(store: Store) -> None:
    first_call(store)
    cancelled(store, CLOSED + timedelta(days=20))
    new = arrives(store, 2, AGAIN, title=f"{TITLE} (Re-tender)", value=None)
    assert only(store, new).confidence is Confidence.VERY_LIKELY
    assert "was cancelled on 4 December 2025" in only(store, new).evidence


def test_it_is_told_once_as_an_event_of_the_new_one(store: Store) -> None:
    old = first_call(store)
    cancelled(store, CLOSED + timedelta(days=20))
    new = arrives(store, 2, AGAIN)
    arrives(store, 2, AGAIN + timedelta(days=2), version="v2", value=pounds(500_000))
    arrives(store, 3, AGAIN + timedelta(days=5), ocid="ocds-h6vhtk-000002", tags=("tenderUpdate",))
    (event,) = told(store)
    assert event.opportunity_id == new
    assert event.old == f"{TITLE} ({old})"
    assert event.new is not None
    assert event.new.startswith("very likely: the earlier one was cancelled")


def test_a_cancellation_that_comes_after_the_new_call_shows_it_as_well(store: Store) -> None:
    old = first_call(store, deadline=a_stated_time(AGAIN + timedelta(days=9)))
    new = arrives(store, 2, AGAIN)
    assert told(store) == []
    cancelled(store, AGAIN + timedelta(days=6))
    assert (only(store, new).earlier_id, len(told(store))) == (old, 1)


def test_the_body_that_took_over_may_run_it_again(store: Store) -> None:
    first_call(store, buyers=(a_buyer("Somerset County Council"),))
    cancelled(store, CLOSED, buyers=(a_buyer("Somerset County Council"),))
    new = arrives(store, 2, AGAIN, buyers=(a_buyer("Somerset Council"),))
    assert "Somerset Council took over from the earlier buyer" in only(store, new).evidence


def test_a_text_that_speaks_of_the_failed_one_makes_it_surer(store: Store) -> None:
    first_call(store, value=None, classifications=())
    words = "Suicide bereavement support. The previous procurement was abandoned as no bids came."
    new = arrives(store, 2, AGAIN, value=None, classifications=(), description=words)
    assert only(store, new).confidence is Confidence.VERY_LIKELY


YEARS = timedelta(days=365)


def award(**changes: Any) -> dict[str, Any]:
    winner = Award(id="1", status="active", suppliers=("Arden Care Ltd",))
    return {"notice_type": "UK7", "tags": ("award", "contract"), "awards": (winner,), **changes}


TRAPS: dict[str, dict[str, Any]] = {
    "another buyer": {"buyers": (a_buyer("Southmoor Council"),)},
    "another year in the title": {"title": f"{TITLE} 2026/27"},
    "another lot": {"title": f"{TITLE} - Lot 2"},
    "another part of the buyer's work": {"title": "Suicide prevention training"},
    "ten times the size": {"value": pounds(5_400_000)},
    "a grant round": {"kind": ProcurementKind.GRANT},
    "an award and no call": award(deadline=None),
    "early engagement": {"notice_type": "UK2", "tags": ("planning",), "deadline": None},
}


@pytest.mark.parametrize("changes", TRAPS.values(), ids=TRAPS)
def test_no_re_run_is_seen_in(store: Store, changes: dict[str, Any]) -> None:
    first_call(store)
    new = arrives(store, 2, AGAIN, **changes)
    assert store.reruns_of(new) == ()
    assert told(store) == []


def test_a_service_tendered_anew_when_its_contract_ends_is_no_re_run(store: Store) -> None:
    first_call(store)
    arrives(store, 9, CLOSED + timedelta(days=60), ocid="ocds-h6vhtk-000001", **award())
    new = arrives(store, 2, PUBLISHED + 3 * YEARS)
    assert store.reruns_of(new) == ()


def test_nor_where_the_award_was_never_published_and_a_year_has_passed(store: Store) -> None:
    first_call(store)
    new = arrives(store, 2, PUBLISHED + YEARS)
    assert store.reruns_of(new) == ()


def test_nor_where_the_new_contract_begins_when_the_first_would_end(store: Store) -> None:
    def lasting(start: datetime, end: datetime) -> Period:
        return Period(start=a_stated_time(start), end=a_stated_time(end))

    first_call(store, contract_period=lasting(utc(2025, 12, 1), utc(2026, 3, 31)))
    new = arrives(
        store, 2, utc(2026, 1, 20), contract_period=lasting(utc(2026, 4, 1), utc(2026, 7, 31))
    )
    assert store.reruns_of(new) == ()


def test_nor_while_the_first_one_is_still_open_or_being_judged(store: Store) -> None:
    first_call(store)
    assert store.reruns_of(arrives(store, 2, CLOSED - timedelta(days=3))) == ()
    assert store.reruns_of(arrives(store, 3, CLOSED + timedelta(days=3))) == ()


def test_nor_where_the_buyer_makes_such_calls_all_the_time(store: Store) -> None:
    for number in range(1, 6):
        published = PUBLISHED - timedelta(days=90 - 10 * number)
        arrives(store, number, published, title="Supported living placement, mental health")
    new = arrives(store, 9, AGAIN, title="Supported living placement, mental health")
    assert store.reruns_of(new) == ()


def test_an_award_that_comes_later_than_the_new_call_takes_nothing_back(store: Store) -> None:
    """What was told was true by what was known; the story of the earlier one says the rest."""
    old = first_call(store)
    new = arrives(store, 2, AGAIN)
    arrives(store, 9, AGAIN + timedelta(days=9), ocid="ocds-h6vhtk-000001", **award())
    assert only(store, old).later_id == new


def test_what_is_joined_by_a_person_is_no_re_run_of_itself(store: Store) -> None:
    old, new = first_call(store), arrives(store, 2, AGAIN)
    relink.join(old, new, by="host", store=store, clock=FrozenClock(AGAIN), profile=PROFILE)
    assert store.reruns_of(old) == ()
    assert told(store) == []


def test_a_rebuild_finds_the_same(store: Store) -> None:
    first_call(store)
    cancelled(store, CLOSED)
    new = arrives(store, 2, AGAIN)
    before, found = store.digest_of_state(), only(store, new)
    with store.transaction():
        store.clear_derived()
        derive(store.stored_notices(), store=store, profile=PROFILE)
        store.finish_rebuild()
    assert (store.digest_of_state(), only(store, new)) == (before, found)


def test_who_follows_the_first_one_hears_of_the_second_and_others_do_not(store: Store) -> None:
    clock = FrozenClock(CLOSED)
    nothing = Criteria(words=("nothing like it",))
    for email in ("director@example.org", "other@example.org"):
        channel = Channel(kind=ChannelKind.EMAIL, target=email)
        subscribe.add(email, store=store, clock=clock, criteria=nothing, channel=channel,
                      cadence=Cadence.DAILY)  # fmt: skip
    old = first_call(store)
    follower = next(one for one in store.subscribers() if one.email == "director@example.org")
    store.add_follow(Follow(subscriber_id=follower.id, opportunity_id=old, since=CLOSED))
    composed(store, CLOSED + timedelta(days=1))
    arrives(store, 2, AGAIN)
    (one,) = composed(store, AGAIN + timedelta(hours=1))
    assert one.message.channel.target == "director@example.org"
    text = " ".join((one.message.text or "").split())
    assert "you follow what it may be the re-run of" in text
    assert f"Looks like the re-run of {TITLE} ({old})" in text
    assert composed(store, AGAIN + timedelta(hours=2)) == ()


def composed(store: Store, now: datetime) -> tuple[alert.Composed, ...]:
    host = Host(name="Arden Voluntary Action", contact="hello@example.org")
    result = alert.compose(store=store, host=host, hour=7, now=now, names={}, labels={})
    assert result.problems == ()
    return result.composed
