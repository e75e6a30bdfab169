"""Jargon is explained beside a text, never inside its words."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import glossary
from summary.reading_age import age


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "An IMHA service in lots.",
            "An IMHA [an advocate for people held under the Mental Health Act] service in lots.",
        ),
        (
            "Independent Mental Health Advocacy (IMHA) service",
            "Independent Mental Health Advocacy (IMHA) "
            "[an advocate for people held under the Mental Health Act] service",
        ),
        (
            "a dynamic purchasing system (DPS)",
            "a dynamic purchasing system (DPS) [a list that providers can join at any time]",
        ),
        ("TUPE may apply", "TUPE [staff of the present provider may move to the new one with "
         "their terms] may apply"),
        ("MHSTs in schools", "MHSTs [an NHS team that works in schools] in schools"),
    ],
)  # fmt: skip
def test_a_term_is_explained_in_square_brackets_behind_it(text: str, shown: str) -> None:
    assert glossary.explained(text) == shown


def test_a_meaning_is_given_once() -> None:
    assert glossary.explained("A PSR notice under the Provider Selection Regime").count("[") == 1


def test_no_more_than_two_explanations_stand_in_a_text() -> None:
    assert glossary.explained("IMHA, IMCA, CAMHS and TUPE").count("[") == 2


@pytest.mark.parametrize("text", ["a pin, a sea cat, slots, allotments", "SPIN and PINS9", "imha"])
def test_other_words_are_left_alone(text: str) -> None:
    assert glossary.explained(text) == text


def test_capital_letters_throughout_are_no_abbreviations() -> None:
    assert glossary.found_in("PSR AND TUPE IN A TITLE") == ()


def test_what_the_text_says_in_plain_words_already_is_not_said_again() -> None:
    assert glossary.explained("CYP: children and young people") == "CYP: children and young people"


def test_an_explanation_that_does_not_fit_is_left_out() -> None:
    assert glossary.explained("An IMHA service", longest=20) == "An IMHA service"


PIECES = st.sampled_from(["IMHA", "(PSR)", "lead provider", "[x]", " ", "DPS)", "("])


@given(st.text(max_size=200) | st.lists(PIECES).map(" ".join))
def test_the_words_of_a_text_are_never_changed(text: str) -> None:
    shown = glossary.explained(text)
    for term in glossary.found_in(text):
        shown = shown.replace(f" [{term.plain}]", "", 1)
    assert shown == text


def test_every_entry_is_short_and_explains_no_term_by_another() -> None:
    table = files("aggregator.reference").joinpath("glossary.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    terms = [row["term"] for row in rows]
    assert len(terms) == len(set(terms)) >= 80
    assert terms == sorted(terms, key=str.casefold)
    for row in rows:
        assert 0 < len(row["plain"]) <= 70, row
        assert not glossary.found_in(row["plain"]), row


def test_the_glossary_can_be_read_at_eleven() -> None:
    assert age(f"This is {plain}." for plain in glossary.entries().values()) <= 11
