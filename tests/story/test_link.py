"""Which notices find each other, which belong together, and the evidence in words."""

from typing import Any

import pytest

from aggregator import link
from aggregator.link.buyers import same_name
from aggregator.model import Candidate, Notice, RelatedProcess
from aggregator.testing import a_buyer, a_notice, a_stored_notice

COUNTY = "Northmoor County Council"
SCOTTISH = "ocds-r6ebe6-0000900001"


def a_candidate(opportunity_id: str = "fn-one", number: int = 1, **changes: Any) -> Candidate:
    stored = a_stored_notice(number, **changes)
    return Candidate(opportunity_id=opportunity_id, stored=stored, keys=link.keys(stored.notice))


def canonical(ocid: str) -> tuple[RelatedProcess, ...]:
    return (
        RelatedProcess(
            relationship="canonical", identifier=f"https://example.org/Notice?id={ocid}"
        ),
    )


def earlier(identifier: str, scheme: str | None = "EU-OJ") -> tuple[RelatedProcess, ...]:
    return (RelatedProcess(relationship="planning", identifier=identifier, scheme=scheme),)


def rules(joins: tuple[link.Join, ...]) -> list[tuple[str, int]]:
    return [(join.opportunity_id, join.rule) for join in joins]


def share_a_key(one: Notice, other: Notice) -> bool:
    return not set(link.keys(one)).isdisjoint(link.keys(other))


def test_without_candidates_a_notice_begins_a_story() -> None:
    assert link.decide(a_notice(), ()) == ()


def test_the_same_number_and_buyer_are_one_procurement() -> None:
    (join,) = link.decide(a_notice(notice_id="000002-2026"), [a_candidate()])
    assert (join.opportunity_id, join.rule) == ("fn-one", 1)
    assert join.evidence == (
        "same procurement number ocds-h6vhtk-000001 and same buyer (Northmoor Council)"
    )


def test_one_number_of_two_buyers_is_two_procurements() -> None:
    new = a_notice(notice_id="000002-2026", buyers=(a_buyer("Vale of Arden ICB"),))
    assert link.decide(new, [a_candidate()]) == ()


def test_of_many_buyers_under_one_number_each_finds_its_own() -> None:
    candidates = [
        a_candidate("fn-one", 1, notice_id="000001-2026", buyers=(a_buyer("Northmoor Council"),)),
        a_candidate("fn-two", 2, notice_id="000002-2026", buyers=(a_buyer("Vale of Arden ICB"),)),
    ]
    new = a_notice(notice_id="000003-2026", buyers=(a_buyer("Vale of Arden ICB"),))
    assert rules(link.decide(new, candidates)) == [("fn-two", 1)]


def test_a_notice_without_buyer_goes_with_the_only_one_there_is() -> None:
    (join,) = link.decide(a_notice(notice_id="000002-2026", buyers=()), [a_candidate()])
    assert join.rule == 1
    assert "names no buyer" in join.evidence


def test_a_notice_without_buyer_never_ties_the_procurements_of_several_buyers_together() -> None:
    candidates = [
        a_candidate("fn-one", 1, notice_id="000001-2026", title="Crisis café"),
        a_candidate(
            "fn-two", 2, notice_id="000002-2026", title="Helpline", buyers=(a_buyer("Arden ICB"),)
        ),
    ]
    by_title = a_notice(notice_id="000003-2026", buyers=(), title="HELPLINE")
    unknown = a_notice(notice_id="000004-2026", buyers=(), title="Something else")
    assert rules(link.decide(by_title, candidates)) == [("fn-two", 1)]
    assert link.decide(unknown, candidates) == ()


def test_a_new_version_joins_its_own_notice_whatever_it_says() -> None:
    new = a_notice(version="v2", ocid=None, buyers=(a_buyer("Another body"),))
    (join,) = link.decide(new, [a_candidate(ocid=None)])
    assert (join.rule, join.evidence) == (1, "another version of notice 000001-2026")


def test_two_numbers_with_one_scottish_original_are_one() -> None:
    twin = a_candidate(ocid="ocds-h6vhtk-00000a", related=canonical(SCOTTISH))
    new = a_notice(ocid="ocds-h6vhtk-00000b", notice_id="000002-2026", related=canonical(SCOTTISH))
    (join,) = link.decide(new, [twin])
    assert join.rule == 2
    assert join.evidence == f"both are copies of {SCOTTISH} on Public Contracts Scotland"
    assert share_a_key(new, twin.stored.notice)


@pytest.mark.parametrize("copy_first", [True, False])
def test_the_original_and_its_copy_find_each_other_whichever_comes_first(copy_first: bool) -> None:
    copy = {"related": canonical(SCOTTISH)}
    original = {"source_id": "public-contracts-scotland", "ocid": SCOTTISH, "notice_id": SCOTTISH}
    first, second = (copy, original) if copy_first else (original, copy)
    candidate = a_candidate(**first)
    new = a_notice(**{"notice_id": "000002-2026", **second})
    assert share_a_key(new, candidate.stored.notice)
    (join,) = link.decide(new, [candidate])
    assert join.rule == 2
    assert SCOTTISH in join.evidence


