"""Dates as people and older web pages in the UK write them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from aggregator.errors import ParsingError
from aggregator.model import Precision, StatedTime
from aggregator.parsing.iso_dates import ZoneRule, parse_iso
from aggregator.parsing.uk_time import (
    END_OF_DAY,
    LONDON,
    at_end_of,
    at_uk_clock,
    check_year,
)

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    "|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = (
    "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?"
    "|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
DATE = (
    rf"(?<![\w/.:-])(?:(?:{_WEEKDAY})\b,?\s{{0,3}}(?:the\s{{1,3}})?)?(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th)?[-\s]{{0,3}}(?:of\s{{1,3}})?(?:{_MONTH})\.?,?[-\s]{{0,3}}\d{{4}}"
    rf"|(?:{_MONTH})\.?\s{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?,?\s{{1,3}}\d{{4}}"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}\.\d{1,2}\.\d{4})(?![\d/])"
)
TIME = (
    r"(?<![\w/.:])(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s{0,2}[ap]\.?m\b\.?)?"
    r"(?:\s{0,2}(?:noon|mid-?day|midnight|hours|hrs?))?(?!\w)"
    r"|\d{4}\s{0,2}(?:hours|hrs?|h)\b|\d{1,2}\s{0,2}[ap]\.?m\b\.?"
    r"(?:\s{0,2}(?:noon|mid-?day))?"
    r"|(?:12\s{0,2})?(?:noon|mid-?day|midnight)\b|close\s+of\s+(?:business|play)\b|cob\b)"
)
FILLER = (
    r"[\s,;@()\[\]–—-]|\b(?:at|on|by|of|the|no|not|later|than|latest|before|uk|local|time|gmt|bst"
    r"|utc)\b"
)

_DATE = re.compile(DATE, re.IGNORECASE)
_TIME = re.compile(TIME, re.IGNORECASE)
_REST = re.compile(rf"(?:{FILLER}|(?<!\w)(?:z|[+-]\d\d:?\d\d)(?!\w))*", re.IGNORECASE)
_ZONE = re.compile(r"(?<!\w)(?:gmt|bst|utc|z|[+-]\d\d:?\d\d)(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(r"\bbefore\b", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_DIGITAL = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:[:.](?P<second>\d{2}))?"
    r"\s*(?P<half>[ap])?",
    re.IGNORECASE,
)
_MILITARY = re.compile(r"(\d\d)(\d\d)\s{0,2}h", re.IGNORECASE)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LABEL = re.compile(
    r"(?:(?:the )?(?:(?:application|submission|tender|bid) )?(?:deadline|closing date)"
    r"(?: (?:and|&) time)?(?: (?:is|will be))?|(?:applications?|bids?|tenders?) closes?"
    r"|closes|closing|apply by|published(?: on)?|posted(?: on)?|date)\b ?[:–—-]?",
    re.IGNORECASE,
)
"""What pages print before a date, in the same breath."""

_LONGEST_WITH_REMARK = 300
_REMARK = re.compile(
    r"\s*(?:\(|[,;–—-]?\s*\b(?:or|unless|subject to|but may|although|while)\b).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_NOT_SKIPPED = re.compile(
    rf"\d|(?!\bmay close)\b(?:{_MONTH})\b|noon|midday|midnight|\bcob\b|\btb[ac]\b"
    r"|provision|estimat|expect|approx|likely"
    r"|extend|was\b|were\b|previous|original|clarif|question|quer|enquir|interest|regist|stage"
    r"|visit|event|award|start|to be confirmed|closed|tomorrow|next",
    re.IGNORECASE,
)
"""What in a remark may mean another date, another purpose, or doubt."""


_LONGEST = 120
_NOON = 12
_AFTERNOON_IN_DOUBT = range(1, 8)
_CLOSE_OF_BUSINESS = time(17)

UK_CLOCK = "read as UK time"
BARE_DAY = "a day without a time: the end of that day in the UK"
CLOSE_OF_BUSINESS = "close of business is read as 5pm UK time"
MIDNIGHT = "midnight is read as the end of that day in the UK"
OFFSET = "offset as published"


def parse_uk(text: str, formats: Sequence[str] = ()) -> StatedTime:
    """A date in UK order, in figures or words, with or without a time of day.

    "4/12/2026 14:30", "4th Dec 2026, 5pm", "12 noon on Friday 4 December 2026", "Fri, 04 Dec 2026
    12:00:00 GMT", ISO 8601, "Closing date: 4 December 2026". formats: strptime patterns the source
    is known to use, tried first. Close of business is 17:00; midnight is the end of its day. Raises
    ParsingError where a part is missing, where the week day contradicts the date, and where a time
    can be read in two ways ("5:00" without am or pm, "12am", GMT on a summer day).
    """
    return _remembered(text, tuple(formats))


@lru_cache(maxsize=2_048)
def _remembered(text: str, formats: tuple[str, ...]) -> StatedTime:
    phrase = " ".join(text.split())
    if len(phrase) > _LONGEST:
        raise ParsingError(f"{phrase[:40]!r}… is too long for a date")
    for pattern in formats:
        if stated := _by_format(text, phrase, pattern):
            return stated
    if phrase[4:5] == "-":
        return parse_iso(text, zone=ZoneRule.OFFSET)
    label = _LABEL.match(phrase)
    return read_phrase(text, phrase[label.end() :] if label else phrase)


def _by_format(text: str, phrase: str, pattern: str) -> StatedTime | None:
    """The time by one strptime pattern, None where it does not fit."""
    try:
        printed = datetime.strptime(phrase, pattern)  # noqa: DTZ007  # UK time unless %z
    except ValueError:
        return None
    check_year(text, printed.year)
    if printed.tzinfo is not None:
        return _exact(text, printed)
    if "%H" in pattern or "%I" in pattern or "%X" in pattern or "%c" in pattern:
        return at_uk_clock(text, printed, UK_CLOCK)
    return at_end_of(text, printed.date(), BARE_DAY)


def parse_with_remark(text: str, formats: Sequence[str] = ()) -> StatedTime:
    """Like `parse_uk`, and where a remark without another date follows, the date before it.

    "31 March 2027 (or when funds run out)"; the text of the result keeps the remark. A remark that
    puts the date in doubt ("provisional", "extended") or names another purpose is none to skip.
    Raises ParsingError.
    """
    try:
        return parse_uk(text, formats)
    except ParsingError as fault:
        remark = _REMARK.search(text[:_LONGEST_WITH_REMARK])
        if remark is None or len(text) > _LONGEST_WITH_REMARK or _NOT_SKIPPED.search(remark[0]):
            raise
        try:
            return replace(parse_uk(text[: remark.start()], formats), text=text)
        except ParsingError:
            raise fault from None


def read_phrase(text: str, phrase: str) -> StatedTime:
    """One date and at most one time of day in English words. text: as published, for the record.

    Raises ParsingError for anything more, less or doubtful.
    """
    date_found = _DATE.search(phrase)
    if date_found is None:
        raise ParsingError(f"{phrase[:60]!r} names no day, month and year")
    day = _day(date_found[0], phrase)
    rest = f"{phrase[: date_found.start()]} , {phrase[date_found.end() :]}"
    time_found = _TIME.search(rest)
    if time_found:
        rest = f"{rest[: time_found.start()]} {rest[time_found.end() :]}"
    if not _REST.fullmatch(rest):
        raise ParsingError(f"{phrase[:60]!r} says more than one date and time")
    if time_found:
        return _at(text, day, time_found[0].casefold(), _ZONE.findall(rest))
    if _BEFORE.search(rest):
        raise ParsingError(f"{phrase[:60]!r} does not say whether that day still counts")
    return at_end_of(text, day, BARE_DAY)


def _day(written: str, phrase: str) -> date:
    """The calendar day, checked against the week day where one is named."""
    words = [word.casefold() for word in _WORDS.findall(written)]
    numbers = [int(word) for word in words if word.isdigit()]
    months = [_MONTHS.index(w[:3]) + 1 for w in words if w[:3] in _MONTHS and w.isalpha()]
    try:
        day = date(numbers[-1], months[0] if months else numbers[1], numbers[0])
    except ValueError as error:
        raise ParsingError(f"{phrase[:60]!r} names a day that does not exist") from error
    check_year(phrase, day.year)
    named = [_WEEKDAYS.index(word[:3]) for word in words[:1] if word[:3] in _WEEKDAYS]
    if named and named[0] != day.weekday():
        raise ParsingError(f"{phrase[:60]!r}: the week day and the date contradict each other")
    return day


def _at(text: str, day: date, written: str, zones: list[str]) -> StatedTime:
    """Day and time of day together, by zone where one is named."""
    if "midnight" in written:
        return at_uk_clock(text, datetime.combine(day, END_OF_DAY), MIDNIGHT)
    if written.startswith("c"):
        return at_uk_clock(text, datetime.combine(day, _CLOSE_OF_BUSINESS), CLOSE_OF_BUSINESS)
    wall = datetime.combine(day, _time_of_day(written, text))
    if not zones:
        return at_uk_clock(text, wall, UK_CLOCK)
    if len(zones) > 1:
        raise ParsingError(f"{text[:60]!r} names more than one time zone")
    return _in_zone(text, wall, zones[0].casefold(), to_the_second=written.count(":") > 1)


def _in_zone(text: str, wall: datetime, zone: str, *, to_the_second: bool) -> StatedTime:
    """Only people say GMT for UK time; a machine prints seconds and means what it says."""
    if zone in ("gmt", "bst"):
        printed = timedelta(hours=1 if zone == "bst" else 0)
        if wall.replace(tzinfo=LONDON).utcoffset() == printed:
            return at_uk_clock(text, wall, UK_CLOCK)
        if zone == "bst" or not to_the_second:
            raise ParsingError(f"{text[:60]!r}: the UK is not on {zone.upper()} on that day")
    return _exact(text, wall.replace(tzinfo=_offset(zone)))


def _offset(zone: str) -> timezone:
    if zone[0] not in "+-":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    span = timedelta(hours=hours, minutes=minutes)
    if span >= timedelta(hours=15):
        raise ParsingError(f"{zone!r} is no offset from UTC")
    return timezone(-span if zone[0] == "-" else span)


def _exact(text: str, printed: datetime) -> StatedTime:
    return StatedTime(
        text=text, instant=printed.astimezone(UTC), precision=Precision.MINUTE, rule=OFFSET
    )


def _time_of_day(written: str, text: str) -> time:
    """A time on a clock; raises ParsingError where morning or afternoon is in doubt."""
    if military := _MILITARY.match(written):
        return _clock(int(military[1]), int(military[2]), 0, text)
    digital = _DIGITAL.match(written)
    if digital is None:
        return time(_NOON)
    hour, half = int(digital["hour"]), digital["half"]
    at_noon = "noon" in written or "mid" in written
    in_doubt = (
        (half == "a" and hour >= _NOON)
        or (half == "p" and hour == 0)
        or (at_noon and hour != _NOON)
        or (not half and _is_short_hour(digital, written))
    )
    if in_doubt:
        raise ParsingError(f"{text[:60]!r} leaves open whether it is morning or afternoon")
    if half == "p" and hour < _NOON:
        hour += _NOON
    return _clock(hour, int(digital["minute"] or 0), int(digital["second"] or 0), text)


def _is_short_hour(digital: re.Match[str], written: str) -> bool:
    """ "5:00" may be either; "05:00", "5:00:00" and "5:00 hours" are on the 24-hour clock."""
    return (
        len(digital["hour"]) == 1
        and int(digital["hour"]) in _AFTERNOON_IN_DOUBT
        and not digital["second"]
        and "h" not in written
    )


def _clock(hour: int, minute: int, second: int, text: str) -> time:
    try:
        if (hour, minute, second) == (24, 0, 0):
            return END_OF_DAY
        return time(hour, minute, second)
    except ValueError as error:
        raise ParsingError(f"{text[:60]!r} names a time that does not exist") from error
