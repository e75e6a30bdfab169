"""Words that people who look for one word should look for too."""

from collections.abc import Iterable, Iterator

from aggregator.match.texts import term
from aggregator.relevance import Profile
from aggregator.relevance.rules import Pattern

MOST = 8
LONGEST = 100
TELLING = 3.0
"""Phrases of less weight say little by themselves."""


def related(word: str, profile: Profile, *, most: int = MOST) -> tuple[str, ...]:
    """Phrases of the profile that stand for the same services, the most telling first.

    () for a word that the profile does not know. What holds the word itself is left out: whoever
    looks for "counselling" finds "bereavement counselling" anyway.
    """
    wanted = term(word[:LONGEST])
    if not wanted.strip():
        return ()
    patterns = profile.rules.patterns
    types = services((one for one in patterns if one.needle.endswith(" ")), wanted)
    found = dict.fromkeys(
        one.needle.strip()
        for kind in types
        for one in patterns
        if is_telling(one, kind) and wanted not in term(one.needle)
    )
    return tuple(found)[:most]


def services(patterns: Iterable[Pattern], wanted: str) -> tuple[str, ...]:
    """The service types a word stands for: those of the phrase itself, or else of the one or two
    that most phrases with it belong to."""
    counts: dict[str, int] = {}
    for pattern in patterns:
        if term(pattern.needle) == wanted and (exact := tuple(of_types(pattern))):
            return exact
        if wanted in term(pattern.needle):
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
