"""What is probably one procurement: by which evidence, and what keeps two apart."""

from typing import Any

import pytest

from aggregator import link
from aggregator.link import titles
from aggregator.link.references import in_words, references
from aggregator.link.succession import same_or_successor
from aggregator.model import Candidate, Notice
from aggregator.testing import a_buyer, a_notice, a_stated_time, a_stored_notice, utc

NOON = a_stated_time(utc(2026, 12, 4, 12))
COUNCIL = (a_buyer("Northmoor Council"),)


def elsewhere(**changes: Any) -> dict[str, Any]:
    """The same procurement as another service publishes it."""
    return {
        "source_id": "contracts-finder",
        "notice_id": "cf-1",
        "ocid": "ocds-b5fd17-one",
        "published": a_stated_time(utc(2026, 11, 3, 9)),
        **changes,
    }


def likely(new: Notice, **stored: Any) -> list[tuple[int, str]]:
    """Rule and evidence of a new notice with one that is stored, when their keys meet."""
    known = a_stored_notice(7, **stored)
    sought = link.all_keys(new).sought
    shared = tuple(key for key in link.all_keys(known.notice).kept if key in sought)
    if not shared:
        return []
    candidate = Candidate(opportunity_id="fn-known", stored=known, keys=shared)
    return [(one.rule, one.evidence) for one in link.likely.decide(new, [candidate])]


def both_ways(one: dict[str, Any], other: dict[str, Any]) -> list[int]:
    """The rule, whichever of the two came first."""
    there, back = likely(a_notice(**one), **other), likely(a_notice(**other), **one)
    assert [rule for rule, _ in there] == [rule for rule, _ in back]
    return [rule for rule, _ in there]


def test_the_same_title_buyer_and_deadline_on_two_services_are_probably_one() -> None:
    assert likely(a_notice(), **elsewhere()) == [
        (5, "same title, deadlines within a day and same buyer (Northmoor Council)")
    ]


def test_the_same_portal_number_and_buyer_are_probably_one() -> None:
    new = a_notice(reference="NORTHM001-DN789458-12345678", title="Northmoor: Crisis café, adults")
    found = likely(new, **elsewhere(additional_text="See DN789458.", deadline=None))
    assert found == [(4, "same ProContract number DN789458 and same buyer (Northmoor Council)")]


@pytest.mark.parametrize(
    ("reference", "number", "words"),
    [
        ("ABC001-DN123456-1", "dn123456", "ProContract number DN123456"),
        ("C450113", "c450113", "Atamis number C450113"),
        ("IT-285-8679- HCC2416048 - AWARD", "it285-8679", "In-Tend number IT-285-8679"),
        ("tender_237176/850550", "tender237176", "Jaggaer number tender_237176"),
        ("CAV-PROJECT_58642", "project58642", "Jaggaer number project_58642"),
        ("PID=40123", "pid40123", "EU-Supply number PID40123"),
    ],
)
def test_the_numbers_of_portals_are_known(reference: str, number: str, words: str) -> None:
    assert references(a_notice(reference=reference)).own == {number}
    assert in_words(number) == words


def test_a_number_named_with_a_framework_or_an_earlier_contract_is_not_its_own() -> None:
    for text in (
        "A call-off from the framework DN789458.",
        "This replaces the contract let under DN789458.",
        "Further competition under 2025/S 000-002404.",
    ):
        found = references(a_notice(description=text))
        assert found.all == found.named == frozenset(), text


def test_a_notice_of_find_a_tender_named_in_the_text_is_probably_the_same() -> None:
    naming = elsewhere(description="Published as 2026/S 000-000001.", deadline=None)
    assert both_ways(naming, {}) == [4]
    found = likely(a_notice(**naming))
    assert found == [(4, "names notice 000001-2026 and same buyer (Northmoor Council)")]


def test_a_call_off_that_names_its_framework_is_another_procurement() -> None:
    framework = {"title": "Mental health support framework", "framework": True, "deadline": None}
    named = "Awarded under 2026/S 000-000001."
    for title in ("Mental health support framework call-off", "Direct award: support"):
        assert both_ways(elsewhere(title=title, description=named, deadline=None), framework) == []
    other = elsewhere(title="Transport to day centres", description=named, deadline=None)
    assert both_ways(other, framework) == []


def test_the_scottish_reference_and_the_number_of_an_ocid_are_probably_one() -> None:
    copy = {"additional_text": "Community benefits (SC Ref:821412)", "deadline": None}
    original = elsewhere(source_id="pcs", ocid="ocds-r6ebe6-0000821412", deadline=None)
    assert both_ways(copy, original) == [4]
    assert both_ways({**copy, "title": "Something else entirely"}, original) == []


