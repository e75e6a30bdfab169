"""ISO 8601 as OCDS services write it."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime
from aggregator.parsing.uk_time import (
    LONDON,
    at_end_of,
    at_uk_clock,
    check_year,
    last_second_of,
)


class ZoneRule(StrEnum):
    """How a source means the zone of its times."""

    OFFSET = "offset"
    """The offset as published; a time without one is UK time."""

    UK_LOCAL = "uk_local"
    """UK time whatever the offset says: Public Contracts Scotland and Sell2Wales stamp the
    UK clock with "Z" all year round."""


_REMEMBERED = 8_192
_LONGEST = 40
_STARTS_WITH_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|[T ])", re.ASCII)
_DAY_LENGTH = 10
_TWENTY_FOUR = re.compile(r"[T ]24:00(?::00(?:\.0+)?)?(?=$|Z|[+-])", re.ASCII)
_NOT_WRITTEN_SO = frozenset("Ww")

AS_PUBLISHED = "offset as published"
NO_OFFSET = "no offset published, read as UK time"
ZONE_IGNORED = "read as UK time, which this source means whatever offset it prints"
DAY_KEPT = "midnight or last second of a day: the printed day is kept, in UK time"
BARE_DAY = "a day without a time: the end of that day in the UK"
TWENTY_FOUR = "24:00 is the end of that day in the UK"


@lru_cache(maxsize=_REMEMBERED)
def parse_iso(text: str, *, zone: ZoneRule) -> StatedTime:
    """A date or time in ISO 8601, such as "2026-12-04T12:00:00Z" or "2026-12-04".

    T00:00:00 and T23:59:59 keep the printed day even where the offset moves them to another one:
    Find a Tender stamps UK midnights with "Z" in summer now and then. Raises ParsingError for
    anything that is no full date, and for placeholders such as 0001-01-01.
    """
    stripped = text.strip()
    if len(stripped) > _LONGEST or not _STARTS_WITH_DAY.match(stripped):
        raise ParsingError(f"{text[:40]!r} is no date in the form 2026-12-04T12:00:00Z")
    try:
        return _read(text, stripped, zone)
    except (ValueError, OverflowError) as error:
        if isinstance(error, ParsingError):
            raise
        raise ParsingError(f"{text[:40]!r} is no date that exists") from error


def _read(text: str, stripped: str, zone: ZoneRule) -> StatedTime:
    if len(stripped) == _DAY_LENGTH:
        return at_end_of(text, date.fromisoformat(stripped), BARE_DAY)
    if _TWENTY_FOUR.search(stripped):
        day = date.fromisoformat(stripped[:_DAY_LENGTH])
        return at_uk_clock(text, last_second_of(day), TWENTY_FOUR)
    return _timed(text, datetime.fromisoformat(stripped), zone)


def _timed(text: str, printed: datetime, zone: ZoneRule) -> StatedTime:
    """A time of day by the source's zone rule."""
    check_year(text, printed.year)
    offset = printed.utcoffset()
    wall = printed.replace(tzinfo=None)
    if zone is ZoneRule.UK_LOCAL:
        return at_uk_clock(text, wall, ZONE_IGNORED)
    if offset is None:
        return at_uk_clock(text, wall, NO_OFFSET)
    if _is_edge_of_day(wall) and offset != wall.replace(tzinfo=LONDON).utcoffset():
        return at_uk_clock(text, wall, DAY_KEPT)
    return StatedTime(
        text=text,
        instant=printed.astimezone(UTC),
        precision=Precision.MINUTE,
        rule=AS_PUBLISHED,
    )


def _is_edge_of_day(wall: datetime) -> bool:
    return (wall.hour, wall.minute, wall.second) in ((0, 0, 0), (23, 59, 59))
