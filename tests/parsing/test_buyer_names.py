"""Names of one body become equal, names of two never do."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import reference
from aggregator.parsing.text import buyer_name


@pytest.mark.parametrize(
    "names",
    [
        (
            *("Solihull Metropolitan Borough Council", "Solihull MBC", "SOLIHULL COUNCIL"),
            "The Metropolitan Borough of Solihull",
        ),
        ("Kent County Council", "Kent CC", "Kent County Council (KCC)", "KENT COUNTY COUNCIL."),
        ("Leeds City Council", "Leeds CC", "City of Leeds", "Leeds Council"),
        (
            "London Borough of Merton",
            "Merton Council",
            "LB Merton",
            "Merton London Borough Council",
        ),
        ("Reading Borough Council", "Reading BC", "Reading Council"),
        ("St. Helens MBC", "St Helens Council", "ST HELENS METROPOLITAN BOROUGH COUNCIL"),
        ("City of Bristol", "Bristol City Council"),
        ("City of Edinburgh Council", "Edinburgh City Council", "The City of Edinburgh Council"),
        ("Cyngor Gwynedd", "Gwynedd Council"),
        ("Wrexham CBC", "Wrexham County Borough Council"),
        ("Perth & Kinross Council", "Perth and Kinross Council"),
        (
            *("NHS Kent and Medway Integrated Care Board", "NHS Kent & Medway ICB"),
            "Kent and Medway Integrated Care Board (ICB)",
        ),
        ("Vale of Arden Hospitals NHS FT", "VALE OF ARDEN HOSPITALS NHS FOUNDATION TRUST"),
        ("St George's Trust", "St George’s Trust", "St Georges Trust"),
        ("N.H.S. England", "NHS England"),
        ("Northmoor Homes Ltd.", "Northmoor Homes Limited"),
    ],
)
def test_spellings_of_one_body_are_equal(names: tuple[str, ...]) -> None:
    assert len({buyer_name(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Derby City Council", "Derbyshire County Council"),
        ("Leicester City Council", "Leicestershire County Council"),
        ("Northampton Borough Council", "West Northamptonshire Council"),
        ("Somerset County Council", "Somerset Council"),
        ("North Yorkshire County Council", "North Yorkshire Council"),
        ("Newcastle upon Tyne City Council", "Newcastle-under-Lyme Borough Council"),
        ("City of York Council", "North Yorkshire Council"),
        ("City of London Corporation", "Greater London Authority"),
        ("Harrogate Town Council", "Harrogate Borough Council"),
        ("Bedford Borough Council", "Central Bedfordshire Council"),
        ("Liverpool City Council", "Liverpool City Region Combined Authority"),
        ("Aberdeen City Council", "Aberdeenshire Council"),
        ("Oxford Health NHS Foundation Trust", "Oxford University Hospitals NHS Foundation Trust"),
        ("Arden Hospital (Northmoor)", "Arden Hospital (Vale)"),
        ("Arden Trust (NHS)", "Arden Trust"),
        ("Reading", "Reading Borough Council"),
    ],
)
def test_two_bodies_stay_apart(one: str, other: str) -> None:
    assert buyer_name(one) != buyer_name(other)


def test_no_two_councils_of_the_country_are_one() -> None:
    by_name: dict[str, set[str]] = {}
    for council in reference.councils():
        by_name.setdefault(buyer_name(council.name), set()).add(council.name.casefold())
    assert [names for names in by_name.values() if len(names) > 1] == []
    assert len(by_name) > 400


def test_no_two_care_boards_and_no_two_trusts_are_one() -> None:
    for bodies in (reference.care_boards(), reference.mental_health_trusts()):
        for one, other in combinations({body.name for body in bodies}, 2):
            assert buyer_name(one) != buyer_name(other)


@given(st.text(max_size=400))
def test_any_name_can_be_compared(name: str) -> None:
    assert buyer_name(buyer_name(name)) == buyer_name(name)
