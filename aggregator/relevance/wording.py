"""Reasons in words a volunteer understands."""

import re
from itertools import islice

from aggregator.model import Reason, Subject
from aggregator.relevance.finding import Hit, Layout, Part
from aggregator.relevance.folding import fold
from aggregator.relevance.rules import Exclusion
from aggregator.relevance.scoring import Point
from aggregator.relevance.sifting import Dropped

_PLACES = {
    "title": "the title says",
    "description": "the description says",
    "additional": "the further information says",
    "award": "the award says",
}
_WORD = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*|&")


def counted(point: Point, layout: Layout, subject: Subject) -> Reason:
    """Why a phrase counted: where it stands and how it is written there."""
    hit = point.hit
    kind = next((term.service_type for term in hit.terms if term.service_type), None)
    phrase = quoted(hit, layout)
    typed = [layout.read_as[word] for word in phrase.split() if word in layout.read_as]
    lot = subject.lots[hit.part.lot] if hit.part.lot is not None else None
    words = f"{_place(hit, subject)} “{phrase}”"
    if typed and hit.part.field == "title":
        words += f" (typed “{typed[0]}”)"
    return Reason(
        words=words,
        points=round(point.points, 2),
        phrase=phrase,
        field=hit.part.field,
        service_type=kind,
        lot_id=lot.id if lot else None,
    )


def _place(hit: Hit, subject: Subject) -> str:
    if hit.part.lot is None:
        return _PLACES[hit.part.field]
    lot = subject.lots[hit.part.lot]
    if hit.part.field == "lot_title":
        return f"the title of lot {lot.id} says"
    return f"the description of lot {lot.id} says"


def not_counted(dropped: Dropped, layout: Layout, subject: Subject) -> Reason:
    """Why a phrase did not count."""
    phrase = quoted(dropped.hit, layout)
    words = {
        "name": f"“{phrase}” is part of a name ({dropped.what}); names are not counted",
        "wording": f"“{phrase}” stands in {dropped.what}; that is not counted",
        "trap": f"“{phrase}” here is {dropped.what}",
        "needs": f"“{phrase}” alone says too little",
    }[dropped.why]
    lot = subject.lots[dropped.hit.part.lot] if dropped.hit.part.lot is not None else None
    return Reason(
        words=words,
        points=0.0,
        phrase=phrase,
        field=dropped.hit.part.field,
        lot_id=lot.id if lot else None,
    )


def excluded(exclusion: Exclusion, word: str, penalty: float) -> Reason:
    """What a title says that speaks against."""
    return Reason(words=f"the title says “{word}”: {exclusion.says}", points=-penalty, phrase=word)


def quoted(hit: Hit, layout: Layout) -> str:
    """The phrase as the notice writes it; in small letters where that cannot be told."""
    return " … ".join(_as_written(hit.part, start, end, layout) for start, end in hit.spans)


def _as_written(part: Part, start: int, end: int, layout: Layout) -> str:
    """The words at the same place, counted in words, in the text as published."""
    folded = layout.text[start:end].strip()
    before = _words(layout.text[part.start : start])
    words = _WORD.finditer(part.original)
    found = list(islice(words, before, before + _words(folded)))
    if found:
        written = part.original[found[0].start() : found[-1].end()]
        if fold(written) == folded:
            return " ".join(written.split())
    return folded


def _words(folded: str) -> int:
    words = folded.split()
    return len(words) - words.count(".") - words.count(",")
