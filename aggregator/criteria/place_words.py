"""Places as people name them, to the codes of the regions they consist of."""

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz, process

from aggregator import reference
from aggregator.criteria.problems import shown
from aggregator.parsing import place_names
from aggregator.parsing.folding import fold
from aggregator.parsing.place_names import NamedPlace

ANYWHERE = frozenset(
    {"anywhere", "everywhere", "all", "any", "nationwide", "national", "whole country"}
)
AND_NEIGHBOURS = re.compile(
    r"(?:^|\s*(?:\band\b|\+|&)|\s+with\b)\s*(?:its |their |the )?"
    r"(?:neighbours?|neighbouring (?:areas?|councils?|places?)|surrounding areas?)\s*$",
    re.IGNORECASE,
)
"""Behind a place, or by itself behind a comma."""

BOARD = re.compile(r"\b(?:icb|integrated care (?:board|system)|ics)\b")
AREA = re.compile(r"[A-Z]{1,2}", re.ASCII)
DISTRICT_WITH_SPACE = re.compile(r"([A-Z]{1,2}) (\d[A-Z\d]?)", re.ASCII)
NEAR_ENOUGH = 75
SURE_ENOUGH = 85
MOST_NAMED = 3
LONGEST = 100
NAMES = "a council, a county, an integrated care board, a region or a nation"


def place_codes(typed: str) -> tuple[str, ...] | str:
    """The codes of the one place meant, each once; or a sentence where that is open.

    Nobody shall be told of places they did not ask for, so nothing is guessed. Understood are
    codes (UKE42), postcodes, their districts and areas (LS7, LS), and names.
    """
    words = " ".join(typed[:LONGEST].split())
    if place := (by_postcode(words) or by_board(words) or place_names.meant(words)):
        return tuple(dict.fromkeys(place.codes))
    if near := place_names.resembling(words):
        listed = "; ".join(f"{place.name} ({', '.join(place.codes)})" for place in near)
        return (
            f"{shown(typed)} may mean more than one place, or only part of a name. Give a name in "
            f"full, or the code behind it. Did you mean one of these: {listed}?"
        )
    return f"{shown(typed)} is no place we know; give {NAMES}, or a postcode.{like(words)}"


def by_postcode(words: str) -> NamedPlace | None:
    """A district written with a space ("LS 7") or a postcode area ("LS")."""
    upper = words.upper()
    if parted := DISTRICT_WITH_SPACE.fullmatch(upper):
        return place_names.meant(parted[1] + parted[2])
    codes = areas().get(upper) if AREA.fullmatch(upper) else None
    return NamedPlace(name=upper, codes=codes) if codes else None


@cache
def areas() -> dict[str, tuple[str, ...]]:
    """Letters of a postcode area to the codes of the regions that its districts lie in."""
    found: dict[str, dict[str, None]] = {"BT": {"TLN": None}}
    for district, code in reference.postcode_districts().items():
        letters = AREA.match(district)
        if letters:
            found.setdefault(letters[0], {})[code] = None
    return {area: tuple(codes) for area, codes in found.items()}


def by_board(words: str) -> NamedPlace | None:
    """An integrated care board, which has to be called one: "Devon" is the county."""
    folded = fold(words).replace("&", " and ")
    if not BOARD.search(folded):
        return None
    return boards().get(bare(folded))


@cache
def boards() -> dict[str, NamedPlace]:
    """Care boards by the name of their land; those of today before those that ended."""
    known = sorted(reference.care_boards(), key=lambda board: board.current)
    return {
        bare(fold(board.name)): NamedPlace(name=board.name, codes=board.regions)
        for board in known
        if board.regions
    }


def bare(folded: str) -> str:
    """ "nhs devon integrated care board" → "devon"."""
    land = BOARD.sub(" ", folded).replace(",", " ").replace("-", " ")
    return " ".join(land.split()).removeprefix("nhs ").removeprefix("the ")


def nearest_beginning(folded: str, names: Sequence[str]) -> str | None:
    """The first word of names that is nearly so: "yorkshrie" → "yorkshire"."""
    words = sorted({name.partition(" ")[0] for name in names})
    found = process.extractOne(folded, words, scorer=fuzz.ratio, score_cutoff=SURE_ENOUGH)
    return found[0] if found else None


def like(words: str) -> str:
    """Places with a name that is nearly so."""
    folded = fold(words)
    names = [f"{name} icb" for name in boards()] if BOARD.search(folded) else []
    if not names and len(folded) > MOST_NAMED:
        names = list(place_names.known())
    near = process.extract(
        folded, names, scorer=fuzz.ratio, limit=MOST_NAMED, score_cutoff=NEAR_ENOUGH
    )
    if not near and (word := nearest_beginning(folded, names)):
        held = "; ".join(place.name for place in place_names.resembling(word)[:MOST_NAMED])
        return f" Did you mean one of these: {held}?"
    titled = [name.replace(" icb", " ICB") for name, _, _ in near]
    listed = " or ".join(one.title() if one.islower() else one for one in titled)
    return f" Did you mean {listed}?" if listed else ""
