"""Working days of the four nations, and the last day on which a provider may object to an award.

A working day is a weekday that is no bank holiday in the nation of the buyer. Everything here
works on UK calendar dates (`datetime.date`), never on instants.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

SATURDAY = 5
STANDSTILL_DAYS = 8


class Nation(StrEnum):
    """The parts of the UK, by the codes that bank holidays are published under."""

    ENGLAND = "ENG"
    WALES = "WLS"
    SCOTLAND = "SCT"
    NORTHERN_IRELAND = "NIR"


class StandstillRule(StrEnum):
    """How the days between the announced and the real award are counted; three rules exist."""

    PROCUREMENT_ACT = "procurement_act"
    PSR_ENGLAND = "psr_england"
    PSR_WALES = "psr_wales"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """First and last day of a standstill as computed, both included.

    last_day_at_latest: the last day by the more generous reading of the same rule; equal to
    `last_day` where there is only one reading. Show a date that the notice states before these.
    """

    first_day: date
    last_day: date
    last_day_at_latest: date


def is_working_day(day: date, nation: Nation = Nation.ENGLAND) -> bool:
    """True on a weekday that is no bank holiday in that nation."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(nation, day.year)


def add_working_days(day: date, count: int, nation: Nation = Nation.ENGLAND) -> date:
    """The `count`-th working day after `day` (before it where `count` is negative).

    Nought gives `day` itself where that is a working day, else the next one.
    """
    if count == 0:
        return day if is_working_day(day, nation) else add_working_days(day, 1, nation)
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, nation):
            day += step
    return day


def working_days_between(start: date, end: date, nation: Nation = Nation.ENGLAND) -> int:
    """How many working days lie after `start` up to and including `end`; 0 where end is first."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), nation) for n in range(1, days + 1))


def standstill(published: date, rule: StandstillRule, nation: Nation | None = None) -> Standstill:
    """When the standstill that began with this publication runs out.

    Procurement Act 2023, section 51: eight working days beginning with the day of publication.
    NHS Provider Selection Regime: representations until midnight at the end of the eighth working
    day after publication; in Wales the period begins on the day of publication. In England it
    begins the day after: published notices mostly give the eighth working day after publication,
    some the eighth after that beginning, one day later, so that both are given.
    """
    if rule is StandstillRule.PROCUREMENT_ACT:
        where = nation or Nation.ENGLAND
        first = add_working_days(published, 0, where)
        last = add_working_days(first, STANDSTILL_DAYS - 1, where)
        return Standstill(first_day=first, last_day=last, last_day_at_latest=last)
    welsh = rule is StandstillRule.PSR_WALES
    where = nation or (Nation.WALES if welsh else Nation.ENGLAND)
    last = add_working_days(published, STANDSTILL_DAYS, where)
    if welsh:
        return Standstill(first_day=published, last_day=last, last_day_at_latest=last)
    begins = published + timedelta(days=1)
    return Standstill(
        first_day=begins,
        last_day=last,
        last_day_at_latest=add_working_days(begins, STANDSTILL_DAYS, where),
    )


@lru_cache(maxsize=256)
def _bank_holidays(nation: Nation, year: int) -> Container[date]:
    """Bank holidays of one year; read only when needed because loading them is slow."""
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv=nation.value, years=year))
