"""What a digest says beside the news: how the sources do, and which follows end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from aggregator import stage as stages
from aggregator.digest import wording
from aggregator.digest.clean import link, one_line
from aggregator.model import Digest, LapsedFollow, SourceTrouble, Watch
from aggregator.parsing.dates import to_uk
from aggregator.stage.words import day_in_words

LONGEST = 140
LINE = 300
NAME = 80
MOST_LAPSED = 20
MOST_NAMED = 5
MOST_LINES = 25
WEEK = timedelta(days=6)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NOTHING_NEW = "Nothing that is new or has changed meets what you asked for."
STILL_THERE = (
    "Meanwhile you miss nothing: what comes late is told once it is there. If you wait for "
    "something, look at the source’s own page."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A follow that ended: the title, why, and the official page."""

    title: str
    words: str
    link: str | None


def watching(digest: Digest) -> tuple[str, ...]:
    """The lines of a digest without news."""
    if digest.watch is None:
        return ()
    named = (one for one in digest.watch.troubles if one not in digest.troubles)
    lines = (in_trouble(one) for one in islice(named, MOST_NAMED))
    return NOTHING_NEW, f"{checked(digest.watch, digest.composed_at)}.", *lines


def checked(watch: Watch, now: datetime) -> str:
    """ "23 sources checked, 1 quiet since Tuesday"."""
    sources = "1 source" if watch.checked == 1 else f"{watch.checked} sources"
    words = f"{sources} checked"
    if not watch.troubles:
        return f"{words}, all of them answering"
    since = min(one.since for one in watch.troubles)
    return f"{words}, {len(watch.troubles)} quiet since {since_when(since, now)}"


def since_when(moment: datetime, now: datetime) -> str:
    """ "Tuesday" within a week, else "4 November"."""
    if now - moment < WEEK:
        return DAYS[to_uk(moment).weekday()]
    return wording.day_of(moment, now)


def about_sources(digest: Digest) -> tuple[str, ...]:
    """A sentence for each source in trouble, worded as what was not seen, or over it."""
    silent = tuple(map(in_trouble, digest.troubles[:MOST_LINES]))
    comfort = (STILL_THERE,) if silent else ()
    return (*silent, *comfort, *map(over, digest.mended[:MOST_LINES]))


def in_trouble(one: SourceTrouble) -> str:
    """What we have not seen, and since when."""
    if one.words:
        return one_line(one.words, LINE) or ""
    return f"We have seen nothing from {name_of(one)} since {day_in_words(one.since)}."


def over(one: SourceTrouble) -> str:
    """That a source answers again."""
    return f"{name_of(one)} answers again; what it published meanwhile is in this mail or the next."


def name_of(one: SourceTrouble) -> str:
    """The source's name for readers."""
    return one_line(one.name, NAME) or "a source"


def ended(digest: Digest) -> Iterator[Ended]:
    """The follows that end with this digest."""
    for one in digest.lapsed[:MOST_LAPSED]:
        yield Ended(
            title=one_line(one.title, LONGEST) or "A notice without a title",
            words=why_ended(one),
            link=link(one.url),
        )


def why_ended(one: LapsedFollow) -> str:
    """Where the matter came to rest."""
    label = stages.label(one.stage)
    return f"{label} since {day_in_words(one.since)}, and nothing new after that."
