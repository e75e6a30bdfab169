"""Jargon in plain words: a list of terms, and how to explain them beside a quoted text.

A notice's own words are never changed. An explanation stands in square brackets behind the term,
the usual mark for words that are not the author's.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MOST = 2
"""More explanations than this hide the sentence they explain."""

IN_BRACKETS = re.compile(r"[^()]{0,40}\)")
BRACKETS = re.compile(r" \([^()]{1,60}\)")


@dataclass(frozen=True, slots=True)
class Term:
    """A term found in a text: as published, what it means, and where it ends."""

    text: str
    plain: str
    end: int


@cache
def entries() -> Mapping[str, str]:
    """Term to plain words, in our own words, as `reference/glossary.csv` has them."""
    table = files("aggregator.reference").joinpath("glossary.csv").read_text(encoding="utf-8")
    return {row["term"]: row["plain"] for row in csv.DictReader(table.splitlines())}


def is_abbreviation(term: str) -> bool:
    """Whether a term is known by its capital letters: "CAT" is one, a cat is none."""
    return any(one.isupper() for one in term[1:]) and " " not in term


@cache
def abbreviations() -> re.Pattern[str]:
    """Finds all abbreviations, in the letters in which they stand on the list."""
    return either(filter(is_abbreviation, entries()), 0)


@cache
def phrases() -> re.Pattern[str]:
    """Finds all other terms, small letters or capital ones."""
    return either((one for one in entries() if not is_abbreviation(one)), re.IGNORECASE)


def either(terms: Iterable[str], flags: int) -> re.Pattern[str]:
    """One of these terms as a whole word, the longest first; a plural counts."""
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})s?(?![\w-])", flags)


@cache
def folded() -> Mapping[str, str]:
    """Plain words by the term in small letters, for phrases."""
    return {term.casefold(): plain for term, plain in entries().items()}


def found_in(text: str) -> tuple[Term, ...]:
    """The terms in a text, each meaning once, in their order.

    A text wholly in capital letters says nothing of abbreviations by capital letters.
    """
    matches = [*phrases().finditer(text)]
    if not text.isupper():
        matches += abbreviations().finditer(text)
    terms: dict[str, Term] = {}
    for match in sorted(matches, key=lambda one: one.start()):
        plain = folded()[match[1].casefold()]
        if plain.casefold() not in text.casefold():
            terms.setdefault(plain, Term(match[0], plain, end_of(text, match)))
    return tuple(terms.values())


def end_of(text: str, match: re.Match[str]) -> int:
    """Where an explanation goes: behind the bracket that the term stands in, or that follows it."""
    behind = IN_BRACKETS if text[: match.start()].endswith("(") else BRACKETS
    closed = behind.match(text, match.end())
    return closed.end() if closed else match.end()


def explained(text: str, longest: int | None = None, most: int = MOST) -> str:
    """The text with its first terms explained: "an IMHA [an advocate for people …] service".

    longest: characters; an explanation that would not fit is left out, nothing else is cut.
    """
    parts: list[str] = []
    last, length = 0, len(text)
    for term in found_in(text):
        note = f" [{term.plain}]"
        fits = longest is None or length + len(note) <= longest
        if len(parts) < 2 * most and fits and term.end > last:
            parts += [text[last : term.end], note]
            last, length = term.end, length + len(note)
    return "".join((*parts, text[last:]))
