"""Careless location fields are read with care."""

import pytest

from aggregator.model import Buyer, Facts, Place
from aggregator.whereabouts import areas

TRUST = (Buyer(name="Northmoor Partnership NHS Foundation Trust"),)
LEEDS = (Buyer(name="Leeds City Council"),)
ENGLAND = Place(code="GB-ENG", name="England")


def names(*places: Place, buyers: tuple[Buyer, ...] = TRUST, title: str | None = None) -> list[str]:
    return [area.name for area in areas(Facts(places=places, buyers=buyers, title=title))]


def test_regions_are_named_as_people_name_them() -> None:
    assert names(Place(code="UKE42")) == ["Leeds"]
    assert names(Place(code="TLG13")) == ["Warwickshire"]
    assert names(Place(code="TLD")) == ["the North West of England"]
    assert names(Place(code="UKL")) == ["Wales"]


@pytest.mark.parametrize(
    "places",
    [
        (ENGLAND,),
        (Place(code="UK"),),
        (Place(code="TLE42", postcode="LS2 7UE"), ENGLAND),
        (Place(code="TLE42", postcode="LS2 7UE"), Place(name="Channel Islands")),
        tuple(Place(code=f"UK{letter}") for letter in "CDEFGHIJK"),
    ],
)
def test_what_says_somewhere_in_england_is_not_known(places: tuple[Place, ...]) -> None:
    assert names(*places) == []


def test_a_region_is_left_out_round_a_smaller_place_that_was_published() -> None:
    assert names(Place(code="TLE42"), Place(code="TLE", name="Yorkshire")) == ["Leeds"]


def test_a_region_that_was_published_comes_before_the_office_of_the_buyer() -> None:
    assert names(Place(code="TLE42", postcode="LS2 7UE"), Place(code="TLE")) == [
        "Yorkshire and the Humber"
    ]


@pytest.mark.parametrize(
    "places", [(), (ENGLAND,), (Place(code="TLE"),), (Place(code="TLE42", postcode="LS1 1UR"),)]
)
def test_a_council_buys_for_its_own_land(places: tuple[Place, ...]) -> None:
    assert names(*places, buyers=LEEDS) == ["Leeds"]
    (area,) = areas(Facts(places=places, buyers=LEEDS))
    assert area.by_buyer


def test_a_care_board_buys_for_its_own_land() -> None:
    board = (Buyer(name="NHS Cheshire and Merseyside Integrated Care Board"),)
    assert names(ENGLAND, buyers=board) == ["Cheshire and Merseyside"]


def test_a_council_that_buys_for_others_is_not_taken_for_its_own_land() -> None:
    title = "Cheshire & Merseyside suicide bereavement service"
    assert names(ENGLAND, buyers=(Buyer(name="Wirral Council"),), title=title) == []
    both = "Wellbeing services (Richmond and Wandsworth)"
    assert names(buyers=(Buyer(name="London Borough of Wandsworth"),), title=both) == []


def test_a_place_the_notice_names_elsewhere_is_kept() -> None:
    assert names(Place(code="TLK41"), buyers=LEEDS) == ["Plymouth"]


def test_a_sentence_is_no_name_of_a_place() -> None:
    long = "Across six localities and as close to home for the individual as can be arranged."
    assert names(Place(name="Vale of Arden"), Place(name=long)) == ["Vale of Arden"]
