"""Whether a profile judges its own samples rightly."""

from collections.abc import Iterator
from pathlib import Path

from aggregator.model import Judgement, Subject, Verdict
from aggregator.relevance.judging import judge
from aggregator.relevance.loading import DEFAULT, file_of, load_profile
from aggregator.relevance.schema import Sample
from aggregator.relevance.weighing import RANK


def misjudged(path: Path | None = None) -> tuple[str, ...]:
    """A sentence for each sample of a profile that is judged otherwise than it says.

    Raises ConfigError like `load_profile`.
    """
    path = path or DEFAULT
    profile, samples = load_profile(path), file_of(path.read_bytes(), path).samples
    judged = [
        (kind, sample, judge(subject_of_sample(sample), profile))
        for kind, listed in (
            ("positive", samples.positive),
            ("negative", samples.negative),
            ("border", samples.border),
        )
        for sample in listed
    ]
    return tuple(
        f"“{sample.title}” {fault}"
        for kind, sample, judgement in judged
        for fault in _faults(kind, sample, judgement)
    )


def subject_of_sample(sample: Sample) -> Subject:
    """What is judged of a sample."""
    return Subject(
        title=sample.title,
        description=sample.description,
        organisations=(sample.buyer,) if sample.buyer else (),
        cpv=(sample.cpv,) if sample.cpv else (),
    )


def _faults(kind: str, sample: Sample, judgement: Judgement) -> Iterator[str]:
    verdict = judgement.verdict
    if kind == "positive" and RANK[verdict] < RANK[Verdict(sample.least or Verdict.CORE)]:
        yield f"is judged {verdict}, not {sample.least or Verdict.CORE}"
    if kind == "negative" and verdict is not Verdict.NO:
        yield f"is judged {verdict}, not no"
    if kind == "border" and verdict in (Verdict.CORE, Verdict.NO):
        yield f"is judged {verdict}, not a border case"
    if sample.type and sample.type not in judgement.types:
        yield f"is said to be {', '.join(judgement.types) or 'of no type'}, not {sample.type}"
