"""All phrases found in one pass: a typed wrapper around pyahocorasick.

Texts and phrases are folded and stand between spaces, so that the spaces are the word borders;
a phrase with any ending simply has no space after it.
"""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import ahocorasick

from aggregator.relevance.folding import fold

Value = TypeVar("Value")


def needle(phrase: str) -> str:
    """A phrase as it is looked for: "low mood" as " low mood ", "crisis caf*" as " crisis caf"."""
    folded = fold(phrase)
    return f" {folded}" if phrase.rstrip().endswith("*") else f" {folded} "


def any_in(needles: Iterable[str], text: str) -> bool:
    """Whether one of the needles stands in the text."""
    for one in needles:  # noqa: SIM110 - a generator would cost three times as much
        if one in text:
            return True
    return False


class Finder(Generic[Value]):
    """Finds every occurrence of every needle, overlapping ones too."""

    def __init__(self, needles: Iterable[tuple[str, Value]]) -> None:
        self._automaton = ahocorasick.Automaton()
        values: dict[str, list[Value]] = {}
        for text, value in needles:
            values.setdefault(text, []).append(value)
        for text, found in values.items():
            self._automaton.add_word(text, (tuple(found), len(text)))
        self._automaton.make_automaton()
        self._iter = self._automaton.iter if values else _nothing

    def find(self, text: str) -> list[tuple[int, int, Value]]:
        """Start and end (exclusive) of the words of every hit, and its value.

        The text must end in a space.
        """
        hits = []
        for last, (values, length) in self._iter(text):
            end = last if text[last] == " " else text.find(" ", last)
            hits += [(last - length + 2, end, value) for value in values]
        return hits


def _nothing(_text: str) -> Iterator[tuple[int, tuple[tuple[Value, ...], int]]]:
    return iter(())
