"""What is odd about the notices themselves: too many, too few, fields that are gone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from aggregator.health.baseline import at_most_of, baseline, too_few
from aggregator.health.measuring import FIELDS
from aggregator.model import Finding, FindingKind, Outcome, RunFigures
from aggregator.parsing.dates import to_uk

TENTH = 10
LEAST_JUMP = 20
"""New notices of a day below which there is no talk of a jump."""

LONGEST_DROP = 7
"""A drop is looked for in the last day, the last two days … up to this."""

CHANCE = 1e-6
"""How unlikely a field that is gone must be; there are some 25,000 looks in a source's year."""

NEVER_SURE = 0.98
"""A field that all notices state is still missing now and then."""

LEAST_RECORDS = 30
"""Records that have to be known before it can be said what is usual of them."""

JUST_BEFORE = 5
"""Runs before the first without the field that must still have had it: what fades away slowly is
the portal's own affair."""

SEVERAL = 5
"""Rows that do not all go at once."""

SOON_USUAL = 60
"""Runs after which an empty list is believed to be empty."""

FIELD_WORDS = {
    "title": "a title",
    "buyer": "the name of a buyer",
    "deadline": "a deadline",
    "value": "a value",
    "description": "a description",
    "cpv": "a subject code (CPV)",
}


def content_findings(runs: Sequence[RunFigures], counts: Mapping[date, int]) -> tuple[Finding, ...]:
    """What is odd about what was read, the gravest first. runs: newest first."""
    read = [run for run in runs if run.outcome is not Outcome.FAILED]
    if not read:
        return ()
    by_run = (*emptied(read), *gone_fields(read), *refused(read), *mended(read),
              *shrunk(read))  # fmt: skip
    return (*by_run, *dropped(read, counts), *jumped(read, counts), *gone_back(read))


