"""Bodies that follow one another: care boards merged, councils reorganised.

For rules 4 and 5 only: a certain link never rests on it.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from aggregator import reference
from aggregator.link.buyers import same_name
from aggregator.parsing import text


def same_or_successor(one: str, other: str) -> bool:
    """True for two names of one body, or where one body took over from the other."""
    if same_name(one, other):
        return True
    later = _later()
    first, second = comparable(one), comparable(other)
    return second in later.get(first, ()) or first in later.get(second, ())


def relatives(name: str) -> tuple[str, ...]:
    """The comparable names of all bodies that came before or after the one of this name."""
    own, later = comparable(name), _later()
    before = {old for old, new in later.items() if own in new}
    return tuple(sorted(before | later.get(own, frozenset())))


@cache
def _later() -> Mapping[str, frozenset[str]]:
    """Every former body to all that came after it, by comparable names."""
    next_ones: dict[str, set[str]] = defaultdict(set)
    for old, new in reference.successions():
        next_ones[comparable(old)].add(comparable(new))
    return {name: frozenset(_reached(name, next_ones)) for name in tuple(next_ones)}


def _reached(name: str, next_ones: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for body in next_ones.get(waiting.pop(), ()):
            if body not in found:
                found.add(body)
                waiting.append(body)
    return found


def comparable(name: str) -> str:
    """A name to compare with; commissioning groups are written with and without "NHS"."""
    return text.buyer_name(name).removeprefix("nhs ")
