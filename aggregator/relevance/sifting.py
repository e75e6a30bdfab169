"""Which of the phrases found really count, and why the others do not."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from aggregator.model import Subject
from aggregator.relevance.finder import any_in
from aggregator.relevance.finding import Hit, Layout, Part, sentence
from aggregator.relevance.folding import fold
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Pair, Trap

FIRM = 3
"""Phrases worth more than this are not overruled by words that merely stand nearby."""
SHORTEST_NAME = 3
WORDS_OF_A_SHORT_NAME = 3
_LEGAL_ENDING = re.compile(r"( university| nhs| foundation| trust| ltd| limited| the)+ ?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A hit that does not count. why: name, wording, trap or needs; what: the words at fault."""

    hit: Hit
    why: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sifted:
    """Hits that count and hits that do not. clean: the whole text with names blanked."""

    kept: tuple[Hit, ...]
    dropped: tuple[Dropped, ...]
    clean: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Span:
    start: int
    end: int
    why: str
    what: str


def sift(hits: list[Hit], layout: Layout, subject: Subject, profile: Profile) -> Sifted:
    """Names, standard wording, words that mean something else and bare hints taken out."""
    dropped: list[Dropped] = []
    names = [*_stated_names(layout, subject), *_known_names(hits), *_shaped_names(layout, profile)]
    cover = _Cover((*names, *_standard_wording(layout, profile)))
    clean = _blanked(layout.text, names)
    kept: list[Hit] = []
    for hit in hits:
        if hit.pattern.name is not None:
            continue
        covered = cover.over(hit)
        if covered is not None:
            dropped.append(Dropped(hit=hit, why=covered.why, what=covered.what))
            continue
        fault = _trapped(hit, layout, clean, profile)
        if fault is not None:
            dropped.append(Dropped(hit=hit, why=fault[0], what=fault[1]))
            continue
        kept.append(hit)
    kept = _without_weaker(kept)
    kept = [*(hit for hit in kept if hit.terms), *_pairs(kept, layout, profile)]
    return Sifted(kept=_strict(kept), dropped=tuple(dropped), clean=clean)


def _stated_names(layout: Layout, subject: Subject) -> Iterator[_Span]:
    for organisation in subject.organisations:
        folded = fold(organisation)
        if len(folded) < SHORTEST_NAME:
            continue
        names = {folded}
        if folded.endswith(" trust"):
            short = _LEGAL_ENDING.sub("", folded)
            if short.count(" ") + 1 >= WORDS_OF_A_SHORT_NAME:
                names.add(short)
        for name in names:
            yield from _everywhere(layout.text, name, 0, len(layout.text), organisation)


def _everywhere(text: str, folded: str, start: int, end: int, what: str) -> Iterator[_Span]:
    sought = f" {folded} "
    at = text.find(sought, start, end)
    while at >= 0:
        yield _Span(start=at + 1, end=at + len(sought) - 1, why="name", what=what)
        at = text.find(sought, at + 1, end)


def _known_names(hits: Iterable[Hit]) -> Iterator[_Span]:
    for hit in hits:
        if hit.pattern.name is not None:
            start, end = hit.spans[0]
            yield _Span(start=start, end=end, why="name", what=hit.pattern.needle.strip())


def _shaped_names(layout: Layout, profile: Profile) -> Iterator[_Span]:
    for wording, expression in profile.names:
        if any_in(wording.gate, layout.text):
            for part in layout.parts:
                if any(layout.text.find(gate, part.start, part.end) >= 0 for gate in wording.gate):
                    yield from _in_part(layout.text, part, expression)


def _in_part(text: str, part: Part, expression: re.Pattern[str]) -> Iterator[_Span]:
    for found in {match.group() for match in expression.finditer(part.original)}:
        folded = fold(found)
        if folded:
            yield from _everywhere(text, folded, part.start, part.end, " ".join(found.split()))


def _standard_wording(layout: Layout, profile: Profile) -> Iterator[_Span]:
    for wording, expression in profile.boilerplate:
        if any_in(wording.gate, layout.text):
            for match in expression.finditer(layout.text):
                yield _Span(start=match.start(), end=match.end(), why="wording", what=wording.says)


