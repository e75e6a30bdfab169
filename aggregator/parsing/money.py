"""Amounts of money as published, and in words."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from aggregator.model import Money

_PENNY = Decimal("0.01")
_ALMOST_TWO_PENCE = Decimal("0.015")
"""What rounds to a penny or less."""
_MOST = Decimal(10) ** 12
"""A trillion: beyond any contract, and within what an integer of pence can hold."""

_NUMBER = re.compile(
    r"(?<![\w,.])[£$€]?\s*(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r"\s*(?P<scale>k|thousand|m|mn|million|bn|billion)?(?!\w|[,.]\d)",
    re.IGNORECASE,
)
_SCALES = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "bn": 10**9,
    "billion": 10**9,
}
_LONGEST = 60
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


def amount(value: object) -> Decimal | None:
    """An amount in whole currency units, rounded to pence; None where none is known.

    value: a JSON number or a string such as "£1,250.50" or "£1.2m". None for the placeholders 0
    and 0.01, for negative, absurd (a trillion and more) and non-finite numbers, and for text that
    names no single amount ("£1.2m–£3m" is a range: see `span`).
    """
    number = _number(value)
    if number is None or not 0 <= number < _MOST:
        return None
    pence = number.quantize(_PENNY, ROUND_HALF_UP)
    if pence <= _PENNY:
        return None
    return number if number == pence else pence


def is_placeholder(value: object) -> bool:
    """Whether a source says "not known" with this value: nothing, 0 or 0.01."""
    if value is None or value == "":
        return True
    number = _number(value)
    return number is not None and 0 <= number < _ALMOST_TWO_PENCE


def span(text: str) -> tuple[Decimal | None, Decimal | None] | None:
    """The least and greatest amount a short phrase names, in pounds; None where it names none.

    "£10,000 to £50,000", "up to £20k", "from £5,000", "£1.2m–£3m"; a single amount is both ends.
    A number without pound sign or scale counts only beside one that has it.
    """
    if len(text) > _LONGEST or ("£" not in text and not re.search(r"\d\s*[km]\b", text, re.I)):
        return None
    found = [number for match in _NUMBER.finditer(text) if (number := _scaled(match)) is not None]
    lowered = text.casefold()
    match found:
        case [one] if "up to" in lowered or "max" in lowered or "under" in lowered:
            return None, one
        case [one] if "from" in lowered or "min" in lowered or "over" in lowered:
            return one, None
        case [one]:
            return one, one
        case [low, high] if low <= high:
            return low, high
    return None


def in_words(money: Money) -> str:
    """ "£495,000 (£594,000 with VAT)"; "£594,000 (with VAT)" where only that amount is known.

    An amount alone says nothing about VAT: most sources never say which they mean, and a grant
    has none. Only Find a Tender publishes both.
    """
    if money.amount is not None:
        words = _figure(money.amount, money.currency)
        if money.gross is None or money.gross == money.amount:
            return words
        return f"{words} ({_figure(money.gross, money.currency)} with VAT)"
    if money.gross is not None:
        return f"{_figure(money.gross, money.currency)} (with VAT)"
    return "not stated"


def _number(value: object) -> Decimal | None:
    """A finite number out of a JSON number or a short string; None otherwise."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < _MOST else None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return _written(value) if isinstance(value, str) else None


def _written(text: str) -> Decimal | None:
    """One amount and nothing else, in figures."""
    match = _NUMBER.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return _scaled(match) if match else None


def _scaled(match: re.Match[str]) -> Decimal | None:
    """Digits times "k", "million" and so on."""
    try:
        number = Decimal(match["digits"].replace(",", ""))
    except InvalidOperation:
        return None
    return number * _SCALES.get((match["scale"] or "").casefold(), 1)


def _figure(number: Decimal, currency: str) -> str:
    """Thousands separated; pence only where there are any."""
    digits = f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,.2f}"
    sign = _SIGNS.get(currency)
    return f"{sign}{digits}" if sign else f"{currency} {digits}"
