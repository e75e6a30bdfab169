"""An opportunity as a reader sees it: every word ready, cleaned and cut.

The text and the HTML of a mail are both written from these values, so they say the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator import stage as stages
from aggregator.digest import wording
from aggregator.digest.clean import LONGEST_LINK, link, one_line
from aggregator.digest.dates import SOON, act_by, days_left, left_in_words
from aggregator.digest.happening import Happening, happenings
from aggregator.digest.links import NO_LINKS, Links
from aggregator.match import FOLLOWED, FOLLOWED_BEFORE, TOLD_BEFORE
from aggregator.model import DigestItem, EventKind, Notice, Stage, Verdict
from aggregator.parsing.dates import in_words

MOST_SOURCES = 3
MOST_NOTES = 2
MOST_LINES = 2
SHORT_NAME = 48
LONG, MIDDLE, SHORT, NUMBER = 240, 160, 80, 40

SOURCES = {
    "find-a-tender": "Find a Tender",
    "contracts-finder": "Contracts Finder",
    "public-contracts-scotland": "Public Contracts Scotland",
    "sell2wales": "Sell2Wales",
    "atamis": "NHS Atamis",
}
WON = frozenset(
    {Stage.AWARD_INTENDED, Stage.AWARDED, Stage.IN_CONTRACT, Stage.MODIFIED, Stage.ENDING}
)
OVER = frozenset({Stage.CLOSED, Stage.CANCELLED, Stage.STALLED, Stage.ENDED, *WON} - {Stage.ENDING})
"""Stages at which what it takes to bid is of no use."""

IN_THE_TEXT = re.compile("The text says “([^”]+)”\\.")
WE_TOLD, OTHERWISE = "we told you of it before", "it meets your subscription"
NO_DEADLINE = "No deadline is stated: see the official notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """The date line: "Closes" · "Friday 4 December 2026, 12 noon" · "11 days left"."""

    label: str
    words: str
    left: str | None = None
    is_urgent: bool = False

    @property
    def dated(self) -> str:
        """Label and date without what is left."""
        return f"{self.label} {self.words}".strip()

    def __str__(self) -> str:
        return f"{self.dated} ({self.left})" if self.left else self.dated


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One labelled fact; `link` where the words are a web address to follow."""

    label: str
    words: str
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One opportunity, ready to be written."""

    id: str
    title: str
    stage: str
    meaning: str | None
    buyer: str | None
    when: When | None
    happened: tuple[Happening, ...]
    gist: str | None
    glance: str
    summary: tuple[str, ...]
    fit: tuple[Detail, ...]
    opening: str | None
    """The notice's own words; filled by `brief`, which knows whether they are needed."""

    details: tuple[Detail, ...]
    notes: tuple[str, ...]
    sources: tuple[Detail, ...]
    why: str | None
    page: str | None = None
    """Where it can be followed or said not to be for us."""

    calendar: str | None = None
    is_followed: bool = False

    @property
    def name(self) -> str:
        """The title as short as a link to it needs."""
        return one_line(self.title, SHORT_NAME) or self.title


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much of each text there is room for, in characters.

    opening: of the notice's own text; 0 leaves out the summary and the fit as well. A web address
    longer than `link` is left out, never cut.
    """

    title: int = 140
    opening: int = 260
    detail: int = LONG
    link: int = LONGEST_LINK


def view(
    item: DigestItem,
    now: datetime,
    room: Room,
    names: Mapping[str, str],
    links: Links = NO_LINKS,
) -> View:
    """Everything a reader sees of one item. names: source id -> name for readers."""
    opportunity, facts = item.opportunity, item.opportunity.facts
    return View(
        id=opportunity.id,
        title=one_line(facts.title, room.title) or "A notice without a title",
        stage=stages.label(item.stage, facts.kind),
        meaning=None if item.stage is Stage.OPEN else stages.explain(item.stage, facts.kind),
        buyer=wording.buyers(facts),
        when=when(item, now),
        happened=happenings(item),
        gist=gist(item),
        glance=glance(item, now),
        summary=tuple(summary(item, room)),
        fit=tuple(fit(item, room)),
        opening=None,
        details=tuple(details(item, room)),
        notes=tuple(notes(item)),
        sources=sources(item, room, names),
        why=why(item, now),
        is_followed=FOLLOWED in item.why,
        page=link(links.item(opportunity.id)) if links.item else None,
        calendar=link(links.calendar(opportunity.id))
        if links.calendar and act_by(opportunity, item.stage)
        else None,
    )


def when(item: DigestItem, now: datetime) -> When | None:
    """The date that matters at this stage, and how long that is away."""
    date = act_by(item.opportunity, item.stage)
    if date is None:
        return When(label="", words=NO_DEADLINE) if item.stage is Stage.OPEN else None
    days = days_left(date.instant, now)
    if date.loosely:
        left = None if days is not None else "this date has passed"
        return When(label=date.label, words=date.loosely, left=left)
    if days is None:
        left = None if item.stage is Stage.CLOSED else "this date has passed"
        return When(label=date.label, words=date.words, left=left)
    urgent = date.is_limit and days <= SOON
    return When(label=date.label, words=date.words, left=left_in_words(days), is_urgent=urgent)


def glance(item: DigestItem, now: datetime) -> str:
    """What a line at the top has room for: the date to know, and the money."""
    sum_words = None if item.stage in OVER else money(item)
    return one_line(" · ".join(filter(None, (soonest(item, now), sum_words))), MIDDLE) or ""


def money(item: DigestItem) -> str | None:
    """The sum to know, else the one that the text names."""
    named = IN_THE_TEXT.search(" ".join(item.summary))
    return wording.in_short(item.opportunity.facts) or (named[1] if named else None)


def soonest(item: DigestItem, now: datetime) -> str:
    """ "closes 4 December", else where it stands: "cancelled"."""
    facts, date = item.opportunity.facts, act_by(item.opportunity, item.stage)
    if date is None:
        stage = small(stages.label(item.stage, facts.kind))
        return f"{stage}, no date stated" if item.stage is Stage.OPEN else stage
    label, day = small(date.label), wording.day_of(date.instant, now)
    if date.loosely:
        return f"{label} {date.loosely if date.loosely.startswith('in ') else f'on {day}'}"
    changes = [one for one in item.events if one.kind is EventKind.CHANGED]
    moved = item.known and any(one.field == "deadline" for one in changes)
    return f"{'now ' if moved and item.stage is Stage.OPEN else ''}{label} {day}"


def small(text: str) -> str:
    """The text beginning with a small letter."""
    return f"{text[:1].lower()}{text[1:]}"


def why(item: DigestItem, now: datetime) -> str | None:
    """The one reason why a reader gets this, None where what is said above all of them says it."""
    if item.why and not item.known and is_usual(item):
        return None
    told = f"we told you on {wording.day_of(item.told_at, now)}" if item.told_at else WE_TOLD
    said = {TOLD_BEFORE: told, FOLLOWED: FOLLOWED}
    first = FOLLOWED if FOLLOWED in item.why else next(iter(item.why), "")
    return one_line(said.get(first, first), LONG) or OTHERWISE


def is_usual(item: DigestItem) -> bool:
    """Whether mental health is the purpose of the whole, not of some lots only."""
    some = item.judgement.lots and len(item.opportunity.facts.lots) > len(item.judgement.lots)
    again = FOLLOWED_BEFORE in item.why
    return item.judgement.verdict is Verdict.CORE and not some and not again


def gist(item: DigestItem) -> str | None:
    """Where, how much, and who gets it: what a one-liner has room for."""
    facts = item.opportunity.facts
    won = wording.winners(facts.awards) if item.stage in WON else None
    parts = (wording.where(facts), wording.value(facts), f"Going to {won}" if won else None)
    return one_line(" · ".join(filter(None, parts)), MIDDLE)


def summary(item: DigestItem, room: Room) -> Iterator[str]:
    """What it is in our own plain words."""
    if room.opening:
        yield from filter(None, (one_line(line, LONG) for line in item.summary[:MOST_LINES]))


def fit(item: DigestItem, room: Room) -> Iterator[Detail]:
    """How it would suit the reader: "In your favour", "Look out"."""
    for line in item.fit[:MOST_LINES] if room.opening else ():
        label, _, words = (one_line(line, LONG) or "").partition(": ")
        if words:
            yield Detail(label=label, words=words)


def details(item: DigestItem, room: Room) -> Iterator[Detail]:
    """The facts a small body decides by, in the order in which it asks for them."""
    facts, size = item.opportunity.facts, room.detail
    where, missing = wording.where(facts), None if item.summary else "not stated"
    said = where is not None and any(where in line for line in item.summary)
    candidates = (
        ("Where", None if said else where),
        ("Value", wording.value(facts) or (missing if item.stage is Stage.OPEN else None)),
        ("Who may bid", wording.who_may_bid(facts)),
        ("Suits", wording.suits(facts)),
        ("Lots", wording.lots(item)),
        ("Contract", wording.contract(facts.contract_period)),
        ("Extension", facts.extension),
        ("Bids are scored on", wording.scored_on(item)),
        ("Questions by", in_words(facts.enquiry_deadline) if facts.enquiry_deadline else None),
        ("Going to" if item.stage in WON else "Provider named", wording.winners(facts.awards)),
        ("Whom to ask", wording.whom_to_ask(facts.contact)),
        ("How to take part", facts.how_to_take_part),
    )
    portal = link(facts.portal_url, room.link)
    for label, words in candidates:
        cleaned = one_line(words, size)
        if cleaned and cleaned != portal:
            yield Detail(label=label, words=cleaned)
    if portal:
        yield Detail(label="Where to bid", words=portal, link=portal)


def notes(item: DigestItem) -> list[str]:
    """What is odd about the notice and worth a second look; the deadline's oddities first."""
    opportunity = item.opportunity
    flags = sorted(opportunity.flags, key=lambda flag: "date" not in flag)
    in_field = opportunity.deadline_in_field
    if in_field and opportunity.deadline and not any(in_words(in_field) in one for one in flags):
        flags.insert(
            0,
            f"The text says {in_words(opportunity.deadline)}, the date field {in_words(in_field)}. "
            "The text is taken; check with the buyer.",
        )
    cleaned = (one_line(flag, LONG) for flag in flags[:MOST_NOTES])
    return [note(flag) for flag in cleaned if flag]


