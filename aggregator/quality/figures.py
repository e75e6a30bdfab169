"""What is counted: verdicts, service types, the two plain searches, misses and false alarms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from aggregator.model import Judgement, Subject, Verdict
from aggregator.quality.rates import Measure, Rate

TOLD = (Verdict.CORE, Verdict.RELATED)
ABOUT_IT = ("core", "related", "yes")
"""Labels that want a notice told. "yes" says no more than that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A notice with what people and the judge say. types: service types people gave it."""

    id: str
    title: str
    label: str
    subject: Subject
    judgement: Judgement
    types: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A share of what is delivered, with what it is meant to reach, or not to pass."""

    name: str
    rate: Rate
    aim: float | None = None
    at_most: bool = False

    @property
    def kept(self) -> bool:
        """Whether the aim is met; True where there is none."""
        if self.aim is None:
            return True
        return self.rate.value <= self.aim if self.at_most else self.rate.value >= self.aim

    @property
    def aim_in_words(self) -> str:
        """The aim, empty where there is none."""
        if self.aim is None:
            return ""
        return f"at {'most' if self.at_most else 'least'} {self.aim:.2f}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """All figures. delivered: what readers get. searches: the judge beside two plain searches,
    each as (core notices found, measure of everything told).
    """

    delivered: tuple[Figure, ...]
    verdicts: tuple[Measure, ...]
    types: tuple[Measure, ...]
    searches: tuple[tuple[Rate, Measure], ...]


Test = Callable[[Labelled], bool]


def quality(labelled: Sequence[Labelled]) -> Quality:
    """The figures of some labelled notices."""
    return Quality(
        delivered=tuple(_delivered(labelled)),
        verdicts=tuple(_verdicts(labelled)),
        types=tuple(_types(labelled)),
        searches=tuple(
            (
                _rate(labelled, _is("core"), finds),
                _measure(name, labelled, _is(*ABOUT_IT), finds),
            )
            for name, finds in SEARCHES
        ),
    )


def _delivered(labelled: Sequence[Labelled]) -> Iterator[Figure]:
    core, about_it, no = _is("core"), _is(*ABOUT_IT), _is("no")
    told, judged_core, possible = (
        _judged(*TOLD),
        _judged(Verdict.CORE),
        _judged(Verdict.POSSIBLE),
    )
    seen = _judged(*TOLD, Verdict.POSSIBLE)
    yield Figure(
        name="core found (told as core or related)", rate=_rate(labelled, core, told), aim=0.97
    )
    yield Figure(name="core judged core", rate=_rate(labelled, core, judged_core), aim=0.94)
    yield Figure(
        name="related found (possible counted)",
        rate=_rate(labelled, _is("related"), seen),
        aim=0.90,
    )
    yield Figure(
        name="of what is judged core, not “no”",
        rate=_rate(labelled, judged_core, about_it),
        aim=0.90,
    )
    yield Figure(
        name="of what is told at all, not “no”", rate=_rate(labelled, told, about_it), aim=0.80
    )
    yield Figure(
        name="“no” that waits for a look (possible)",
        rate=_rate(labelled, no, possible),
        aim=0.10,
        at_most=True,
    )
    yield Figure(
        name="first service type among those labelled",
        rate=_rate(labelled, _typed_and_told, _best_type_given),
    )


def _verdicts(labelled: Sequence[Labelled]) -> Iterator[Measure]:
    yield _measure("core", labelled, _is("core"), _judged(Verdict.CORE))
    yield _measure("related", labelled, _is("related"), _judged(Verdict.RELATED))
    yield _measure("core and related together", labelled, _is(*ABOUT_IT), _judged(*TOLD))
    yield _measure("no", labelled, _is("no"), _judged(Verdict.NO))


def _types(labelled: Sequence[Labelled]) -> Iterator[Measure]:
    """A row for each service type that people or the judge gave, the commonest first.

    A notice that people found relevant without saying what type it is tells nothing here.
    """
    cases = [one for one in labelled if one.types or one.label == "no"]
    names = {name for one in cases for name in (*one.types, *_given_types(one))}
    rows = [_measure(name, cases, _has_type(name), _given_type(name)) for name in names]
    yield from sorted(rows, key=lambda row: (-row.wanted, row.name))
    yield Measure(
        name="all types",
        right=sum(row.right for row in rows),
        given=sum(row.given for row in rows),
        wanted=sum(row.wanted for row in rows),
    )


def by_keyword(one: Labelled) -> bool:
    """The official saved search: "mental health" in title or description."""
    subject = one.subject
    return "mental health" in f"{subject.title or ''} {subject.description or ''}".lower()


def by_code(one: Labelled) -> bool:
    """The other usual search: any code of CPV division 85, health and social work."""
    return any(code.startswith("85") for code in one.subject.cpv)


def _is(*labels: str) -> Test:
    return lambda one: one.label in labels


def _judged(*verdicts: Verdict) -> Test:
    return lambda one: one.judgement.verdict in verdicts


SEARCHES: tuple[tuple[str, Test], ...] = (
    ("this judge", _judged(*TOLD)),
    ("keyword “mental health”", by_keyword),
    ("CPV division 85", by_code),
)


def _given_types(one: Labelled) -> tuple[str, ...]:
    return one.judgement.types if one.judgement.verdict in TOLD else ()


def _has_type(name: str) -> Test:
    return lambda one: name in one.types


def _given_type(name: str) -> Test:
    return lambda one: name in _given_types(one)


def _typed_and_told(one: Labelled) -> bool:
    return bool(one.types) and one.judgement.verdict in TOLD


def _best_type_given(one: Labelled) -> bool:
    return bool(one.judgement.types) and one.judgement.types[0] in one.types


def _rate(labelled: Iterable[Labelled], of: Test, share: Test) -> Rate:
    cases = [one for one in labelled if of(one)]
    return Rate(hits=sum(map(share, cases)), cases=len(cases))


def _measure(name: str, labelled: Sequence[Labelled], wanted: Test, given: Test) -> Measure:
    return Measure(
        name=name,
        right=sum(wanted(one) and given(one) for one in labelled),
        given=sum(map(given, labelled)),
        wanted=sum(map(wanted, labelled)),
    )


def faults(labelled: Iterable[Labelled]) -> Iterator[tuple[str, Labelled]]:
    """Misses and false alarms, each with what went wrong."""
    for one in labelled:
        fault = _fault(one.label, one.judgement.verdict)
        if fault is not None:
            yield fault, one


def _fault(label: str, verdict: Verdict) -> str | None:
    if label == "core" and verdict is Verdict.RELATED:
        return "core told as related"
    if label == "core" and verdict not in TOLD:
        return "core waits for a look" if verdict is Verdict.POSSIBLE else "core missed"
    if label in ABOUT_IT and verdict is Verdict.NO:
        return "related missed" if label == "related" else "missed"
    return "false alarm" if label == "no" and verdict in TOLD else None
