"""Before a filter is saved: what it would have brought, and what it narrowly leaves out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from aggregator import relevance
from aggregator.derive import derive
from aggregator.model import Criteria, Criterion, Money, Place, Stage, Verdict
from aggregator.preview import near_misses, preview
from aggregator.store import Store
from aggregator.testing import a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
NOW = utc(2026, 11, 24, 12)
LEEDS = (Place(code="TLE42"),)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def arrives(store: Store, number: int, at: datetime, **changes: Any) -> None:
    wanted: dict[str, Any] = {
        "notice_id": f"{number:06}-2026",
        "ocid": f"ocds-h6vhtk-{number:06}",
        "title": f"Crisis café number {number}",
        "published": a_stated_time(at),
        "deadline": a_stated_time(at + timedelta(days=30)),
        "places": LEEDS,
    }
    with store.transaction():
        added = store.add_notices(
            [a_notice(**wanted | changes)], payload_id=None, retrieved_at=at, backfill=False
        )
        derive(added, store=store, profile=PROFILE)


def looked_back(store: Store, criteria: Criteria):
    return preview(criteria, store=store, now=NOW, labels={}, profile=PROFILE)


def test_a_year_is_counted_and_the_ten_newest_are_named(store: Store) -> None:
    for number in range(1, 13):
        arrives(store, number, NOW - timedelta(weeks=number))
    arrives(store, 50, NOW - timedelta(days=400))
    shown = looked_back(store, Criteria(places=("TLE42",)))
    assert shown.count == 12
    assert shown.weeks == 12
    assert shown.a_week == 1
    assert [one.title for one in shown.newest] == [f"Crisis café number {n}" for n in range(1, 11)]
    assert shown.newest[0].because == "In Leeds."
    assert shown.warning is None


def test_what_is_closed_by_now_counts_as_it_was_when_it_came(store: Store) -> None:
    arrives(store, 1, NOW - timedelta(days=200))
    assert looked_back(store, Criteria(days_left=20)).count == 1
    assert looked_back(store, Criteria(days_left=40)).count == 0


def test_a_filter_that_brings_nothing_says_which_criterion_stands_in_the_way(store: Store) -> None:
    for number in range(1, 4):
        arrives(store, number, NOW - timedelta(weeks=number))
    shown = looked_back(store, Criteria(places=("TLK",)))
    assert shown.warning is not None
    assert "nothing in the last twelve months" in shown.warning
    assert shown.suggestions == ("widen the places: that alone would bring 3",)
    words = looked_back(store, Criteria(words=("suicide prevention",)))
    assert any(one.startswith("also look for “") for one in words.suggestions)
    hopeless = looked_back(store, Criteria(places=("TLK",), words=("zebra",)))
    assert any("no single change" in one for one in hopeless.suggestions)


def test_a_flood_is_warned_of_with_what_would_make_it_smaller(store: Store) -> None:
    for number in range(1, 31):
        arrives(store, number, NOW - timedelta(days=1), description="For wellbeing.")
    wide = Criteria(words=("wellbeing", "prison"), verdicts=(Verdict.CORE, Verdict.RELATED))
    shown = looked_back(store, wide)
    assert shown.warning is not None
    assert "about 30 a week" in shown.warning
    assert shown.suggestions[0] == "drop “wellbeing”, which alone brings 30 of the 30"
    assert "choose places" in shown.suggestions


def test_an_empty_instance_says_so_instead_of_blaming_the_filter(store: Store) -> None:
    shown = looked_back(store, Criteria())
    assert shown.warning is not None
    assert "nothing to look back on" in shown.warning
    assert shown.a_week == 0


@pytest.mark.parametrize(
    ("criteria", "criterion", "but"),
    [
        (Criteria(places=("TLK",)), Criterion.PLACE, "it is in Leeds"),
        (Criteria(words=("zebra",)), Criterion.WORDS, "it mentions none of your words"),
        (Criteria(without_words=("café",)), Criterion.WITHOUT, "it mentions “café”"),
        (Criteria(days_left=60), Criterion.DAYS, "only 29 days are left"),
        (Criteria(stages=(Stage.AWARDED,)), Criterion.STAGE, "its stage is “Open for bids”"),
        (Criteria(most_value=Decimal(5)), Criterion.VALUE, "it is worth £90,000 in all"),
        (Criteria(vcse_only=True), Criterion.VCSE, None),
    ],
)
def test_a_near_miss_says_which_one_criterion_it_failed(
    store: Store, criteria: Criteria, criterion: Criterion, but: str | None
) -> None:
    arrives(store, 1, NOW - timedelta(days=1), value=Money(amount=Decimal(90_000)))
    (near,) = near_misses([criteria], store=store, now=NOW)
    assert near.criterion is criterion
    assert but is None or near.but == but


def test_what_fails_twice_passes_or_is_over_or_unwanted_is_no_near_miss(store: Store) -> None:
    arrives(store, 1, NOW - timedelta(days=1))
    arrives(store, 2, NOW - timedelta(days=100))
    (live,) = near_misses([Criteria(places=("TLK",))], store=store, now=NOW)
    assert near_misses([Criteria(places=("TLK",), words=("zebra",))], store=store, now=NOW) == ()
    assert near_misses([Criteria(places=("TLK",)), Criteria()], store=store, now=NOW) == ()
    hidden = [live.judged.opportunity.id]
    assert near_misses([Criteria(places=("TLK",))], store=store, now=NOW, left_out=hidden) == ()
