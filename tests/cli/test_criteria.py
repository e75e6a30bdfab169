"""From what a person typed to a filter: places are never guessed."""

import pytest
import typer

from aggregator.cli.criteria import criteria_of, place_codes, provider_of
from aggregator.model import Criteria


def wanting(*places: str) -> Criteria:
    return criteria_of(
        verdicts=(), types=(), places=places, stages=(), words=(), without_words=(), most_value=None
    )


def test_a_place_stands_for_itself_alone() -> None:
    assert wanting("York").places == ("TLE21",)
    assert wanting("Leeds", "Wales", "UKE4").places == ("TLE42", "TLL", "UKE4")


def test_a_place_named_twice_counts_once() -> None:
    assert wanting("Leeds", "leeds city council", "Leeds").places == ("TLE42",)
    profile = provider_of(
        income=1, services=(), places=("York", "city of york council"), vcse=None, nation=None
    )
    assert profile is not None
    assert profile.places == ("TLE21",)


def test_a_name_of_several_places_is_refused_with_all_of_them_and_their_codes() -> None:
    with pytest.raises(typer.BadParameter) as caught:
        place_codes("Newcastle")
    assert "Newcastle City Council (TLC43)" in caught.value.message
    assert "Newcastle-under-Lyme Borough Council (TLG24)" in caught.value.message
    assert caught.value.param_hint == "--place"


def test_richmond_is_not_london_alone() -> None:
    with pytest.raises(typer.BadParameter) as caught:
        place_codes("Richmond")
    assert "TLI75" in caught.value.message
    assert "TLE22" in caught.value.message


@pytest.mark.parametrize("word", ["Atlantis", "UKX99", ""])
def test_nowhere_is_refused_with_what_may_be_given(word: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no place we know"):
        place_codes(word)
