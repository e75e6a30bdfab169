"""Words that sound like mental health and mean something else."""

import pytest

from tests.relevance.subjects import RANK, judged, verdict, words

TRUST = ("Northmoor Mental Health NHS Foundation Trust",)

BOUGHT_FOR_A_TRUST = [
    ("Linen and laundry services", "98310000"),
    ("Soft FM services", "90910000"),
    ("Anti-ligature door replacement at Elm House", "45420000"),
    ("Electronic patient record system", "48814000"),
    ("Lease of vehicles", "34100000"),
    ("Furniture for the mental health unit", "39100000"),
    ("Catering for mental health wards", "55523000"),
]


@pytest.mark.parametrize(("title", "code"), BOUGHT_FOR_A_TRUST)
def test_what_a_mental_health_trust_buys_for_itself_is_not_mental_health(
    title: str, code: str
) -> None:
    assert verdict(title, organisations=TRUST, cpv=(code,)) == "no"


def test_a_paragraph_about_the_trust_says_nothing_about_the_purchase() -> None:
    about = "The Trust is a leading provider of mental health and learning disability services."
    judgement = judged("Patient meals", about, cpv=("55523000",))
    assert judgement.verdict == "no"
    assert "words about the buyer" in words(judgement)


@pytest.mark.parametrize(
    "boilerplate",
    [
        "The supplier shall comply with the Mental Health Act 1983 and all other legislation.",
        "Compliance with the Equality Act, the Care Act and the Mental Capacity Act is required.",
        "Disability means a physical or mental impairment under the Equality Act 2010.",
        "Social value: supporting the mental health and wellbeing of local people.",
        "Bidders demonstrate action to support the mental health of the contract workforce.",
        "Identify what you will do to influence the health and wellbeing, including mental health,"
        " of your staff and supply chain.",
        "The Well-being of Future Generations (Wales) Act 2015 applies.",
        "A mental health first aider on each site.",
        "Theme 5: Wellbeing: improve health and wellbeing and mental health.",
    ],
)
def test_standard_wording_counts_for_nothing(boilerplate: str) -> None:
    assert verdict("Grass cutting", boilerplate, cpv=("77314100",)) == "no"
    assert verdict("Grass cutting", boilerplate) == "no"


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Construction of a new mental health inpatient unit", "45215100"),
        ("Construction of Health and Wellbeing Hub", "45210000"),
        ("Mental health hospital roof replacement", "45260000"),
        ("Refurbishment of the crisis house", "45454000"),
    ],
)
def test_a_building_is_works_even_when_its_name_is_in_the_title(title: str, code: str) -> None:
    judgement = judged(title, cpv=(code,))
    assert judgement.verdict == "no"
    assert "that is building work" in words(judgement)


@pytest.mark.parametrize(
    "title",
    [
        "Vehicle recovery and storage",
        "Debt recovery services",
        "Disaster recovery as a service",
        "Heat recovery units",
        "Crisis communications and public relations support",
        "Housing crisis fund administration",
        "Flood resilience measures",
        "Cyber resilience review",
        "Local resilience forum exercise",
        "Debt counselling and money advice",
        "Counsel panel for child care proceedings",
        "Career counselling for apprentices",
        "Bereavement services management software for the crematorium",
        "Court advocacy and litigation services",
        "Brand advocacy campaign",
        "Sanctuary scheme target hardening works",
        "Milford Haven port security guarding",
        "Personal alarms and Lifeline telecare",
        "ARMS and ammunition storage",
        "IPS display screens",
        "CAT 6 cabling",
        "ACT now on energy",
        "SMI bridge inspection",
        "Psychological safety and leadership coaching",
        "Psychometric testing for recruitment",
        "Speech and language therapy",
        "Hoardings for a construction site",
        "Boarding of animals",
        "Isolation valves",
    ],
)
def test_a_word_with_another_meaning_is_told_apart(title: str) -> None:
    assert verdict(title) == "no"


def test_staff_counselling_is_not_hidden_but_it_is_not_core() -> None:
    own = "Counselling services to support the wellbeing of our staff."
    judgement = judged("Counselling services", own, cpv=("85312320",))
    assert judgement.verdict == "related"
    assert judgement.types[0] == "staff_support"
    assert "an employer's own staff" in words(judgement)
    assert verdict("Employee Assistance Programme", cpv=("85000000",)) == "related"


def test_secure_transport_is_not_hidden_but_it_is_not_core() -> None:
    judgement = judged("Mental health patient transport", cpv=("60130000",))
    assert judgement.verdict == "related"
    assert judgement.types[0] == "secure_transport"


def test_staff_for_the_buyers_own_team_is_no_service() -> None:
    text = "We are looking for a mental health social worker for our mental health crisis team."
    judgement = judged("Mental health social worker", text, cpv=("85310000",))
    assert RANK[judgement.verdict] <= RANK["possible"]
    assert "staff for the buyer's own team" in words(judgement)


def test_a_charity_that_won_says_little_about_what_was_bought() -> None:
    judgement = judged("Meeting room hire", award_text="Awarded to Rethink Mental Illness")
    assert judgement.verdict == "no"


def test_a_passing_mention_deep_in_the_text_is_not_what_is_bought() -> None:
    text = "Bridge inspections. " * 60 + "Links with community mental health teams are welcome."
    assert RANK[verdict("Bridge inspections", text)] <= RANK["possible"]


def test_school_places_for_pupils_with_such_needs_are_no_mental_health_service() -> None:
    text = "Day places for pupils with social, emotional and mental health needs."
    assert verdict("Independent special school places", text) != "core"
