"""The host's weekly bulletin: its editions as printed, and what the host said about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WordKind(StrEnum):
    """What a host does to the bulletin: put first, leave out, add a line of its own."""

    PIN = "pin"
    DROP = "drop"
    ADD = "add"


@dataclass(frozen=True, kw_only=True, slots=True)
class HostWord:
    """One thing a host said about the bulletin, by whom and when. Pins and lines are for one
    edition; what is dropped stays out until that is undone.

    opportunity_id: for PIN and DROP. words, link: for ADD. week: the edition it was printed in.
    number: given by the store, 0 before.
    """

    kind: WordKind
    by: str
    at: datetime
    opportunity_id: str | None = None
    words: str | None = None
    link: str | None = None
    number: int = 0
    week: str | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedChange:
    """What happened to an opportunity, from what to what, and what to do."""

    words: str
    before: str | None = None
    after: str | None = None
    then: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedSource:
    """An official page; `link` is None where only its number is known."""

    name: str
    words: str
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinEntry:
    """One opportunity as printed, every word ready. An edition is read for days and kept for
    years, so nothing here counts from the day it was composed.

    about: where and how much, where `lines` do not say so. when: the date to know, in words.
    is_soon: within a week of the edition. language: of the title, "cy" or "en"; None where not
    known.
    """

    opportunity_id: str
    title: str
    stage: str
    buyer: str | None = None
    about: str | None = None
    when: str | None = None
    is_soon: bool = False
    changes: tuple[PrintedChange, ...] = ()
    lines: tuple[str, ...] = ()
    meaning: str | None = None
    sources: tuple[PrintedSource, ...] = ()
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinSection:
    """Entries under one heading, most urgent first."""

    heading: str
    entries: tuple[BulletinEntry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLine:
    """A line of the host's own."""

    words: str
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin:
    """The content of one edition.

    week: "2026-W48", the ISO week it is for. day: of its Monday, in words. told: (event id,
    opportunity id) of everything it tells, for the ledger of editions. used: numbers of the
    host's words that are in it. left_out: opportunities that had no room and come next time.
    """

    week: str
    day: str
    composed_at: datetime
    place: str | None = None
    counts: str = ""
    own: tuple[OwnLine, ...] = ()
    sections: tuple[BulletinSection, ...] = ()
    left_out: int = 0
    told: tuple[tuple[str, str], ...] = ()
    used: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """A bulletin as kept. published_at: None while it may still be renewed.

    id: for feeds, "urn:uuid:…"; the same for ever, whatever address the pages have.
    """

    bulletin: Bulletin
    id: str
    published_at: datetime | None = None
