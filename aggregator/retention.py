"""Which backups are kept: the newest of each of the last days, weeks and months."""

from collections.abc import Hashable, Iterable
from datetime import datetime

from aggregator.parsing.dates import to_uk

DAYS, WEEKS, MONTHS = 7, 4, 6


def kept(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Of the times of backups those to keep: 7 daily, 4 weekly and 6 monthly ones.

    Each day, week (from Monday) and month, on UK calendars, is stood for by its newest backup, and
    only days with a backup count: when backups fail for a month, none of the good ones goes.
    """
    newest_first = sorted(set(moments), reverse=True)
    wanted: set[datetime] = set()
    for period, count in ((day, DAYS), (week, WEEKS), (month, MONTHS)):
        first: dict[Hashable, datetime] = {}
        for moment in newest_first:
            first.setdefault(period(moment), moment)
        wanted.update(list(first.values())[:count])
    return frozenset(wanted)


def day(moment: datetime) -> Hashable:
    """The day it was in the UK."""
    return to_uk(moment).date()


def week(moment: datetime) -> Hashable:
    """The year and week it was in the UK, by ISO 8601."""
    return to_uk(moment).isocalendar()[:2]


def month(moment: datetime) -> Hashable:
    """The year and month it was in the UK."""
    return to_uk(moment).year, to_uk(moment).month
