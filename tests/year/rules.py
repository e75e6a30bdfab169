"""When a digest is due, written from the rules for readers and by nothing of the product.

Daily digests come on working days, weekly ones on the first working day of a week, monthly ones on
that of a month, at the reader's hour by UK clocks; immediate ones at the next run.
"""

from datetime import UTC, date, datetime, time, timedelta

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
    )
)
"""In England and Wales: www.gov.uk/bank-holidays."""

SUMMER = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
DAY = timedelta(days=1)


def is_summer(moment: datetime) -> bool:
    return SUMMER[0] <= moment < SUMMER[1]


def uk_hour(moment: datetime) -> int:
    return (moment.hour + is_summer(moment)) % 24


def in_utc(day: date, hour: int) -> datetime:
    moment = datetime.combine(day, time(hour), UTC)
    earlier = moment - timedelta(hours=1)
    return earlier if is_summer(earlier) else moment


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def is_due_on(cadence: str, day: date) -> bool:
    if not is_working(day):
        return False
    back = {"daily": 0, "weekly": day.weekday(), "monthly": day.day - 1}[cadence]
    return not any(is_working(day - number * DAY) for number in range(1, back + 1))


def next_due(cadence: str, hour: int, after: datetime) -> datetime:
    """The first due instant at or after a moment."""
    if cadence == "immediate":
        return after
    day = after.date()
    while True:
        due = in_utc(day, hour)
        if due >= after and is_due_on(cadence, day):
            return due
        day += DAY
