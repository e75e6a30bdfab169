"""An opportunity as a reader sees it: every word ready, cleaned and cut.

The text and the HTML of a mail are both written from these values, so they say the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import stage as stages
from aggregator.digest.clean import LONGEST_LINK, link, one_line
from aggregator.digest.dates import SOON, act_by, days_left, left_in_words
from aggregator.digest.happening import Happening, happenings
from aggregator.match import all_places, lot_names
from aggregator.model import (
    Award,
    AwardCriterion,
    Contact,
    DigestItem,
    Facts,
    Notice,
    Period,
    Precision,
    Stage,
    StatedTime,
)
from aggregator.parsing import money, places
from aggregator.parsing.dates import in_words

MOST_NAMES = 3
MOST_SOURCES = 3
MOST_NOTES = 2
LONG, MIDDLE, SHORT, NUMBER = 240, 160, 80, 40

SOURCES = {
    "find-a-tender": "Find a Tender",
    "contracts-finder": "Contracts Finder",
    "public-contracts-scotland": "Public Contracts Scotland",
    "sell2wales": "Sell2Wales",
    "atamis": "NHS Atamis",
}
RESERVED = {
    "shelteredWorkshop": "supported employment providers",
    "shelteredProgramme": "supported employment programmes",
    "shelteredProgram": "supported employment programmes",
    "publicServiceMissionOrganization": "public service mutuals",
    "resProf": "one profession",
    "sme": "small and medium-sized organisations",
    "vcse": "voluntary, community and social enterprises",
    "smeVcse": "small and medium-sized or voluntary, community and social enterprises",
}
"""What the codes of the OCDS list and its UK extension mean to a bidder."""

WON = frozenset(
    {Stage.AWARD_INTENDED, Stage.AWARDED, Stage.IN_CONTRACT, Stage.MODIFIED, Stage.ENDING}
)
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
    summary: str | None
    details: tuple[Detail, ...]
    notes: tuple[str, ...]
    sources: tuple[Detail, ...]
    why: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much of each text there is room for, in characters.

    A web address longer than `link` is left out, never cut.
    """

    title: int = 140
    summary: int = 320
    detail: int = LONG
    link: int = LONGEST_LINK


def view(item: DigestItem, now: datetime, room: Room, names: Mapping[str, str]) -> View:
    """Everything a reader sees of one item. names: source id -> name for readers."""
    opportunity, facts = item.opportunity, item.opportunity.facts
    return View(
        id=opportunity.id,
        title=one_line(facts.title, room.title) or "A notice without a title",
        stage=stages.label(item.stage, facts.kind),
        meaning=None if item.stage is Stage.OPEN else stages.explain(item.stage, facts.kind),
        buyer=buyers(facts),
        when=when(item, now),
        happened=happenings(item),
        gist=gist(item),
        summary=one_line(facts.description, room.summary) if room.summary else None,
        details=tuple(details(item, room)),
        notes=tuple(notes(item)),
        sources=sources(item, room, names),
        why=one_line("; ".join(item.why), LONG) or "it meets your subscription",
    )


def when(item: DigestItem, now: datetime) -> When | None:
    """The date that matters at this stage, and how long that is away."""
    date = act_by(item.opportunity, item.stage)
    if date is None:
        return When(label="", words=NO_DEADLINE) if item.stage is Stage.OPEN else None
    days = days_left(date.instant, now)
    if days is None:
        left = None if item.stage is Stage.CLOSED else "this date has passed"
        return When(label=date.label, words=date.words, left=left)
    urgent = date.is_limit and days <= SOON
    return When(label=date.label, words=date.words, left=left_in_words(days), is_urgent=urgent)


def buyers(facts: Facts) -> str:
    """Who buys, at most three by name."""
    return listed((buyer.name for buyer in facts.buyers), SHORT) or "Buyer not stated"


def gist(item: DigestItem) -> str | None:
    """Where, how much, and who gets it: what a one-liner has room for."""
    facts = item.opportunity.facts
    won = winners(facts.awards) if item.stage in WON else None
    parts = (where(facts), value(facts), f"going to {won}" if won else None)
    return one_line(" · ".join(filter(None, parts)), MIDDLE)


def details(item: DigestItem, room: Room) -> Iterator[Detail]:
    """The facts a small body decides by, in the order in which it asks for them."""
    facts, size = item.opportunity.facts, room.detail
    candidates = (
        ("Where", where(facts)),
        ("Value", value(facts) or ("not stated" if item.stage is Stage.OPEN else None)),
        ("Who may bid", who_may_bid(facts)),
        ("Suits", suits(facts)),
        ("Lots", lots(item)),
        ("Contract", contract(facts.contract_period)),
        ("Extension", facts.extension),
        ("Bids are scored on", scored_on(item)),
        ("Questions by", in_words(facts.enquiry_deadline) if facts.enquiry_deadline else None),
        ("Going to" if item.stage in WON else "Provider named", winners(facts.awards)),
        ("Whom to ask", whom_to_ask(facts.contact)),
        ("How to take part", facts.how_to_take_part),
    )
    for label, words in candidates:
        if cleaned := one_line(words, size):
            yield Detail(label=label, words=cleaned)
    if portal := link(facts.portal_url, room.link):
        yield Detail(label="Where to bid", words=portal, link=portal)


