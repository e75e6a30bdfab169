"""How much a year and until when."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from aggregator import worth
from aggregator.model import Facts, Money, Opportunity, Period, ProcurementKind, Stage, StatedTime
from aggregator.parsing import dates
from aggregator.parsing import money as amounts
from aggregator.stage.words import MONTHS

ASKING = frozenset({Stage.OPEN, Stage.STANDING, Stage.PLANNED, Stage.INTENDED_DIRECT})
"""Stages at which a missing value is worth saying."""


FIGURE = r"£ ?\d[\d,]*(?:\.\d+)?(?:k|m|bn| ?million| ?thousand)?(?![\w])"
SUM = re.compile(
    r"(?:(?:up to|between|from|over|under|about|around|approximately|circa) )?"
    rf"{FIGURE}(?: ?(?:to|and|-|–) ?{FIGURE})?(?: (?:per annum|per year|a year))?",
    re.IGNORECASE,
)


def money(opportunity: Opportunity, stage: Stage) -> Iterator[str]:
    """A sentence on money and one on time, or one on both."""
    facts = opportunity.facts
    sum_words, time_words = how_much(facts), how_long(facts.contract_period)
    if sum_words is None and (missing := in_the_text(facts, stage)):
        yield missing
    whole = ", ".join(filter(None, (sum_words, time_words)))
    if whole:
        yield f"{whole[0].upper()}{whole[1:]}."


def in_the_text(facts: Facts, stage: Stage) -> str | None:
    """The one sum that a text names where the field for the value is empty, as it says it."""
    text = (facts.description or "")[: worth.READ]
    if "£" not in text:
        return "The sum is not stated." if stage in ASKING else None
    named = list(dict.fromkeys(one.group().strip() for one in islice(SUM.finditer(text), 2)))
    return (
        f"The text says “{named[0]}”." if len(named) == 1 else "The text names more than one sum."
    )


def how_much(facts: Facts) -> str | None:
    """A sum a year where one can be told, else the value as published, else that of the lots."""
    by_year = worth.of_whole(facts)
    if by_year is not None:
        return a_year(by_year)
    total = worth.pounds(facts.value)
    if total is not None:
        return in_all(facts, total)
    if facts.value is not None and facts.value.currency != worth.POUNDS and is_sum(facts.value):
        return f"{amounts.in_words(facts.value)} in all"
    return by_lot(facts)


def is_sum(money: Money) -> bool:
    """Whether it is more than nothing: forms ask for a sum, and 0 or a cent stands for none."""
    return any(amount is not None and amount >= 1 for amount in (money.amount, money.gross))


def a_year(found: worth.Yearly) -> str:
    """ "£165,000 a year (£495,000 in all)"; the total where the sum a year is ours."""
    words = worth.a_year(found)
    if found.term is None or found.term.longest == worth.YEAR:
        return words
    ceiling = "up to " if found.is_range else ""
    return f"{words} ({ceiling}{worth.in_words(found.total)} in all)"


def in_all(facts: Facts, total: Decimal) -> str:
    """The whole value, said to be a ceiling where providers share it."""
    if worth.is_ceiling(facts):
        return f"up to {worth.in_words(total)} for all providers on the list together"
    if facts.kind is ProcurementKind.GRANT:
        return f"{worth.about(total)} in the pot"
    return f"{worth.about(total)} in all"


def by_lot(facts: Facts) -> str | None:
    """From the smallest to the largest lot, a year where that can be told for all."""
    if len(facts.lots) < 2 or worth.is_ceiling(facts):  # noqa: PLR2004 - one lot is the whole
        return None
    a_year = [found.most for lot in facts.lots if (found := worth.of_lot(lot, facts))]
    totals = [total for lot in facts.lots if (total := worth.pounds(lot.value)) is not None]
    known, unit = (a_year, " a year") if len(a_year) == len(totals) else (totals, "")
    if not known:
        return None
    least, most = worth.in_words(min(known)), worth.in_words(max(known))
    return f"each lot about {least if least == most else f'{least} to {most}'}{unit}"


def how_long(period: Period | None) -> str | None:
    """ "April 2027 to March 2030 (March 2032 if extended)"."""
    if period is None:
        return None
    length = worth.term(period)
    start, end = (month(time) for time in (period.start, period.end))
    if length is None or not (start and end):
        return f"for {worth.span(length.months)}" if length else from_or_until(period)
    if length.longest > length.months and (latest := month(period.latest_end)):
        return f"{start} to {end} ({latest} if extended)"
    return f"{start} to {end}" if start != end else f"in {start}"


def from_or_until(period: Period) -> str | None:
    """The one of the two dates that is stated; neither where they are out of order."""
    if period.start and period.end:
        return None
    if start := month(period.start):
        return f"from {start}"
    return f"until {end}" if (end := month(period.end or period.latest_end)) else None


def month(time: StatedTime | None) -> str | None:
    """ "April 2027": for a contract's dates the day says little."""
    if time is None:
        return None
    day = dates.to_uk(time.instant)
    return f"{MONTHS[day.month - 1]} {day.year}"
