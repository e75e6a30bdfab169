"""Titles with one typing slip."""

import pytest

from aggregator.relevance.slips import by_ends, meant
from tests.relevance.subjects import judged, verdict, words


@pytest.mark.parametrize(
    "title",
    [
        "Couselling services for adults",
        "Community counsellign",
        "Suicide prevetion",
        "Menta health recovery serivces",
        "Psycological therapies",
        "Emotionnal wellbeing service",
    ],
)
def test_one_slip_in_a_long_word_of_a_title_is_forgiven(title: str) -> None:
    assert verdict(title) == "core"


def test_a_slip_is_told_as_meant_and_as_typed() -> None:
    assert "“counselling services” (typed “couselling”)" in words(judged("Couselling services"))


def test_slips_in_a_description_are_not_looked_for() -> None:
    assert verdict("Northmoor programme", "Support with couselling and berevement.") == "no"


def test_two_slips_or_another_first_letter_are_another_word() -> None:
    ends = by_ends(["counselling", "hoarding", "distress", "depression"])
    assert meant("counslling", ends) == "counselling"
    assert meant("counesslling", ends) is None
    assert meant("boarding", ends) is None
    assert meant("mistress", ends) is None
    assert meant("repression", ends) is None


def test_a_mere_ending_is_no_slip() -> None:
    ends = by_ends(["service", "hoarding"])
    assert meant("services", ends) is None
    assert meant("hoardings", ends) is None
