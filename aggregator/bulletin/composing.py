"""From what may be told to the content of one edition."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.bulletin.choosing import Line, placed
from aggregator.bulletin.printing import entry, explained_once
from aggregator.bulletin.weeks import in_words
from aggregator.digest.clean import link, one_line
from aggregator.digest.page import counted
from aggregator.digest.view import Room
from aggregator.model import (
    Bulletin,
    BulletinEntry,
    BulletinSection,
    DigestItem,
    DigestSection,
    HostWord,
    OwnLine,
    WordKind,
)

PICKED = "Worth a look"
LONGEST_LINE = 400
ROOM = Room(title=120, opening=160, detail=120)


def compose(
    week: str,
    items: Iterable[DigestItem],
    picked: Sequence[DigestItem],
    words: Sequence[HostWord],
    *,
    place: str | None,
    is_first: bool,
    names: Mapping[str, str],
    now: datetime,
) -> Bulletin:
    """The content of one edition; with nothing to tell it says so, and is kept all the same.

    picked: what the host put first, in its order. words: its pins and lines for this edition.
    place: of the host. is_first: no edition was printed before. Raises ParsingError for `week`.
    """
    first = {item.opportunity.id for item in picked}
    rest = [item for item in items if item.opportunity.id not in first]
    lines, left_out = placed(rest, is_first=is_first, now=now)
    shown = (*picked, *(line.item for line in lines))
    own = [line for line in map(own_line, words) if line]
    return Bulletin(
        week=week,
        day=in_words(week),
        composed_at=now,
        place=one_line(place, 80),
        counts=", ".join(counts(picked, lines)),
        own=tuple(own),
        sections=tuple(sections(picked, lines, now, names)),
        left_out=left_out,
        told=tuple(dict.fromkeys(told(shown))),
        used=tuple(one.number for one in words if is_used(one, first)),
    )


def own_line(word: HostWord) -> OwnLine | None:
    """The line a host added, as data."""
    words = one_line(word.words, LONGEST_LINE) if word.kind is WordKind.ADD else None
    return OwnLine(words=words, link=link(word.link)) if words else None


def is_used(word: HostWord, picked: set[str]) -> bool:
    """Whether this edition carries out what the host said; a drop is never used up."""
    if word.kind is WordKind.PIN:
        return word.opportunity_id in picked
    return word.kind is WordKind.ADD


def counts(picked: Sequence[DigestItem], lines: Sequence[Line]) -> Iterator[str]:
    """ "1 worth a look", "2 new", "1 closing soon"."""
    if picked:
        yield f"{len(picked)} worth a look"
    yield from counted(DigestSection(heading=line.heading, items=(line.item,)) for line in lines)


def sections(
    picked: Sequence[DigestItem],
    lines: Sequence[Line],
    now: datetime,
    names: Mapping[str, str],
) -> Iterator[BulletinSection]:
    """What was picked, then the rest under its headings; what a stage means is said once."""
    groups: dict[str, list[BulletinEntry]] = {}
    for item in picked:
        groups.setdefault(PICKED, []).append(entry(item, now, ROOM, names))
    for line in lines:
        groups.setdefault(str(line.heading), []).append(entry(line.item, now, ROOM, names))
    meaning = explained_once(one for found in groups.values() for one in found)
    for heading, found in groups.items():
        explained = (replace(one, meaning=meaning[one.opportunity_id]) for one in found)
        yield BulletinSection(heading=heading, entries=tuple(explained))


def told(items: Iterable[DigestItem]) -> Iterator[tuple[str, str]]:
    """Every event and its opportunity, for the ledger; those of what is grouped below as well."""
    for item in items:
        below = {event.id: one.opportunity.id for one in item.same for event in one.events}
        for event in item.events:
            yield event.id, below.get(event.id, item.opportunity.id)
