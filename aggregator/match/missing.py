"""What an opportunity lacks that fails one criterion of a filter, in words."""

from collections.abc import Callable, Mapping

from aggregator import stage, worth
from aggregator.match.prospect import Prospect
from aggregator.match.texts import occurs
from aggregator.model import Criteria, Criterion
from aggregator.parsing import places

FIELD_NAMES = {
    Criterion.VERDICT: "how far it is about mental health",
    Criterion.STAGE: "the stages",
    Criterion.KIND: "the kinds",
    Criterion.SORT: "the kinds of notice",
    Criterion.TYPE: "the service types",
    Criterion.BUYER: "the buyers",
    Criterion.STATED: "the wish for a stated value",
    Criterion.VALUE: "the value in all",
    Criterion.YEAR: "the value a year",
    Criterion.PLACE: "the places",
    Criterion.WORDS: "the words",
    Criterion.WITHOUT: "the words to leave out",
    Criterion.DAYS: "the days left",
    Criterion.VCSE: "the wish for notices meant for voluntary organisations",
    Criterion.LANGUAGE: "the languages",
}
"""What each criterion is called where one is named among others."""

MOST_PLACES = 3


def missed(seen: Prospect, criteria: Criteria, criterion: Criterion) -> str:
    """Why it failed, as the end of "It would have come, but …"."""
    exactly = EXACTLY.get(criterion)
    return (exactly(seen, criteria) if exactly else "") or SAID[criterion]


SAID = {
    Criterion.VERDICT: "it is less about mental health than you asked for",
    Criterion.STAGE: "it is at another stage",
    Criterion.PLACE: "it is in another place",
    Criterion.WITHOUT: "it mentions a word to leave out",
    Criterion.DAYS: "too few days are left",
    Criterion.KIND: "it is of another kind",
    Criterion.SORT: "it is of another kind",
    Criterion.TYPE: "it is for other services than those you chose",
    Criterion.BUYER: "another body buys",
    Criterion.STATED: "it states no value",
    Criterion.VALUE: "its value lies outside your bounds",
    Criterion.YEAR: "its value a year lies outside your bounds",
    Criterion.WORDS: "it mentions none of your words",
    Criterion.VCSE: "it does not say that it is for voluntary organisations",
    Criterion.LANGUAGE: "it is in another language",
}


def at_stage(seen: Prospect, _: Criteria) -> str:
    """Its stage."""
    return f"its stage is “{stage.label(seen.stage, seen.facts.kind)}”"


def unwanted_word(seen: Prospect, criteria: Criteria) -> str:
    """The first unwanted word it holds."""
    found = (one for one in criteria.without_words if occurs(one, seen.text))
    return f"it mentions “{next(found, '')}”"


def in_all(seen: Prospect, _: Criteria) -> str:
    """What it is worth in all."""
    return "" if seen.amount is None else f"it is worth {worth.in_words(seen.amount)} in all"


def in_a_year(seen: Prospect, _: Criteria) -> str:
    """What it is worth a year."""
    return f"it is worth {worth.a_year(seen.yearly[0])}" if seen.yearly else ""


def days_left(seen: Prospect, _: Criteria) -> str:
    """How many days are left."""
    days = max(seen.days_left or 0, 0)
    return f"only {days} day{' is' if days == 1 else 's are'} left"


def where(seen: Prospect, _: Criteria) -> str:
    """The places it names, three at most."""
    names = tuple(dict.fromkeys(places.name(code) or code for code in seen.codes))
    more = f" and {len(names) - MOST_PLACES} more places" if len(names) > MOST_PLACES else ""
    return f"it is in {', '.join(names[:MOST_PLACES])}{more}" if names else ""


EXACTLY: Mapping[Criterion, Callable[[Prospect, Criteria], str]] = {
    Criterion.VERDICT: lambda seen, _: seen.purpose,
    Criterion.STAGE: at_stage,
    Criterion.PLACE: where,
    Criterion.WITHOUT: unwanted_word,
    Criterion.VALUE: in_all,
    Criterion.YEAR: in_a_year,
    Criterion.DAYS: days_left,
}
