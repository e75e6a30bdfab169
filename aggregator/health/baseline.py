"""What is usual of a source: how many new notices on a day of the week, and how unevenly they come.

Days are whole UK days. Bank holidays and the days from Christmas Eve to New Year are counted as
weekends: public bodies are closed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aggregator.calendar import is_working_day

RECENT = 56
"""Days that say what is usual, where they hold enough notices."""

ENOUGH = 40
"""Notices in RECENT days that are enough to go by them alone, and by each weekday for itself."""

ALL = 400
WEEKDAYS = 7
LEAST_SEEN = 3
"""Notices below which nobody can say what is usual."""

LEAST_DAYS = 14
CHRISTMAS = ((12, 24), (1, 2))


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """rates: weekday (0 = Monday) -> new notices on such a day; closed: on a day of rest.

    spread: variance of a day's count over its mean, at least 1. seen: how many notices it is made
    of. most: the greatest count of a day. longest: the longest silence so far, measured in the
    notices that would have been usual in it.
    """

    rates: Sequence[float]
    closed: float
    spread: float
    seen: int
    most: int
    longest: float

    def expected(self, day: date) -> float:
        """How many new notices are usual on a day."""
        return self.rates[day.weekday()] if is_open(day) or day.weekday() > 4 else self.closed  # noqa: PLR2004

    def expected_in(self, first: date, end: date) -> float:
        """How many are usual from `first` up to, not including, `end`."""
        return sum(self.expected(first + timedelta(days=n)) for n in range((end - first).days))

    @property
    def a_week(self) -> float:
        """Notices in an ordinary week."""
        return sum(self.rates)

    @property
    def a_year(self) -> float:
        """Notices in a year."""
        return self.a_week * 52


def is_open(day: date) -> bool:
    """Whether public bodies work: no weekend, no bank holiday in England, not over Christmas."""
    first, last = CHRISTMAS
    closed = (day.month, day.day) >= first or (day.month, day.day) <= last
    return is_working_day(day) and not closed


def baseline(counts: Mapping[date, int], *, first: date, end: date) -> Baseline | None:
    """What is usual, from the counts of the days from `first` up to, not including, `end`.

    None where too little was seen: under 14 days or three notices.
    """
    first = max(first, end - timedelta(days=ALL))
    recent = max(first, end - timedelta(days=RECENT))
    enough = sum(counts.get(day, 0) for day in span(recent, end)) >= ENOUGH
    days = span(recent if enough else first, end)
    seen = sum(counts.get(day, 0) for day in days)
    if len(days) < LEAST_DAYS or seen < LEAST_SEEN:
        return None
    rates, closed = rates_of(counts, days, by_weekday=enough and len(days) > RECENT // 2)
    found = Baseline(
        rates=rates, closed=closed, spread=1.0, seen=seen, longest=0.0,
        most=max(counts.get(day, 0) for day in span(first, end)),
    )  # fmt: skip
    return Baseline(
        rates=rates, closed=closed, seen=seen, most=found.most,
        spread=spread(found, counts, days), longest=longest(found, counts, span(first, end)),
    )  # fmt: skip


def span(first: date, end: date) -> list[date]:
    """The days from `first` up to, not including, `end`."""
    return [first + timedelta(days=number) for number in range((end - first).days)]


def rates_of(
    counts: Mapping[date, int], days: Sequence[date], *, by_weekday: bool
) -> tuple[tuple[float, ...], float]:
    """The rate of each weekday and of a day of rest; all working days alike where little is known.

    The rate of one weekday leans on that of its kind, as if a day more had been seen.
    """
    open_days = [day for day in days if is_open(day)]
    rest = [day for day in days if not is_open(day)]
    work, closed = mean(counts, open_days), mean(counts, rest)
    rates = []
    for weekday in range(WEEKDAYS):
        ordinary = work if weekday < 5 else closed  # noqa: PLR2004
        group = [day for day in (open_days if weekday < 5 else rest) if day.weekday() == weekday]  # noqa: PLR2004
        if by_weekday:
            total = sum(counts.get(day, 0) for day in group)
            ordinary = (total + ordinary) / (len(group) + 1)
        rates.append(ordinary)
    return tuple(rates), closed


def mean(counts: Mapping[date, int], days: Sequence[date]) -> float:
    """The mean count of a day."""
    return sum(counts.get(day, 0) for day in days) / len(days) if days else 0.0


def spread(usual: Baseline, counts: Mapping[date, int], days: Sequence[date]) -> float:
    """How much more unevenly notices come than chance alone would have it; 1 for chance."""
    expected = sum(usual.expected(day) for day in days)
    squares = sum((counts.get(day, 0) - usual.expected(day)) ** 2 for day in days)
    return max(1.0, squares / expected) if expected else 1.0


def longest(usual: Baseline, counts: Mapping[date, int], days: Sequence[date]) -> float:
    """The longest silence among these days, in notices that would have been usual in it."""
    most = current = 0.0
    for day in days:
        current = 0.0 if counts.get(day, 0) else current + usual.expected(day)
        most = max(most, current)
    return most


def usual_words(usual: Baseline) -> str:
    """How much is usual: "4 a day", "3 a week", "1 a month", "2 a year"."""
    working = usual.rates[:5]
    daily = sum(working) / 5
    daily = daily if min(working) > daily / 5 else 0.0
    for rate, unit in (
        (daily, "day"), (usual.a_week, "week"), (usual.a_week * 52 / 12, "month"),
    ):  # fmt: skip
        if rate >= 0.95:  # noqa: PLR2004
            return f"{round(rate):,} a {unit}"
    return f"{max(1, round(usual.a_year))} a year"


def too_few(usual: Baseline, met: int, expected: float) -> bool:
    """Whether so few notices are a surprise: by chance less than one in ten years.

    The chance of a silence is that of a Poisson stream whose rate is itself known from `seen`
    notices only (the negative binomial distribution); uneven streams count for less. There are as
    many silences in a year as notices, each a chance to be wrong.
    """
    strength = max(expected / usual.spread, 0.0)
    allowed = 1 / (10 * max(usual.a_year, 1.0))
    seen = max(usual.seen / usual.spread, 1.0)
    return at_most(int(met / usual.spread), strength, seen) < allowed


def at_most(met: int, expected: float, seen: float) -> float:
    """The chance of `met` notices or fewer where `expected` was worked out from `seen` ones."""
    if expected <= 0:
        return 1.0
    share = expected / (expected + seen)
    term: float = (1 - share) ** seen
    total: float = term
    for count in range(1, met + 1):
        term *= share * (seen + count - 1) / count
        total += term
    return min(1.0, total)


def at_most_of(met: int, looked_at: int, share: float) -> float:
    """The chance that `met` or fewer of `looked_at` have what a share of all has (binomial)."""
    total: float = sum(
        math.comb(looked_at, count) * share**count * (1 - share) ** (looked_at - count)
        for count in range(met + 1)
    )
    return total