def note(flag: str) -> str:
    """A flag as a sentence; those about single fields are wrapped in one."""
    if flag[0].isupper():
        return flag
    return f"Not all of this notice could be read ({flag}). See the official one."


def sources(item: DigestItem, room: Room, names: Mapping[str, str]) -> tuple[Detail, ...]:
    """The newest page of each source, newest source first, with the address in full."""
    found: dict[str, Notice] = {}
    for stored in reversed(item.opportunity.notices):
        found.setdefault(stored.notice.source_id, stored.notice)
    own = [source(notice, room, names) for notice in list(found.values())[:MOST_SOURCES]]
    return (*own, *(elsewhere(other, item, room, names) for other in item.same))


def elsewhere(other: DigestItem, item: DigestItem, room: Room, names: Mapping[str, str]) -> Detail:
    """A posting that is probably the same, with what it says otherwise."""
    page = source(other.opportunity.latest, room, names)
    facts, said = other.opportunity.facts, ["probably the same"]
    if facts.title and facts.title != item.opportunity.facts.title:
        said.append(f"“{one_line(facts.title, room.title)}”")
    date, own = (act_by(one.opportunity, one.stage) for one in (other, item))
    if date is not None and (own is None or date.words != own.words):
        said.append(f"{small(date.label)} {date.words}")
    return Detail(label=f"{page.label} ({', '.join(said)})", words=page.words, link=page.link)


def source(notice: Notice, room: Room, names: Mapping[str, str]) -> Detail:
    """One official page; its number where there is no address to show."""
    name = names.get(notice.source_id) or SOURCES.get(notice.source_id)
    name = name or notice.source_id.replace("-", " ").replace("_", " ").capitalize()
    address = link(notice.url, room.link)
    number = one_line(notice.notice_id, NUMBER) or "without a number"
    label = one_line(name, SHORT) or "source not named"
    return Detail(label=label, words=address or f"notice {number}", link=address)
