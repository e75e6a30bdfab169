"""Codes of the Common Procurement Vocabulary."""

import re

from aggregator import reference

_CODE = re.compile(r"\s*(\d{8})(?:\s?-\s?\d)?\s*", re.ASCII)
_SHORT = re.compile(r"\s*(\d{7})\s*", re.ASCII)


def code(text: object) -> str | None:
    """The eight digits of a code ("85312320-5" → "85312320"); None for anything else.

    Numbers are taken too, since some sources publish codes so and lose the leading nought.
    Eight digits that are on no list are let through: the list is from 2008 and may be replaced.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        return None
    if match := _CODE.fullmatch(text):
        return match[1] if match[1].strip("0") else None
    if (match := _SHORT.fullmatch(text)) and label(f"0{match[1]}"):
        return f"0{match[1]}"
    return None


def label(code: str) -> str | None:
    """The English name of an eight-digit code, None where it is on no list."""
    return reference.cpv_labels().get(code)


def parents(code: str) -> tuple[str, ...]:
    """The codes above, nearest first: "85312320" lies in 85312300, 85312000, 85310000 …"""
    labels = reference.cpv_labels()
    shorter = (code[:length].ljust(8, "0") for length in range(7, 1, -1))
    return tuple(dict.fromkeys(above for above in shorter if above in labels and above != code))
