"""Places: region codes, postcodes, and names people search for.

One code scheme is spoken inside: ITL as of 2025, whose codes begin with "TL". Find a Tender prints
the same kind of codes with "UK" and from the older lists ITL 2021 and NUTS 2018; all are
understood. Nations, for which those lists have no code, go by ISO 3166-2 ("GB-ENG").
"""

import re
from collections.abc import Iterable
from functools import cache

from aggregator import reference
from aggregator.parsing.folding import fold

_CODE = re.compile(r"(?:UK|TL)(?:[A-Z](?:[0-9A-Z]{1,2})?)?|GB-(?:ENG|SCT|WLS|NIR)", re.ASCII)
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})", re.ASCII)
_DISTRICT = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)", re.ASCII)
_NORTHERN_IRELAND = "TLN"
_NATIONS = {
    "GB-ENG": ("England", tuple(f"TL{letter}" for letter in "CDEFGHIJK")),
    "GB-SCT": ("Scotland", ("TLM",)),
    "GB-WLS": ("Wales", ("TLL",)),
    "GB-NIR": ("Northern Ireland", ("TLN",)),
}
_REGION_NAMES = {
    "united kingdom": "TL",
    "uk": "TL",
    "gb": "TL",
    "great britain": "TL",
    "england": "GB-ENG",
    "eng": "GB-ENG",
    "scotland": "TLM",
    "wales": "TLL",
    "cymru": "TLL",
    "northern ireland": "TLN",
    "north east": "TLC",
    "north west": "TLD",
    "yorkshire and the humber": "TLE",
    "yorkshire and humber": "TLE",
    "east midlands": "TLF",
    "west midlands": "TLG",
    "east of england": "TLH",
    "london": "TLI",
    "south east": "TLJ",
    "south west": "TLK",
}
_FOUND = 12
_MOST_OF_ENGLAND = 7
"""So many of the nine English regions are a field filled in with "all"."""


def code(text: object) -> str | None:
    """A region code as published ("UKE42", "TLE4", "UK"), tidied; None for anything else."""
    if not isinstance(text, str):
        return None
    tidied = text.strip().upper()
    return tidied if _CODE.fullmatch(tidied) else None


def postcode(text: object) -> str | None:
    """A postcode in its usual form ("ch21ul" → "CH2 1UL") or a district alone ("B13")."""
    if not isinstance(text, str):
        return None
    tidied = text.strip().upper()
    if match := _POSTCODE.fullmatch(tidied):
        return f"{match[1]} {match[2]}"
    return tidied if _DISTRICT.fullmatch(tidied) else None


def name(code: str) -> str | None:
    """The name of a region ("UKE42" → "Leeds"), None for a code on no list."""
    if code in _NATIONS:
        return _NATIONS[code][0]
    region = reference.regions().get(_itl(code))
    return region.name if region else None


def within(code: str, wanted: str) -> bool:
    """Whether two regions share land: one lies in the other, or both are on old and new lists.

    Either may be the larger one: what is on offer all over England concerns Leeds, and what is on
    offer in Leeds concerns those who want all England.
    """
    return not land(code).isdisjoint(land(wanted))


def of_name(text: str) -> str | None:
    """The code of a nation or large region by its name ("North West" → "TLD")."""
    return _REGION_NAMES.get(fold(text).removeprefix("the ").removesuffix(" region"))


def of_postcode(postcode: str) -> str | None:
    """The ITL code around a postcode; "TLN" for all of Northern Ireland, None where unknown."""
    district = postcode.split(maxsplit=1)[0] if postcode else ""
    if district.startswith("BT"):
        return _NORTHERN_IRELAND
    return reference.postcode_districts().get(district)


@cache
def land(code: str) -> frozenset[str]:
    """The smallest regions of ITL 2025 (level 3) that a code of any list covers.

    A code on no list stands for its first-level region, whose letters have never changed.
    """
    if code in _NATIONS:
        return frozenset().union(*(land(part) for part in _NATIONS[code][1]))
    if not _CODE.fullmatch(code):
        return frozenset()
    table, wanted = reference.regions(), _itl(code)
    if wanted not in table:
        wanted = wanted[:3]
    elif table[wanted].now:
        return frozenset(table[wanted].now)
    return frozenset(
        leaf
        for leaf, region in table.items()
        if leaf.startswith(wanted) and len(leaf) == len("TLE42") and not region.now
    )


def land_of(codes: Iterable[str]) -> frozenset[str]:
    """The smallest regions of several codes together."""
    return frozenset[str]().union(*map(land, codes))


@cache
def around(code: str) -> frozenset[str]:
    """The smallest regions that border on a region, those of its own land left out.

    For Northern Ireland, whose borders are in no table of ours, its other regions.
    """
    own = land(code)
    table = reference.neighbours()
    near = frozenset(other for leaf in own for other in table.get(leaf, ()))
    if any(leaf.startswith(_NORTHERN_IRELAND) for leaf in own):
        near |= land(_NORTHERN_IRELAND)
    return near - own


def is_nationwide(land_meant: frozenset[str]) -> bool:
    """Whether land holds a whole nation, or as good as: most regions of England."""
    if any(land(nation) <= land_meant for nation in _NATIONS):
        return True
    english = {leaf[:3] for leaf in land_meant if land(leaf[:3]) <= land_meant}
    return len(english & set(_NATIONS["GB-ENG"][1])) >= _MOST_OF_ENGLAND


def _itl(code: str) -> str:
    """ "UKE42" and "TLE42" are one region."""
    return "TL" + code[2:] if code.startswith("UK") else code


def find(words: str) -> tuple[tuple[str, str], ...]:
    """Regions and councils whose name holds what a person typed, best first: (code, name).

    Each code once, twelve at most. "Leeds" → (("TLE42", "Leeds"), …); a postcode or code is
    understood too. Which one is meant is another question: see `place_names.meant`.
    """
    asked = fold(words)
    if direct := code(words) or of_name(words):
        return ((direct, name(direct) or words),)
    if (tidied := postcode(words)) and (around := of_postcode(tidied)):
        return ((around, name(around) or tidied),)
    if not asked:
        return ()
    hits = sorted(
        (_rank(known, asked), len(known), code, shown)
        for known, code, shown in _names()
        if asked in known
    )
    best: dict[str, str] = {}
    for _, _, region, shown in hits:
        best.setdefault(region, shown)
    return tuple(best.items())[:_FOUND]


def _rank(known: str, asked: str) -> int:
    """Equal first, then beginning so, then containing the words."""
    if known == asked:
        return 0
    return 1 if known.startswith(asked) else 2


@cache
def _names() -> tuple[tuple[str, str, str], ...]:
    """(folded name, code, name) of every region in use and every council's land."""
    current = [r for r in reference.regions().values() if not r.now]
    return (
        *((fold(region.name), region.code, region.name) for region in current),
        *(
            (fold(council.short_name), itl, council.name)
            for council in reference.councils()
            if council.current and council.kind != "COMB"
            for itl in council.regions
        ),
    )
