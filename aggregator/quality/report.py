"""The figures in lines to read and as a record for programs."""

from collections.abc import Iterator
from typing import Any

from aggregator.quality.figures import Figure, Labelled, faults
from aggregator.quality.labels import Label
from aggregator.quality.measuring import Measured
from aggregator.quality.rates import Measure, Rate

HONESTY = (
    "The rules were tuned by hand while reading the labels that come with the program: on those "
    "the figures flatter, and only notices kept back measure truly. Nothing is learned from "
    "labels, so there is nothing to cross-validate."
)
MOST_REASONS = 4


def lines(measured: Measured) -> Iterator[str]:
    """The report for a terminal."""
    yield f"{counted(measured)}, judged by {measured.profile}"
    yield HONESTY
    yield from missing_lines(measured.missing)
    yield ""
    yield "What is delivered"
    for figure in measured.figures.delivered:
        yield f"  {figure.name:<39} {figure.rate}{in_brackets(figure)}"
    for heading, measures in tables(measured):
        yield ""
        yield heading
        yield from (f"  {measure.name:<26} {in_words(measure)}" for measure in measures)
    yield ""
    yield "Beside two plain searches: core notices found, then everything each would tell"
    for found, measure in measured.figures.searches:
        yield f"  {measure.name:<26} core found {found}"
        yield f"  {'':<26} {in_words(measure)}"
    yield ""
    yield "Misses and false alarms"
    yield from (f"  {fault_line(fault, one)}" for fault, one in faults(measured.labelled))


def counted(measured: Measured) -> str:
    """How many notices the figures stand on."""
    here, missing = len(measured.labelled), len(measured.missing)
    words = f"{here} of {here + missing} labelled notices are here"
    if measured.disagreeing:
        words += f"; left out: {measured.disagreeing} that people judge differently"
    if measured.not_topic:
        words += f"; passed over: {measured.not_topic} “not for us”"
    return words


def in_brackets(figure: Figure) -> str:
    """Whether the aim is met."""
    if figure.aim is None:
        return ""
    return f"  [{figure.aim_in_words}: {'kept' if figure.kept else 'NOT KEPT'}]"


def tables(measured: Measured) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    """The tables of precision, recall and F1."""
    yield "By verdict", measured.figures.verdicts
    yield "By service type, of what is told", measured.figures.types


def in_words(measure: Measure) -> str:
    """Precision, recall and F1 in a line."""
    precision, recall = measure.precision, measure.recall
    return f"precision {precision}, recall {recall}, F1 {f1_words(measure)}"


def f1_words(measure: Measure) -> str:
    """F1 with its interval."""
    low, high = measure.f1_interval
    return f"{measure.f1:.2f} ({low:.2f} to {high:.2f})"


def fault_line(fault: str, one: Labelled) -> str:
    """One miss or false alarm with where it is and what was found."""
    where = f" <{one.address}>" if one.address else ""
    title = one.title or one.id
    return f"{fault}: {title}{where} [{one.judgement.verdict}: {reasons(one)}]"


def reasons(one: Labelled) -> str:
    """What the judge said, as far as it fits."""
    said = [reason.words for reason in one.judgement.reasons[:MOST_REASONS]]
    return "; ".join(said) or "nothing found"


def missing_lines(missing: tuple[Label, ...]) -> Iterator[str]:
    """What would have to be collected, source by source."""
    sources: dict[str, list[Label]] = {}
    for label in missing:
        sources.setdefault(label.source or label.corpus or "", []).append(label)
    for source, labels in sorted(sources.items()):
        days = sorted(label.published for label in labels if label.published)
        span = f", published {days[0]} to {days[-1]}" if days else ""
        yield f"  not here: {len(labels)} of {source or 'a source not named'}{span}"


def as_json(measured: Measured) -> dict[str, Any]:
    """The same for programs: plain values only."""
    figures = measured.figures
    return {
        "profile": measured.profile,
        "labelled": len(measured.labelled),
        "missing": [label.name for label in measured.missing],
        "disagreeing": measured.disagreeing,
        "not_topic": measured.not_topic,
        "note": HONESTY,
        "delivered": [
            {
                "name": figure.name,
                **rate_record(figure.rate),
                "aim": figure.aim_in_words or None,
                "kept": figure.kept,
            }
            for figure in figures.delivered
        ],
        "verdicts": [measure_record(measure) for measure in figures.verdicts],
        "types": [measure_record(measure) for measure in figures.types],
        "searches": [
            {**measure_record(measure), "core_found": rate_record(found)}
            for found, measure in figures.searches
        ],
        "faults": [fault_record(fault, one) for fault, one in faults(measured.labelled)],
    }


def rate_record(rate: Rate) -> dict[str, Any]:
    """A share as plain values."""
    low, high = rate.interval
    return {
        "value": round(rate.value, 4),
        "hits": rate.hits,
        "cases": rate.cases,
        "interval": [round(low, 4), round(high, 4)],
    }


def measure_record(measure: Measure) -> dict[str, Any]:
    """A row of a table as plain values."""
    return {
        "name": measure.name,
        "precision": rate_record(measure.precision),
        "recall": rate_record(measure.recall),
        "f1": round(measure.f1, 4),
        "f1_interval": [round(bound, 4) for bound in measure.f1_interval],
    }


def fault_record(fault: str, one: Labelled) -> dict[str, Any]:
    """A miss or false alarm as plain values."""
    return {
        "fault": fault,
        "id": one.id,
        "title": one.title,
        "address": one.address,
        "label": one.label,
        "verdict": one.judgement.verdict,
        "reasons": [reason.words for reason in one.judgement.reasons],
    }
