"""What the calls of a run met, in words that follow "since Tuesday:"."""

from collections.abc import Sequence
from statistics import median

from aggregator.model import Finding, FindingKind, Outcome, RunFigures

WORDS = {
    FindingKind.BLOCK_PAGE: "a check for visitors comes in place of the notices",
    FindingKind.CHANGED_PAGE: "the answers look different from what we know",
    FindingKind.EMPTY: "the answers show none of the notices we know to be there",
    FindingKind.CUT: "answers end in the middle or cannot be read",
    FindingKind.REFUSED: "our calls are turned away",
    FindingKind.MOVED: "there is nothing any more at the address we know",
    FindingKind.UNAVAILABLE: "the service says that it cannot answer now",
    FindingKind.THROTTLED: "we are asked to call less often",
    FindingKind.ROBOTS: "its rules for programs (robots.txt) do not let us ask",
    FindingKind.OFFLINE: "we have no connection ourselves",
    FindingKind.UNREACHABLE: "there is no connection",
    FindingKind.OTHER_FAULT: "the answers could not be worked through",
}
"""The gravest first: what a person has to look at stands before what may pass."""

LEAST_TO_COMPARE = 5
SLOWER = 5.0
"""How many times slower than usual is slow, if it is also by more than a second a call."""


def run_findings(runs: Sequence[RunFigures]) -> tuple[Finding, ...]:
    """What the latest run met, also where another try went well."""
    latest = runs[0]
    healed = "" if latest.outcome is not Outcome.COMPLETE else ", and come whole at another try"
    found = [
        Finding(kind=kind, words=f"{words}{healed}")
        for kind, words in WORDS.items()
        if latest.faults.get(kind)
    ]
    if latest.outcome is not Outcome.COMPLETE and not found:
        other = FindingKind.OTHER_FAULT
        found.append(Finding(kind=other, words=WORDS[other]))
    if is_slow(runs):
        found.append(Finding(kind=FindingKind.SLOW, words="answers come more slowly than usual"))
    return tuple(found)


def is_slow(runs: Sequence[RunFigures]) -> bool:
    """Whether a call of the latest run took far longer than is usual."""
    earlier = [pace(run) for run in runs[1:] if run.outcome is Outcome.COMPLETE and run.requests]
    if len(earlier) < LEAST_TO_COMPARE or not runs[0].requests:
        return False
    usual, now = median(earlier), pace(runs[0])
    return now > SLOWER * usual and now > usual + 1


def pace(run: RunFigures) -> float:
    """Seconds for a call, waiting included."""
    return run.seconds / max(1, run.requests)
