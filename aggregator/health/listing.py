"""A list that shows all that is open, compared with what it showed before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aggregator.model import Listed

SURE = 2
"""Whole readings in a row that must not show a row before it counts as gone: a row may slip from
one page to another while they are read."""

TENTH = 10
ENOUGH = 5
"""Rows a list must have had for a tenth of them, or none, to be suspicious."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The list as it is known now; which rows are gone for good measure, and which came back."""

    listings: Mapping[str, Listed]
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def compare(before: Mapping[str, Listed], shown: Collection[str]) -> Compared:
    """What a whole reading of a list that shows these notice ids means.

    A list with a tenth of its rows, or none, says nothing about the others: that is for health to
    look into, and what was known stays as it was.
    """
    present = [key for key, one in before.items() if not one.gone]
    if len(present) >= ENOUGH and len(set(present) & set(shown)) * TENTH <= len(present):
        return Compared(listings={**before, **{key: Listed() for key in shown}})
    listings = {key: Listed() for key in shown}
    gone: list[str] = []
    for key, one in before.items():
        if key in listings:
            continue
        missed = one.missed + 1
        if missed == SURE and not one.gone:
            gone.append(key)
        listings[key] = Listed(missed=min(missed, SURE), gone=one.gone or missed >= SURE)
    back = [key for key, one in before.items() if one.gone and key in set(shown)]
    return Compared(listings=listings, gone=tuple(sorted(gone)), back=tuple(sorted(back)))
