"""An opportunity as an edition prints it: the digest's words, but none that age within a week."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aggregator.digest.brief import brief
from aggregator.digest.dates import act_by, days_left
from aggregator.digest.view import OVER, Detail, Room, View, view
from aggregator.model import BulletinEntry, DigestItem, PrintedChange, PrintedSource

MOST_CHANGES = 3
LANGUAGES = ("cy", "en")
QUOTED = "In the notice’s words:"


def entry(item: DigestItem, now: datetime, room: Room, names: Mapping[str, str]) -> BulletinEntry:
    """The entry of one opportunity. names: source id -> name for readers."""
    shown = brief(view(item, now, room, names), item, room)
    language = (item.opportunity.latest.language or "").lower()[:2]
    return BulletinEntry(
        opportunity_id=shown.id,
        title=shown.title,
        stage=shown.stage,
        buyer=shown.buyer,
        about=None if shown.summary else shown.gist,
        when=when(shown, item, now),
        is_soon=bool(shown.when and shown.when.is_urgent),
        changes=tuple(changes(shown)),
        lines=tuple(lines(shown, item)),
        meaning=shown.meaning,
        sources=tuple(sources(shown.sources)),
        language=language if language in LANGUAGES else None,
    )


def when(shown: View, item: DigestItem, now: datetime) -> str | None:
    """The date without the days that are left, which would be wrong the day after."""
    if shown.when is None:
        return None
    date = act_by(item.opportunity, item.stage)
    has_passed = date is not None and days_left(date.instant, now) is None
    return str(shown.when) if has_passed else shown.when.dated


def changes(shown: View) -> Iterator[PrintedChange]:
    """What happened, at most three things."""
    for one in shown.happened[:MOST_CHANGES]:
        yield PrintedChange(words=one.words, before=one.before, after=one.after, then=one.then)


def lines(shown: View, item: DigestItem) -> Iterator[str]:
    """What it is in our words, else in the notice's own; then what is odd about it."""
    if shown.summary:
        yield " ".join(shown.summary)
    if shown.opening and item.stage not in OVER:
        yield f"{QUOTED} “{shown.opening}”"
    yield from (f"Please note: {note}" for note in shown.notes[:1])


def sources(found: Iterable[Detail]) -> Iterator[PrintedSource]:
    """The official pages."""
    for one in found:
        yield PrintedSource(name=one.label, words=one.words, link=one.link)


def explained_once(entries: Iterable[BulletinEntry]) -> dict[str, str | None]:
    """Opportunity id -> what its stage means, only where no entry above says so."""
    said: set[str] = set()
    found: dict[str, str | None] = {}
    for one in entries:
        found[one.opportunity_id] = one.meaning if one.meaning not in said else None
        said |= {one.meaning} if one.meaning else set()
    return found
