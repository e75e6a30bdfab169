"""Decisions and contracts: one Award each, however many places tell of it."""

from aggregator.model import Award, StatedTime
from aggregator.normalise.parties import Parties
from aggregator.normalise.sections import Sections
from aggregator.normalise.values import day_at, each_once, money_at, period_at, time_at
from aggregator.ocds import Part
from aggregator.parsing.dates import ZoneRule


def awards(parts: Sections, parties: Parties, zone: ZoneRule) -> tuple[Award, ...]:
    """Every award with its contract folded in, then contracts that belong to no award here."""
    by_award: dict[str, Part] = {}
    for contract in parts.contracts:
        by_award.setdefault(_award_of(contract), contract)
    found: dict[str, Award] = {}
    for number, part in enumerate(parts.awards, start=1):
        award_id = part.word("id") or str(number)
        contract_of_award = by_award.pop(award_id, None)
        found.setdefault(award_id, _award(part, award_id, contract_of_award, parties, zone))
    for award_id, contract in by_award.items():
        found.setdefault(award_id, _contract_alone(contract, award_id, parties, zone))
    return tuple(found.values())


def _award_of(contract: Part) -> str:
    return contract.word("awardID") or contract.word("id") or "1"


def _award(
    part: Part, award_id: str, contract: Part | None, parties: Parties, zone: ZoneRule
) -> Award:
    value, period = money_at(part, "value"), period_at(part, "contractPeriod", zone)
    title = part.label("title")
    signed = None
    if contract is not None:
        value = value or money_at(contract, "value")
        period = period_at(contract, "period", zone) or period
        title = title or contract.label("title")
        signed = day_at(contract, "dateSigned", zone)
    return Award(
        id=award_id,
        title=title,
        status=part.word("status"),
        suppliers=each_once(parties.names(part.parts("suppliers"))),
        value=value,
        decided=day_at(part, "date", zone),
        signed=signed,
        standstill_end=_standstill_end(part, zone),
        period=period,
        lots=part.words("relatedLots") or part.words("relatedLot"),
    )


def _contract_alone(contract: Part, award_id: str, parties: Parties, zone: ZoneRule) -> Award:
    return Award(
        id=award_id,
        title=contract.label("title"),
        status=contract.word("status"),
        suppliers=each_once(parties.names(contract.parts("suppliers"))),
        value=money_at(contract, "value"),
        signed=day_at(contract, "dateSigned", zone),
        period=period_at(contract, "period", zone),
        lots=contract.words("relatedLots"),
    )


def _standstill_end(part: Part, zone: ZoneRule) -> StatedTime | None:
    if not part.data.get("standstillPeriod"):
        return None
    return time_at(part.part("standstillPeriod"), "endDate", zone)