def _blanked(text: str, spans: Iterable[_Span]) -> str:
    pieces, at = [], 0
    for start, end in sorted((span.start, span.end) for span in spans):
        if end > at:
            pieces += [text[at:start], "_" * (end - max(start, at))]
            at = end
    return "".join((*pieces, text[at:]))


class _Cover:
    """Spans to look up by place: for each start, the span up to there that reaches furthest."""

    def __init__(self, spans: Iterable[_Span]) -> None:
        ordered = sorted(spans, key=lambda span: span.start)
        self._starts = [span.start for span in ordered]
        self._furthest = list(accumulate(ordered, _further))

    def over(self, hit: Hit) -> _Span | None:
        """A span that covers the hit."""
        start, end = hit.spans[0]
        place = bisect_right(self._starts, start) - 1
        if place >= 0 and self._furthest[place].end >= end:
            return self._furthest[place]
        return None


def _further(one: _Span, other: _Span) -> _Span:
    return other if other.end > one.end else one


def _trapped(hit: Hit, layout: Layout, clean: str, profile: Profile) -> tuple[str, str] | None:
    for place in hit.pattern.traps:
        trap = profile.rules.traps[place]
        fault = _springs(trap, hit, layout, profile)
        if fault is not None:
            return "trap", trap.means or fault.strip()
        if trap.needs and not any_in(trap.needs, clean):
            return "needs", trap.word.strip()
    return None


def _springs(trap: Trap, hit: Hit, layout: Layout, profile: Profile) -> str | None:
    start, end = hit.spans[0]
    for phrase in trap.within:
        inner = start + max(0, layout.text[start:end].find(trap.word.strip()))
        left = max(0, inner - len(phrase))
        at = layout.text.find(phrase, left, inner + len(phrase) + 1)
        if 0 <= at <= inner < at + len(phrase):
            return phrase
    if trap.beside and max((term.weight for term in hit.terms), default=0) <= FIRM:
        around = sentence(layout, start, end, profile.rules.scoring.near)
        for phrase in trap.beside:
            if phrase in around:
                return phrase
    return None


def _without_weaker(hits: list[Hit]) -> list[Hit]:
    weaker = [hit.spans[0] for hit in hits if hit.pattern.weaker]
    if not weaker:
        return hits
    return [
        hit
        for hit in hits
        if hit.pattern.weaker
        or not any(start <= hit.start and hit.spans[0][1] <= end for start, end in weaker)
    ]


def _pairs(hits: list[Hit], layout: Layout, profile: Profile) -> Iterator[Hit]:
    for hit in hits:
        for pair in hit.pattern.pairs:
            other = _nearby(pair, hit, layout, profile)
            if other is not None:
                yield Hit(
                    pattern=hit.pattern,
                    terms=(pair.term,),
                    part=hit.part,
                    spans=tuple(sorted((*hit.spans, other))),
                )


def _nearby(pair: Pair, hit: Hit, layout: Layout, profile: Profile) -> tuple[int, int] | None:
    """The nearest of the pair's other words in the same sentence."""
    (start, end), text, near = hit.spans[0], layout.text, profile.rules.scoring.near
    left, right = max(hit.part.start, start - near), min(hit.part.end, end + near)
    found = []
    for word in pair.near:
        after, before = text.find(word, end - 1, right), text.rfind(word, left, start + 1)
        if after >= 0 and " . " not in text[end:after]:
            found.append((after - end, after, word))
        if before >= 0 and " . " not in text[before:start]:
            found.append((start - before, before, word))
    if not found:
        return None
    _, at, word = min(found)
    return at + 1, _word_end(text, at + len(word))


def _word_end(text: str, at: int) -> int:
    return at - 1 if text[at - 1] == " " else text.find(" ", at)


def _strict(hits: list[Hit]) -> tuple[Hit, ...]:
    if any(term.service_type is None for hit in hits for term in hit.terms):
        return tuple(hits)
    return tuple(hit for hit in hits if not all(term.strict for term in hit.terms))
