"""UK wall-clock time: to instants, and instants in words."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)

_FIRST_YEAR, _LAST_YEAR = 1980, 2150
"""Beyond these stand placeholders such as 0001-01-01, 1900-01-01 and 9999-12-31."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

CLOCKS_WENT_FORWARD = "the clocks went forward over this time, so it is counted as GMT"
CLOCKS_WENT_BACK = "the clocks went back, so this time came twice and the first is taken"


def to_uk(instant: datetime) -> datetime:
    """An aware moment on UK clocks."""
    return instant.astimezone(LONDON)


def at_uk_clock(text: str, wall: datetime, rule: str) -> StatedTime:
    """A time read off a UK clock. `wall` is naive; in the hour that clocks skip or repeat, the
    rule says which reading was taken."""
    check_year(text, wall.year)
    local = wall.replace(tzinfo=LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != wall:
        rule = f"{rule}; {CLOCKS_WENT_FORWARD}"
    elif local.utcoffset() != local.replace(fold=1).utcoffset():
        rule = f"{rule}; {CLOCKS_WENT_BACK}"
    return StatedTime(text=text, instant=instant, precision=Precision.MINUTE, rule=rule)


def at_end_of(text: str, day: date, rule: str) -> StatedTime:
    """A day without a time of day: its last second in the UK."""
    check_year(text, day.year)
    instant = datetime.combine(day, END_OF_DAY, LONDON).astimezone(UTC)
    return StatedTime(text=text, instant=instant, precision=Precision.DAY, rule=rule)


def whole_day(stated: StatedTime) -> StatedTime:
    """The same time as a bare day where its clock shows midnight or the day's last minute.

    For contract periods, signatures and the like, whose 00:00 and 23:59:59 mean "that day".
    """
    local = to_uk(stated.instant)
    is_edge = (local.hour, local.minute) in ((0, 0), (23, 59))
    if stated.precision is Precision.DAY or not is_edge:
        return stated
    return at_end_of(stated.text, local.date(), f"{stated.rule}; only the day is meant")


def check_year(text: str, year: int) -> None:
    """Raises ParsingError for years in which no procurement takes place."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ParsingError(f"{text[:40]!r} is a placeholder, not a date")


def in_words(when: StatedTime | datetime) -> str:
    """ "Friday 27 November 2026, 12 noon", on UK clocks; a bare day has no time."""
    if isinstance(when, datetime):
        return f"{_day(to_uk(when))}, {_clock(to_uk(when))}"
    local = to_uk(when.instant)
    return _day(local) if when.precision is Precision.DAY else f"{_day(local)}, {_clock(local)}"


def _day(local: datetime) -> str:
    """English whatever the machine's locale."""
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def _clock(local: datetime) -> str:
    """As GOV.UK writes times; "midnight" alone would leave open which end of the day."""
    if local.minute == 0 and local.hour in (0, 12):
        return "12 noon" if local.hour else "12 midnight (start of the day)"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def last_second_of(day: date) -> datetime:
    """The naive UK clock time that "24:00" and "midnight" at the end of a day stand for."""
    return datetime.combine(day, END_OF_DAY)  # a wall clock has no zone yet
