"""Values of a changed field in words, and when two of them say the same."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from rapidfuzz import fuzz

from aggregator.model import Contact, Lot, Money, Period, Place, StatedTime
from aggregator.parsing import dates, text
from aggregator.parsing import money as amounts
from aggregator.parsing import places as regions
from aggregator.stage.words import day_in_words

SAME_TITLE = 92
SAME_PROSE = 96
"""Likeness (of 100) from which on an edit is housekeeping."""

LONGEST = 300
"""Letters of a text that are shown."""

MOST_COMPARED = 20_000
TINY = timedelta(minutes=2)
"""23:59 and 23:59:59 are one deadline."""

HOUR = 60
DAY = 24 * HOUR

_REFERENCE = re.compile(r"\b(?=\w*[a-z])(?=\w*\d)\w{4,}\b|\b\d{5,}\b")
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")


def time(stated: StatedTime | None) -> str | None:
    """A time in words, None where unknown."""
    return dates.in_words(stated) if stated else None


def same_moment(old: StatedTime | None, new: StatedTime | None) -> bool:
    """True for the same moment, give or take the seconds by which a day's end is written."""
    if old is None or new is None:
        return old is new
    return abs(old.instant - new.instant) <= TINY


def moved(old: StatedTime | None, new: StatedTime) -> str:
    """The new time with what is gained or lost: "Friday 5 June 2026, 12 noon (7 days later)"."""
    words = dates.in_words(new)
    return f"{words} ({_gap(old, new)})" if old else words


def _gap(old: StatedTime, new: StatedTime) -> str:
    days = (dates.to_uk(new.instant).date() - dates.to_uk(old.instant).date()).days
    way = "later" if new.instant > old.instant else "earlier"
    if days:
        return f"{_count(abs(days), 'day')} {way}"
    minutes = round(abs((new.instant - old.instant).total_seconds()) / 60)
    if minutes % HOUR == 0 or minutes > 3 * HOUR:
        return f"{_count(round(minutes / HOUR), 'hour')} {way}"
    return f"{_count(minutes, 'minute')} {way}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


def same_title(old: str, new: str) -> bool:
    """True where titles differ in spelling, white space or a reference number only."""
    one, other = _bare(old), _bare(new)
    return one == other or fuzz.ratio(one, other) >= SAME_TITLE


def _bare(title: str) -> str:
    return " ".join(re.findall(r"\w+", _REFERENCE.sub(" ", text.fold(title))))


def same_prose(old: str, new: str) -> bool:
    """True where a text was touched up but not changed in substance."""
    one, other = text.fold(old[:MOST_COMPARED]), text.fold(new[:MOST_COMPARED])
    return one == other or fuzz.ratio(one, other, score_cutoff=SAME_PROSE) > 0


def sentences_changed(old: str, new: str) -> tuple[str | None, str | None]:
    """The sentences that only the old text has, and those that only the new one has."""
    was, now = _sentences(old), _sentences(new)
    gone = " ".join(sentence for key, sentence in was.items() if key not in now)
    come = " ".join(sentence for key, sentence in now.items() if key not in was)
    return shortened(gone) if gone else None, shortened(come) if come else None


def _sentences(words: str) -> dict[str, str]:
    parts = _SENTENCES.split(words[:MOST_COMPARED])
    return {text.fold(part): part.strip() for part in parts if part.strip()}


def shortened(words: str) -> str:
    """At most 300 letters, cut between words."""
    words = " ".join(words.split())
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rsplit(" ", 1)[0] + " …"


def money(value: Money | None) -> str | None:
    """An amount in words, None where unknown."""
    return amounts.in_words(value) if value else None


def period(span: Period | None) -> str | None:
    """ "1 April 2027 to 31 March 2030, with extensions to 31 March 2032"; None where unknown."""
    if span is None:
        return None
    start = day_in_words(span.start.instant) if span.start else None
    end = day_in_words(span.end.instant) if span.end else None
    if start and end:
        words = f"{start} to {end}"
    elif start or end:
        words = f"from {start}" if start else f"until {end}"
    else:
        words = f"{span.days} days" if span.days else ""
    latest = day_in_words(span.latest_end.instant) if span.latest_end else None
    if latest and latest != end:
        words = f"{words}, with extensions to {latest}" if words else f"at most until {latest}"
    return words or None


def places(where: Sequence[Place]) -> str | None:
    """Names of places, each once, in alphabetical order; None where none is known."""
    names = {
        name
        for place in where
        if (name := (place.code and regions.name(place.code)) or place.name or place.postcode)
    }
    return ", ".join(sorted(names)) or None


def plain(value: str | Sequence[str] | None) -> str | None:
    """A word or a list of words; None for nothing."""
    if value is None or isinstance(value, str):
        return value or None
    return ", ".join(sorted(value)) or None


def contact(person: Contact) -> str:
    """Name and address, whichever are known."""
    return ", ".join(part for part in (person.name, person.email) if part) or "not stated"


def lot_name(lot: Lot) -> str:
    """ "Lot 2 (Evening café)"."""
    return f"Lot {lot.id} ({lot.title})" if lot.title else f"Lot {lot.id}"


def lot_state(status: str | None, given_up: Collection[str]) -> str | None:
    """ "cancelled" and its like; other states are told by the stage. "going on" for the rest."""
    return status if status in given_up else "going on"