@pytest.mark.parametrize(
    "title",
    [
        "CRISIS CAFE FOR ADULTS - AWARD",
        "NMC08/24 - Crisis café for adults",
        "Northmoor Council - Crisis Café for Adults",
        "Provision of a Crisis Café Service for Adults",
        "Caffi argyfwng i oedolion / Crisis café for adults",
        "Adults: crisis café",
    ],
)
def test_prefixes_suffixes_and_languages_do_not_hide_a_title(title: str) -> None:
    assert both_ways(elsewhere(title=title), {}) == [5]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Home care lot 1", "Home care lot 2"),
        ("Home care (Lot A)", "Home care"),
        ("Youth counselling 2025/26", "Youth counselling 2026/27"),
        ("Counselling North", "Counselling South"),
        ("A14 resurfacing works", "A47 resurfacing works"),
        ("School health 0-5", "School health 5-19"),
        ("Phase 1 refurbishment of hub", "Phase 2 refurbishment of hub"),
        ("Advocacy for adults", "Advocacy for children"),
        ("Crisis house", "Crisis café"),
    ],
)
def test_what_differs_in_lot_year_place_or_people_is_not_one(one: str, other: str) -> None:
    assert both_ways(elsewhere(title=one), {"title": other}) == []


def test_a_slip_of_the_pen_in_a_long_word_does_not_hide_a_title() -> None:
    slip = elsewhere(title="Bereavment counselling for adults")
    assert both_ways(slip, {"title": "Bereavement counselling for adults"}) == [5]


def test_another_buyer_is_another_procurement() -> None:
    assert both_ways(elsewhere(buyers=(a_buyer("Saltmarsh Council"),)), {}) == []


def test_a_buyer_and_its_successor_may_be_one_but_never_for_certain() -> None:
    group = (a_buyer("NHS Mid Essex CCG"),)
    board = (a_buyer("NHS Mid and South Essex Integrated Care Board"),)
    merged = (a_buyer("NHS Essex ICB"),)
    for one, other in ((group, board), (board, merged), (group, merged)):
        assert both_ways(elsewhere(buyers=one), {"buyers": other}) == [5]
    new = a_notice(notice_id="000002-2026", buyers=merged)
    known = Candidate(opportunity_id="fn", stored=a_stored_notice(buyers=board), keys=())
    assert link.decide(new, [known]) == ()


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        ("Somerset County Council", "Somerset Council", True),
        ("Cumbria County Council", "Westmorland and Furness Council", True),
        ("NHS North Central London ICB", "NHS West and North London ICB", True),
        ("Cumberland Council", "Westmorland and Furness Council", False),
        ("NHS Devon ICB", "NHS Dorset ICB", False),
    ],
)
def test_who_followed_whom_is_known(old: str, new: str, follows: bool) -> None:
    assert same_or_successor(old, new) is follows
    assert same_or_successor(new, old) is follows


def test_a_re_tender_with_the_same_title_is_another_procurement() -> None:
    later = a_stated_time(utc(2027, 2, 1, 12))
    assert both_ways(elsewhere(deadline=later), {}) == []


def test_deadlines_a_day_apart_may_be_one_and_two_days_are_not() -> None:
    for day, rules in ((3, [5]), (5, [5]), (6, []), (2, [])):
        moved = a_stated_time(utc(2026, 12, day, 12))
        assert both_ways(elsewhere(deadline=moved), {}) == rules


def test_without_deadlines_the_week_and_the_step_decide() -> None:
    bare = {"deadline": None}
    assert both_ways(elsewhere(**bare), bare) == [5]
    month_end = {**bare, "published": a_stated_time(utc(2026, 11, 30, 9))}
    next_day = {**bare, "published": a_stated_time(utc(2026, 12, 1, 9))}
    assert both_ways(elsewhere(**next_day), month_end) == [5]
    late = elsewhere(**bare, published=a_stated_time(utc(2026, 11, 20)))
    assert both_ways(late, bare) == []
    award = {**bare, "tags": ("award",), "notice_type": "UK6"}
    assert both_ways(elsewhere(**bare), award) == []


def test_two_references_of_one_portal_are_two_procurements() -> None:
    one, other = {"reference": "X001-DN700001-1"}, {"reference": "X001-DN700002-1"}
    assert both_ways(elsewhere(**one), other) == []


def test_one_source_that_gave_two_references_meant_two_procurements() -> None:
    second = {"notice_id": "000002-2026", "ocid": "ocds-h6vhtk-000002"}
    assert both_ways({**second, "reference": "NMC-2"}, {"reference": "NMC-1"}) == []
    assert both_ways({**second, "reference": "NMC-1 - AWARD"}, {"reference": "NMC-1"}) == [5]


def test_what_is_likely_never_joins() -> None:
    known = Candidate(opportunity_id="fn", stored=a_stored_notice(**elsewhere()), keys=())
    assert link.decide(a_notice(), [known]) == ()


@pytest.mark.parametrize("title", ["", "-", "/", "|||", "a / b", "£££", "x" * 5000, "1 " * 999])
def test_odd_titles_are_taken_apart_without_harm(title: str) -> None:
    assert not titles.alike(titles.read(title), titles.read("Crisis café"), COUNCIL)
    link.all_keys(a_notice(title=title))
