"""Where one notice, taken by itself, puts a procurement."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import stage
from aggregator.model import (
    Award,
    Certainty,
    Document,
    Lot,
    Notice,
    ProcurementKind,
    RelatedProcess,
    Stage,
)
from aggregator.testing import a_notice, a_stated_time, utc

OLD_RULES = "CELEX 32014L0024"
REGIME = "the Health Care Services (Provider Selection Regime) Regulations 2023"


def on_an_older_form(tags: tuple[str, ...] = ("award", "contract"), **changes: Any) -> Notice:
    facts = {"status": "complete", "deadline": None, "legal_basis": OLD_RULES}
    return a_notice(**{"notice_type": None, "tags": tags, **facts, **changes})


def a_listed_item(**changes: Any) -> Notice:
    """As feeds and lists give it: no tags, no legal basis."""
    plain = {"notice_type": None, "tags": (), "legal_basis": None, "status": None, "ocid": None}
    return a_notice(**{**plain, **changes})


@pytest.mark.parametrize(
    ("notice_type", "tags", "expected"),
    [
        ("UK1", ("planning",), Stage.PIPELINE),
        ("UK2", ("planning",), Stage.ENGAGEMENT),
        ("UK3", ("planningUpdate",), Stage.PLANNED),
        ("UK4", ("tender",), Stage.OPEN),
        ("UK4", ("tenderUpdate",), Stage.OPEN),
        ("UK5", ("award", "contract"), Stage.INTENDED_DIRECT),
        ("UK6", ("award", "contract"), Stage.AWARD_INTENDED),
        ("UK7", ("award", "contract"), Stage.IN_CONTRACT),
        ("UK9", ("implementation",), Stage.IN_CONTRACT),
        ("UK10", ("contractAmendment",), Stage.MODIFIED),
        ("UK11", ("contractTermination",), Stage.ENDED),
        ("UK12", ("tenderCancellation",), Stage.CANCELLED),
        ("UK13", ("tender",), Stage.STANDING),
        ("UK14", ("tender",), Stage.STANDING),
        ("UK15", ("award", "contract"), Stage.STANDING),
        ("UK16", ("tender",), Stage.ENDED),
        ("UK17", ("planning",), Stage.UNKNOWN),
    ],
)
def test_the_notice_type_decides_before_the_tags(
    notice_type: str, tags: tuple[str, ...], expected: Stage
) -> None:
    standing = stage.read(a_notice(notice_type=notice_type, tags=tags))
    assert standing.stage is expected


def test_the_reason_says_which_notice_and_when() -> None:
    standing = stage.read(a_notice(published=a_stated_time(utc(2026, 4, 10, 9, 50))))
    assert standing.because == "tender notice UK4 published on 10 April 2026"
    assert standing.since == utc(2026, 4, 10, 9, 50)
    assert standing.certainty is Certainty.STATED
    assert standing.notice_id == "000001-2026"


def test_an_hour_before_midnight_in_summer_is_the_next_day_in_the_uk() -> None:
    standing = stage.read(a_notice(published=a_stated_time(utc(2026, 6, 30, 23, 30))))
    assert standing.because.endswith("1 July 2026")


def test_an_award_notice_whose_awards_all_failed_ends_the_procurement() -> None:
    failed = (Award(id="1", status="unsuccessful"), Award(id="2", status="cancelled"))
    assert stage.read(a_notice(notice_type="UK6", awards=failed)).stage is Stage.CANCELLED
    mixed = (Award(id="1", status="unsuccessful"), Award(id="2", status="active"))
    assert stage.read(a_notice(notice_type="UK6", awards=mixed)).stage is Stage.AWARD_INTENDED


def test_a_tender_notice_that_says_withdrawn_is_cancelled() -> None:
    assert stage.read(a_notice(status="withdrawn")).stage is Stage.CANCELLED


@pytest.mark.parametrize(
    "words",
    [
        "This is a Provider Selection Regime (PSR) intention to award notice.",
        "This is a Provider Selection Regime (PSR) intended to award notice.",
        f"Under {REGIME}. The contract has not yet formally been awarded.",
        f"Under {REGIME}. The publication of this notice marks the start of the standstill period.",
        f"Under {REGIME}. Representations by providers must be made to decision makers by 8 June.",
        "This notice is an intention to award a contract to the existing provider following "
        "direct award process C.",
        "A contract award notice to intend to award a contract under the Provider Selection "
        "Regime Direct Award Process C",
        "Under Provider Selection\nRegime (PSR) Direct Award, Opt C, the body seeks to procure "
        "an advice service.",
    ],
)
@pytest.mark.parametrize("place", ["description", "additional_text", "lots"])
def test_an_intention_to_award_is_recognised_by_its_words_wherever_they_stand(
    words: str, place: str
) -> None:
    value = (Lot(id="1", status="cancelled", description=words),) if place == "lots" else words
    standing = stage.read(on_an_older_form(**{place: value}))
    assert standing.stage is Stage.AWARD_INTENDED
    assert "intention to award" in standing.because


def test_an_intention_to_award_dressed_up_as_an_active_tender_is_never_open() -> None:
    """The trap of 050518-2026: the date ends the time for representations."""
    notice = on_an_older_form(
        tags=("tender",),
        status="active",
        deadline=a_stated_time(utc(2026, 6, 8, 22, 59)),
        description=f"This is a Provider Selection Regime (PSR) intended award notice. {REGIME}",
        additional_text="Transparency - Intention to Award Notice, Most Suitable Provider Process",
    )
    standing = stage.read(notice)
    assert standing.stage is Stage.AWARD_INTENDED
    assert not stage.is_open(standing)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("(PSR) confirmation of contract award notice.", Stage.AWARDED),
        ("The contract has now been formally awarded. (PSR)", Stage.AWARDED),
        ("(PSR) The publication of this notice marks the award to a provider.", Stage.AWARDED),
        ("(PSR) notice of intended approach", Stage.INTENDED_DIRECT),
        (
            "Northmoor ICB gives notice of its intention to follow the Most Suitable Provider "
            "Process.",
            Stage.INTENDED_DIRECT,
        ),
        ("(PSR) modification notice: the contract is extended.", Stage.MODIFIED),
        ("(PSR) urgent award notice", Stage.AWARDED),
        ("(PSR) The authority has decided to abandon this procurement.", Stage.CANCELLED),
        ("(PSR) Notice of abandonment", Stage.CANCELLED),
        ("Awarded under Direct Award Process A to the only capable provider.", Stage.AWARDED),
        ("Direct Award Process B: all who qualify have a contract.", Stage.AWARDED),
    ],
)
def test_each_kind_of_health_notice_is_known_by_its_words(words: str, expected: Stage) -> None:
    assert stage.read(on_an_older_form(description=words)).stage is expected


def test_the_welsh_regime_speaks_alike() -> None:
    words = (
        "This is a Provider Selection Regime Wales (PSR Wales) confirmation of contract award "
        "notice under the Health Services (Provider Selection Regime) (Wales) Regulations 2025."
    )
    assert stage.read(on_an_older_form(description=words)).stage is Stage.AWARDED


def test_an_offer_to_all_who_qualify_is_open_to_join() -> None:
    words = "Patient choice: Direct Award Process B. Any provider that qualifies may apply."
    notice = on_an_older_form(tags=("tender",), status="active", description=words)
    assert stage.read(notice).stage is Stage.STANDING


@pytest.mark.parametrize(
    "words",
    [
        "This is a Provider Selection Regime (PSR) Contract Notice, run as a competitive process.",
        f"Tenders are invited under {REGIME}. An intention to award notice will be published "
        "after evaluation.",
        f"{REGIME}: it is our intention to award one contract for three years.",
        f"{REGIME}. The authority reserves the right to abandon the procurement.",
        f"{REGIME}. Following the publication of the intention to award notice, providers may "
        "make representations.",
        f"{REGIME}. Contract modifications are governed by regulation 13.",
    ],
)
def test_a_health_tender_that_speaks_of_later_notices_is_open(words: str) -> None:
    notice = on_an_older_form(
        tags=("tender",), status="active", description=words, deadline=a_stated_time()
    )
    assert stage.read(notice).stage is Stage.OPEN


def test_a_confirmation_that_mentions_the_earlier_intention_is_an_award() -> None:
    words = (
        "This is a (PSR) confirmation of award notice. Following the publication of the "
        "intention to award notice no representations were made."
    )
    assert stage.read(on_an_older_form(description=words)).stage is Stage.AWARDED


def test_a_change_notice_may_be_the_confirmation_of_an_intention() -> None:
    update = on_an_older_form(
        tags=("tenderUpdate",),
        status=None,
        description="This is a Provider Selection Regime (PSR) intention to award notice.",
        additional_text="Confirmation of award: the contract has been signed.",
    )
    assert stage.read(update).stage is Stage.AWARDED


def test_party_names_never_make_a_health_notice() -> None:
    notice = on_an_older_form(
        tags=("tender",),
        status="active",
        description="Cleaning of council offices. We intend to award one contract.",
        other_organisations=("Provider Selection Regime (PSR) Review Panel",),
        deadline=a_stated_time(),
    )
    assert stage.read(notice).stage is Stage.OPEN


@pytest.mark.parametrize(
    "words",
    [
        "The buyer intends to award contracts to the top two bidders.",
        "A lot that allows members to direct award.",
        "Providers must be accredited. Materials framework, managed service direct award.",
    ],
)
def test_words_of_ordinary_tenders_do_not_make_them_awards(words: str) -> None:
    notice = on_an_older_form(
        tags=("tender",), status="active", description=words, deadline=a_stated_time()
    )
    assert stage.read(notice).stage is Stage.OPEN


def test_lots_called_cancelled_on_an_older_award_do_not_cancel_it() -> None:
    notice = on_an_older_form(
        lots=(Lot(id="1", status="cancelled"),), awards=(Award(id="1", status="active"),)
    )
    assert stage.read(notice).stage is Stage.AWARDED


def test_an_older_award_without_competition_and_signature_is_still_to_come() -> None:
    details = "Award procedure without prior publication of a call for competition"
    decided = Award(id="1", status="active", decided=a_stated_time())
    assert (
        stage.read(on_an_older_form(method_details=details, awards=(decided,))).stage
        is Stage.INTENDED_DIRECT
    )
    signed = Award(id="1", status="active", decided=a_stated_time(), signed=a_stated_time())
    assert (
        stage.read(on_an_older_form(method_details=details, awards=(signed,))).stage
        is Stage.AWARDED
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("award",), Stage.AWARDED),
        (("awardUpdate",), Stage.AWARDED),
        (("awardUpdate", "contractUpdate"), Stage.MODIFIED),
        (("contractAmendment",), Stage.MODIFIED),
        (("contractTermination",), Stage.ENDED),
        (("tenderCancellation",), Stage.CANCELLED),
        (("implementation",), Stage.IN_CONTRACT),
        (("somethingNew",), Stage.CLOSED),
    ],
)
def test_older_forms_are_read_by_their_tags(tags: tuple[str, ...], expected: Stage) -> None:
    assert stage.read(on_an_older_form(tags=tags)).stage is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"documents": (Document(id="1", document_type="marketEngagementNotice"),)},
            Stage.ENGAGEMENT,
        ),
        (
            {"documents": (Document(id="1", document_type="plannedProcurementNotice"),)},
            Stage.PLANNED,
        ),
        ({"engagement_deadline": a_stated_time()}, Stage.ENGAGEMENT),
        ({"status": "planning"}, Stage.ENGAGEMENT),
        ({"status": "planned", "expected_tender": a_stated_time()}, Stage.PLANNED),
        ({"description": "A market engagement event will be held."}, Stage.ENGAGEMENT),
        ({"description": "A service will be needed next year."}, Stage.PLANNED),
        ({"ocid": "ocds-r6ebe6-0000900001"}, Stage.ENGAGEMENT),
        (
            {"related": (RelatedProcess(relationship="canonical", identifier="ocds-kuma6s-9"),)},
            Stage.ENGAGEMENT,
        ),
    ],
)
def test_planning_is_engagement_or_a_plan(facts: dict[str, Any], expected: Stage) -> None:
    notice = on_an_older_form(**{"tags": ("planning",), "status": None, **facts})
    assert stage.read(notice).stage is expected


@pytest.mark.parametrize(
    "words",
    [
        "As this is a dynamic purchasing system, bidders may submit applications at any time.",
        "The list will be open to new entrants throughout its life.",
        "The purpose is to establish a Dynamic Purchasing System for support at home.",
    ],
)
def test_a_list_that_can_be_joined_while_it_lasts_is_standing(words: str) -> None:
    notice = on_an_older_form(tags=("tender",), status="active", description=words)
    assert stage.read(notice).stage is Stage.STANDING


def test_a_call_off_from_such_a_list_is_not() -> None:
    notice = on_an_older_form(
        tags=("tender",),
        status="active",
        title="Mini competition under the DPS for support at home",
        deadline=a_stated_time(),
    )
    assert stage.read(notice).stage is Stage.OPEN


def test_a_change_notice_that_says_nothing_new_leaves_the_stage_unknown() -> None:
    update = on_an_older_form(tags=("tenderUpdate",), status=None)
    assert stage.read(update).stage is Stage.UNKNOWN


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": ProcurementKind.GRANT}, Stage.OPEN),
        ({"kind": ProcurementKind.GRANT, "status": "Closed"}, Stage.CLOSED),
        ({"kind": ProcurementKind.GRANT, "status": "Forthcoming"}, Stage.PLANNED),
        ({"kind": ProcurementKind.CONSULTATION}, Stage.OPEN),
        ({"kind": ProcurementKind.NEWS}, Stage.UNKNOWN),
        ({"status": "Live"}, Stage.OPEN),
        ({"status": "Future opportunity"}, Stage.PLANNED),
        ({"status": "Early engagement"}, Stage.ENGAGEMENT),
        ({"status": "Awarded"}, Stage.AWARDED),
        ({}, Stage.OPEN),
        ({"deadline": None}, Stage.UNKNOWN),
    ],
)
def test_feeds_and_lists_are_read_by_kind_status_and_deadline(
    facts: dict[str, Any], expected: Stage
) -> None:
    assert stage.read(a_listed_item(**facts)).stage is expected


WILD = st.text(max_size=40) | st.sampled_from(
    ["(PSR) intention to award notice", "abandoned", "tender", "DPS", "at any time", "cancelled"]
)


@given(
    st.tuples() | st.tuples(WILD) | st.tuples(WILD, WILD),
    st.none() | WILD,
    st.none() | WILD,
    st.none() | WILD,
    st.none() | WILD,
)
def test_whatever_a_notice_says_it_gets_a_stage_with_reason(
    tags: tuple[str, ...],
    notice_type: str | None,
    status: str | None,
    description: str | None,
    legal_basis: str | None,
) -> None:
    notice = a_notice(
        tags=tags,
        notice_type=notice_type,
        status=status,
        description=description,
        legal_basis=legal_basis,
        published=None,
    )
    standing = stage.read(notice)
    assert standing.because
    assert standing.since is None
    assert standing == stage.read(notice)


def test_every_stage_has_a_label_and_a_meaning() -> None:
    assert stage.label(Stage.OPEN) == "Open for bids"
    assert stage.label(Stage.OPEN, ProcurementKind.GRANT) == "Open for applications"
    assert stage.label(Stage.AWARD_INTENDED) == "Award intended (standstill)"
    labels = [stage.label(each) for each in Stage]
    assert len(set(labels)) == len(labels)
    assert all(stage.explain(each).endswith(".") for each in Stage)
