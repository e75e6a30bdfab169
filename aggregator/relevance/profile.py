"""A profile ready for judging."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from aggregator.relevance.finder import Finder
from aggregator.relevance.rules import Facet, Pattern, Rules, Wording
from aggregator.relevance.slips import LONG, by_ends

FAIR = 3.0
"""Slips are looked for in the words of phrases of at least this weight."""
Expressions = tuple[tuple[Wording, re.Pattern[str]], ...]


class Profile:
    """What we look for. Made by `load_profile`, shared freely, never changed."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.finder: Finder[Pattern] = Finder((one.needle, one) for one in rules.patterns)
        self.vocabulary: frozenset[str] = frozenset(_words(rules.patterns))
        self.stumps: tuple[str, ...] = tuple({*_stumps(rules.patterns)})
        telling = (one for one in rules.patterns if one.pairs or _weight(one) >= FAIR)
        self.long_words: Mapping[str, tuple[str, ...]] = by_ends(
            word for word in _words(telling) if len(word) >= LONG
        )

    @property
    def label(self) -> str:
        """Identifier and version, as a judgement quotes them."""
        return f"{self.rules.id} {self.rules.version}"

    @property
    def type_ids(self) -> tuple[str, ...]:
        """The service types it knows, in the order of the file."""
        return tuple(self.rules.tiers)

    def plain(self, service_type: str) -> str:
        """What a service type is called in plain words."""
        return self.rules.plain.get(service_type, service_type)

    @cached_property
    def facets(self) -> Finder[Facet]:
        """Finds what tells audience, setting and level."""
        return Finder((facet.needle, facet) for facet in self.rules.facets)

    @cached_property
    def boilerplate(self) -> Expressions:
        """Standard wording, over the folded text."""
        return _compiled(self.rules.boilerplate)

    @cached_property
    def names(self) -> Expressions:
        """Shapes of organisations' names, over the text as published."""
        return _compiled(self.rules.names)


def _compiled(wordings: tuple[Wording, ...]) -> Expressions:
    return tuple((wording, re.compile(wording.pattern)) for wording in wordings)


def _weight(pattern: Pattern) -> float:
    return max((term.weight for term in pattern.terms), default=0.0)


def _stumps(patterns: Iterable[Pattern]) -> Iterable[str]:
    """What stands before a star, where it is long enough to know a word by."""
    stumps = (one.needle.rpartition(" ")[2] for one in patterns)
    return (stump for stump in stumps if len(stump) >= LONG - 1)


def _words(patterns: Iterable[Pattern]) -> set[str]:
    """Whole words of phrases; the stump before a star is none, nor is an abbreviation."""
    return {
        word
        for pattern in patterns
        if pattern.short is None
        for word in pattern.needle.rpartition(" ")[0].split()
    }
