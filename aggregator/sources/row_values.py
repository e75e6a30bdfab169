"""From the strings of a row to facts; what cannot be read is left out and said."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aggregator.errors import ParsingError
from aggregator.model import Buyer, Classification, Facts, Money, Place, StatedTime
from aggregator.parsing import money
from aggregator.parsing.dates import parse_stamp, parse_uk, parse_with_remark
from aggregator.parsing.text import fold
from aggregator.sources.doubts import as_published
from aggregator.sources.row_options import RowListOptions, RowRule

DATES = frozenset({"deadline", "published"})
ON_ONE_LINE = ("title", "reference", "category", "status", "method_details")

NAMES_OF_DATES = {
    "deadline": "deadline",
    "published": "publication date",
    "expected_tender": "expected start",
}
CPV = re.compile(r"(?<!\d)\d{8}(?!\d)")
BARE_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
WITHOUT_A_DAY = frozenset(
    {
        *("", "ongoing", "on-going", "rolling", "rolling programme", "open", "always open", "none"),
        *("no deadline", "no closing date", "until further notice", "continuous", "tbc", "tba"),
        *("to be confirmed", "to be announced", "n/a", "open all year", "open all year round"),
    }
)

Values = Mapping[str, str | None]
Doubts = tuple[str, ...]


def facts_of(values: Values, options: RowListOptions[Any]) -> tuple[Facts, Doubts]:
    """What the row states, and in words what of it could not be read."""
    rules = options.fields
    deadline, doubts = _date("deadline", values, rules)
    expected, more = _date("expected_tender", values, rules)
    buyer = _line(values.get("buyer")) or options.buyer
    place = _line(values.get("place"))
    low, high = _amounts(values)
    facts = Facts(
        kind=options.kind_of_notice,
        description=values.get("description"),
        additional_text=values.get("additional_text"),
        buyers=(Buyer(name=buyer),) if buyer else (),
        places=(Place(name=place),) if place else (),
        classifications=tuple(
            Classification(scheme="CPV", id=code)
            for code in dict.fromkeys(CPV.findall(values.get("cpv") or ""))
        ),
        value=Money(amount=high) if high is not None else None,
        minimum_value=Money(amount=low) if low is not None and low != high else None,
        deadline=deadline,
        expected_tender=expected,
        **{name: _line(values.get(name)) for name in ON_ONE_LINE},  # type: ignore[arg-type]
    )
    return facts, (*doubts, *more)


def _amounts(values: Values) -> tuple[Decimal | None, Decimal | None]:
    """Least and greatest amount; a field of its own for the least one counts first.

    A bare number is an amount where it is all there is; nought stands for "not said".
    """
    low, high = _span(values.get("value"))
    if (least := _span(values.get("minimum_value"))) != (None, None):
        low = least[0] or least[1]
    return low or None, high or None


def _span(text: str | None) -> tuple[Decimal | None, Decimal | None]:
    if not text:
        return None, None
    if BARE_NUMBER.fullmatch(text):
        return Decimal(text), Decimal(text)
    return money.span(text) or (None, None)


def published_of(values: Values, rules: Mapping[Any, RowRule]) -> tuple[StatedTime | None, Doubts]:
    """The day of publication where the row shows one."""
    return _date("published", values, rules)


def readable_date(text: str, rule: RowRule) -> bool:
    """Whether the text can be read as a date."""
    return why_unreadable(text, rule) is None


def why_unreadable(text: str, rule: RowRule) -> str | None:
    """What keeps a text from being a date, in words; None for a date."""
    try:
        read_date(text, rule)
    except ParsingError as fault:
        return str(fault)
    return None


def names_no_day(text: str) -> bool:
    """Whether a list says with these words that there is no day: no sign of a changed page."""
    return fold(text).strip(" .-–—") in WITHOUT_A_DAY


def _date(
    name: str, values: Values, rules: Mapping[Any, RowRule]
) -> tuple[StatedTime | None, Doubts]:
    text = values.get(name)
    if not text:
        return None, ()
    rule = rules[name]
    told = NAMES_OF_DATES[name]
    try:
        stated = read_date(text, rule)
    except ParsingError:
        return None, (as_published(told, text),)
    return stated, (as_published(told, text),) if has_remark(text, rule) else ()


def read_date(text: str, rule: RowRule) -> StatedTime:
    """The date by the rule's formats and zone. Raises ParsingError."""
    return parse_stamp(text, zone=rule.zone) or parse_with_remark(text, rule.formats)


def has_remark(text: str, rule: RowRule) -> bool:
    """Whether more stands there than the date, which a reader should see."""
    if parse_stamp(text, zone=rule.zone):
        return False
    try:
        parse_uk(text, rule.formats)
    except ParsingError:
        return True
    return False


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None
