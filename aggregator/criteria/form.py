"""The whole form: every field read, what does not go together told, all problems at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from aggregator.criteria import fields
from aggregator.criteria.fields import Given, Unusable
from aggregator.criteria.place_words import AND_NEIGHBOURS, ANYWHERE, place_codes
from aggregator.criteria.problems import Problem, shown
from aggregator.model import Criteria, ProcurementKind, Sort, Stage, Verdict
from aggregator.model.alerting import DEFAULT_STAGES
from aggregator.parsing.folding import fold

AWARD_STAGES = (Stage.AWARD_INTENDED, Stage.AWARDED)
DECIDED = frozenset(
    {
        *AWARD_STAGES,
        Stage.IN_CONTRACT,
        Stage.MODIFIED,
        Stage.ENDING,
        Stage.ENDED,
    }
)
MOST_PLACES = 100


def criteria_from(
    form: Mapping[str, Given], *, types: Mapping[str, str]
) -> Criteria | tuple[Problem, ...]:
    """The filter that a form asks for, or all that cannot be used of it.

    form: field -> what was typed, or several values. The fields are those of Criteria, with
    "without_words" also as "without"; others are passed over, since a form carries more than a
    filter. A problem names the field as the form did. A field that is absent or empty keeps its
    default; for nationwide and value_not_stated, which are "yes" by default, "no" must be sent.
    types: service type -> its plain name.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    typed = dict(form)
    if short := "without" in typed:
        typed["without_words"] = typed.pop("without")
    for name, read in readers(types).items():
        if name not in typed or (name not in SWITCHES and not any(fields.several(typed[name]))):
            continue
        try:
            found[name] = read(typed[name])
        except Unusable as fault:
            problems.append(Problem(field=name, words=str(fault)))
    if "places" in typed:
        found |= places(typed["places"], problems)
    if "stages" not in found and "sorts" in found:
        found["stages"] = stages_of(found["sorts"])
    criteria = Criteria(**found)
    problems += contradictions(criteria)
    if short:
        problems = [as_without(one) for one in problems]
    return tuple(problems) or criteria


def as_without(problem: Problem) -> Problem:
    """The problem under the short name of its field."""
    return replace(problem, field="without") if problem.field == "without_words" else problem


SWITCHES = frozenset({"neighbours", "nationwide", "value_not_stated", "vcse_only"})


def readers(types: Mapping[str, str]) -> Mapping[str, Callable[[Given], Any]]:
    """How each field is read, places apart."""
    return {
        "verdicts": fields.one_of({str(one): one for one in Verdict}, "verdict"),
        "types": lambda given: fields.service_types(given, types),
        "stages": fields.one_of(fields.stages(), "stage"),
        "kinds": fields.one_of({str(one): one for one in ProcurementKind}, "kind"),
        "sorts": fields.one_of(fields.SORTS, "kind of notice"),
        "words": fields.words,
        "without_words": fields.words,
        "buyers": fields.buyers,
        "least_value": fields.pounds,
        "most_value": fields.pounds,
        "least_year": fields.pounds,
        "most_year": fields.pounds,
        "days_left": fields.days,
        "languages": fields.languages,
        **dict.fromkeys(sorted(SWITCHES), fields.yes),
    }


def places(given: Given, problems: list[Problem]) -> dict[str, Any]:
    """Places with their codes, and "neighbours" where a place was given with them."""
    codes: dict[str, None] = {}
    found: dict[str, Any] = {}
    named = names_of_places(given)
    if len(named) > MOST_PLACES:
        words = f"That is {len(named):,} places; {MOST_PLACES} is the most."
        problems.append(Problem(field="places", words=words))
        return {}
    for typed in named:
        name, with_neighbours = AND_NEIGHBOURS.subn("", typed)
        if with_neighbours:
            found["neighbours"] = True
        if not name or fold(name) in ANYWHERE:
            continue
        answer = place_codes(name)
        if isinstance(answer, str):
            problems.append(Problem(field="places", words=answer))
        else:
            codes |= dict.fromkeys(answer)
    return found | {"places": tuple(codes)}


def names_of_places(given: Given) -> tuple[str, ...]:
    """The places typed, one by one; a name that holds a comma stays whole."""
    typed = (given,) if isinstance(given, str) else given
    found: list[str] = []
    for one in typed:
        whole = " ".join(one.split())
        is_name = "," in whole and len(whole) < 100 and isinstance(place_codes(whole), tuple)  # noqa: PLR2004
        found += [whole] if is_name else fields.several(one)
    return tuple(dict.fromkeys(found))


def stages_of(sorts: tuple[Sort, ...]) -> tuple[Stage, ...]:
    """The stages that go with what was asked for, where none were named."""
    others = () if sorts == (Sort.AWARD,) else DEFAULT_STAGES
    return (*others, *(AWARD_STAGES if Sort.AWARD in sorts else ()))


def contradictions(criteria: Criteria) -> list[Problem]:
    """What would make the filter match nothing for ever."""
    found = [
        *crossed("value", criteria.least_value, criteria.most_value),
        *crossed("year", criteria.least_year, criteria.most_year),
    ]
    if word := fields.both(criteria.words, criteria.without_words):
        words = f"{shown(word)} is both wanted and to be left out; nothing could ever match."
        found.append(Problem(field="without_words", words=words))
    if criteria.sorts and criteria.stages and not can_be(criteria):
        words = "No notice of the kinds chosen is ever at the stages chosen; nothing could match."
        found.append(Problem(field="stages", words=words))
    return found


def crossed(name: str, least: Decimal | None, most: Decimal | None) -> list[Problem]:
    """The least is more than the most."""
    if least is None or most is None or least <= most:
        return []
    words = f"The least, £{least:,}, is more than the most, £{most:,}; nothing could ever match."
    return [Problem(field=f"least_{name}", words=words)]


def can_be(criteria: Criteria) -> bool:
    """Whether a notice of a wanted sort can be at a wanted stage."""
    decided = any(one in DECIDED for one in criteria.stages)
    undecided = any(one not in DECIDED for one in criteria.stages)
    return (decided and Sort.AWARD in criteria.sorts) or (
        undecided and any(one is not Sort.AWARD for one in criteria.sorts)
    )
