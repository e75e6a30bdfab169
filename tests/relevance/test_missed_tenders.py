"""Tenders that the official search for "mental health" does not find."""

import pytest

from tests.relevance.subjects import RANK, judged, verdict, words


@pytest.mark.parametrize(
    ("title", "service_type"),
    [
        ("Talking therapies for adults", "talking_therapies"),
        ("Crisis cafés", "crisis"),
        ("Daytime Wellbeing Hub and Evening Safe Haven", "crisis"),
        ("Bereaved by suicide service", "postvention"),
        ("Self-harm prevention project", "suicide_prevention"),
        ("Emotional wellbeing service for young people", "camhs_cyp"),
        ("i-Thrive Getting Advice and Getting Help", "camhs_cyp"),
        ("Access to counselling in schools", "schools_counselling"),
        ("Recovery college", "recovery_college"),
        ("Guided self-help and psychological interventions", "talking_therapies"),
        ("Parent-infant relationship service", "perinatal"),
        ("Eating disorders day service", "eating_disorders"),
        ("Distress Brief Intervention", "crisis"),
        ("Statutory advocacy services", "advocacy"),
        ("Peer worker provision", "peer_workers"),
        ("Hearing voices groups", "eip"),
    ],
)
def test_a_service_is_found_without_the_words_mental_health(title: str, service_type: str) -> None:
    judgement = judged(title)
    assert judgement.verdict == "core"
    assert service_type in judgement.types


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("SOLAR", "Emotional wellbeing and mental health support for children in the borough."),
        ("The Lantern", "An evening crisis café for adults in emotional distress."),
        ("PAUSE project", "Drop-in counselling and therapeutic support for young people."),
    ],
)
def test_a_name_that_says_nothing_is_read_together_with_the_description(
    title: str, description: str
) -> None:
    assert RANK[verdict(title, description)] >= RANK["related"]


@pytest.mark.parametrize(
    "title", ["MHST wave 12", "IMHA and IMCA services", "CYP EHWB pathway", "CAMHS tier 2", "EWMHS"]
)
def test_abbreviations_are_known_in_capitals(title: str) -> None:
    assert verdict(title) == "core"


def test_an_abbreviation_in_small_letters_needs_brackets() -> None:
    assert verdict("the act on imha arms") == "no"
    assert verdict("Advocates (imha) for adults") == "core"


@pytest.mark.parametrize("code", ["75000000", "98000000", "80000000", "79000000", "48000000"])
def test_a_wrong_cpv_code_never_hides_a_service(code: str) -> None:
    assert verdict("Community mental health recovery service", cpv=(code,)) == "core"


def test_a_cpv_code_alone_makes_no_service_core() -> None:
    judgement = judged("Framework for providers", cpv=("85312320",))
    assert judgement.verdict == "possible"
    assert "CPV code 85312320" in words(judgement)


def test_an_empty_text_from_a_likely_buyer_is_kept_for_a_look() -> None:
    judgement = judged(
        "Community pathway 2027",
        organisations=("NHS Northmoor Integrated Care Board",),
        cpv=("85100000",),
    )
    assert judgement.verdict == "possible"
    assert "says very little" in words(judgement)


def test_an_empty_text_is_not_kept_when_buyer_or_code_or_title_speak_against() -> None:
    board = ("NHS Northmoor Integrated Care Board",)
    assert verdict("Community pathway 2027", organisations=("Northmoor Council",)) == "no"
    assert verdict("Community pathway 2027", organisations=board, cpv=("45000000",)) == "no"
    assert verdict("Laundry services", organisations=board, cpv=("98310000",)) == "no"


def test_an_unsure_title_without_a_description_is_kept_for_a_look() -> None:
    assert verdict("Crisis support") == "possible"


def test_no_title_and_no_text_is_judged_no_without_fuss() -> None:
    assert verdict(None) == "no"
    assert verdict("") == "no"


def test_old_names_are_known() -> None:
    assert verdict("Improving Access to Psychological Therapies (IAPT)") == "core"
    assert RANK[verdict("Supporting People programme")] >= RANK["related"]


def test_related_services_are_found_but_are_not_core() -> None:
    for title in (
        "Domestic abuse support service",
        "Dementia advisory service",
        "Adult drug and alcohol treatment and recovery service",
        "Carers' support service",
        "Social prescribing link workers",
        "Floating support and tenancy sustainment",
        "Befriending for isolated older people",
    ):
        assert verdict(title) == "related", title
