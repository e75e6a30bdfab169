"""Regions, postcodes and the places people ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import reference
from aggregator.parsing import places


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("UKE42", "TLE42"),
        ("UKE42", "TLE4"),
        ("UKE4", "TLE42"),
        ("UK", "TLE42"),
        ("TLE42", "UK"),
        ("UKK15", "TLK72"),
        ("UKK21", "TLK63"),
        ("UKK1", "TLK51"),
        ("UKE31", "TLE34"),
        ("UKM82", "TLM32"),
        ("GB-ENG", "TLE42"),
        ("TLE42", "GB-ENG"),
        ("TLM", "GB-SCT"),
        ("UKM25", "TLM32"),
        ("XX", "XX"),
    ],
)
def test_regions_that_share_land_meet(code: str, wanted: str) -> None:
    assert places.within(code, wanted) is (code != "XX")


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        *(("UKE42", "TLE41"), ("UKK15", "TLE"), ("TLL", "GB-ENG"), ("UKK21", "TLK64")),
        *(("TLC", "TLD"), ("GB-SCT", "GB-WLS"), ("", "TLE"), ("nonsense", "TLE42")),
    ],
)
def test_regions_apart_do_not_meet(code: str, wanted: str) -> None:
    assert not places.within(code, wanted)


def test_every_region_meets_itself_and_the_whole_country() -> None:
    for code in reference.regions():
        assert places.within(code, code)
        assert places.within(code, "UK")


@pytest.mark.parametrize(
    ("code", "name"),
    [("UKE42", "Leeds"), ("TLE42", "Leeds"), ("GB-WLS", "Wales"), ("UK", "United Kingdom")],
)
def test_regions_have_names(code: str, name: str) -> None:
    assert places.name(code) == name


def test_a_code_on_no_list_has_no_name() -> None:
    assert places.name("UKX99") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [(" uke42 ", "UKE42"), ("UK", "UK"), ("TLE4", "TLE4"), ("GB-ENG", "GB-ENG")],
)
def test_codes_are_tidied(text: str, code: str) -> None:
    assert places.code(text) == code


@pytest.mark.parametrize("text", ["North West", "", None, 7, "UKE423", "E42", "UK-", "GB"])
def test_other_words_are_no_codes(text: object) -> None:
    assert places.code(text) is None


@pytest.mark.parametrize(
    ("text", "postcode"),
    [("ch21ul", "CH2 1UL"), ("B4 7DJ", "B4 7DJ"), ("b13", "B13"), ("W1A1AA", "W1A 1AA")],
)
def test_postcodes_take_their_usual_form(text: str, postcode: str) -> None:
    assert places.postcode(text) == postcode


@pytest.mark.parametrize("text", ["", None, "Birmingham", "B4 7D", 5, "12345"])
def test_other_words_are_no_postcodes(text: object) -> None:
    assert places.postcode(text) is None


@pytest.mark.parametrize(
    ("postcode", "code"), [("B4 7DJ", "TLG31"), ("BT1 5GS", "TLN"), ("ZZ1 1ZZ", None), ("", None)]
)
def test_a_postcode_lies_in_a_region(postcode: str, code: str | None) -> None:
    assert places.of_postcode(postcode) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("North West", "TLD"), ("Yorkshire and the Humber", "TLE"), ("ENGLAND", "GB-ENG")),
        *(("United Kingdom", "TL"), ("the South East region", "TLJ"), ("Isle of Man", None)),
    ],
)
def test_names_of_large_regions_have_codes(text: str, code: str | None) -> None:
    assert places.of_name(text) == code


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("leeds", ("TLE42", "Leeds")),
        ("B13 8QY", ("TLG31", "Birmingham")),
        ("England", ("GB-ENG", "England")),
        ("UKE42", ("UKE42", "Leeds")),
        ("west yorkshire", ("TLE4", "West Yorkshire")),
        ("Rotherham", ("TLE34", "Rotherham")),
    ],
)
def test_what_a_person_types_finds_the_best_place_first(asked: str, best: tuple[str, str]) -> None:
    assert places.find(asked)[0] == best


@pytest.mark.parametrize("asked", ["York", "Kent", "Leeds", "Somerset"])
def test_no_code_is_found_twice(asked: str) -> None:
    codes = [code for code, _ in places.find(asked)]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("asked", ["", "   ", "Atlantis", "<script>"])
def test_nothing_is_found_for_nowhere(asked: str) -> None:
    assert places.find(asked) == ()


@given(st.text(max_size=30))
def test_any_words_may_be_asked_for(words: str) -> None:
    for code, name in places.find(words):
        assert places.within(code, "UK")
        assert name
