"""Where the notices of a story together put a procurement."""

from typing import Any

import pytest

from aggregator import merge, stage
from aggregator.model import Award, Lot, Stage, StoredNotice
from aggregator.testing import a_stated_time, a_stored_notice, utc

AHEAD = a_stated_time(utc(2026, 12, 4, 12))
OLD = "CELEX 32014L0024"


def told(day: int, notice_type: str | None = "UK4", **changes: Any) -> StoredNotice:
    """A notice published on that day of November 2026; tags as its type has them."""
    tags = {
        "UK1": ("planning",),
        "UK2": ("planning",),
        "UK3": ("planning",),
        "UK4": ("tender",),
        "UK12": ("tenderCancellation",),
        "UK10": ("contractAmendment",),
        "UK11": ("contractTermination",),
    }.get(notice_type or "", ("award", "contract"))
    plain = {
        "notice_id": f"{day:06}-2026",
        "notice_type": notice_type,
        "tags": tags,
        "published": a_stated_time(utc(2026, 11, day, 9)),
        "deadline": AHEAD if notice_type == "UK4" else None,
        "status": None,
    }
    return a_stored_notice(day, **{**plain, **changes})


def staged(*notices: StoredNotice) -> Stage:
    return merge.opportunity("fn-1", notices).standing.stage


def test_a_procurement_goes_its_ordinary_way() -> None:
    way = [told(1, "UK1"), told(2, "UK2"), told(3, "UK3"), told(4), told(5, "UK6"), told(6, "UK7")]
    stages = [staged(*way[: n + 1]) for n in range(len(way))]
    assert stages == [
        Stage.PIPELINE,
        Stage.ENGAGEMENT,
        Stage.PLANNED,
        Stage.OPEN,
        Stage.AWARD_INTENDED,
        Stage.IN_CONTRACT,
    ]


def test_the_standing_remembers_the_notice_that_brought_it() -> None:
    edited = told(5, tags=("tenderUpdate",), deadline=a_stated_time(utc(2026, 12, 11, 12)))
    standing = merge.opportunity("fn-1", [told(4), edited]).standing
    assert standing.since == utc(2026, 11, 4, 9)
    assert standing.notice_id == "000004-2026"


def test_a_cancelled_procurement_opens_again_with_a_new_tender_notice() -> None:
    assert staged(told(4), told(5, "UK12")) is Stage.CANCELLED
    assert staged(told(4), told(5, "UK12"), told(9)) is Stage.OPEN


def test_a_cancelled_procurement_can_be_planned_again() -> None:
    assert staged(told(4), told(5, "UK12"), told(9, "UK2")) is Stage.ENGAGEMENT


@pytest.mark.parametrize("later", ["UK12", "UK6", "UK7"])
def test_an_older_tender_notice_that_arrives_late_undoes_nothing(later: str) -> None:
    newer, older = told(5, later), told(4)
    assert staged(newer, older) is staged(older, newer)
    assert staged(newer, older) is not Stage.OPEN


def test_a_re_dated_tender_notice_does_not_open_an_award_again() -> None:
    again = told(8, notice_id="000004-2026", version="v2")
    assert staged(told(4), told(5, "UK6"), again) is Stage.AWARD_INTENDED


def test_a_tender_after_an_award_opens_a_new_round_only_with_time_left_to_answer() -> None:
    before = (told(4), told(5, "UK7"))
    assert staged(*before, told(9)) is Stage.OPEN
    assert staged(*before, told(9, deadline=a_stated_time(utc(2026, 11, 8)))) is Stage.IN_CONTRACT
    assert staged(*before, told(9, deadline=None)) is Stage.IN_CONTRACT


def test_a_late_copy_of_the_tender_on_another_source_does_not_open_an_award_again() -> None:
    copy = {"source_id": "contracts-finder", "notice_type": None, "status": "active"}
    before = (told(4), told(5, "UK6"))
    assert staged(*before, told(6, tags=("tender",), deadline=AHEAD, **copy)) is (
        Stage.AWARD_INTENDED
    )


