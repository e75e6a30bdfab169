"""The parts of a release that several readers need, taken out once."""

from dataclasses import dataclass

from aggregator.model import Classification, Place
from aggregator.normalise.values import classification, places_of
from aggregator.ocds import Part


@dataclass(frozen=True, slots=True)
class Item:
    """What is bought, as far as it is coded: the lots it belongs to, codes, places."""

    lots: tuple[str, ...]
    classifications: tuple[Classification, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """A release by its sections. items: those of the tender, then those of the awards."""

    release: Part
    planning: Part
    tender: Part
    awards: list[Part]
    contracts: list[Part]
    items: list[Item]


def sections(release: Part) -> Sections:
    """Take a release apart."""
    tender, awards = release.part("tender"), release.parts("awards")
    return Sections(
        release=release,
        planning=release.part("planning"),
        tender=tender,
        awards=awards,
        contracts=release.parts("contracts"),
        items=[_item(row) for part in (tender, *awards) for row in part.parts("items")],
    )


def _item(row: Part) -> Item:
    return Item(
        lots=row.words("relatedLot") or row.words("relatedLots"),
        classifications=codes_of(row),
        places=tuple(places_of(row)),
    )


def codes_of(part: Part) -> tuple[Classification, ...]:
    """The codes of a tender or an item: its main one first."""
    rows = part.parts("additionalClassifications")
    if part.data.get("classification"):
        rows.insert(0, part.part("classification"))
    return tuple(found for row in rows if (found := classification(row)) is not None)
