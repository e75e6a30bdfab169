"""Does an opportunity pass a filter, and why; which criterion it fails if it does not.

Each criterion gives its reason in words, "" where it was not set, None where it is not met. What
is not stated passes: an award without a value or a place is more often a careless notice than a
wrong one, and a false alarm costs two minutes where a missed tender may cost a service.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from aggregator.match.prospect import Prospect
from aggregator.match.texts import occurs
from aggregator.model import (
    Criteria,
    Criterion,
    Judgement,
    Opportunity,
    ProcurementKind,
    Stage,
)
from aggregator.parsing import places
from aggregator.parsing.text import buyer_name

Labels = Mapping[str, str]
Test = Callable[[Prospect, Criteria, Labels], str | None]

NO_LABELS: Labels = {}
REMEMBERED = 20_000

NO_PLACE = "place not stated"
NO_VALUE = "value not stated"
NO_YEAR = "value a year not stated"
SILENT = (NO_PLACE, NO_VALUE, NO_YEAR)
"""Why something passes without meeting what was asked for."""


def meets(
    opportunity: Opportunity,
    judgement: Judgement,
    stage: Stage,
    criteria: Criteria,
    *,
    now: datetime | None = None,
    labels: Labels = NO_LABELS,
) -> tuple[str, ...] | None:
    """Why an opportunity passes a filter, in words; None when it does not.

    stage: as of now. now: for the days left, which are not asked about without it.
    """
    seen = Prospect(opportunity=opportunity, judgement=judgement, stage=stage, now=now)
    return reasons(seen, criteria, labels)


def reasons(
    seen: Prospect, criteria: Criteria, labels: Labels = NO_LABELS
) -> tuple[str, ...] | None:
    """The same for an opportunity made ready: the verdict's ground first."""
    found = grounds(seen, criteria, labels)
    return None if found is None else found[0]


def grounds(
    seen: Prospect, criteria: Criteria, labels: Labels = NO_LABELS
) -> tuple[tuple[str, ...], str] | None:
    """All reasons, and as a sentence the one that is most the reader's own; None if not met.

    A word they typed says more than a buyer, that more than a service type, a place, or a value;
    the verdict says it where nothing else was asked for.
    """
    given: dict[Criterion, str] = {}
    for name, test in TESTS:
        answer = test(seen, criteria, labels)
        if answer is None:
            return None
        if answer:
            given[name] = answer
    own = (given[one] for one in MOST_OWN if given.get(one, SILENT[0]) not in SILENT)
    return (seen.purpose, *given.values()), sentence(next(own, seen.purpose))


def sentence(words: str) -> str:
    """The words with a capital letter and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def failures(
    seen: Prospect, criteria: Criteria, *, most: int = len(Criterion)
) -> tuple[Criterion, ...]:
    """Every criterion that is not met, but no more of them than `most`."""
    failed: list[Criterion] = []
    for name, test in TESTS:
        if test(seen, criteria, NO_LABELS) is None:
            failed.append(name)
            if len(failed) == most:
                break
    return tuple(failed)


def by_verdict(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """The verdict is one of those wanted."""
    wanted = criteria.verdicts
    return "" if not wanted or seen.judgement.verdict in wanted else None


def by_stage(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """The stage is one of those wanted.

    What does not say where it stands is taken as if open, as digests show it: a new kind of notice
    must not be lost to everybody. News is no such thing, and is for those who ask for it.
    """
    wanted = criteria.stages
    if not wanted or seen.stage in wanted:
        return ""
    if seen.stage is not Stage.UNKNOWN or Stage.OPEN not in wanted:
        return None
    news = ProcurementKind.NEWS
    return "" if seen.facts.kind is not news or news in criteria.kinds else None


def by_kind(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """The kind is one of those wanted; an unknown one passes."""
    kind = seen.facts.kind
    return "" if not criteria.kinds or kind is None or kind in criteria.kinds else None


def by_sort(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """It is what people call a tender, grant, engagement or award; an unknown sort passes."""
    sort = seen.sort
    return "" if not criteria.sorts or sort is None or sort in criteria.sorts else None


def by_type(seen: Prospect, criteria: Criteria, labels: Labels) -> str | None:
    """One of the wanted service types was found."""
    wanted = criteria.types
    if not wanted:
        return ""
    found = [one for one in seen.judgement.types if one in wanted]
    if not found:
        return None
    named = (labels.get(one) or one.replace("_", " ") for one in found[:2])
    return f"you asked for “{'” and “'.join(named)}”"


def by_buyer(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """A buyer's name holds a wanted one as whole words: "Northmoor" finds Northmoor Council."""
    if not criteria.buyers:
        return ""
    wanted = buyers_wanted(criteria.buyers)
    for shown, name in seen.buyers:
        if any(one in name for one in wanted):
            return f"you asked for {shown}"
    return None