def test_a_copied_award_does_not_take_a_signed_contract_back() -> None:
    copy = told(8, None, source_id="contracts-finder", tags=("award",), legal_basis=None)
    assert staged(told(4), told(7, "UK7"), copy) is Stage.IN_CONTRACT


def test_a_standstill_for_another_lot_is_told_after_a_contract() -> None:
    signed = told(7, "UK7", awards=(Award(id="1", lots=("1",)),))
    same = told(8, "UK6", awards=(Award(id="1", lots=("1",)),))
    other = told(8, "UK6", awards=(Award(id="2", lots=("2",)),))
    assert staged(told(4), signed, same) is Stage.IN_CONTRACT
    assert staged(told(4), signed, other) is Stage.AWARD_INTENDED


def test_a_change_notice_keeps_the_stage_it_updates() -> None:
    change = {"notice_type": None, "tags": ("tenderUpdate",), "legal_basis": OLD}
    plan = told(2, None, tags=("planning",), legal_basis=OLD, description="Planned.")
    assert staged(plan, told(3, **{**change, "deadline": None})) is Stage.PLANNED
    award = told(5, None, tags=("award", "contract"), legal_basis=OLD)
    assert staged(award, told(6, **{**change, "deadline": AHEAD})) is Stage.AWARDED


def test_a_change_notice_can_confirm_an_intention_to_award() -> None:
    intention = told(
        4,
        None,
        tags=("award", "contract"),
        legal_basis=OLD,
        description="A Provider Selection Regime (PSR) intention to award notice.",
    )
    confirmation = told(
        20,
        None,
        tags=("tenderUpdate",),
        legal_basis=OLD,
        additional_text="(PSR) confirmation of award",
    )
    assert staged(intention, confirmation) is Stage.AWARDED


def test_giving_up_some_lots_does_not_cancel_the_others() -> None:
    lots = (Lot(id="1"), Lot(id="2"))
    one_lot = told(6, "UK12", lots=(Lot(id="1", status="withdrawn"),))
    both = told(6, "UK12", lots=(Lot(id="1", status="withdrawn"), Lot(id="2", status="withdrawn")))
    assert staged(told(4, lots=lots), one_lot) is Stage.OPEN
    assert staged(told(4, lots=lots), both) is Stage.CANCELLED
    whole = told(6, "UK12", status="withdrawn", lots=(Lot(id="1", status="withdrawn"),))
    assert staged(told(4, lots=lots), whole) is Stage.CANCELLED


def test_a_pipeline_notice_does_not_take_a_plan_back() -> None:
    assert staged(told(2, "UK3"), told(3, "UK1")) is Stage.PLANNED
    assert staged(told(2, "UK3"), told(3, "UK2")) is Stage.ENGAGEMENT


def test_a_plan_published_while_bids_are_open_hides_nothing() -> None:
    assert staged(told(4), told(6, "UK2")) is Stage.OPEN
    ended = told(4, deadline=a_stated_time(utc(2026, 11, 5)))
    assert staged(ended, told(6, "UK2")) is Stage.ENGAGEMENT


def test_awards_under_a_list_do_not_close_the_list() -> None:
    market = told(2, "UK14", tags=("tender",))
    assert staged(market, told(9, "UK7")) is Stage.STANDING
    assert staged(market, told(9, "UK7"), told(20, "UK16", tags=("tender",))) is Stage.ENDED


def test_a_contract_goes_on_to_its_end() -> None:
    assert staged(told(7, "UK7"), told(8, "UK10")) is Stage.MODIFIED
    assert staged(told(7, "UK7"), told(8, "UK10"), told(9, "UK11")) is Stage.ENDED


def test_a_notice_of_unknown_meaning_changes_nothing() -> None:
    odd = told(6, None, tags=(), legal_basis=None, ocid=None)
    assert staged(told(4), odd) is Stage.OPEN
    assert staged(odd, told(7)) is Stage.OPEN


def test_without_a_date_of_publication_the_time_of_retrieval_counts() -> None:
    undated = a_stored_notice(1, retrieved_at=utc(2026, 11, 3), published=None)
    standing = stage.standing((undated,))
    assert standing.since == utc(2026, 11, 3)
