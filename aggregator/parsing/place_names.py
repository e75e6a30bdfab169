"""Which place a person means who types its name, and which others are called nearly so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from aggregator import reference
from aggregator.parsing import places
from aggregator.parsing.folding import fold

_MOST_NAMED = 12
_LONGEST = 100
_DROPPED = re.compile(r"[.,'()]")


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedPlace:
    """A place by its name. codes: of the regions it consists of, none twice."""

    name: str
    codes: tuple[str, ...]

    @property
    def land(self) -> frozenset[str]:
        """The smallest regions it covers."""
        return frozenset().union(*(places.land(code) for code in self.codes))


def meant(words: str) -> NamedPlace | None:
    """The one place meant by a code, a postcode or a name; None where that is open.

    A whole name goes before names that begin so: "York" is the city, not Yorkshire. Of several
    with the same whole name the one that holds the others is taken: the region Kent has all that
    the county council has. "Newcastle" is no whole name and begins two, so it means neither.
    """
    if direct := _by_code(words):
        return direct
    asked = _key(words)
    if whole := [place for key, place in _names() if key == asked]:
        return _widest(whole)
    begun = _beginning(asked)
    one = _widest(place for _, place in begun) if len(_lands(begun)) == 1 else None
    return one if any(key.startswith(f"{asked} ") for key, _ in begun) else None


def resembling(words: str) -> tuple[NamedPlace, ...]:
    """Places with a name in which a word begins so, best first; each land once, twelve at most."""
    asked = _key(words)
    inside = re.compile(rf"(?<!\w){re.escape(asked)}")
    holding = [(key, place) for key, place in _names() if inside.search(key)] if asked else []
    found: dict[frozenset[str], NamedPlace] = {}
    for _, place in (*_beginning(asked), *holding):
        found.setdefault(place.land, place)
    return tuple(found.values())[:_MOST_NAMED]


def known() -> tuple[str, ...]:
    """Every name that is understood, in small letters, each once."""
    return tuple(dict.fromkeys(key for key, _ in _names()))


def _by_code(words: str) -> NamedPlace | None:
    """By a code, the name of a nation or large region, or a postcode."""
    direct = places.code(words) or places.of_name(words) or places.of_name(_key(words))
    if direct is None and (postcode := places.postcode(words)):
        direct = places.of_postcode(postcode)
    if direct is None or not places.land(direct):
        return None
    return NamedPlace(name=places.name(direct) or words.strip(), codes=(direct,))


def _beginning(asked: str) -> list[tuple[str, NamedPlace]]:
    """Names that begin so, with their places."""
    return [(key, place) for key, place in _names() if key.startswith(asked)] if asked else []


def _lands(named: Sequence[tuple[str, NamedPlace]]) -> set[frozenset[str]]:
    return {place.land for _, place in named}


def _widest(found: Iterable[NamedPlace]) -> NamedPlace | None:
    """The place that holds all others, with the fewest codes; None where none does."""
    known = tuple(found)
    together = frozenset[str]().union(*(place.land for place in known))
    wide = (place for place in known if place.land == together)
    return min(wide, key=lambda place: len(place.codes), default=None)


def _key(name: str) -> str:
    """For comparison: folded, "and" for "&", without dots, commas and hyphens."""
    spaced = fold(name[:_LONGEST]).replace("&", " and ").replace("-", " ")
    return " ".join(_DROPPED.sub("", spaced).split()).removeprefix("the ")


@cache
def _names() -> tuple[tuple[str, NamedPlace], ...]:
    """Every name of a region in use and of a council, present or former; the shortest first."""
    named: dict[tuple[str, NamedPlace], None] = {}
    for region in reference.regions().values():
        if not region.now:
            place = NamedPlace(name=region.name, codes=(region.code,))
            named[_key(region.name), place] = None
    for council in reference.councils():
        if council.kind != "COMB" and council.regions:
            place = NamedPlace(
                name=" ".join(council.name.split()), codes=tuple(dict.fromkeys(council.regions))
            )
            for name in (council.name, council.short_name, *council.other_names):
                named[_key(name), place] = None
    return tuple(sorted(named, key=lambda pair: len(pair[0])))