def gone_fields(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """Fields that most notices stated and that none states any more."""
    filled = [run for run in read if run.fields.get("all")]
    for name in FIELDS:
        streak = 0
        while streak < len(filled) and not filled[streak].fields.get(name):
            streak += 1
        earlier = filled[streak:]
        total = sum(run.fields["all"] for run in earlier)
        if not streak or total < LEAST_RECORDS:
            continue
        share = min(sum(run.fields.get(name, 0) for run in earlier) / total, NEVER_SURE)
        before = sum(run.fields.get(name, 0) for run in earlier[:JUST_BEFORE])
        before_all = sum(run.fields["all"] for run in earlier[:JUST_BEFORE])
        looked_at = max(run.fields["all"] for run in filled[:streak])
        if before / before_all >= share / 2 and at_most_of(0, looked_at, share) < CHANCE:
            words = f"no notice has {FIELD_WORDS[name]} any more"
            yield Finding(kind=FindingKind.FIELD_EMPTY, words=words, field=name)


def emptied(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """A list without any row that lately had several, even where the page says so itself: a
    search that broke says “no results” too."""
    empty = next((n for n, run in enumerate(read) if run.records), len(read))
    if read[0].windowed or not 0 < empty <= SOON_USUAL or empty == len(read):
        return
    if read[empty].records >= SEVERAL:
        words = f"the list is empty, and had {read[empty].records} rows before"
        yield Finding(kind=FindingKind.EMPTY, words=words)


def refused(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """Many records that could not be understood where that was rare."""
    latest, earlier = read[0], read[1:]
    share = share_refused(latest)
    usual = median([share_refused(run) for run in earlier]) if earlier else 0.0
    if latest.rejections > 2 and share >= 0.3 and usual < 0.1:  # noqa: PLR2004
        words = f"{latest.rejections} records could not be understood"
        yield Finding(kind=FindingKind.REJECTIONS, words=words)


def mended(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """Many records that could be read only with a repair, or in part, where that was rare."""
    latest, earlier = read[0].fields, [run.fields for run in read[1:] if run.fields.get("all")]
    doubtful = latest.get("doubtful", 0)
    if doubtful < 3 or not earlier:  # noqa: PLR2004
        return
    usual = sum(one.get("doubtful", 0) for one in earlier) / sum(one["all"] for one in earlier)
    many = doubtful / latest["all"]
    if many >= 0.3 and many >= 3 * usual:  # noqa: PLR2004
        words = f"{doubtful} of {latest['all']} records could be read only in part"
        yield Finding(kind=FindingKind.MENDED, words=words)


def share_refused(run: RunFigures) -> float:
    """Refused records among all of a run."""
    return run.rejections / max(1, run.records + run.rejections)


def shrunk(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """A list that was read to its end and has a tenth of the rows it usually has."""
    latest = read[0]
    earlier = [run.records for run in read[1:] if run.whole and run.records][:20]
    if not latest.whole or len(earlier) < 2:  # noqa: PLR2004
        return
    usual = median(earlier)
    if usual >= TENTH and latest.records * TENTH <= usual:
        words = f"the list has {latest.records} rows; usually about {usual:.0f}"
        yield Finding(kind=FindingKind.DROP, words=words)


def dropped(read: Sequence[RunFigures], counts: Mapping[date, int]) -> Iterator[Finding]:
    """A tenth or less of the usual notices in whole days, but not none."""
    complete = [run for run in read if run.outcome is Outcome.COMPLETE]
    if not counts or not complete:
        return
    end = to_uk(complete[0].started_at).date()
    usual = baseline(counts, first=min(counts), end=end - timedelta(days=LONGEST_DROP))
    if usual is None:
        return
    for days in range(1, LONGEST_DROP + 1):
        first = end - timedelta(days=days)
        met = sum(counts.get(first + timedelta(days=n), 0) for n in range(days))
        expected = usual.expected_in(first, end)
        if 0 < met <= expected / TENTH and too_few(usual, met, expected):
            words = f"{met} new in {days} days; usually about {expected:.0f}"
            yield Finding(kind=FindingKind.DROP, words=words.replace("1 days", "a day"))
            return


def jumped(read: Sequence[RunFigures], counts: Mapping[date, int]) -> Iterator[Finding]:
    """Ten times the usual notices on one of the last days, and far more than ever."""
    if not counts:
        return
    today = to_uk(read[0].at).date()
    for day in (today, today - timedelta(days=1)):
        usual = baseline(counts, first=min(counts), end=day)
        if usual is None:
            continue
        ordinary = max(usual.a_week / 5, usual.expected(day))
        limit = max(LEAST_JUMP, TENTH * ordinary, 3 * usual.most)
        if counts.get(day, 0) >= limit:
            words = f"{counts[day]} new in a day; usually about {max(1, round(ordinary))}"
            yield Finding(kind=FindingKind.JUMP, words=words)
            return


def gone_back(read: Sequence[RunFigures]) -> Iterator[Finding]:
    """A feed whose newest item is suddenly far older than it ever was."""
    latest = read[0]
    ages = [run.at - run.newest for run in read[1:] if run.newest]
    if latest.windowed or latest.newest is None or len(ages) < 2:  # noqa: PLR2004
        return
    if latest.at - latest.newest > 2 * max(ages) + timedelta(days=14):
        words = "the newest notice shown is older than those shown before"
        yield Finding(kind=FindingKind.OLD, words=words)


def is_flood(new: int, counts: Mapping[date, int], *, since_last: timedelta, today: date) -> bool:
    """Whether a run brings ten times more new notices than ever, so that a person should look.

    since_last: from the last complete run; what has piled up in a longer pause is no flood.
    """
    if new < LEAST_FLOOD or not counts:
        return False
    usual = baseline(counts, first=min(counts), end=today)
    if usual is None:
        return False
    pause = max(1.0, since_last / timedelta(days=1))
    return new > TENTH * max(usual.most, 1) * pause


LEAST_FLOOD = 50
"""New notices of a run below which nothing is held."""
