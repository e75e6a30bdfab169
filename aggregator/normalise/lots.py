"""Lots, with what belongs to them but stands elsewhere in the release."""

from collections.abc import Iterable

from aggregator.model import AwardCriterion, Lot
from aggregator.normalise.sections import Item
from aggregator.normalise.values import each_once, money_at, period_at
from aggregator.ocds import Part
from aggregator.parsing.dates import ZoneRule

_LONGEST_WEIGHT = 40


def lots(tender: Part, items: Iterable[Item], zone: ZoneRule) -> tuple[Lot, ...]:
    """Every lot, each id once; items join by the lots they name."""
    found: dict[str, Lot] = {}
    for number, part in enumerate(tender.parts("lots"), start=1):
        lot_id = part.word("id") or str(number)
        if lot_id in found:
            tender.note("lots", f"the id {lot_id!r} comes twice, the first kept")
        else:
            own = [item for item in items if lot_id in item.lots]
            found[lot_id] = _lot(part, lot_id, own, zone)
    return tuple(found.values())


def _lot(part: Part, lot_id: str, items: list[Item], zone: ZoneRule) -> Lot:
    suitability = part.part("suitability")
    return Lot(
        id=lot_id,
        title=part.label("title"),
        description=part.text("description"),
        status=part.word("status"),
        value=money_at(part, "value"),
        period=period_at(part, "contractPeriod", zone),
        extension=extension(part),
        criteria=criteria(part),
        suitable_sme=suitability.yes("sme"),
        suitable_vcse=suitability.yes("vcse"),
        classifications=each_once(code for item in items for code in item.classifications),
        places=each_once(place for item in items for place in item.places),
    )


def extension(part: Part) -> str | None:
    """What a lot, award or contract says about renewals and options."""
    data = part.data
    renewal = part.part("renewal").text("description") if data.get("renewal") else None
    options = part.part("options").text("description") if data.get("options") else None
    if renewal is None and part.yes("hasRenewal"):
        renewal = "The contract can be renewed."
    if options is None and part.yes("hasOptions"):
        options = "there are options, not described."
    said = (renewal, f"Options: {options}" if options else None)
    return "\n\n".join(filter(None, said)) or None


def criteria(part: Part) -> tuple[AwardCriterion, ...]:
    """What bids are scored on, at a lot or at the tender as a whole."""
    if not part.data.get("awardCriteria"):
        return ()
    rows = part.part("awardCriteria").parts("criteria")
    return tuple(found for row in rows if (found := _criterion(row)) is not None)


def _criterion(row: Part) -> AwardCriterion | None:
    """Procurement Act notices give numbers; older ones hide the weight in the description."""
    kind, described = row.word("type"), row.text("description")
    weight = _weight(row)
    if weight is None and described and _is_weight(described):
        weight, described = described, None
    name = row.label("name") or described or kind
    return AwardCriterion(name=name, kind=kind, weight=weight) if name else None


def _is_weight(text: str) -> bool:
    return len(text) <= _LONGEST_WEIGHT and any(character.isdigit() for character in text)


def _weight(row: Part) -> str | None:
    for number in row.parts("numbers"):
        amount = number.text("number", longest=_LONGEST_WEIGHT)
        if amount:
            percent = str(number.data.get("weight") or "").startswith("percentage")
            return f"{amount.removesuffix('.0')}%" if percent else amount
    return None