def test_a_malformed_welsh_address_still_names_its_original() -> None:
    broken = (
        RelatedProcess(
            relationship="canonical",
            identifier="https://example.org/v1?lang=cy/Notice?id=ocds-kuma6s-900002",
        ),
    )
    assert "ocid:ocds-kuma6s-900002" in link.keys(a_notice(related=broken))


def test_of_several_references_the_last_counts() -> None:
    old_and_new = "Replaces (SC Ref:900100). To register see below. (SC Ref:900200)"
    candidate = a_candidate(ocid="ocds-r6ebe6-0000900100", additional_text="(SC Ref:900200)")
    new = a_notice(notice_id="000002-2026", ocid="ocds-h6vhtk-00000b", additional_text=old_and_new)
    (join,) = link.decide(new, [candidate])
    assert join.evidence == "same reference SC 900200 on Public Contracts Scotland"
    assert "scref:900100" not in link.keys(new)


def test_a_reference_is_never_the_number_in_an_ocid() -> None:
    scottish = a_notice(ocid="ocds-r6ebe6-0000900100", source_id="public-contracts-scotland")
    copy = a_notice(ocid="ocds-h6vhtk-00000b", additional_text="(SC Ref:900100)")
    assert not any("900100" in key and key.startswith("scref") for key in link.keys(scottish))
    assert "ocid:ocds-r6ebe6-0000900100" not in link.keys(copy)


def test_scottish_and_welsh_references_of_one_number_are_two() -> None:
    candidate = a_candidate(ocid="ocds-h6vhtk-00000a", additional_text="(SC Ref:900200)")
    new = a_notice(
        notice_id="000002-2026", ocid="ocds-h6vhtk-00000b", additional_text="(WA Ref:900200)"
    )
    assert link.decide(new, [candidate]) == ()


def test_a_reference_of_another_buyer_joins_nothing() -> None:
    candidate = a_candidate(ocid="ocds-h6vhtk-00000a", additional_text="(SC Ref:900200)")
    new = a_notice(
        notice_id="000002-2026",
        ocid="ocds-h6vhtk-00000b",
        additional_text="(SC Ref:900200)",
        buyers=(a_buyer("Vale of Arden ICB"),),
    )
    assert link.decide(new, [candidate]) == ()


@pytest.mark.parametrize("plan_first", [True, False])
def test_a_tender_and_the_early_notice_it_names_are_one(plan_first: bool) -> None:
    plan = {"notice_id": "012546-2026", "ocid": "ocds-h6vhtk-00000a"}
    tender = {
        "notice_id": "ocds-kuma6s-900003-release-900003",
        "source_id": "sell2wales",
        "ocid": "ocds-kuma6s-900003",
        "related": earlier("2026/S 000-012546"),
    }
    first, second = (plan, tender) if plan_first else (tender, plan)
    candidate, new = a_candidate(**first), a_notice(**second)
    assert share_a_key(new, candidate.stored.notice)
    (join,) = link.decide(new, [candidate])
    assert join.rule == 3
    assert "earlier" in join.evidence


@pytest.mark.parametrize("withdrawal_first", [False, True])
def test_a_withdrawal_finds_every_edit_of_its_notice_by_the_address(
    withdrawal_first: bool,
) -> None:
    """Contracts Finder's search names the notice; its releases are that name and a number."""
    guid = "00000000-0000-4000-8000-0000000000a1"
    edits = [
        {
            "source_id": "contracts-finder",
            "notice_id": f"{guid}-{number}",
            "ocid": "ocds-b5fd17-00000000-0000-4000-8000-0000000000ff",
            "notice_type": None,
        }
        for number in (900001, 900002)
    ]
    withdrawal = {
        "source_id": "contracts-finder-withdrawn",
        "notice_id": guid,
        "ocid": None,
        "notice_type": None,
        "tags": ("tenderCancellation",),
        "related": earlier(guid, "CF-NOTICE"),
    }
    for edit in edits:
        early, late = (withdrawal, edit) if withdrawal_first else (edit, withdrawal)
        assert share_a_key(a_notice(**early), a_notice(**late))
        assert rules(link.decide(a_notice(**late), [a_candidate(**early)])) == [("fn-one", 3)]
    other = a_notice(**{**edits[0], "notice_id": "00000000-0000-4000-8000-0000000000a2-1"})
    assert link.decide(other, [a_candidate(**withdrawal)]) == ()


def test_numbers_of_the_european_journal_are_no_notices_of_ours() -> None:
    assert link.keys(a_notice(related=earlier("2019/S 028-061639"))) == link.keys(a_notice())


