"""Where a service is really to be delivered, out of what the location fields say.

Those fields are careless: Find a Tender notices list every English region, Contracts Finder gives
"England" together with the postcode of the buyer's office, and councils name only their region.
What says "somewhere in England" is taken as not known, never as national; a council or an
integrated care board buys for its own land unless its notice names another place.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from aggregator import reference
from aggregator.model import Facts, Place
from aggregator.parsing import places
from aggregator.parsing.text import buyer_name, fold

TOO_LARGE = frozenset({"GB-ENG", "TL"})
ENGLISH_REGIONS = frozenset(f"TL{letter}" for letter in "CDEFGHIJK")
MOST_REGIONS = 7
"""So many of the nine English regions are a field filled in with "all"."""

ANYWHERE = frozenset(
    {
        "any region",
        "british oversea territories",
        "channel islands",
        "europe",
        "isle of man",
        "rest of the world",
    }
)
"""What Contracts Finder lists when no region was chosen."""

LONGEST_NAME = 60
LONGEST_TITLE = 400
LONGEST_PLACE = 5
"""Words of a place's name that are looked for in a title."""

WORD = re.compile(r"[\w'-]+")
LARGE = {
    "TLC": "the North East of England",
    "TLD": "the North West of England",
    "TLE": "Yorkshire and the Humber",
    "TLF": "the East Midlands",
    "TLG": "the West Midlands",
    "TLH": "the East of England",
    "TLJ": "the South East of England",
    "TLK": "the South West of England",
    "GB-SCT": "Scotland",
    "GB-WLS": "Wales",
    "GB-NIR": "Northern Ireland",
}
SPOKEN = {"Durham": "County Durham", "Highland": "the Highlands", "Glasgow City": "Glasgow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A place of delivery for readers. codes: of its land, () where only a name is known.
    by_buyer: taken from whose land it is, not from the notice."""

    name: str
    codes: tuple[str, ...] = ()
    by_buyer: bool = False


def areas(facts: Facts) -> tuple[Area, ...]:
    """The places that say something, the larger ones around a smaller left out; () if unknown."""
    stated = tuple(dict.fromkeys(stated_areas(facts)))
    own = buyers_land(facts)
    if own is None or names_another_place(facts.title, own):
        return stated
    codes = [code for area in stated for code in area.codes]
    coded = all(area.codes for area in stated)
    if coded and all(any(one.startswith(code) for one in own.codes) for code in codes):
        return (own,)
    return stated


def stated_areas(facts: Facts) -> Iterator[Area]:
    """The places the notice names, but the whole of England, offices, and what lies around."""
    found = tuple(dict.fromkeys(all_places(facts)))
    coded = {place: itl(code) for place in found if (code := code_of(place))}
    codes = set(coded.values())
    if any(fold(place.name) in ANYWHERE for place in found if place.name):
        return
    if len(ENGLISH_REGIONS & codes) >= MOST_REGIONS:
        return
    published = {code for place, code in coded.items() if not is_office(place)}
    for place in found:
        code = coded.get(place)
        if code in TOO_LARGE or (code and is_office(place) and published):
            continue
        if code is None or not any(one != code and one.startswith(code) for one in published):
            yield from named(place, code)


def code_of(place: Place) -> str | None:
    """The region's code as published, else by postcode, else by the name of a large region."""
    if place.code:
        return place.code
    by_postcode = places.of_postcode(place.postcode) if place.postcode else None
    return by_postcode or (places.of_name(place.name) if place.name else None)


def all_places(facts: Facts) -> Iterator[Place]:
    """The places of the whole, then those of its lots."""
    yield from facts.places
    for lot in facts.lots:
        yield from lot.places


def is_office(place: Place) -> bool:
    """Whether the region was worked out from a postcode, which is often the buyer's own."""
    return place.postcode is not None


def named(place: Place, code: str | None) -> Iterator[Area]:
    """The place by its name for readers; sentences in place of a name are left out."""
    name = (name_of(code) if code else None) or place.name or place.postcode
    if name and len(name) <= LONGEST_NAME:
        yield Area(name=name, codes=(code,) if code else ())


def name_of(code: str) -> str | None:
    """A region's name as it stands in a sentence: "Leeds", "the North West of England"."""
    name = LARGE.get(itl(code)) or places.name(code)
    return in_a_sentence(name.removesuffix(" CC").removesuffix(" (England)")) if name else None


def in_a_sentence(name: str) -> str:
    """ "the Isle of Wight", "County Durham"; most names stand as they are."""
    if name in SPOKEN:
        return SPOKEN[name]
    return f"the {name}" if name.startswith(("Isle of ", "Vale of ")) else name


def buyers_land(facts: Facts) -> Area | None:
    """The land of the one council or integrated care board that buys."""
    if len(facts.buyers) != 1:
        return None
    return lands().get(buyer_name(facts.buyers[0].name))


@cache
def lands() -> Mapping[str, Area]:
    """Comparable name of a council or integrated care board to its land."""
    found = {
        buyer_name(council.name): Area(
            name=in_a_sentence(council.short_name), codes=council.regions, by_buyer=True
        )
        for council in reference.councils()
        if council.kind != "COMB"
    }
    for board in reference.care_boards():
        name = board.name.removeprefix("NHS ").removesuffix(" Integrated Care Board")
        found[buyer_name(board.name)] = Area(name=name, codes=board.regions, by_buyer=True)
    return found


def names_another_place(title: str | None, own: Area) -> bool:
    """Whether a title holds the name of a place other than the buyer's own."""
    words = WORD.findall(fold((title or "")[:LONGEST_TITLE]).replace("&", "and"))
    known, own_name = place_names(), fold(own.name)
    for size in range(1, LONGEST_PLACE + 1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size])
            if phrase in known and phrase not in own_name:
                return True
    return False


def land_named(name: str) -> tuple[str, ...]:
    """The codes of a nation, region, council or care board by its exact name; () for others."""
    if len(name) > LONGEST_NAME:
        return ()
    code = places.of_name(name) or places.code(name)
    return (code,) if code else lands_by_name().get(fold(name).removeprefix("the "), ())


@cache
def lands_by_name() -> Mapping[str, tuple[str, ...]]:
    """Folded names of regions, councils and care boards to the codes of their land."""
    regions = {
        fold(name): (region.code,)
        for region in reference.regions().values()
        if not region.now and (name := name_of(region.code))
    }
    return regions | {fold(a.name).removeprefix("the "): a.codes for a in lands().values()}


@cache
def place_names() -> frozenset[str]:
    """Folded names of every council's and care board's land, with their short forms."""
    names = {fold(area.name).replace(",", "").removeprefix("the ") for area in lands().values()}
    rivers = {re.split(r"[ -](?:up)?on[ -]", name)[0] for name in names}
    return frozenset(names | rivers)


def itl(code: str) -> str:
    """ "UKE42" and "TLE42" are one region."""
    return "TL" + code[2:] if code.startswith("UK") else code
