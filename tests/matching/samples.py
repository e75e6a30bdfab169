"""Opportunities and filters of every shape, small enough that they often meet."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from aggregator.model import (
    Lot,
    Money,
    Period,
    Place,
    ProcurementKind,
    Sort,
    Stage,
    Verdict,
)
from aggregator.testing import a_buyer, a_judgement, a_stated_time, an_opportunity, utc

NOW = utc(2026, 11, 24, 12)

words = st.sampled_from(["crisis", "café", "adults", "support", "laundry", "art", "", "!"])
codes = st.sampled_from(["TLE42", "TLE", "TLE44", "TLK3", "UKE42", "UK", "GB-WLS", "TLN06", "XX"])
texts = st.none() | st.lists(words, max_size=4).map(" ".join)
small = st.integers(0, 99).map(Decimal)
money = st.none() | st.builds(
    Money,
    amount=st.none() | small | st.sampled_from([Decimal(50_000), Decimal(900_000)]),
    currency=st.sampled_from(["GBP", "GBP", "EUR"]),
)
buyers = st.sampled_from(["Northmoor Council", "Arden ICB", "Leeds City Council"]).map(a_buyer)
found_places = st.lists(st.builds(Place, code=st.none() | codes), max_size=2).map(tuple)
lots = st.builds(
    Lot,
    id=st.sampled_from("12"),
    title=texts,
    value=money,
    places=found_places,
    suitable_vcse=st.none() | st.booleans(),
)
periods = st.none() | st.sampled_from(
    [
        Period(start=a_stated_time(utc(2027, 1, 1)), end=a_stated_time(utc(2029, 12, 31))),
        Period(days=720),
    ]
)
dates = st.none() | st.sampled_from([utc(2026, 11, 20), utc(2026, 11, 30), utc(2027, 3, 1)]).map(
    a_stated_time
)
opportunities = st.builds(
    an_opportunity,
    title=texts,
    description=texts,
    kind=st.none() | st.sampled_from(ProcurementKind),
    buyers=st.lists(buyers, max_size=2).map(tuple),
    places=found_places,
    value=money,
    lots=st.lists(lots, max_size=2).map(tuple),
    contract_period=periods,
    deadline=dates,
    engagement_deadline=dates,
    suitable_vcse=st.none() | st.booleans(),
    reserved=st.sampled_from([(), ("vcse",), ("sme",)]),
    language=st.sampled_from([None, "en", "cy", "en-GB", ""]),
)
judgements = st.builds(
    a_judgement,
    verdict=st.sampled_from(Verdict),
    types=st.lists(st.sampled_from(["crisis", "advocacy", "carers"]), unique=True).map(tuple),
)


def some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=2).map(tuple)


bounds = st.none() | small | st.sampled_from([Decimal(20_000), Decimal(400_000)])
criteria = st.fixed_dictionaries(
    {
        "verdicts": some(st.sampled_from(Verdict)),
        "types": some(st.sampled_from(["crisis", "advocacy", "carers"])),
        "places": some(codes),
        "stages": some(st.sampled_from(Stage)),
        "kinds": some(st.sampled_from(ProcurementKind)),
        "sorts": some(st.sampled_from(Sort)),
        "words": some(words),
        "without_words": some(words),
        "buyers": some(st.sampled_from(["Northmoor", "Arden ICB", "Leeds", ""])),
        "least_value": bounds,
        "most_value": bounds,
        "least_year": bounds,
        "most_year": bounds,
        "neighbours": st.booleans(),
        "nationwide": st.booleans(),
        "value_not_stated": st.booleans(),
        "days_left": st.none() | st.integers(0, 30),
        "vcse_only": st.booleans(),
        "languages": some(st.sampled_from(["en", "cy"])),
    }
)
WIDEST: dict[str, Any] = {
    "verdicts": (),
    "types": (),
    "places": (),
    "stages": (),
    "kinds": (),
    "sorts": (),
    "words": (),
    "without_words": (),
    "buyers": (),
    "least_value": None,
    "most_value": None,
    "least_year": None,
    "most_year": None,
    "neighbours": True,
    "nationwide": True,
    "value_not_stated": True,
    "days_left": None,
    "vcse_only": False,
    "languages": (),
}
