"""How good the judging is: figures on notices that people have labelled.

Labels are core, related and no. Measured is what is delivered: what is judged core or related is
told, what is judged possible lies in the queue for a look.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from aggregator.model import Judgement, Subject, Verdict

TOLD = (Verdict.CORE, Verdict.RELATED)
LIKELY = 1.96
"""Standard deviations to either side of a 95 % interval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A share with its 95 % interval by Wilson's formula; 0 to 1 without cases."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """The share, 0 where there are no cases."""
        return self.hits / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.cases:
            return 0.0, 1.0
        spread = LIKELY**2 / self.cases
        middle = (self.value + spread / 2) / (1 + spread)
        root = sqrt(self.value * (1 - self.value) / self.cases + spread / (4 * self.cases))
        half = LIKELY * root / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.2f} ({self.hits} of {self.cases}; {low:.2f} to {high:.2f})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A notice with what people and the judge say. types: service types people gave it."""

    id: str
    title: str
    label: str
    subject: Subject
    judgement: Judgement
    types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """The figures. Each is a share of the cases its name says."""

    core_found: Rate
    core_judged_core: Rate
    related_found: Rate
    judged_core_right: Rate
    told_right: Rate
    no_judged_possible: Rate
    best_type_right: Rate
    f1: dict[str, float]


def quality(labelled: Sequence[Labelled]) -> Quality:
    """The figures of some labelled notices."""
    return Quality(
        core_found=_rate(labelled, _is("core"), _judged(*TOLD)),
        core_judged_core=_rate(labelled, _is("core"), _judged(Verdict.CORE)),
        related_found=_rate(labelled, _is("related"), _judged(*TOLD, Verdict.POSSIBLE)),
        judged_core_right=_rate(labelled, _judged(Verdict.CORE), _is("core", "related")),
        told_right=_rate(labelled, _judged(*TOLD), _is("core", "related")),
        no_judged_possible=_rate(labelled, _is("no"), _judged(Verdict.POSSIBLE)),
        best_type_right=_rate(labelled, _typed, _best_type_given),
        f1={
            "core": _f1(labelled, _is("core"), _judged(Verdict.CORE)),
            "core and related": _f1(labelled, _is("core", "related"), _judged(*TOLD)),
        },
    )


Test = Callable[[Labelled], bool]


def _is(*labels: str) -> Test:
    return lambda one: one.label in labels


def _judged(*verdicts: Verdict) -> Test:
    return lambda one: one.judgement.verdict in verdicts


def _typed(one: Labelled) -> bool:
    return bool(one.types) and one.judgement.verdict in TOLD


def _best_type_given(one: Labelled) -> bool:
    return bool(one.judgement.types) and one.judgement.types[0] in one.types


def _rate(labelled: Iterable[Labelled], of: Test, share: Test) -> Rate:
    cases = [one for one in labelled if of(one)]
    return Rate(hits=sum(map(share, cases)), cases=len(cases))


def _f1(labelled: Sequence[Labelled], wanted: Test, given: Test) -> float:
    precision, recall = _rate(labelled, given, wanted).value, _rate(labelled, wanted, given).value
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def by_keyword(subject: Subject) -> bool:
    """The official saved search: "mental health" in title or description."""
    return "mental health" in f"{subject.title} {subject.description}".lower()


def by_code(subject: Subject) -> bool:
    """The other usual search: any code of CPV division 85, health and social work."""
    return any(code.startswith("85") for code in subject.cpv)


def baseline(labelled: Sequence[Labelled], search: Callable[[Subject], bool]) -> tuple[Rate, Rate]:
    """Of core notices how many a plain search finds, and how much of what it finds is not "no"."""
    return (
        _rate(labelled, _is("core"), lambda one: search(one.subject)),
        _rate(labelled, lambda one: search(one.subject), _is("core", "related")),
    )


def faults(labelled: Iterable[Labelled]) -> Iterator[tuple[str, Labelled]]:
    """Misses and false alarms, each with what went wrong."""
    for one in labelled:
        verdict = one.judgement.verdict
        if one.label == "core" and verdict is not Verdict.CORE:
            yield ("missed" if verdict not in TOLD else "core told as related"), one
        elif one.label == "related" and verdict is Verdict.NO:
            yield "related missed", one
        elif one.label == "no" and verdict in TOLD:
            yield "false alarm", one


def report(labelled: Sequence[Labelled]) -> Iterator[str]:
    """The figures in lines to read."""
    found = quality(labelled)
    yield f"{len(labelled)} labelled notices"
    yield f"core found (told as core or related)       {found.core_found}"
    yield f"core judged core                           {found.core_judged_core}"
    yield f"related found (possible counted)           {found.related_found}"
    yield f"of what is judged core, not “no”           {found.judged_core_right}"
    yield f"of what is told at all, not “no”           {found.told_right}"
    yield f"“no” that goes to the queue for a look     {found.no_judged_possible}"
    yield f"first service type among those labelled    {found.best_type_right}"
    for name, value in found.f1.items():
        yield f"F1, {name:<38} {value:.2f}"
    for name, search in (("“mental health” as keyword", by_keyword), ("CPV division 85", by_code)):
        recall, precision = baseline(labelled, search)
        yield f"instead, {name}: core found {recall}; of its finds not “no” {precision}"
    for fault, one in faults(labelled):
        said = "; ".join(reason.words for reason in one.judgement.reasons[:3]) or "nothing found"
        yield f"{fault}: {one.title} [{one.judgement.verdict}: {said}]"
