"""An opportunity made ready for many filters: what they ask of it is worked out once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from aggregator import worth
from aggregator.match.naming import purpose
from aggregator.match.texts import texts, whole_words
from aggregator.model import (
    Facts,
    Judgement,
    Money,
    Opportunity,
    ProcurementKind,
    Sort,
    Stage,
    StatedTime,
)
from aggregator.parsing import places
from aggregator.parsing.text import buyer_name
from aggregator.whereabouts import all_places, buyers_land, code_of, names_another_place
from aggregator.worth import Yearly

AWARDS = frozenset(
    {
        Stage.AWARD_INTENDED,
        Stage.AWARDED,
        Stage.IN_CONTRACT,
        Stage.MODIFIED,
        Stage.ENDING,
        Stage.ENDED,
    }
)
FOR_VCSE = frozenset({"vcse", "smeVcse"})
"""Reservations of the Procurement Act's UK extension of OCDS that name voluntary bodies."""


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What filters ask of an opportunity. stage: as of now. now: None where the date to act by is
    not to be asked about."""

    opportunity: Opportunity
    judgement: Judgement
    stage: Stage
    now: datetime | None = None

    @cached_property
    def facts(self) -> Facts:
        """What is stated about it."""
        return self.opportunity.facts

    @cached_property
    def purpose(self) -> str:
        """Its verdict in words."""
        return purpose(self.facts, self.judgement)

    @cached_property
    def text(self) -> str:
        """Its titles and descriptions as whole words."""
        return whole_words(" . ".join(texts(self.facts)))

    @cached_property
    def buyers(self) -> tuple[tuple[str, str], ...]:
        """Each buyer's name as published, and to compare, between spaces."""
        return tuple((one.name, f" {buyer_name(one.name)} ") for one in self.facts.buyers)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the places of delivery; the land of a council or care board that buys without
        naming any place; () where nothing is known."""
        known = [code for place in all_places(self.facts) if (code := code_of(place))]
        return tuple(dict.fromkeys(known)) or self.buyers_codes

    @cached_property
    def buyers_codes(self) -> tuple[str, ...]:
        """The land of the one council or care board that buys, unless the title names another."""
        own = buyers_land(self.facts)
        if own is None or names_another_place(self.facts.title, own):
            return ()
        return own.codes

    @cached_property
    def land(self) -> frozenset[str]:
        """The smallest regions it may be delivered in."""
        return places.land_of(self.codes)

    @cached_property
    def is_nationwide(self) -> bool:
        """Whether it says no more than a whole nation; larger places around a smaller one do not
        count."""
        lands = {code: places.land(code) for code in self.codes}
        small = [
            code for code, own in lands.items() if not any(o < own for o in lands.values() if o)
        ]
        return places.is_nationwide(places.land_of(small))

    @cached_property
    def amount(self) -> Decimal | None:
        """Pounds in all, None where not stated."""
        return pounds(self.facts.value)

    @cached_property
    def yearly(self) -> tuple[Yearly, ...]:
        """Pounds a year of the whole and of each lot, as far as they are known."""
        if worth.is_ceiling(self.facts):
            return ()
        lots = (worth.of_lot(lot, self.facts) for lot in self.facts.lots)
        return tuple(one for one in (worth.of_whole(self.facts), *lots) if one is not None)

    @cached_property
    def states_value(self) -> bool:
        """Whether it states any value, in all, of a lot, or a year."""
        lots = (pounds(lot.value) for lot in self.facts.lots)
        stated = (self.amount, pounds(self.facts.minimum_value), *lots)
        return any(one is not None for one in stated) or bool(self.yearly)

    @cached_property
    def act_by(self) -> StatedTime | None:
        """The date until which a reader can take part; None where there is none."""
        if self.stage is Stage.ENGAGEMENT:
            return self.facts.engagement_deadline or self.opportunity.deadline
        return self.opportunity.deadline if self.stage in (Stage.OPEN, Stage.UNKNOWN) else None

    @cached_property
    def days_left(self) -> int | None:
        """Whole days from now to that date, below nought once it has passed."""
        if self.now is None or self.act_by is None:
            return None
        return (self.act_by.instant - self.now) // timedelta(days=1)

    @cached_property
    def is_for_vcse(self) -> bool:
        """A grant, or said to be suitable for or reserved to voluntary organisations."""
        facts = self.facts
        suitable = facts.suitable_vcse is True or any(lot.suitable_vcse for lot in facts.lots)
        kept = not FOR_VCSE.isdisjoint(facts.reserved)
        return suitable or kept or facts.kind is ProcurementKind.GRANT

    @cached_property
    def languages(self) -> frozenset[str]:
        """Languages of its notices as far as they say, "en" and not "en-GB"."""
        stated = (one.notice.language for one in self.opportunity.notices)
        return frozenset(one.strip().casefold()[:2] for one in stated if one and one.strip())

    @cached_property
    def sort(self) -> Sort | None:
        """What people call it; None where its kind is not known or is news."""
        kind = self.facts.kind
        if self.stage in AWARDS:
            return Sort.AWARD
        if kind is ProcurementKind.GRANT:
            return Sort.GRANT
        if self.stage is Stage.ENGAGEMENT or kind is ProcurementKind.CONSULTATION:
            return Sort.ENGAGEMENT
        return Sort.TENDER if kind is ProcurementKind.CONTRACT else None


def pounds(value: Money | None) -> Decimal | None:
    """The amount in pounds, with VAT where only that is known; None where neither is."""
    if value is None or value.currency != "GBP":
        return None
    return value.amount if value.amount is not None else value.gross
