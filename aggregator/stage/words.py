"""What each stage is called and what it means for a reader: one table."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import ProcurementKind, Stage
from aggregator.parsing import dates

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StageWords:
    """label: a few words for a list. meaning: one sentence on what a reader can do now."""

    label: str
    meaning: str


WORDS = {
    Stage.PIPELINE: StageWords(
        label="In the pipeline",
        meaning="A contract may come; the dates are soft. Time to find partners and to talk to "
        "the buyer.",
    ),
    Stage.ENGAGEMENT: StageWords(
        label="Early engagement",
        meaning="The buyer is asking before it decides what to buy: take part, it is free and "
        "commits you to nothing.",
    ),
    Stage.PLANNED: StageWords(
        label="Planned",
        meaning="A competition is expected and the time to bid may be short: start preparing.",
    ),
    Stage.INTENDED_DIRECT: StageWords(
        label="Direct award intended",
        meaning="The buyer means to award without a competition. If you could provide this, "
        "tell the buyer now.",
    ),
    Stage.OPEN: StageWords(label="Open for bids", meaning="You can bid now, until the deadline."),
    Stage.CLOSED: StageWords(
        label="Closed, decision awaited",
        meaning="The deadline has passed; the buyer has not announced a decision.",
    ),
    Stage.AWARD_INTENDED: StageWords(
        label="Award intended (standstill)",
        meaning="The buyer has chosen but not yet signed. No more bids; for some days the choice "
        "can be questioned.",
    ),
    Stage.AWARDED: StageWords(
        label="Awarded", meaning="The contract has been awarded. No more bids."
    ),
    Stage.IN_CONTRACT: StageWords(
        label="Contract signed",
        meaning="The contract runs; its end date tells when it may come up again.",
    ),
    Stage.MODIFIED: StageWords(
        label="Contract changed",
        meaning="The running contract was extended, enlarged or cut; its end may have moved.",
    ),
    Stage.ENDING: StageWords(
        label="Contract ending",
        meaning="The contract is running out or in difficulty: a new one may follow.",
    ),
    Stage.ENDED: StageWords(label="Ended", meaning="The contract or list has come to its end."),
    Stage.CANCELLED: StageWords(
        label="Cancelled",
        meaning="You can stop work on a bid. The buyer may advertise it again.",
    ),
    Stage.STALLED: StageWords(
        label="Gone quiet",
        meaning="The buyer’s own date is long past and nothing new has been published.",
    ),
    Stage.STANDING: StageWords(
        label="Open to join at any time",
        meaning="A list or market that providers can apply to join while it lasts.",
    ),
    Stage.UNKNOWN: StageWords(
        label="Stage not known",
        meaning="The notice does not say where this stands: read the notice itself.",
    ),
}

OTHER_KINDS = {
    (Stage.OPEN, ProcurementKind.GRANT): StageWords(
        label="Open for applications", meaning="You can apply now, until the deadline."
    ),
    (Stage.OPEN, ProcurementKind.CONSULTATION): StageWords(
        label="Open for responses", meaning="You can give your views now, until the deadline."
    ),
    (Stage.AWARDED, ProcurementKind.GRANT): StageWords(
        label="Awarded", meaning="The grants have been awarded. No more applications."
    ),
}


def label(stage: Stage, kind: ProcurementKind | None = None) -> str:
    """A few words for a list: "Open for bids", "Award intended (standstill)"."""
    return _words(stage, kind).label


def explain(stage: Stage, kind: ProcurementKind | None = None) -> str:
    """One or two sentences: what the stage means and what a reader can do."""
    return _words(stage, kind).meaning


def day_in_words(moment: datetime) -> str:
    """The UK calendar day of an instant: "10 April 2026"."""
    day = dates.to_uk(moment)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


NEWS = StageWords(
    label="News", meaning="Something to know: read it to see whether there is anything to do."
)
UNDECIDED = frozenset({Stage.OPEN, Stage.UNKNOWN})


def _words(stage: Stage, kind: ProcurementKind | None) -> StageWords:
    if kind is ProcurementKind.NEWS and stage in UNDECIDED:
        return NEWS
    if kind is not None and (special := OTHER_KINDS.get((stage, kind))):
        return special
    return WORDS[stage]
