"""Nothing new where something new would have been usual."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from aggregator.health.baseline import Baseline, too_few
from aggregator.model import Finding, FindingKind, Outcome, RunFigures
from aggregator.parsing.dates import to_uk

LONGER = 1.25
"""How much longer than the longest silence so far one must be to be told."""

LATEST = 10
"""Runs that must have had the same answer for it to be called frozen."""

NOTHING_YET = timedelta(days=30)
"""How long a source may have nothing at all before that is said."""


def silence(
    runs: Sequence[RunFigures],
    counts: Mapping[date, int],
    usual: Baseline | None,
    last_complete: datetime | None,
    watched_since: datetime | None,
) -> Finding | None:
    """Why a source counts as quiet, None where it does not.

    Only whole UK days count that a complete run has looked back upon. usual: what was usual up to
    the last new notice.
    """
    if last_complete is None:
        return None
    if not counts:
        return nothing_yet(runs, last_complete, watched_since)
    if usual is None:
        return None
    expected = usual.expected_in(max(counts) + timedelta(days=1), to_uk(last_complete).date())
    if expected <= LONGER * usual.longest or not too_few(usual, 0, expected):
        return None
    if is_frozen(runs, max(counts)):
        words = "the answer has been the same, word for word, all the time"
        return Finding(kind=FindingKind.FROZEN, words=words)
    words = f"nothing new, where about {expected:.0f} would be usual"
    return Finding(kind=FindingKind.SILENCE, words=words)


def nothing_yet(
    runs: Sequence[RunFigures], last_complete: datetime, watched_since: datetime | None
) -> Finding | None:
    """A source of which nothing was ever seen, though it was read for long or far back."""
    long = watched_since is not None and last_complete - watched_since >= NOTHING_YET
    windowed = any(run.windowed for run in runs)
    if not (long or windowed) or any(run.records for run in runs):
        return None
    return Finding(kind=FindingKind.NOTHING_YET, words="nothing was ever seen")


def is_frozen(runs: Sequence[RunFigures], last_day: date) -> bool:
    """Whether the latest answers since the last new notice were all the same."""
    since = [
        run
        for run in runs
        if run.outcome is Outcome.COMPLETE and to_uk(run.started_at).date() > last_day
    ]
    return bool(since) and all(run.unchanged for run in since[:LATEST])
