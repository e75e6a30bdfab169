"""Single facts of a notice in plain words, None where nothing is stated."""

from collections.abc import Iterable
from dataclasses import replace

from aggregator.digest.clean import one_line
from aggregator.match import all_places, lot_names
from aggregator.model import (
    Award,
    AwardCriterion,
    Contact,
    DigestItem,
    Facts,
    Period,
    Precision,
    StatedTime,
)
from aggregator.parsing import money
from aggregator.parsing.dates import in_words
from aggregator.whereabouts import name_of

MOST_NAMES = 3
SHORT = 80
YEAR = 350
"""Days from which a span is told in years; buyers reckon 12 months as 360 days."""

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


def buyers(facts: Facts) -> str:
    """Who buys, at most three by name."""
    return listed((buyer.name for buyer in facts.buyers), SHORT) or "Buyer not stated"


def where(facts: Facts) -> str | None:
    """Places by name, those of the lots included."""
    found = (name_of(place.code) if place.code else None for place in all_places(facts))
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
        parts.append(span(period.days))
    return ", ".join(filter(None, parts)) or None


def span(days: int) -> str:
    """ "about 5 years": published as days, meant as years or months."""
    unit, number = ("year", round(days / 365)) if days >= YEAR else ("month", round(days / 30))
    if number == 0:
        unit, number = "day", days
    return f"about {number} {unit}{'' if number == 1 else 's'}"


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
    page = None if contact.email else contact.url
    known = (contact.name, contact.email, contact.telephone, page)
    return ", ".join(filter(None, (one_line(one, SHORT) for one in known))) or None


def listed(names: Iterable[str | None], longest: int) -> str | None:
    """ "A, B, C and 4 more", each once."""
    known = list(dict.fromkeys(filter(None, (one_line(name, longest) for name in names))))
    if len(known) > MOST_NAMES:
        return f"{', '.join(known[:MOST_NAMES])} and {len(known) - MOST_NAMES} more"
    return ", ".join(known) or None
