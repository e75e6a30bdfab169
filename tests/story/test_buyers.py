"""What kind of body buys, and for whom an agent buys."""

from typing import Any

import pytest

from aggregator import buyers, link, stage
from aggregator.model import BuyerKind, Candidate, Facts, Stage
from aggregator.testing import a_buyer, a_notice, a_stored_notice

KINDS = {
    "Birmingham City Council": BuyerKind.COUNCIL,
    "London Borough of Lambeth": BuyerKind.COUNCIL,
    "Solihull MBC": BuyerKind.COUNCIL,
    "Northmoor Parish Council": BuyerKind.COUNCIL,
    "West Midlands Combined Authority": BuyerKind.COMBINED_AUTHORITY,
    "NHS Black Country Integrated Care Board": BuyerKind.ICB,
    "NHS Vale of Arden ICB": BuyerKind.ICB,
    "Black Country Healthcare NHS Foundation Trust": BuyerKind.MENTAL_HEALTH_TRUST,
    "Northmoor Hospitals NHS Trust": BuyerKind.NHS_TRUST,
    "NHS England": BuyerKind.NHS_ENGLAND,
    "Cardiff and Vale University Health Board": BuyerKind.HEALTH_BOARD,
    "NHS Lothian": BuyerKind.HEALTH_BOARD,
    "Belfast Health and Social Care Trust": BuyerKind.HEALTH_BOARD,
    "Edinburgh Health and Social Care Partnership": BuyerKind.PARTNERSHIP,
    "Police and Crime Commissioner for Arden": BuyerKind.POLICE,
    "Ministry of Justice": BuyerKind.JUSTICE,
    "University of Northmoor": BuyerKind.UNIVERSITY,
    "Northmoor Academies": BuyerKind.EDUCATION,
    "Department for Work and Pensions": BuyerKind.CENTRAL,
    "Northmoor Housing Association": BuyerKind.HOUSING,
    "Northmoor Voluntary Action": BuyerKind.CHARITY,
    "NHS Arden and GEM CSU": BuyerKind.AGENT,
    "NHS London Commercial Hub": BuyerKind.AGENT,
    "NHS Wales Shared Services Partnership": BuyerKind.AGENT,
    "Crown Commercial Service": BuyerKind.AGENT,
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_kind_of_a_buyer_is_known(name: str, kind: BuyerKind) -> None:
    assert buyers.kind(name) is kind
    assert buyers.kind(name.upper()) is kind


@pytest.mark.parametrize(
    "name",
    [
        "Arts Council England",
        "British Council",
        "General Medical Council",
        "Northmoor Ltd",
        "",
        "—",
    ],
)
def test_what_neither_table_nor_words_tell_is_left_open(name: str) -> None:
    assert buyers.kind(name) is None


def test_every_kind_has_words_for_readers() -> None:
    assert set(buyers.LABELS) == set(BuyerKind)


CSU = "NHS Midshire CSU"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("NHS Midshire CSU on behalf of NHS Vale of Arden ICB invites bids.",
         ("NHS Vale of Arden ICB",)),
        ("This is run on behalf of the Vale of Arden Integrated Care Board (ICB), in short.",
         ("Vale of Arden Integrated Care Board",)),
        ("Published on behalf of Northmoor Council and the Vale of Arden ICB. Bids by noon.",
         ("Northmoor Council and the Vale of Arden ICB",)),
        ("Bids may be made on behalf of a consortium.", ()),
        ("Staff act on behalf of Patients and their families.", ()),
    ],
)  # fmt: skip
def test_for_whom_an_agent_buys_is_read_from_the_notice(words: str, named: tuple[str, ...]) -> None:
    assert buyers.acting_for(the_facts(CSU, description=words)) == named


def test_what_a_council_does_on_behalf_of_others_makes_it_no_agent() -> None:
    text = "The service works on behalf of the Vale of Arden ICB."
    facts = the_facts("Northmoor Council", description=text)
    assert buyers.acting_for(facts) == ()
    assert buyers.in_words(facts) is None


def test_a_buyer_whose_name_says_for_whom_it_buys_is_read_as_well() -> None:
    facts = the_facts("Northmoor Council on behalf of Vale of Arden ICB")
    assert buyers.acting_for(facts) == ("Vale of Arden ICB",)


def test_the_real_buyer_is_named_in_words() -> None:
    facts = the_facts(CSU, description="On behalf of Vale of Arden ICB.")
    assert buyers.in_words(facts) == (
        "NHS Midshire CSU buys for others: here for Vale of Arden ICB, as the notice says"
    )
    assert buyers.in_words(the_facts(CSU)) == (
        "NHS Midshire CSU buys for others; the notice does not say for whom"
    )


def the_facts(buyer: str, **changes: Any) -> Facts:
    return a_notice(buyers=(a_buyer(buyer),), **changes).facts


def joined(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two notices under one ocid are of one procurement."""
    known = Candidate(opportunity_id="fn-known", stored=a_stored_notice(7, **one), keys=("ocid:…",))
    return bool(link.decide(a_notice(notice_id="000002-2026", **other), [known]))


def by(buyer: str, principal: str | None = None) -> dict[str, Any]:
    text = f"On behalf of {principal}." if principal else "A crisis café."
    return {"buyers": (a_buyer(buyer),), "description": text}


def test_one_ocid_under_an_agent_holds_the_procurements_of_each_body_it_buys_for() -> None:
    assert not joined(by(CSU, "Vale of Arden ICB"), by(CSU, "Northmoor Council"))
    assert joined(by(CSU, "Vale of Arden ICB"), by(CSU, "NHS Vale of Arden ICB"))


def test_an_award_by_the_real_buyer_belongs_to_the_call_of_its_agent() -> None:
    assert joined(by(CSU, "Vale of Arden ICB"), by("NHS Vale of Arden ICB"))
    assert joined(by(CSU, "Vale of Arden ICB"), by(CSU))


def test_bodies_that_are_no_agents_are_compared_as_before() -> None:
    assert not joined(by("Northmoor Council"), by("Southmoor Council"))
    assert joined(by("Northmoor Council", "Vale of Arden ICB"), by("Northmoor Council"))


def test_an_older_form_that_flags_a_dynamic_purchasing_system_is_a_list_to_join() -> None:
    flagged = {"notice_type": None, "legal_basis": "CELEX 32014L0024", "dynamic_market": True}
    found = stage.read(a_notice(**flagged))
    assert found.stage is Stage.STANDING
    assert "dynamic purchasing system" in found.because
    assert stage.read(a_notice(**flagged, method_details="Call-off")).stage is Stage.OPEN
    assert stage.read(a_notice(dynamic_market=True)).stage is Stage.OPEN
