"""Whether two titles name the same thing, as far as their words tell.

References that portals put into titles, "- AWARD" and words that say nothing are left out. What is
left must be the same words: "Lot 1" is not "Lot 2", the north is not the south, 2025 is not 2026.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from aggregator.link.buyers import slip
from aggregator.model import Buyer
from aggregator.parsing import text

_REMEMBERED = 2_000
_FEW = 2
_LONG_NUMBER = 6
_CODE_DIGITS = 3
_LONGEST = 300

_NOISE = frozenset(
    ["of", "the", "for", "a", "an", "and", "to", "in", "with", "by", "on", "at", "or", "provision", "service", "services", "tender", "contract", "award", "awarded", "notice", "procurement", "opportunity", "invitation", "itt", "rfq", "pin"]
)
_KINDS = frozenset(
    ["council", "county", "city", "borough", "district", "metropolitan", "london", "royal", "unitary", "authority", "nhs", "trust", "foundation", "integrated", "care", "board", "clinical", "commissioning", "group", "university", "health", "combined", "hospitals", "hospital", "limited", "housing", "association"]
)
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"(lot|phase|stage|zone|area|round|tranche|year|ward|block)s?(\d+)$")
_HALVES = re.compile(r"\s+[/|]+\s*|\s*\|+\s+")
_LOT = re.compile(r"\blots?\W{0,2}((?:\d+|[a-z]\b)(?:[\s,&+-]|and|\d+)*)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:20)?(\d\d)\s?[/–-]\s?(?:20)?(\d\d)(?!\d)|(?<!\d)20(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Title:
    """words: what counts, sorted. codes: references. lots, years: as the title states them."""

    words: tuple[str, ...]
    codes: frozenset[str]
    lots: frozenset[str]
    years: frozenset[str]
    halves: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_REMEMBERED)
def read(title: str) -> Title:
    """The title taken apart; a bilingual one has two halves in which each language stands."""
    title = title[:_LONGEST]
    codes, words = _sorted_out(title)
    parts = _HALVES.split(title)
    halves = (
        tuple(half for part in parts if len(half := _sorted_out(part)[1]) >= _FEW)
        if len(parts) > 1
        else ()
    )
    return Title(
        words=words, codes=frozenset(codes), lots=_lots(title), years=_years(title), halves=halves
    )


def essences(title: str) -> tuple[str, ...]:
    """The words that count, as one string for the whole title and one for each half of it."""
    title = title[:_LONGEST]
    whole = " ".join(_sorted_out(title)[1])
    if "/" not in title and "|" not in title:
        return (whole,) if whole else ()
    halves = (" ".join(half) for half in read(title).halves)
    return tuple(filter(None, dict.fromkeys((whole, *halves))))


def alike(one: Title, other: Title, buyers: Sequence[Buyer]) -> bool:
    """True where both name the same thing: the same words, but for slips and the buyer's name."""
    if not one.words or not other.words or contradict(one, other):
        return False
    if one.words == other.words:
        return True
    if _halves_meet(one, other):
        return True
    more, less = set(one.words) - set(other.words), set(other.words) - set(one.words)
    if more and less:
        return _slips(sorted(more), sorted(less))
    return len(one.words) >= _FEW <= len(other.words) and _names_buyer(more or less, buyers)


def contradict(one: Title, other: Title) -> bool:
    """True where lots or years differ, or both have references and none in common."""
    if one.lots != other.lots:
        return True
    if one.years and other.years and one.years != other.years:
        return True
    return bool(one.codes and other.codes and one.codes.isdisjoint(other.codes))


def _sorted_out(title: str) -> tuple[set[str], tuple[str, ...]]:
    codes: set[str] = set()
    words: list[str] = []
    folded = title.casefold() if title.isascii() else text.fold(title)
    for chunk in folded.split():
        if chunk.isalpha():
            words.append(chunk)
        elif chunk.isdigit():
            (codes.add if len(chunk) >= _LONG_NUMBER else words.append)(chunk)
        elif _is_code(chunk):
            codes.add(chunk.strip("()[],.:;-"))
        else:
            words.extend(_plain(chunk))
    kept = [word for word in words if word not in _NOISE]
    return codes, tuple(sorted(set(kept or words)))


def _plain(chunk: str) -> list[str]:
    """The words of a chunk with marks; "lot3" is "lot" and "3", and "0-19" stays one."""
    bare = chunk.strip("()[],.:;-–")
    if bare and bare[0].isdigit() and not any(letter.isalpha() for letter in bare):
        return [bare]
    found = _WORD.findall(chunk.replace("'", ""))
    matches = ((one, _PART.match(one)) for one in found)
    return [word for one, part in matches for word in (part.groups() if part else (one,))]


def _is_code(chunk: str) -> bool:
    """A reference mixes letters and digits and is longer than the name of a road ("A14")."""
    if _PART.match(chunk):
        return False
    digits = sum(letter.isdigit() for letter in chunk)
    if digits < _FEW:
        return False
    if "_" in chunk:
        return True
    letters = any(letter.isalpha() for letter in chunk)
    marks = "/" in chunk or "-" in chunk
    return letters and (digits >= _CODE_DIGITS + 1 or (marks and digits >= _CODE_DIGITS))


def _lots(title: str) -> frozenset[str]:
    if "ot" not in title and "OT" not in title:
        return frozenset()
    return frozenset(
        number for found in _LOT.findall(title) for number in re.findall(r"\d+|\b[A-Za-z]\b", found)
    )


def _years(title: str) -> frozenset[str]:
    """As two digits each: "2025/26" and "25-26" are both 25 and 26."""
    return frozenset(
        year for found in _YEAR.findall(title) for year in found if year and year >= "10"
    )


def _halves_meet(one: Title, other: Title) -> bool:
    """A bilingual title and the same in one language."""
    if one.halves and other.words in one.halves:
        return True
    return bool(other.halves) and one.words in other.halves


def _slips(more: Sequence[str], less: Sequence[str]) -> bool:
    return len(more) == len(less) <= _FEW and all(
        slip(a, b) for a, b in zip(more, less, strict=True)
    )


def _names_buyer(words: set[str], buyers: Sequence[Buyer]) -> bool:
    """True where the words are a buyer's whole name, its place, or its initials."""
    return any(words in forms for buyer in buyers for forms in (_forms(buyer.name),))


def _forms(name: str) -> list[set[str]]:
    own = [word for word in text.buyer_name(name).split() if word not in {"and", "of", "the"}]
    counted = {word for word in own if word not in _NOISE}
    places = counted - _KINDS
    forms = [counted, places, {"".join(word[0] for word in own)}]
    return [form for form in forms if form]
