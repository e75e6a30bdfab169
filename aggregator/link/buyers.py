"""Whether two notices name the same buyer, as far as their words tell.

Names decide, since published identifiers are known to lie; only a number of the service's own
register of organisations (PPON) is believed. Near spellings count as one body where a letter was
dropped, doubled or swapped in a long word, never where a letter was exchanged: Bolton is not
Boston, and the north east is not the north west.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA, Indel

from aggregator.model import Buyer
from aggregator.parsing import text

OWN_REGISTER = "GB-PPON-"
LONG_WORD = 8
LEAST_WORDS = 2
LEGAL_FORMS = frozenset({"ltd", "limited", "plc", "llp", "cic", "cio"})

_CODE = re.compile(r"[a-z]*\d[a-z0-9]*$")
_AFTER_NAME = re.compile(r"\s+[-–—/|]\s+|\s*[(,]")


def agree(one: Sequence[Buyer], other: Sequence[Buyer]) -> bool:
    """True where one body is named on both sides; an empty side agrees with nothing."""
    return any(_same(a, b) for a in one for b in other)


def same_name(one: str, other: str) -> bool:
    """True for two spellings of one body's name, the one perhaps with a department or code."""
    if one == other or text.buyer_name(one) == text.buyer_name(other):
        return True
    wholes, heads = (_words(one), _words(other)), (_head(one), _head(other))
    return (
        _alike(*wholes)
        or _alike(*heads)
        or _alike(wholes[0], heads[1])
        or _alike(heads[0], wholes[1])
    )


def _same(one: Buyer, other: Buyer) -> bool:
    if one.id and one.id == other.id and one.id.startswith(OWN_REGISTER):
        return True
    return same_name(one.name, other.name)


def _words(name: str) -> list[str]:
    """The words that name a body, without legal forms and the codes that portals add."""
    words = text.buyer_name(name).split()
    return [word for word in words if word not in LEGAL_FORMS and not _CODE.match(word)]


def _head(name: str) -> list[str]:
    """The words before a dash, stroke, bracket or comma: the body without its department."""
    words = _words(_AFTER_NAME.split(name, maxsplit=1)[0])
    return words if len(words) >= LEAST_WORDS else []


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """The same words in the same order, but for slips of the pen."""
    if not one or len(one) != len(other):
        return False
    return all(slip(a, b) for a, b in zip(one, other, strict=True))


def slip(one: str, other: str) -> bool:
    """The same word, or a long one with a letter dropped, doubled or swapped."""
    if one == other:
        return True
    if max(len(one), len(other)) < LONG_WORD:
        return False
    swapped = OSA.distance(one, other) == 1 and sorted(one) == sorted(other)
    return swapped or Indel.distance(one, other) == 1