def where(facts: Facts) -> str | None:
    """Places by name, those of the lots included."""
    found = (places.name(place.code) if place.code else None for place in all_places(facts))
    named = (place.name or place.postcode for place in all_places(facts))
    return listed((name or other for name, other in zip(found, named, strict=True)), SHORT)


def value(facts: Facts) -> str | None:
    """The value as published, with and without VAT kept apart."""
    if facts.value is None or (facts.value.amount is None and facts.value.gross is None):
        return None
    words = money.in_words(facts.value)
    least = facts.minimum_value
    return f"{money.in_words(least)} to {words}" if least else words


def who_may_bid(facts: Facts) -> str | None:
    """Reservations, which decide whether a charity can bid at all."""
    named = listed((RESERVED.get(one, one) for one in facts.reserved), SHORT)
    reserved = f"reserved for {named}" if named else None
    area = f"only suppliers in {facts.reserved_area}" if facts.reserved_area else None
    return "; ".join(filter(None, (reserved, area))) or None


def suits(facts: Facts) -> str | None:
    """What the buyer ticked; silence is never "no"."""
    any_lot = facts.lots
    vcse = facts.suitable_vcse or any(lot.suitable_vcse for lot in any_lot)
    sme = facts.suitable_sme or any(lot.suitable_sme for lot in any_lot)
    fitting = [
        *(["voluntary, community and social enterprises"] if vcse else []),
        *(["small and medium-sized organisations"] if sme else []),
    ]
    return f"{'; '.join(fitting)} (says the buyer)" if fitting else None


def lots(item: DigestItem) -> str | None:
    """How many, and which of them matched."""
    facts = item.opportunity.facts
    if len(facts.lots) < 2:  # noqa: PLR2004 - one lot is the whole
        return None
    matching = lot_names(facts, item.judgement)
    return f"{len(facts.lots)}; what fits you: {matching}" if matching else f"{len(facts.lots)}"


def contract(period: Period | None) -> str | None:
    """From when to when, and how far extensions could take it."""
    if period is None:
        return None
    start, end, latest = map(bare_day, (period.start, period.end, period.latest_end))
    parts = [f"from {start}" if start else None, f"until {end}" if end else None]
    if latest and latest != end:
        parts.append(f"with every extension until {latest}")
    if not end and period.days:
        parts.append(f"for {period.days} days")
    return ", ".join(filter(None, parts)) or None


def bare_day(time: StatedTime | None) -> str | None:
    """ "1 April 2027": for contract dates the day of the week says nothing."""
    if time is None:
        return None
    return in_words(replace(time, precision=Precision.DAY)).partition(" ")[2]


def scored_on(item: DigestItem) -> str | None:
    """Award criteria with weights; those of the lots where the whole has none."""
    facts = item.opportunity.facts
    criteria = facts.criteria
    for lot in facts.lots:
        if not criteria and (not item.judgement.lots or lot.id in item.judgement.lots):
            criteria = lot.criteria
    return ", ".join(map(criterion, criteria[:6])) or None


def criterion(one: AwardCriterion) -> str:
    """ "quality 60%"."""
    name = one_line(one.name, SHORT) or one.kind or "not named"
    return f"{name} {one_line(one.weight, 20) or ''}".strip()


def winners(awards: Iterable[Award]) -> str | None:
    """Who gets it, as published."""
    return listed((name for award in awards for name in award.suppliers), SHORT)


def whom_to_ask(contact: Contact | None) -> str | None:
    """The contact as published in the notice."""
    if contact is None:
        return None
    known = (contact.name, contact.email, contact.telephone, contact.url)
    return ", ".join(filter(None, (one_line(one, SHORT) for one in known))) or None


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
    return [note for flag in flags[:MOST_NOTES] if (note := one_line(flag, LONG))]


def sources(item: DigestItem, room: Room, names: Mapping[str, str]) -> tuple[Detail, ...]:
    """The newest page of each source, newest source first, with the address in full."""
    found: dict[str, Notice] = {}
    for stored in reversed(item.opportunity.notices):
        found.setdefault(stored.notice.source_id, stored.notice)
    return tuple(source(notice, room, names) for notice in list(found.values())[:MOST_SOURCES])


def source(notice: Notice, room: Room, names: Mapping[str, str]) -> Detail:
    """One official page; its number where there is no address to show."""
    name = names.get(notice.source_id) or SOURCES.get(notice.source_id)
    name = name or notice.source_id.replace("-", " ").replace("_", " ").capitalize()
    address = link(notice.url, room.link)
    number = one_line(notice.notice_id, NUMBER) or "without a number"
    label = one_line(name, NUMBER) or "source not named"
    return Detail(label=label, words=address or f"notice {number}", link=address)


def listed(names: Iterable[str | None], longest: int) -> str | None:
    """ "A, B, C and 4 more", each once."""
    known = list(dict.fromkeys(filter(None, (one_line(name, longest) for name in names))))
    if len(known) > MOST_NAMES:
        return f"{', '.join(known[:MOST_NAMES])} and {len(known) - MOST_NAMES} more"
    return ", ".join(known) or None
