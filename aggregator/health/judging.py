"""How the reading of a source stands, from what its runs read and from the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aggregator.health.baseline import Baseline, baseline, usual_words
from aggregator.health.content import content_findings
from aggregator.health.faults import run_findings
from aggregator.health.silence import silence
from aggregator.model import (
    Finding,
    FindingKind,
    Health,
    HealthChange,
    HealthState,
    Outcome,
    RunFigures,
)
from aggregator.parsing.dates import in_words, to_uk

CERTAIN = 2
"""Runs in a row without a complete reading after which a source is not well. One may be chance."""

GRACE = timedelta(hours=6)
"""How much later than twice its interval a source may be asked."""

STATES = {
    FindingKind.BLOCK_PAGE: HealthState.BLOCKED,
    FindingKind.EMPTY: HealthState.SUSPICIOUS,
}


@dataclass(frozen=True, kw_only=True)
class History:
    """All that is known of a source. runs: newest first. counts: UK day -> new notices.

    every: how often it is to be asked. before: the state it was in. waiting: how many notices of a
    flood are held until somebody has looked, however long ago it came.
    """

    source_id: str
    name: str
    every: timedelta
    runs: Sequence[RunFigures] = ()
    counts: Mapping[date, int] = field(default_factory=dict)
    watched_since: datetime | None = None
    last_notice_at: datetime | None = None
    last_complete_at: datetime | None = None
    before: HealthChange | None = None
    waiting: int = 0


def assess(watch: History, *, now: datetime, offline: bool = False) -> Health:
    """The health of a source at `now`. offline: nothing outside could be reached (`offline`)."""
    usual = usual_of(watch)
    state, since, found = judged(watch, usual, now=now, offline=offline)
    if watch.before and watch.before.state is state:
        since = min(since, watch.before.since)
    return Health(
        source_id=watch.source_id,
        name=watch.name,
        state=state,
        at=now,
        since=min(since, now),
        because=because(state, found, since),
        usual=usual_words(usual) if usual else None,
        last_notice_at=watch.last_notice_at,
        last_complete_at=watch.last_complete_at,
        findings=found,
    )


def usual_of(watch: History) -> Baseline | None:
    """What was usual up to the last new notice, so that a silence does not become usual."""
    if not watch.counts:
        return None
    first = min(watch.counts)
    if watch.watched_since:
        first = min(first, to_uk(watch.watched_since).date())
    return baseline(watch.counts, first=first, end=max(watch.counts) + timedelta(days=1))


def judged(
    watch: History, usual: Baseline | None, *, now: datetime, offline: bool
) -> tuple[HealthState, datetime, tuple[Finding, ...]]:
    """The state, when it began, and what is odd, the gravest first."""
    if not watch.runs:
        return HealthState.NEVER_ASKED, now, ()
    latest = watch.runs[0]
    if now - latest.started_at > 2 * watch.every + GRACE:
        return HealthState.OVERDUE, latest.started_at, ()
    remarks = run_findings(watch.runs)
    cut_off = next((n for n, run in enumerate(watch.runs) if not ours(run)), len(watch.runs))
    if cut_off:
        return HealthState.OUR_NETWORK, watch.runs[cut_off - 1].started_at, remarks
    streak = incomplete([run for run in watch.runs if not ours(run)])
    if offline and streak:
        return HealthState.OUR_NETWORK, streak[-1].started_at, remarks
    if len(streak) >= CERTAIN and remarks:
        return failing(streak, remarks), streak[-1].started_at, remarks
    state, found = by_content(watch, usual)
    return state, latest.at, (*found, *remarks)


def by_content(watch: History, usual: Baseline | None) -> tuple[HealthState, tuple[Finding, ...]]:
    """The state of a source whose answers can be read."""
    odd = (*flood(watch), *content_findings(watch.runs, watch.counts))
    if odd:
        return HealthState.SUSPICIOUS, odd
    quiet = silence(watch.runs, watch.counts, usual, watch.last_complete_at, watch.watched_since)
    if quiet:
        return HealthState.QUIET, (quiet,)
    return HealthState.WELL if usual else HealthState.UNKNOWN, ()


def flood(watch: History) -> tuple[Finding, ...]:
    """That a flood waits, as long as it does."""
    if not watch.waiting:
        return ()
    words = "far more new notices than ever came at once; they wait for somebody to look"
    return (Finding(kind=FindingKind.JUMP, words=words),)


def ours(run: RunFigures) -> bool:
    """Whether a run reached nobody because we had no connection: it says nothing about a source."""
    return run.outcome is Outcome.FAILED and set(run.faults) == {FindingKind.OFFLINE}


def incomplete(runs: Sequence[RunFigures]) -> Sequence[RunFigures]:
    """The latest runs in a row that did not read everything, newest first."""
    for number, run in enumerate(runs):
        if run.outcome is Outcome.COMPLETE:
            return runs[:number]
    return runs


def failing(streak: Sequence[RunFigures], remarks: Sequence[Finding]) -> HealthState:
    """The state that a row of incomplete runs stands for."""
    if (state := STATES.get(remarks[0].kind)) is not None:
        return state
    partial = all(run.outcome is Outcome.PARTIAL for run in streak)
    return HealthState.SUSPICIOUS if partial else HealthState.FAILING


def because(state: HealthState, found: Sequence[Finding], since: datetime) -> str:
    """Why a source is in a state, for the host."""
    if found:
        words = "; ".join(one.words for one in found)
        return f"{words[0].upper()}{words[1:]}."
    return {
        HealthState.OVERDUE: f"It was asked last on {in_words(since)}.",
        HealthState.NEVER_ASKED: "No run has read it yet.",
        HealthState.UNKNOWN: "Too little has been seen to say what is usual.",
    }.get(state, "The last run read everything, and it looks as usual.")


def offline(latest: Sequence[RunFigures], *, now: datetime) -> bool:
    """Whether it is us who are cut off: of two or more sources asked in the last hours, not one
    could be reached in its latest run.

    latest: the latest run of each source. One source alone cannot tell.
    """
    lately = [run for run in latest if now - run.at <= LATELY]
    return len(lately) > 1 and all(unreachable(run) for run in lately)


LATELY = timedelta(hours=26)
"""Sources are asked at least daily; whichever answered in that time was reached."""


NOBODY = frozenset({FindingKind.UNREACHABLE, FindingKind.OFFLINE})


def unreachable(run: RunFigures) -> bool:
    """Whether a run found nobody at the other end."""
    return run.outcome is Outcome.FAILED and set(run.faults) <= NOBODY and bool(run.faults)
