"""Words that people who look for one word should look for too."""

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz

from aggregator.match.texts import term
from aggregator.relevance import Profile
from aggregator.relevance.rules import Pattern

MOST = 8
LONGEST = 100
ALIKE = 80
TELLING = 3.0
"""Phrases of less weight say little by themselves."""


def related(word: str, profile: Profile, *, most: int = MOST) -> tuple[str, ...]:
    """Phrases of the profile that stand for the same services, the most telling first.

    () for a word that the profile does not know. What holds the word itself is left out: whoever
    looks for "counselling" finds "bereavement counselling" anyway. So are other spellings.
    """
    wanted = term(word[:LONGEST])
    if not wanted.strip():
        return ()
    found: list[str] = []
    for phrase in phrases_of(services(profile.rules.patterns, wanted), profile):
        if len(found) == most:
            break
        if wanted not in term(phrase) and is_new(phrase, wanted.strip(), found):
            found.append(phrase)
    return tuple(found)


def phrases_of(types: Iterable[str], profile: Profile) -> Iterator[str]:
    """Telling phrases of service types, in the order of the profile: English before Welsh."""
    for kind in types:
        for one in profile.rules.patterns:
            if is_telling(one, kind):
                yield one.needle.strip()


def is_new(phrase: str, wanted: str, found: Iterable[str]) -> bool:
    """Whether a phrase is no mere spelling of the word or of a phrase that was found before."""
    if fuzz.partial_ratio(wanted, phrase) >= ALIKE:
        return False
    return all(fuzz.partial_ratio(phrase, other) < ALIKE for other in found)


def services(patterns: Iterable[Pattern], wanted: str) -> tuple[str, ...]:
    """The service types a word stands for: those of the phrase itself; or else of the one or two
    that most phrases with it, or within it, belong to."""
    counts: dict[str, int] = {}
    for pattern in patterns:
        needle = pattern.needle
        if needle == wanted or (needle[-1] != " " and wanted.startswith(needle)):
            if exact := tuple(of_types(pattern)):
                return exact
        elif wanted in f"{needle} " or needle in wanted:
            for kind in of_types(pattern):
                counts[kind] = counts.get(kind, 0) + 1
    return tuple(sorted(counts, key=lambda kind: -counts[kind])[:2])


def of_types(pattern: Pattern) -> Iterator[str]:
    """The service types a phrase stands for."""
    return (one.service_type for one in pattern.terms if one.service_type is not None)


def is_telling(pattern: Pattern, service_type: str) -> bool:
    """Whether a phrase, written out whole, stands for a service type with some weight."""
    whole = pattern.needle.endswith(" ") and pattern.short is None and pattern.name is None
    return whole and any(
        one.service_type == service_type and one.weight >= TELLING for one in pattern.terms
    )
