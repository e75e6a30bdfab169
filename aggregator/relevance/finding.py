"""What stands where: a subject's texts laid out as one, and every phrase found in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from aggregator.model import Subject
from aggregator.relevance.folding import fold
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Pattern, Term
from aggregator.relevance.slips import LONG, meant

LONGEST = 20_000
"""Characters of one text that are read; what comes later is never what is bought."""
BREAK = "\n"
"""Stands between two texts; no phrase has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One text of the subject. start, end: where its folded form stands in the whole.

    lot: place of the lot in the subject, None outside lots.
    """

    field: str
    lot: int | None
    original: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """All texts of a subject, folded, one after the other with a break between.

    texts: field, lot and original of each. lengths: of each folded, with a space on either side.
    read_as: title words taken for another word, as meant -> as typed.
    """

    text: str
    texts: tuple[tuple[str, int | None, str], ...]
    lengths: tuple[int, ...]
    read_as: dict[str, str] = field(default_factory=dict)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Where each text stands. Most subjects have no phrase in them and never get here."""
        parts, at = [], 0
        for (name, lot, original), length in zip(self.texts, self.lengths, strict=True):
            part = Part(field=name, lot=lot, original=original, start=at, end=at + length)
            parts.append(part)
            at += length + len(BREAK)
        return tuple(parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A phrase that stands somewhere. spans: the text it covers, more than one for a pair."""

    pattern: Pattern
    terms: tuple[Term, ...]
    part: Part
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.spans[0][0]


def lay_out(subject: Subject, profile: Profile) -> Layout:
    """The subject's texts in the order they are read."""
    texts = tuple((field, lot, text[:LONGEST]) for field, lot, text in _texts(subject))
    pieces = [f" {fold(original)} " for _, _, original in texts]
    if len(pieces) > 1 and len(pieces[1]) <= len(pieces[0]) and pieces[1] in pieces[0]:
        pieces[1] = "  "  # some portals repeat the title as the description
    read_as: dict[str, str] = {}
    if texts and texts[0][0] == "title":
        pieces[0] = _without_slips(pieces[0], profile, read_as)
    return Layout(
        text=BREAK.join(pieces), texts=texts, lengths=tuple(map(len, pieces)), read_as=read_as
    )


def _texts(subject: Subject) -> Iterator[tuple[str, int | None, str]]:
    if subject.title:
        yield "title", None, subject.title
    if subject.description:
        yield "description", None, subject.description
    if subject.additional_text:
        yield "additional", None, subject.additional_text
    if subject.award_text:
        yield "award", None, subject.award_text
    for number, lot in enumerate(subject.lots):
        if lot.title and lot.title != subject.title:
            yield "lot_title", number, lot.title
        if lot.description and lot.description != subject.description:
            yield "lot_description", number, lot.description


def _without_slips(title: str, profile: Profile, read_as: dict[str, str]) -> str:
    for word in title.split():
        if len(word) >= LONG - 1 and word not in profile.vocabulary:
            known = meant(word, profile.long_words)
            if known is not None and not word.startswith(profile.stumps):
                read_as[known] = word
                title = title.replace(f" {word} ", f" {known} ")
    return title


def find(layout: Layout, profile: Profile) -> list[Hit]:
    """Every phrase of the profile in the text, one pass, in order of their ends."""
    found = profile.finder.find(layout.text)
    if not found:
        return []
    hits: list[Hit] = []
    parts = iter(layout.parts)
    part = next(parts)
    for start, end, pattern in found:
        while start >= part.end:
            part = next(parts)
        if _written_right(pattern, part.original):
            hits.append(Hit(pattern=pattern, terms=pattern.terms, part=part, spans=((start, end),)))
    return hits


def _written_right(pattern: Pattern, original: str) -> bool:
    """Abbreviations need capitals or brackets, names their own spelling."""
    name, short = pattern.name, pattern.short
    if name:
        return name in original or name.upper() in original
    if short is None:
        return True
    if short in original and _capitals(short).search(original):
        return True
    return f"({short.lower()})" in original.lower()


@lru_cache(maxsize=1024)
def _capitals(short: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(short)}(?:['’]?s)?(?![A-Za-z0-9])")


def sentence(layout: Layout, start: int, end: int, near: int) -> str:
    """The sentence around a span, at most `near` characters to either side."""
    text = layout.text
    left = max(0, start - near)
    left = max(left, text.rfind(" . ", left, start + 1) + 2, text.rfind(BREAK, left, start + 1) + 1)
    right = min(len(text), end + near)
    ends = (text.find(" . ", end - 1, right), text.find(BREAK, end, right))
    return text[left : min((place for place in ends if place >= 0), default=right) + 1]
