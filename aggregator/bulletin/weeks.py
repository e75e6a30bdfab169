"""Weeks by their ISO name, "2026-W48": Monday to Sunday on UK clocks."""

from datetime import date, datetime, time, timedelta

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime
from aggregator.parsing import dates
from aggregator.parsing.dates import LONDON, to_uk


def week_of(moment: datetime) -> str:
    """The week a moment lies in."""
    return named(to_uk(moment).date())


def week_after(week: str) -> str:
    """The week after this one. Raises ParsingError."""
    return named(monday_of(week) + timedelta(days=7))


def monday_of(week: str) -> date:
    """Its first day. Raises ParsingError for what is no week."""
    year, _, number = week.partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        monday = None
    if monday is None or named(monday) != week:
        raise ParsingError(f'{week[:20]!r} is no week; write it as "2026-W48"')
    return monday


def in_words(week: str) -> str:
    """Its first day in words: "Monday 23 November 2026". Raises ParsingError."""
    noon = datetime.combine(monday_of(week), time(12), LONDON)
    day = StatedTime(text="", instant=noon, precision=Precision.DAY, rule="")
    return dates.in_words(day)


def named(day: date) -> str:
    """ "2026-W48"."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"
