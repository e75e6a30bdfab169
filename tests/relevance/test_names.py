"""Names of buyers, parties and charities are never counted."""

import pytest

from tests.relevance.subjects import judged, verdict, words


def test_a_buyers_name_is_masked_wherever_it_stands() -> None:
    buyer = "Vale of Arden Mental Health NHS Trust"
    text = f"{buyer} seeks window cleaning. VALE OF ARDEN MENTAL HEALTH NHS TRUST will visit."
    judgement = judged(f"{buyer}: window cleaning", text, organisations=(buyer,))
    assert judgement.verdict == "no"
    assert f"part of a name ({buyer})" in words(judgement)


def test_a_buyers_name_is_masked_without_its_legal_ending_too() -> None:
    buyer = "Vale of Arden Mental Health NHS Foundation Trust"
    assert verdict("Vale of Arden Mental Health – parking permits", organisations=(buyer,)) == "no"


def test_a_trust_that_is_not_stated_as_a_party_is_known_by_the_shape_of_its_name() -> None:
    text = "Works at sites of Northmoor and Arden Mental Health NHS Foundation Trust."
    assert verdict("Parking permits", text) == "no"


def test_a_real_trust_is_known_from_the_table() -> None:
    text = "PARKING FOR SOUTH WEST LONDON AND ST GEORGE'S MENTAL HEALTH NHS TRUST"
    assert verdict(text) == "no"


@pytest.mark.parametrize("name", ["Rethink Mental Illness", "Mental Health Matters"])
def test_a_charity_known_by_name_is_masked(name: str) -> None:
    assert verdict("Office rent", f"The building is let to {name} at present.") == "no"


def test_a_name_in_small_letters_is_no_name() -> None:
    text = "We believe that mental health matters: counselling and support for adults."
    assert verdict("Adult counselling", text) == "core"


def test_a_service_bought_by_a_mental_health_trust_still_counts() -> None:
    buyer = "Vale of Arden Mental Health NHS Trust"
    title = f"{buyer} – community mental health crisis house"
    judgement = judged(title, organisations=(buyer,), cpv=("85100000",))
    assert judgement.verdict == "core"
    assert judgement.types[0] == "crisis"


def test_a_party_with_an_odd_name_does_no_harm() -> None:
    odd = ("", " ", "-", "A", "(", "[x]*", "a" * 5000)
    assert verdict("Crisis café", organisations=odd) == "core"
