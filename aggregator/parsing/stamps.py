"""Dates that machines write for machines."""

import re
from datetime import UTC, datetime, timedelta

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime
from aggregator.parsing.iso_dates import ZoneRule, parse_iso
from aggregator.parsing.uk_time import at_uk_clock, check_year

_MILLISECONDS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SINCE_1970 = "milliseconds since 1970, in UTC"
ZONE_IGNORED = "milliseconds since 1970 by UK clocks, as this source means them"


def parse_stamp(text: str, *, zone: ZoneRule = ZoneRule.OFFSET) -> StatedTime | None:
    """ "/Date(1765540800000)/" as .NET services write it, or ISO 8601 where `zone` is UK_LOCAL.

    An offset behind the milliseconds is for showing only and changes no instant. None for any
    other text. Raises ParsingError for what is a stamp of no real date, such as .NET's year 1.
    """
    text = text.strip()
    if zone is ZoneRule.UK_LOCAL and _ISO.match(text):
        return parse_iso(text, zone=zone)
    if not (found := _MILLISECONDS.fullmatch(text)):
        return None
    try:
        instant = _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError as fault:
        raise ParsingError(f"{text!r} is no date that exists") from fault
    check_year(text, instant.year)
    if zone is ZoneRule.UK_LOCAL:
        return at_uk_clock(text, instant.replace(tzinfo=None), ZONE_IGNORED)
    return StatedTime(text=text, instant=instant, precision=Precision.MINUTE, rule=SINCE_1970)
