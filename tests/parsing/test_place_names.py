"""Which place a person means, and refusing to guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing import place_names, places


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        *(("York", ("TLE21",)), ("Leeds", ("TLE42",)), ("Wales", ("TLL",)), ("UKE4", ("UKE4",))),
        *(("uke42", ("UKE42",)), ("Kent", ("TLJ4",)), ("North Yorkshire", ("TLE2",))),
        *(("Hull", ("TLE11",)), ("St. Helens", ("TLD71",)), ("B13 8QY", ("TLG31",))),
        *(("Newcastle upon Tyne", ("TLC43",)), ("newcastle-under-lyme", ("TLG24",))),
        *(("Surrey", ("TLJ25", "TLJ26")), ("the City of London", ("TLI35",))),
        *(("England", ("GB-ENG",)), ("Brighton & Hove", ("TLJ21",)), ("Brighton", ("TLJ21",))),
        *(("Manchester", ("TLD33",)), ("Greater Manchester", ("TLD3",))),
    ],
)
def test_a_whole_name_means_its_place_alone(words: str, codes: tuple[str, ...]) -> None:
    found = place_names.meant(words)
    assert found is not None
    assert found.codes == codes


def test_york_is_not_all_of_yorkshire() -> None:
    found = place_names.meant("York")
    assert found is not None
    assert not any(places.within(code, "TLE4") for code in found.codes)


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        ("Newcastle", {"Newcastle City Council", "Newcastle-under-Lyme Borough Council"}),
        ("Richmond", {"London Borough of Richmond upon Thames", "Richmondshire District Council"}),
        ("Kingston", {"Hull City Council", "Royal Borough of Kingston upon Thames"}),
        ("Lyme", {"Newcastle-under-Lyme Borough Council"}),
    ],
)
def test_a_name_that_several_places_share_means_none(words: str, candidates: set[str]) -> None:
    assert place_names.meant(words) is None
    assert {place.name for place in place_names.resembling(words)} == candidates


def test_of_places_with_a_word_in_common_the_list_is_short() -> None:
    assert place_names.meant("Sussex") is None
    assert 3 <= len(place_names.resembling("Sussex")) <= 12
    assert len(place_names.resembling("a")) == 12


@pytest.mark.parametrize("words", ["", "  ", "Atlantis", "UKX99", "<script>", "((", "x" * 9_000])
def test_nowhere_means_nothing_and_resembles_nothing(words: str) -> None:
    assert place_names.meant(words) is None
    assert place_names.resembling(words) == ()


@given(st.text(max_size=30))
def test_any_words_may_be_typed(words: str) -> None:
    for place in (place_names.meant(words), *place_names.resembling(words)):
        assert place is None or (place.land and len(set(place.codes)) == len(place.codes))
