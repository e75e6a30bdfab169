"""Every verdict says why, in words a volunteer understands."""

from aggregator.model import Subject, SubjectLot
from aggregator.relevance import subject_of
from aggregator.testing import an_opportunity
from tests.relevance.subjects import judged, the_profile, words


def test_the_reason_quotes_the_notice_as_it_is_written() -> None:
    judgement = judged("Crisis CAFÉ – evenings", cpv=("85100000",))
    first = judgement.reasons[0]
    assert first.words == "the title says “Crisis CAFÉ”"
    assert first.points == 10
    assert first.field == "title"
    assert first.service_type == "crisis"
    assert "its CPV code 85100000 (health services) points this way" in words(judgement)


def test_a_pair_of_words_is_quoted_with_the_gap() -> None:
    said = words(judged("Counselling for all pupils in every secondary school"))
    assert "the title says “Counselling … pupils”" in said


def test_reasons_for_come_strongest_first_and_reasons_against_last() -> None:
    text = "Emotional wellbeing. Compliance with the Mental Health Act is required."
    judgement = judged("Counselling service", text)
    points = [reason.points for reason in judgement.reasons]
    assert points == sorted(points, reverse=True)
    assert judgement.reasons[-1].points == 0
    assert "standard wording on the law" in judgement.reasons[-1].words


def test_the_reason_against_names_the_other_meaning() -> None:
    said = words(judged("Debt counselling for tenants", "Help for tenants in debt."))
    assert "“counselling” here is advice of another kind" in said


def test_a_judgement_names_types_best_first_with_audience_setting_and_level() -> None:
    judgement = judged(
        "School-based counselling for young people",
        "Early intervention in secondary schools for pupils with low mood.",
    )
    assert judgement.types[0] in ("schools_counselling", "counselling")
    assert "children_young_people" in judgement.audiences
    assert "school" in judgement.settings
    assert {"prevention", "mild_moderate"} <= set(judgement.levels)
    assert judgement.profile == the_profile().label


def test_every_type_a_judgement_names_is_one_the_profile_knows() -> None:
    judgement = judged("Mental health crisis house with peer workers and advocacy")
    assert set(judgement.types) <= set(the_profile().type_ids)
    assert the_profile().plain("advocacy") == "Someone on your side: independent advocates"


def test_a_general_notice_still_gets_a_type() -> None:
    assert judged("Mental health and physical activity").types == ("community_mh",)


def test_the_subject_of_an_opportunity_holds_texts_codes_lots_and_names() -> None:
    subject = subject_of(an_opportunity().facts)
    assert subject.title == "Crisis café for adults"
    assert subject.organisations == ("Northmoor Council",)
    assert isinstance(subject, Subject)


def test_codes_lose_their_check_digit_and_lots_bring_their_own() -> None:
    from dataclasses import replace

    from aggregator.model import Award, Buyer, Classification, Document, Lot

    facts = replace(
        an_opportunity().facts,
        classifications=(
            Classification(scheme="CPV", id="85312320-8"),
            Classification(scheme="LOCAL", id="99"),
        ),
        lots=(
            Lot(id="1", title="A", classifications=(Classification(scheme="cpv", id="85100000"),)),
        ),
        other_organisations=("Arden Agency",),
        awards=(Award(id="a", title="Award for lot 1", suppliers=("Northmoor Mind",)),),
        documents=(Document(id="d", title="Mental health specification"),),
        buyers=(Buyer(name="Northmoor Council"), Buyer(name="Northmoor Council")),
    )
    subject = subject_of(facts)
    assert subject.cpv == ("85312320", "85100000")
    assert subject.lots == (SubjectLot(id="1", title="A"),)
    assert subject.organisations == ("Northmoor Council", "Arden Agency", "Northmoor Mind")
    assert subject.award_text == "Award for lot 1"
    assert subject.additional_text == "Mental health specification"