@lru_cache(maxsize=REMEMBERED)
def buyers_wanted(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of buyers to compare, between spaces; those without a letter left out."""
    return tuple(f" {one} " for one in map(buyer_name, names) if one)


def by_stated_value(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """A value is stated, where those without one are not wanted."""
    return "" if criteria.value_not_stated or seen.states_value else None


def by_value(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """The value lies within the bounds; one that is not stated, or not in pounds, passes."""
    least, most = criteria.least_value, criteria.most_value
    if least is None and most is None:
        return ""
    if seen.amount is None:
        return NO_VALUE
    return "the value is within your bounds" if within(seen.amount, least, most) else None


def within(amount: Decimal, least: Decimal | None, most: Decimal | None) -> bool:
    """Whether an amount lies within bounds, of which each may be open."""
    return not ((least is not None and amount < least) or (most is not None and amount > most))


def by_year(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """The value a year of the whole or of a lot may lie within the bounds; unknown passes."""
    least, most = criteria.least_year, criteria.most_year
    if least is None and most is None:
        return ""
    if not seen.yearly:
        return NO_YEAR
    for one in seen.yearly:
        if within(one.most, least, None) and within(one.least, None, most):
            return "the value a year is within your bounds"
    return None


def by_place(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """A place of delivery lies in a wanted one, or holds it; without a known place it passes.

    Where what is offered to a whole nation is not wanted, such a notice counts by the land of the
    council or care board that buys, because many a local one only says "England".
    """
    wanted = criteria.places
    if not wanted:
        return ""
    if not seen.codes:
        return NO_PLACE
    land = seen.land
    if not criteria.nationwide and seen.is_nationwide and not land <= places.land_of(wanted):
        land = places.land_of(seen.buyers_codes)
    for one in wanted:
        if not places.land(one).isdisjoint(land):
            return f"in {places.name(one) or one}"
    for one in wanted if criteria.neighbours else ():
        if not places.around(one).isdisjoint(land):
            return f"next to {places.name(one) or one}"
    return None


def by_words(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """At least one of the words occurs."""
    if not criteria.words:
        return ""
    text = seen.text
    found = next((word for word in criteria.words if occurs(word, text)), None)
    return None if found is None else f"it mentions “{found}”"


def without_words(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """None of the unwanted words occurs."""
    if not criteria.without_words:
        return ""
    return None if any(occurs(word, seen.text) for word in criteria.without_words) else ""


def by_days_left(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """There are as many days left as wanted; without a date, or where none is known, it passes."""
    if criteria.days_left is None or seen.days_left is None:
        return ""
    return "" if seen.days_left >= criteria.days_left else None


def by_vcse(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """It says that it is for voluntary organisations, where only such are wanted."""
    if not criteria.vcse_only:
        return ""
    return "it is meant for voluntary organisations too" if seen.is_for_vcse else None


def by_language(seen: Prospect, criteria: Criteria, _: Labels) -> str | None:
    """One of its notices is in a wanted language; where none says so it passes."""
    wanted = criteria.languages
    return "" if not wanted or not seen.languages or not seen.languages.isdisjoint(wanted) else None


TESTS: tuple[tuple[Criterion, Test], ...] = (
    (Criterion.VERDICT, by_verdict),
    (Criterion.STAGE, by_stage),
    (Criterion.KIND, by_kind),
    (Criterion.SORT, by_sort),
    (Criterion.TYPE, by_type),
    (Criterion.BUYER, by_buyer),
    (Criterion.STATED, by_stated_value),
    (Criterion.VALUE, by_value),
    (Criterion.YEAR, by_year),
    (Criterion.PLACE, by_place),
    (Criterion.WORDS, by_words),
    (Criterion.WITHOUT, without_words),
    (Criterion.DAYS, by_days_left),
    (Criterion.VCSE, by_vcse),
    (Criterion.LANGUAGE, by_language),
)
"""The cheap questions first. Their order is that of the reasons a reader sees."""

MOST_OWN = (
    Criterion.WORDS,
    Criterion.BUYER,
    Criterion.TYPE,
    Criterion.PLACE,
    Criterion.VCSE,
    Criterion.YEAR,
    Criterion.VALUE,
)
