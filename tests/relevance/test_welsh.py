"""Notices in Welsh."""

import pytest

from aggregator.relevance.welsh import mutations
from tests.relevance.subjects import judged, verdict, words


@pytest.mark.parametrize(
    ("title", "service_type"),
    [
        ("Gwasanaeth Cwnsela mewn Ysgolion", "schools_counselling"),
        ("Lles emosiynol plant a phobl ifanc", "camhs_cyp"),
        ("Gwasanaeth Eiriolaeth Iechyd Meddwl Annibynnol", "advocacy"),
        ("Cymorth Iechyd Meddwl i Oedolion", "community_mh"),
        ("Caffi Argyfwng", "crisis"),
        ("Atal hunanladdiad", "suicide_prevention"),
        ("Therapïau siarad", "talking_therapies"),
    ],
)
def test_a_welsh_title_is_understood(title: str, service_type: str) -> None:
    judgement = judged(title)
    assert judgement.verdict == "core"
    assert service_type in judgement.types


def test_a_mutated_word_is_understood() -> None:
    assert verdict("Darparu gwasanaethau i wella eu hiechyd meddwl") == "core"
    assert verdict("Rhaglen o gwnsela") == "core"
    assert verdict("Cefnogaeth i ofalwyr di-dâl") == "related"


def test_related_services_in_welsh_are_found() -> None:
    for title in ("Gwasanaeth cam-drin domestig", "Tai â chymorth", "Cyfeillio i bobl hŷn"):
        assert verdict(title) == "related", title


def test_a_welsh_text_that_cannot_be_read_is_kept_for_a_look() -> None:
    title = "Darparu gwasanaeth cymorth ar gyfer pobl yn y gymuned"
    judgement = judged(title, organisations=("Cyngor Dyffryn",), cpv=("85310000",))
    assert judgement.verdict == "possible"
    assert "Welsh" in words(judgement)


def test_welsh_works_and_buses_are_not_kept() -> None:
    assert verdict("Darparu gwasanaeth bws ar gyfer yr ysgol yn y dref", cpv=("60112000",)) == "no"
    assert verdict("Adeiladu ysgol newydd", cpv=("45214200",)) == "no"


def test_only_the_first_word_mutates() -> None:
    assert " gwnsela mewn ysgolion " in mutations(" cwnsela mewn ysgolion ")
    assert " les emosiynol " in mutations(" lles emosiynol ")
    assert " hiechyd meddwl " in mutations(" iechyd meddwl ")
    assert mutations(" siarad ") == (" siarad ",)
    assert mutations(" chymorth ") == (" chymorth ",)