def test_one_early_notice_that_led_to_two_tenders_does_not_make_them_one() -> None:
    plan = a_candidate("fn-one", 1, notice_id="004713-2026", ocid="ocds-h6vhtk-00000a")
    first = a_candidate(
        "fn-one", 2, notice_id="t1", ocid="ocds-kuma6s-900004", related=earlier("2026/S 000-004713")
    )
    second = a_notice(
        notice_id="t2", ocid="ocds-kuma6s-900005", related=earlier("2026/S 000-004713")
    )
    assert link.decide(second, [plan, first]) == ()
    assert link.decide(second, [first]) == ()


def test_an_early_notice_that_comes_last_goes_with_the_first_tender_that_names_it() -> None:
    tenders = [
        a_candidate(
            f"fn-{number}",
            number,
            notice_id=f"t{number}",
            ocid=f"ocds-kuma6s-90000{number}",
            related=earlier("2026/S 000-004713"),
        )
        for number in (7, 5)
    ]
    plan = a_notice(notice_id="004713-2026", ocid="ocds-h6vhtk-00000a")
    assert rules(link.decide(plan, tenders)) == [("fn-5", 3)]


@pytest.mark.parametrize("relationship", ["framework", "prior", "renewalProcess", "parent"])
def test_a_framework_or_former_contract_that_is_named_joins_nothing(relationship: str) -> None:
    related = (RelatedProcess(relationship=relationship, identifier="ocds-h6vhtk-00000a"),)
    call_off = a_notice(notice_id="000002-2026", ocid="ocds-h6vhtk-00000b", related=related)
    assert link.decide(call_off, [a_candidate(ocid="ocds-h6vhtk-00000a")]) == ()


def test_a_notice_can_show_two_stories_to_be_one_the_stronger_rule_first() -> None:
    candidates = [
        a_candidate("fn-copy", 1, notice_id="s1", source_id="pcs", ocid=SCOTTISH),
        a_candidate("fn-same", 2, notice_id="000001-2026"),
    ]
    new = a_notice(notice_id="000002-2026", related=canonical(SCOTTISH))
    assert rules(link.decide(new, candidates)) == [("fn-same", 1), ("fn-copy", 2)]


def test_the_order_of_candidates_does_not_matter() -> None:
    candidates = [
        a_candidate("fn-b", 2, notice_id="000002-2026"),
        a_candidate("fn-a", 1, notice_id="000001-2026"),
        a_candidate("fn-b", 3, notice_id="000003-2026"),
    ]
    new = a_notice(notice_id="000009-2026")
    assert rules(link.decide(new, candidates)) == [("fn-a", 1), ("fn-b", 1)]
    assert link.decide(new, candidates) == link.decide(new, candidates[::-1])


def test_a_moved_deadline_parts_nothing() -> None:
    new = a_notice(notice_id="000002-2026", deadline=None)
    assert rules(link.decide(new, [a_candidate()])) == [("fn-one", 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northmoor Council", "NORTHMOOR COUNCIL"),
        ("The Northmoor Council", "Northmoor Council"),
        ("Northmoor Housing Association Limited - AA00002", "Northmoor Housing Association"),
        ("Moorland Constabulary (MC) / Moorland Police Authority", "Moorland Constabulary"),
        ("Northmoor Commissioning Partnership", "Northmoor Comissioning Partnership"),
        ("Arden Procurement Partnership", "Arden Procuremnet Partnership"),
        ("Northmoor City Council, Adult Services", "Northmoor City Council"),
    ],
)
def test_spellings_of_one_body_are_the_same_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NHS North East Arden ICB", "NHS North West Arden ICB"),
        ("Bolton Council", "Boston Council"),
        ("Harlow Council", "Harrow Council"),
        ("Northampton Council", "Southampton Council"),
        ("Northmoor Council", "Northmoor NHS Trust"),
        ("Arden Housing - Eastfield", "Moor Council - Eastfield"),
        ("Council", "Council (Northmoor)"),
        ("East Moor Council", "West Moor Council"),
        ("Northmoor Council 1", "Southmoor Council 2"),
    ],
)
def test_different_bodies_are_never_the_same_name(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


def test_a_number_of_the_services_own_register_is_believed_over_names() -> None:
    number = "GB-PPON-ABCD-1234-EFGH"
    candidate = a_candidate(buyers=(a_buyer("Arden CCG", id=number),))
    renamed = a_notice(notice_id="000002-2026", buyers=(a_buyer("Arden ICB", id=number),))
    assert rules(link.decide(renamed, [candidate])) == [("fn-one", 1)]


def test_numbers_that_count_inside_one_notice_only_are_not_believed() -> None:
    candidate = a_candidate(buyers=(a_buyer("Arden ICB", id="org-1"),))
    new = a_notice(notice_id="000002-2026", buyers=(a_buyer(COUNTY, id="org-1"),))
    assert link.decide(new, [candidate]) == ()
