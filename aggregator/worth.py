"""What a contract is worth a year: a sum of ours from the value and dates a notice states.

The rule: the value divided by the months from start to end. Where the contract may be extended
there are two answers, because by law the value counts every extension but many a notice gives the
first term only; then both are told, the lower for the longest term. A text that names one sum a
year outright wins. Nothing is worked out for frameworks and lists, whose value is a ceiling for all
providers together, nor for other currencies, nor for less than a year.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aggregator.model import Facts, Lot, Money, Period, ProcurementKind, StatedTime
from aggregator.parsing import dates, money

DAYS_A_MONTH = Decimal(36525) / 1200
ROUND_MONTH = 30
"""Buyers and portals turn months into days so: 720 days are two years."""

POUNDS = "GBP"
MOST_MONTHS = 600
YEAR = 12
SHORTEST = 12
"""Months from which a sum a year says something."""

FIGURES = 3
"""Sums of ours are told with so many figures: more would pretend to know."""

PLACEHOLDER = 100
"""No contract is worth less; buyers enter £1 where a form insists on a number."""

MILLION = Decimal(10) ** 6

CEILING = re.compile(r"framework agreement|dynamic (?:purchasing|market)|\bDPS\b", re.IGNORECASE)
A_YEAR = re.compile(
    r"([^.\n]{0,60})(£ ?\d{1,3}(?:,\d{3})+|£ ?\d+(?:\.\d+)?(?:k|m)?)"
    r"(?: \((?:ex|in)[a-z.]* vat\)| ex[a-z.]* vat| in[a-z.]* vat)?"
    r" (?:per annum|p\.?a\.?|per year|a year)(?![\w-])",
    re.IGNORECASE,
)
OF_THE_CONTRACT = ("value", "contract", "budget", "price", "funding", "cost", "worth", "service")
NOT_OF_IT = ("exceed", "income", "turnover", "saving", "insurance", "each", " to £", "– £")
READ = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long a contract runs, in months; `longest` counts every extension."""

    months: int
    longest: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Yearly:
    """Pounds a year, as worked out by the rule above; `least` and `most` differ where a range was
    stated or extensions are possible. total: what it was worked out from, the highest where it was
    published as a range. term: None where the text itself names the sum a year."""

    least: Decimal
    most: Decimal
    total: Decimal
    term: Term | None = None
    is_range: bool = False


def of_whole(facts: Facts) -> Yearly | None:
    """What the whole is worth a year; None where that is not known."""
    if is_ceiling(facts) or facts.kind not in (None, ProcurementKind.CONTRACT):
        return None
    if (stated := stated_in_text(facts)) is not None:
        return Yearly(least=stated, most=stated, total=stated)
    return yearly(facts.value, facts.contract_period, least=facts.minimum_value)


def of_lot(lot: Lot, facts: Facts) -> Yearly | None:
    """What one lot is worth a year; its period is that of the whole where it has none."""
    if is_ceiling(facts) or facts.kind not in (None, ProcurementKind.CONTRACT):
        return None
    return yearly(lot.value, lot.period or facts.contract_period)


def yearly(
    value: Money | None, period: Period | None, *, least: Money | None = None
) -> Yearly | None:
    """A value spread over a period. least: where the value was published as a range."""
    total, length = pounds(value), term(period)
    if total is None or length is None or length.months < SHORTEST:
        return None
    lowest = pounds(least)
    if lowest is None or lowest > total:
        lowest = total
    return Yearly(
        least=lowest * YEAR / length.longest,
        most=total * YEAR / length.months,
        total=total,
        term=length,
        is_range=rounded(lowest) < rounded(total),
    )


def pounds(value: Money | None) -> Decimal | None:
    """The amount in pounds, without VAT where that is known; None for £1 and the like."""
    if value is None or value.currency != POUNDS:
        return None
    amount = value.amount if value.amount is not None else value.gross
    return amount if amount is not None and amount >= PLACEHOLDER else None


def term(period: Period | None) -> Term | None:
    """The length of a contract, None where it cannot be told or is absurd."""
    if period is None:
        return None
    first = months(period.start, period.end)
    if first is None and period.days:
        whole = period.days % ROUND_MONTH == 0
        first = round(period.days / (ROUND_MONTH if whole else DAYS_A_MONTH))
    longest = months(period.start, period.latest_end)
    first = first or longest
    if not first or first > MOST_MONTHS:
        return None
    return Term(months=first, longest=max(first, min(longest or first, MOST_MONTHS)))


def months(start: StatedTime | None, end: StatedTime | None) -> int | None:
    """Months from the first to the last day, both counted; None where they are not in order."""
    if start is None or end is None:
        return None
    days = (dates.to_uk(end.instant).date() - dates.to_uk(start.instant).date()).days + 1
    return round(days / DAYS_A_MONTH) if days > 1 else None


def is_ceiling(facts: Facts) -> bool:
    """Whether the value is the most that all providers on a list may get together."""
    if facts.framework is not None:
        return facts.framework
    texts = (facts.title, facts.method_details, (facts.description or "")[:READ])
    return any(CEILING.search(text) for text in texts if text)


def stated_in_text(facts: Facts) -> Decimal | None:
    """The sum a year that the text names for the contract: "£90,000 per annum".

    None where it names several: which is whose is not for us to say.
    """
    text = (facts.description or "")[:READ]
    if "£" not in text:
        return None
    found = {
        number
        for before, figure in A_YEAR.findall(text)
        if any(word in before.casefold() for word in OF_THE_CONTRACT)
        and not any(word in before.casefold() for word in NOT_OF_IT)
        and (number := money.amount(figure)) is not None
    }
    return found.pop() if len(found) == 1 and len(A_YEAR.findall(text)) == 1 else None


def rounded(number: Decimal) -> Decimal:
    """To three figures: 127,306.15 → 127,000; 42.50 → 42.5 and, below 1,000, whole pounds."""
    if not number:
        return number
    places = min(number.adjusted() - FIGURES + 1, number.adjusted())
    step = Decimal(1).scaleb(max(places, 0))
    return (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def in_words(number: Decimal) -> str:
    """ "£127,000" or "£1.24 million", to three figures."""
    near = rounded(number)
    if near < MILLION:
        return f"£{near:,.0f}"
    return f"£{(near / MILLION).normalize():,f} million"


def about(number: Decimal) -> str:
    """The same with "about" where it was rounded."""
    return f"{'' if rounded(number) == number else 'about '}{in_words(number)}"


def a_year(found: Yearly) -> str:
    """ "£165,000 a year", "about £99,000 to £165,000 a year"."""
    if rounded(found.least) == rounded(found.most):
        return f"{about(found.most)} a year"
    exact = all(rounded(one) == one for one in (found.least, found.most))
    return f"{'' if exact else 'about '}{in_words(found.least)} to {in_words(found.most)} a year"


def span(number: int) -> str:
    """Months as people say them: "3 years", "18 months", "2½ years"."""
    years, left = divmod(number, YEAR)
    if not left:
        return f"{years} year{'' if years == 1 else 's'}"
    if years > 1 and left == YEAR // 2:
        return f"{years}½ years"
    return f"{number} month{'' if number == 1 else 's'}"
