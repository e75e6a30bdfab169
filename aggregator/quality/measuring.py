"""From labels and notices to figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregator import relevance
from aggregator.quality.figures import Labelled, Quality, quality
from aggregator.quality.labels import NAMES, Label
from aggregator.quality.matching import Collected, matched
from aggregator.relevance import Profile


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Figures with what they were counted from.

    missing: labels whose notice is not here. disagreeing: how many notices people judge
    differently, not_topic: how many labels only say "not for us"; neither is counted.
    """

    labelled: tuple[Labelled, ...]
    missing: tuple[Label, ...]
    disagreeing: int
    not_topic: int
    figures: Quality
    profile: str


def measure(labels: Iterable[Label], notices: Iterable[Collected], profile: Profile) -> Measured:
    """Judge every labelled notice that is here, and count."""
    said = list(labels)
    topical = [label for label in said if label.verdict != "not_for_us"]
    agreed, disagreeing = agreeing(topical)
    found = matched(agreed, notices)
    labelled = tuple(
        _judged(label, notice, profile)
        for label, notice in zip(agreed, found, strict=True)
        if notice is not None
    )
    return Measured(
        labelled=labelled,
        missing=tuple(label for label, notice in zip(agreed, found, strict=True) if notice is None),
        disagreeing=disagreeing,
        not_topic=len(said) - len(topical),
        figures=quality(labelled),
        profile=profile.label,
    )


def agreeing(labels: Sequence[Label]) -> tuple[list[Label], int]:
    """Each notice once, those left out that people judge differently; says how many those are."""
    by_notice: dict[tuple[str | None, ...], list[Label]] = {}
    for label in labels:
        name = tuple(getattr(label, part) for part in NAMES)
        by_notice.setdefault(name, []).append(label)
    agreed = [group[0] for group in by_notice.values() if len({one.verdict for one in group}) == 1]
    return agreed, len(by_notice) - len(agreed)


def _judged(label: Label, notice: Collected, profile: Profile) -> Labelled:
    return Labelled(
        id=label.name,
        title=notice.title,
        label=label.verdict,
        types=label.types,
        address=label.address,
        subject=notice.subject,
        judgement=relevance.judge(notice.subject, profile),
    )
