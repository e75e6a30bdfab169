"""One opportunity out of several notices."""

from typing import Any

import pytest

from aggregator import merge
from aggregator.model import (
    Award,
    Facts,
    Link,
    Lot,
    Money,
    Notice,
    Opportunity,
    Period,
    Stage,
    StoredNotice,
)
from aggregator.testing import a_buyer, a_stated_time, a_stored_notice, utc

FTS, CF, SCOTLAND = "find-a-tender", "contracts-finder", "public-contracts-scotland"
MOVED = a_stated_time(utc(2026, 12, 11, 12))


def told(day: int, **changes: Any) -> StoredNotice:
    plain = {"notice_id": f"{day:06}-2026", "published": a_stated_time(utc(2026, 11, day, 9))}
    return a_stored_notice(day, **{**plain, **changes})


def bare(day: int, **changes: Any) -> StoredNotice:
    """A notice that says nothing but what is given."""
    facts = {name: value for name, value in changes.items() if name in Facts.__dataclass_fields__}
    around = {name: value for name, value in changes.items() if name not in facts}
    notice = Notice(
        **{
            "source_id": FTS,
            "notice_id": f"{day:06}-2026",
            "version": "v1",
            "published": a_stated_time(utc(2026, 11, day, 9)),
            **around,
        },
        facts=Facts(**facts),
    )
    return StoredNotice(number=day, notice=notice, retrieved_at=utc(2026, 11, day, 10))


def merged(*notices: StoredNotice) -> Opportunity:
    return merge.opportunity("fn-1", notices)


def test_a_single_notice_is_its_own_opportunity() -> None:
    link = Link(source_id=FTS, notice_id="000001-2026", rule=1, evidence="same number")
    only = told(1)
    opportunity = merge.opportunity("fn-1", [only], [link])
    assert opportunity.id == "fn-1"
    assert opportunity.facts == only.notice.facts
    assert opportunity.provenance["title"] == "find-a-tender/000001-2026"
    assert "value" not in opportunity.provenance
    assert opportunity.deadline == only.notice.facts.deadline
    assert (opportunity.links, opportunity.notices) == ((link,), (only,))
    assert opportunity.standing.stage is Stage.OPEN


def test_nothing_makes_no_opportunity() -> None:
    with pytest.raises(ValueError, match="at least one notice"):
        merge.opportunity("fn-1", [])


def test_a_change_notice_gives_only_what_it_changes() -> None:
    change = bare(5, tags=("tenderUpdate",), deadline=MOVED)
    opportunity = merged(told(1), change)
    assert opportunity.facts.title == "Crisis café for adults"
    assert opportunity.facts.deadline == MOVED
    assert opportunity.provenance["title"] == "find-a-tender/000001-2026"
    assert opportunity.provenance["deadline"] == "find-a-tender/000005-2026"


def test_notices_stand_oldest_first_whatever_the_order_of_arrival() -> None:
    late, early = told(2, published=a_stated_time(utc(2026, 11, 9))), told(3)
    assert [stored.number for stored in merged(late, early).notices] == [3, 2]


@pytest.mark.parametrize(
    ("notice_type", "tags"),
    [("UK12", ("tenderCancellation",)), ("UK6", ("award", "contract"))],
)
def test_an_award_or_cancellation_does_not_take_the_deadline_away(
    notice_type: str, tags: tuple[str, ...]
) -> None:
    other_date = a_stated_time(utc(2027, 1, 31))
    later = bare(9, notice_type=notice_type, tags=tags, deadline=other_date)
    opportunity = merged(told(1), later)
    assert opportunity.deadline == a_stated_time()
    assert opportunity.provenance["deadline"] == "find-a-tender/000001-2026"


def test_the_official_record_is_shown_where_copies_differ() -> None:
    copy = told(2, source_id=CF, title="CA123 - CRISIS CAFE", buyers=(a_buyer("Portal Team"),))
    for notices in ((told(1), copy), (copy, told(3))):
        facts = merged(*notices).facts
        assert facts.title == "Crisis café for adults"
        assert facts.buyers == (a_buyer(),)


