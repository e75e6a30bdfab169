"""Our form of a filter: its choices, what was chosen as Criteria, and a filter as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator import criteria
from aggregator.criteria import Problem
from aggregator.model import Cadence, Criteria, Verdict
from aggregator.parsing import places

CADENCES = {
    Cadence.DAILY: "Every working day, if there is anything",
    Cadence.WEEKLY: "Once a week",
    Cadence.MONTHLY: "Once a month",
    Cadence.IMMEDIATE: "At once, within a quarter of an hour",
}
BREADTHS = {
    "core": "Only what is about mental health",
    "related": "Also what has mental health as one part",
}
GROUPS = {
    "Talking and listening": (
        "counselling", "talking_therapies", "helpline", "digital_cyp", "advocacy",
        "abuse_therapeutic", "physical_health_psych",
    ),
    "Children, young people and families": (
        "camhs_cyp", "schools_counselling", "mhst", "perinatal", "family_support", "carers",
    ),
    "Crisis and suicide": ("crisis", "suicide_prevention", "postvention"),
    "Living in the community": (
        "community_mh", "peer_support", "recovery_college", "wellbeing_hub", "loneliness",
        "social_prescribing", "employment_ips", "supported_housing", "floating_support",
        "health_improvement",
    ),
    "For some people or conditions": (
        "eating_disorders", "eip", "older_dementia", "ld_autism", "substance_dual", "veterans",
        "justice", "inequalities_communities",
    ),
    "Hospital, residential and aftercare": (
        "inpatient", "rehab_residential", "s117", "secure_transport",
    ),
    "Staff, training and helping others to help": (
        "training", "peer_workers", "staff_support", "involvement_research",
        "infrastructure_vcse",
    ),
}  # fmt: skip


def criteria_from(
    form: Mapping[str, Sequence[str] | str],
    *,
    types: Mapping[str, str],
    before: Criteria | None = None,
) -> Criteria | tuple[Problem, ...]:
    """The filter that our form asks for, or all that cannot be used of it.

    form: types, places, words, without, and verdicts as "core" or "related". before: a filter whose
    other questions, which the form does not ask, stay as they are.
    """
    broad = form.get("verdicts") == "related"
    asked = {**form, "verdicts": ["core", "related"] if broad else ["core"]}
    found = criteria.criteria_from(asked, types=types)
    if isinstance(found, tuple) or before is None:
        return found
    return replace(before, **{name: getattr(found, name) for name in ASKED})


ASKED = ("verdicts", "types", "places", "neighbours", "words", "without_words")
"""What the form asks for."""


def in_words(wanted: Criteria, *, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The filter as pairs for a list: what, and what is asked for."""
    wide = Verdict.RELATED in wanted.verdicts
    near = " and next to it" if wanted.neighbours else ""
    where = ", ".join(places.name(one) or one for one in wanted.places)
    pairs = [
        ("About", BREADTHS["related" if wide else "core"]),
        ("Work", "; ".join(labels.get(one, one) for one in wanted.types) or "All of it"),
        ("Where", f"{where}{near}" if where else "Anywhere"),
        ("With the words", ", ".join(wanted.words)),
        ("Not with", ", ".join(wanted.without_words)),
    ]
    usual = Criteria(**{name: getattr(wanted, name) for name in ASKED})
    if wanted != usual:
        pairs.append(("All of it", criteria.in_words(wanted, labels=labels)))
    return tuple((what, words) for what, words in pairs if words)
