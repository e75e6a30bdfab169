"""A filter back in words, for mails, pages and the command line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from aggregator import stage
from aggregator.model import Criteria, Sort, Verdict
from aggregator.model.alerting import DEFAULT_STAGES
from aggregator.parsing import places

VERDICTS = {
    Verdict.CORE: "mental health is the purpose",
    Verdict.RELATED: "mental health is part of it",
    Verdict.POSSIBLE: "it may be about mental health",
    Verdict.NO: "it is about something else",
}
SORTS = {
    Sort.TENDER: "tenders",
    Sort.GRANT: "grants",
    Sort.ENGAGEMENT: "early engagement",
    Sort.AWARD: "awards",
}
LANGUAGES = {"en": "English", "cy": "Welsh"}


def in_words(criteria: Criteria, *, labels: Mapping[str, str] | None = None) -> str:
    """The filter in one line without a full stop; what was not asked for is not mentioned.

    labels: service type -> its name for readers.
    """
    names = labels or {}
    parts = [
        verdicts(criteria.verdicts),
        listed(SORTS[one] for one in criteria.sorts),
        listed(str(one) for one in criteria.kinds),
        about(listed(names.get(one) or one.replace("_", " ") for one in criteria.types)),
        where(criteria),
        stages(criteria),
        mentioning(criteria),
        after("from ", listed(criteria.buyers)),
        value(criteria.least_value, criteria.most_value, " in all"),
        value(criteria.least_year, criteria.most_year, " a year"),
        not_stated(criteria),
        "" if criteria.days_left is None else days(criteria.days_left),
        "only what is meant for voluntary organisations too" if criteria.vcse_only else "",
        after("in ", listed(LANGUAGES.get(one, one) for one in criteria.languages)),
    ]
    return "; ".join(filter(None, parts))


def verdicts(wanted: tuple[Verdict, ...]) -> str:
    """What the judgement must be."""
    if not wanted or len(wanted) == len(Verdict):
        return "whatever it is about"
    return listed(VERDICTS[one] for one in wanted)


def about(types: str) -> str:
    """The service types."""
    return after("about ", types)


def where(criteria: Criteria) -> str:
    """The places, with what comes beside them."""
    if not criteria.places:
        return ""
    named = listed(places.name(code) or code for code in criteria.places)
    near = " and next to it" if len(criteria.places) == 1 else " and next to them"
    whole = "" if criteria.nationwide else ", without what is offered to a whole nation"
    return f"in {named}{near if criteria.neighbours else ''}{whole}"


def stages(criteria: Criteria) -> str:
    """The stages, where they are not the usual ones."""
    if criteria.stages == DEFAULT_STAGES:
        return ""
    if not criteria.stages:
        return "at any stage"
    return f"stage {listed(stage.label(one).lower() for one in criteria.stages)}"


def mentioning(criteria: Criteria) -> str:
    """The words, wanted and unwanted."""
    wanted = after("mentioning ", listed(f"“{word}”" for word in criteria.words))
    unwanted = after("not mentioning ", listed(f"“{word}”" for word in criteria.without_words))
    return " but ".join(filter(None, (wanted, unwanted)))


def value(least: Decimal | None, most: Decimal | None, span: str) -> str:
    """Bounds of a value."""
    if least is not None and most is not None:
        return f"£{least:,} to £{most:,}{span}"
    if least is not None:
        return f"at least £{least:,}{span}"
    return f"up to £{most:,}{span}" if most is not None else ""


def not_stated(criteria: Criteria) -> str:
    """What becomes of notices that state no value, where that matters."""
    if not criteria.value_not_stated:
        return "only with a stated value"
    bounds = (criteria.least_value, criteria.most_value, criteria.least_year, criteria.most_year)
    return "or no value stated" if any(one is not None for one in bounds) else ""


def days(number: int) -> str:
    """Days to the date to act by."""
    return f"at least {number} day{'' if number == 1 else 's'} left"


def listed(names: Iterable[str]) -> str:
    """ "a, b or c"."""
    known = tuple(names)
    return " or ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def after(words: str, named: str) -> str:
    """Words in front of what is named; "" where nothing is."""
    return f"{words}{named}" if named else ""
