"""Value a year beside the income, and whether a partner is likely needed.

Where the figures come from: half of the contracts that voluntary organisations won from 2019/20 to
2023/24 were under £95,000, and 13 in 100 were worth a million or more (the government's report on
procurement through VCSEs of those years). The shares of the income are rules of thumb of ours.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from aggregator import worth
from aggregator.digest.clean import one_line
from aggregator.fit.findings import Aspect, Finding, helps, hinders, unknown
from aggregator.match import lot_name
from aggregator.model import Facts, Judgement, Lot, ProcurementKind, ProviderProfile
from aggregator.worth import Yearly

USUAL = Decimal(95_000)
LARGE = Decimal(1_000_000)
FEW_SO_LARGE = "of the contracts that charities win, about 13 in 100 are so large"
LEANS = Decimal("0.5")
"""Share of the income from which one contract carries the organisation."""

TOO_MUCH = Decimal(1)
PARTNER = Decimal(2)
"""So many times the income a year, and few bid without a partner."""

READ = 20_000
TINY = Decimal("0.08")
CLOSE = Decimal("0.04")
FRACTIONS = {
    Decimal("0.1"): "a tenth",
    Decimal("0.2"): "a fifth",
    Decimal("0.25"): "a quarter",
    Decimal(1) / 3: "a third",
    Decimal("0.5"): "half",
    Decimal(2) / 3: "two thirds",
    Decimal("0.75"): "three quarters",
    Decimal(1): "all",
}
JOINT_BIDS = re.compile(
    r"suitable for consortia|consorti(?:a|um) bids?|bids? from consorti(?:a|um)|joint bids?|"
    r"collaboration of (?:services|providers)|partnership bids?|collaborative bids?",
    re.IGNORECASE,
)
LEAD = re.compile(r"lead (?:provider|contractor|supplier)|prime (?:provider|contractor)", re.I)


def size(facts: Facts, judgement: Judgement, profile: ProviderProfile) -> Iterator[Finding]:
    """Value a year, of the whole or of the lots that fit, against the income."""
    if worth.is_ceiling(facts):
        yield unknown(Aspect.SIZE, "how much work each provider on the list will get is not stated")
    elif by_lot := lots_by_size(facts, judgement):
        yield lot_size(by_lot, profile)
    elif has_lots(facts):
        yield lots_in_all(facts, judgement)
    elif by_year := worth.of_whole(facts):
        yield against_income(f"{worth.a_year(by_year)}{how_worked_out(by_year)}", by_year, profile)
    elif (total := worth.pounds(facts.value)) is not None:
        yield in_all(f"{worth.about(total)} in all", total, facts)
    else:
        yield unknown(Aspect.SIZE, "the value is not stated")


def has_lots(facts: Facts) -> bool:
    """Whether there are several; a single lot is the whole."""
    return len(facts.lots) > 1


def wanted_lots(facts: Facts, judgement: Judgement) -> list[Lot]:
    """The lots that carry the verdict; all of them where the whole does."""
    return [lot for lot in facts.lots if not judgement.lots or lot.id in judgement.lots]


def lots_by_size(facts: Facts, judgement: Judgement) -> list[tuple[Lot, Yearly]]:
    """The lots that fit, smallest first, where their value a year is known."""
    if not has_lots(facts):
        return []
    wanted = wanted_lots(facts, judgement)
    valued = [(lot, found) for lot in wanted if (found := worth.of_lot(lot, facts))]
    return sorted(valued, key=lambda one: one[1].most)


def lots_in_all(facts: Facts, judgement: Judgement) -> Finding:
    """The smallest lot that fits by its whole value, where no value a year is known."""
    wanted = wanted_lots(facts, judgement)
    valued = [(total, lot) for lot in wanted if (total := worth.pounds(lot.value)) is not None]
    if valued:
        total, lot = min(valued, key=lambda one: one[0])
        words = f"{which(lot, len(valued))} is worth {worth.about(total)} in all"
        return in_all(words, total, facts)
    whole = worth.pounds(facts.value)
    words = f"{worth.about(whole)} in all for {len(facts.lots)} lots; " if whole else ""
    return unknown(Aspect.SIZE, f"{words}what one lot is worth is not stated")


def which(lot: Lot, count: int) -> str:
    """ "lot 2 “Advocacy”", "the smallest of 3 lots, lot 2,"."""
    name = one_line(lot_name(lot), 60) or "a lot"
    return name if count == 1 else f"the smallest of {count} lots, {name},"


def lot_size(found: list[tuple[Lot, Yearly]], profile: ProviderProfile) -> Finding:
    """The smallest lot that fits, since a bid for one is enough."""
    lot, by_year = found[0]
    words = f"{which(lot, len(found))} is worth {worth.a_year(by_year)}{how_worked_out(by_year)}"
    return against_income(words, by_year, profile)


def how_worked_out(found: Yearly) -> str:
    """ " (£495,000 over 3 years, or 5 years if extended)": how a sum of ours came about."""
    if found.term is None:
        return " by its text"
    if found.term.longest == worth.YEAR:
        return ""
    span = worth.span(found.term.months)
    longer = found.term.longest > found.term.months
    extended = f", or {worth.span(found.term.longest)} if extended" if longer else ""
    ceiling = "up to " if found.is_range else ""
    return f" ({ceiling}{worth.in_words(found.total)} over {span}{extended})"


def against_income(words: str, by_year: Yearly, profile: ProviderProfile) -> Finding:
    """The value a year beside the income; a range by its higher end."""
    if not profile.income or profile.income <= 0:
        if by_year.total >= LARGE:
            return hinders(Aspect.SIZE, f"{words}; {FEW_SO_LARGE}")
        return unknown(Aspect.SIZE, f"{words}; your income is not in your profile")
    ratio = by_year.most / profile.income
    single = worth.rounded(by_year.least) == worth.rounded(by_year.most)
    words = f"{words}, {'' if single else 'at most '}{share(ratio)}"
    if ratio > TOO_MUCH:
        return hinders(Aspect.SIZE, f"{words}: a large step")
    if ratio > LEANS:
        return hinders(Aspect.SIZE, f"{words}: much would hang on it")
    return helps(Aspect.SIZE, words)


def in_all(words: str, total: Decimal, facts: Facts) -> Finding:
    """A value without a time is measured by what charities usually win."""
    if facts.kind is ProcurementKind.GRANT:
        return unknown(Aspect.SIZE, f"{words}; the sum for one grant is not stated")
    if total >= LARGE:
        return hinders(Aspect.SIZE, f"{words}; {FEW_SO_LARGE}")
    if total <= USUAL:
        return helps(
            Aspect.SIZE, f"{words}; half of the contracts that charities win are below £95,000"
        )
    return unknown(Aspect.SIZE, f"{words}; how much a year is not stated")


def share(ratio: Decimal) -> str:
    """ "a bit over half of your income", "about twice your income": a ratio as people say it."""
    if ratio < TINY:
        return "a small part of your income"
    if ratio >= Decimal("1.25"):
        halves = max((ratio * 2).to_integral_value() / 2, Decimal("1.5"))
        times = {Decimal("1.5"): "one and a half times", Decimal(2): "twice"}
        return f"about {times.get(halves, f'{halves.normalize():f} times')} your income"
    near = min(FRACTIONS, key=lambda one: abs(one - ratio))
    off = (ratio - near) / near
    if near == 1:
        more = "about as much as" if abs(off) < CLOSE else "more than" if off > 0 else "nearly"
        return f"{more} your income"
    how = "about" if abs(off) < CLOSE else "a bit over" if off > 0 else "a bit under"
    return f"{how} {FRACTIONS[near]} of your income"


def partner(facts: Facts, judgement: Judgement, profile: ProviderProfile) -> Iterator[Finding]:
    """Whether a partner is likely needed, by size and by what the text says of joint bids."""
    by_lot = lots_by_size(facts, judgement)
    whole = None if has_lots(facts) else worth.of_whole(facts)
    by_year = by_lot[0][1] if by_lot else whole
    income = profile.income
    if by_year and income and income > 0 and by_year.least > PARTNER * income:
        yield hinders(Aspect.PARTNER, "a partner is likely needed at this size")
    text = " ".join(filter(None, (facts.title, facts.description, facts.additional_text)))[:READ]
    if found := JOINT_BIDS.search(text):
        yield helps(Aspect.PARTNER, f"the notice speaks of “{found[0]}”: you could bid with others")
    elif found := LEAD.search(text):
        words = f"the notice speaks of a “{found[0]}”: others may join in as partners"
        yield unknown(Aspect.PARTNER, words)
