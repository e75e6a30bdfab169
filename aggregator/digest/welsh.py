"""A finished page with our own fixed words in Welsh; what was published stays as it is.

The translation has not been reviewed by a speaker, and every mail says so. What is not in these
tables stays in English rather than being guessed.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from aggregator.digest.page import Page
from aggregator.digest.welsh_phrases import MONTHS, NUMBERED, PHRASES, SHAPES, WEEKDAYS
from aggregator.digest.words import WELSH, Words

T = TypeVar("T")

UNREVIEWED = (
    "Cyfieithiad heb ei adolygu (unreviewed translation): os oes amheuaeth, ysgrifennwch atom."
)
AS_PUBLISHED = frozenset(
    {"id", "title", "link", "buyer", "opening", "summary", "stop_link", "subject"}
)
"""Fields that hold what was published, or addresses."""

DATE = re.compile(
    rf"(?:({'|'.join(WEEKDAYS)}) )?(\d{{1,2}}) ({'|'.join(MONTHS)})( \d{{4}})?"
    r"(, (?:\d{1,2}(?::\d\d)?[ap]m|12 noon|midnight))?"
)
BARE_MONTH = re.compile(rf"\bin ({'|'.join(MONTHS)}) (\d{{4}})\b")
HOURS = {"12 noon": "12 hanner dydd", "midnight": "hanner nos"}
SUM = re.compile(r"£[\d,.]+(?: million)?")
COUNT = re.compile(r"^(\d+) (.+)$")


def of(page: Page) -> Page:
    """The page in Welsh, marked as not reviewed."""
    welsh = in_welsh(page)
    return replace(
        welsh,
        subject=subject(page.subject),
        words=WELSH,
        footer=(*welsh.footer, UNREVIEWED),
    )


def subject(text: str) -> str:
    """The counts in Welsh, the first title as published."""
    before, colon, after = text.partition(": ")
    if before in PHRASES:
        return f"{said(before)}: {said(after)}"
    others = re.sub(r" and (\d+) more$", r" a \1 arall", after)
    return f"{said(before)}{colon}{others}"


def in_welsh(value: T) -> T:
    """The same values with every fixed phrase in Welsh, all through the page."""
    if isinstance(value, str):
        return said(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(in_welsh(one) for one in value)  # type: ignore[return-value]
    if isinstance(value, Words):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        changed: dict[str, Any] = {
            one.name: in_welsh(getattr(value, one.name))
            for one in fields(value)
            if one.name not in AS_PUBLISHED or (one.name == "summary" and isinstance(value, Page))
        }
        return replace(value, **changed)
    return value


def said(text: str) -> str:
    """One text: whole phrases first, then known shapes, then counts in a row, then dates."""
    if text in PHRASES:
        return PHRASES[text]
    for shape, build in SHAPES.items():
        found = re.fullmatch(shape, text)
        if found and text not in (parts := found.groups(default="")):
            return build.format(*map(said, parts))
    for mark in (" · ", ", ", "; "):
        if mark in text and all(known(part) for part in text.split(mark)):
            return mark.join(said(part) for part in text.split(mark))
    if (count := COUNT.match(text)) and count[2] in NUMBERED:
        return NUMBERED[count[2]].format(count[1])
    return BARE_MONTH.sub(month, DATE.sub(date, text))


def known(part: str) -> bool:
    """Whether a part of a row is one of our phrases or counts, or only a date or sum."""
    count = COUNT.match(part)
    return bool(
        part in PHRASES
        or (count and count[2] in NUMBERED)
        or any(re.fullmatch(shape, part) for shape in SHAPES)
        or DATE.fullmatch(part)
        or SUM.fullmatch(part)
    )


def date(found: re.Match[str]) -> str:
    """ "Dydd Gwener 27 Tachwedd 2026, 12 hanner dydd"."""
    weekday, day, month_name, year, hour = found.groups()
    start = f"{WEEKDAYS[weekday]} " if weekday else ""
    clock = (hour or "").removeprefix(", ")
    end = f", {HOURS.get(clock, clock)}" if clock else ""
    return f"{start}{day} {MONTHS[month_name]}{year or ''}{end}"


def month(found: re.Match[str]) -> str:
    """ "ym mis Chwefror 2027"."""
    return f"ym mis {MONTHS[found[1]]} {found[2]}"