def test_a_copy_fills_what_the_official_record_leaves_out() -> None:
    value = Money(amount=None, gross=None)
    copy = bare(2, source_id=CF, reference="CA123", value=value)
    opportunity = merged(told(1), copy)
    assert opportunity.facts.reference == "CA123"
    assert opportunity.provenance["reference"] == "contracts-finder/000002-2026"


def test_a_copy_that_gives_the_same_day_with_another_hour_moves_no_deadline() -> None:
    copy = bare(2, source_id=CF, tags=("tender",), deadline=a_stated_time(utc(2026, 12, 4, 23)))
    assert merged(told(1), copy).deadline == a_stated_time()


def test_the_newest_deadline_counts_even_from_another_source() -> None:
    moved = bare(5, source_id=SCOTLAND, tags=("tenderUpdate",), deadline=MOVED)
    assert merged(told(1), moved).deadline == MOVED


def test_lots_are_merged_by_id_with_their_own_state() -> None:
    first = told(1, lots=(Lot(id="1", title="Café", status="active"), Lot(id="2", title="Line")))
    second = bare(5, notice_type="UK12", lots=(Lot(id="2", status="withdrawn"),))
    lots = merged(first, second).facts.lots
    assert lots == (
        Lot(id="1", title="Café", status="active"),
        Lot(id="2", title="Line", status="withdrawn"),
    )


def test_provisional_lots_of_a_plan_give_way_to_those_of_the_tender() -> None:
    plan = bare(
        1, notice_type="UK2", lots=(Lot(id="LOT-0000"), Lot(id="1", value=Money(amount=None)))
    )
    tender = told(5, lots=(Lot(id="1", title="Café"),))
    lots = merged(plan, tender).facts.lots
    assert [lot.id for lot in lots] == ["1"]
    assert lots[0].value == Money(amount=None)


@pytest.mark.parametrize("alone", [True, False])
def test_lots_called_cancelled_on_older_awards_are_not_shown_so(alone: bool) -> None:
    award = told(
        5,
        notice_type=None,
        tags=("award", "contract"),
        legal_basis="CELEX 32014L0024",
        lots=(Lot(id="1", status="cancelled"),),
        awards=(Award(id="1", status="active"),),
    )
    notices = (award,) if alone else (told(1), award)
    assert [lot.status for lot in merged(*notices).facts.lots] == [None]


def test_awards_are_merged_by_id() -> None:
    intended = bare(5, notice_type="UK6", awards=(Award(id="1", suppliers=("Arden Mind Ltd",)),))
    signed = bare(
        9,
        notice_type="UK7",
        awards=(Award(id="1", suppliers=("Arden Mind Limited",), signed=a_stated_time()),),
    )
    (award,) = merged(intended, signed).facts.awards
    assert award.signed == a_stated_time()


def test_an_award_number_used_again_for_another_lot_deletes_nothing() -> None:
    first = bare(5, awards=(Award(id="1", lots=("1",), suppliers=("Arden Mind",)),))
    second = bare(9, awards=(Award(id="1", lots=("2",), suppliers=("Moor Care",)),))
    assert len(merged(first, second).facts.awards) == 2
    unnamed = bare(12, awards=(Award(id="1", suppliers=("Somebody Else",)),))
    assert (
        len(
            merged(
                bare(5, awards=(Award(id="1", suppliers=("Arden Mind",)),)), unnamed
            ).facts.awards
        )
        == 2
    )


def test_a_changed_end_keeps_the_start_and_drops_an_impossible_extension() -> None:
    start, end, latest, later = (a_stated_time(utc(2026 + n, 4, 1)) for n in range(4))
    signed = bare(1, contract_period=Period(start=start, end=end, latest_end=latest))
    extended = bare(5, contract_period=Period(end=later))
    assert merged(signed, extended).facts.contract_period == Period(start=start, end=later)


def test_flags_of_the_newest_version_are_carried_along_once() -> None:
    old = told(1, flags=("lot 2: value 1e9999 left out",))
    repaired = told(2, notice_id="000001-2026", version="v2")
    other = told(3, flags=("end date 31 September left out",))
    assert merged(old, repaired, other).flags == ("end date 31 September left out",)
