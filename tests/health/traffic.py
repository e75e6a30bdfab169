"""Made-up years of sources: what a run at each moment would read, healthy or not."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from aggregator import health
from aggregator.calendar import is_working_day
from aggregator.health import History
from aggregator.model import (
    FindingKind,
    Health,
    HealthChange,
    Outcome,
    RunFigures,
)

FIRST = date(2025, 9, 1)
KEPT = 60


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of source: notices on a working day and on a day of rest, how they bunch, fields."""

    name: str
    work: float
    rest: float = 0.0
    bunch: float = 1.0
    every: timedelta = timedelta(hours=12)
    only: int | None = None
    shares: Mapping[str, float] = field(
        default_factory=lambda: {
            "title": 1.0, "buyer": 0.99, "deadline": 0.7, "value": 0.4, "description": 0.95,
            "cpv": 0.8,
        }
    )  # fmt: skip

    def rate(self, day: date) -> float:
        """Bodies are half asleep in August and nearly so over Christmas."""
        if self.only is not None and day.weekday() != self.only:
            return 0.0
        if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2):
            return self.rest + self.work * 0.1
        asleep = 0.6 if day.month == 8 else 1.0
        return self.work * asleep if is_working_day(day) else self.rest


KINDS = (
    Kind(name="national", work=90, rest=6, bunch=3.0, every=timedelta(hours=2)),
    Kind(name="ordinary", work=4, rest=0.1, bunch=1.5, every=timedelta(hours=2)),
    Kind(name="council", work=0.6, bunch=1.3),
    Kind(name="weekly batch", work=25, bunch=1.5, only=3),
    Kind(name="once a month", work=1 / 21),
    Kind(name="every day alike", work=3, rest=3),
)


def poisson(random: Random, mean: float) -> int:
    if mean > 200:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def of_a_day(kind: Kind, day: date, random: Random) -> int:
    """Notices of a day; the rate itself varies where they bunch."""
    rate = kind.rate(day)
    if kind.bunch > 1 and rate:
        shape = rate / (kind.bunch - 1)
        rate = random.gammavariate(shape, rate / shape)
    return poisson(random, rate)


Spoil = Callable[[RunFigures], RunFigures]


def runs(kind: Kind, *, days: int, seed: int, spoil: Spoil | None = None) -> Iterator[History]:
    """What is known of a source after each of its runs; the first read thirty days back."""
    random = Random(seed)
    shown = {FIRST + timedelta(days=n): of_a_day(kind, FIRST + timedelta(days=n), random)
             for n in range(days)}  # fmt: skip
    moment = datetime(2025, 10, 1, 9, 17, tzinfo=UTC)
    end = datetime(2025, 9, 1, tzinfo=UTC) + timedelta(days=days - 1)
    counts: dict[date, int] = {}
    kept: list[RunFigures] = []
    number = 0
    last_notice = last_complete = None
    while moment < end:
        visible = {day: up_to(count, day, moment) for day, count in shown.items()
                   if day <= moment.date()}  # fmt: skip
        new = {day: count - counts.get(day, 0) for day, count in visible.items()
               if count > counts.get(day, 0)}  # fmt: skip
        number += 1
        figures = figures_of(kind, number, moment, new, random)
        if spoil:
            figures = spoil(figures)
        if figures.new:
            counts.update({day: counts.get(day, 0) + count for day, count in figures.days.items()})
            last_notice = moment
        if figures.outcome is Outcome.COMPLETE:
            last_complete = moment
        kept.insert(0, figures)
        del kept[KEPT:]
        yield History(
            source_id=kind.name, name=kind.name, every=kind.every, runs=tuple(kept),
            counts=dict(counts), watched_since=datetime(2025, 10, 1, 9, tzinfo=UTC),
            last_notice_at=last_notice, last_complete_at=last_complete,
        )  # fmt: skip
        moment += kind.every


def up_to(count: int, day: date, moment: datetime) -> int:
    """How many of a day's notices are out by then: they come between 8 and 18."""
    if day < moment.date():
        return count
    share = (moment.hour + moment.minute / 60 - 8) / 10
    return round(count * min(1.0, max(0.0, share)))


def figures_of(
    kind: Kind, number: int, moment: datetime, new: Mapping[date, int], random: Random
) -> RunFigures:
    fresh = sum(new.values())
    records = fresh + 5
    fields = {"all": records} | {
        name: sum(random.random() < share for _ in range(min(records, 200)))
        * max(1, records // 200)
        for name, share in kind.shares.items()
    }
    return RunFigures(
        source_id=kind.name, run_id=number, started_at=moment, at=moment + timedelta(seconds=30),
        outcome=Outcome.COMPLETE, windowed=True, requests=3, records=records, new=fresh,
        seconds=30, newest=moment, fields=fields, days=dict(new),
    )  # fmt: skip


def judged(watches: Iterator[History]) -> Iterator[Health]:
    before: HealthChange | None = None
    for watch in watches:
        found = health.assess(replace(watch, before=before), now=watch.runs[0].at)
        before = HealthChange(
            source_id=found.source_id, state=found.state, since=found.since, because=found.because
        )
        yield found


def failed(figures: RunFigures, kind: FindingKind) -> RunFigures:
    """The same run with every call in vain."""
    return replace(figures, outcome=Outcome.FAILED, records=0, new=0, days={}, fields={},
                   newest=None, faults={kind: 4})  # fmt: skip
