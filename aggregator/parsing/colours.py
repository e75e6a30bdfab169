"""Colours as a host writes them, and whether text in them can be read.

Contrast is that of WCAG 2.2: the relative luminances (L1 + 0.05) / (L2 + 0.05), the lighter first;
text needs 4.5 (https://www.w3.org/TR/WCAG22/#contrast-minimum).
"""

import re

from aggregator.errors import ParsingError

READABLE = 4.5
WHITE = "#ffffff"
LIGHT, DARK = "#f2f5f3", "#20242b"
"""The grounds of our pages on which text is hardest to read, by day and by night."""

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_STEPS = 20


def colour(text: str) -> str:
    """A colour as "#rrggbb" from "#rrggbb" or "#rgb". Raises ParsingError."""
    written = text.strip().lower()
    if not _HEX.fullmatch(written):
        raise ParsingError(f'{text[:40]!r} is no colour; write it as "#5b2a6e", in quotes')
    digits = written[1:]
    return f"#{digits}" if len(digits) == len("rrggbb") else "#" + "".join(d * 2 for d in digits)


def contrast(one: str, other: str) -> float:
    """How far two colours ("#rrggbb") stand apart, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lightened(shade: str, ground: str = DARK, least: float = READABLE) -> str:
    """The colour, mixed with as little white as makes it readable on a dark ground."""
    for step in range(_STEPS + 1):
        mixed = _mixed(shade, WHITE, step / _STEPS)
        if contrast(mixed, ground) >= least:
            return mixed
    return WHITE


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(shade: str) -> tuple[int, int, int]:
    return int(shade[1:3], 16), int(shade[3:5], 16), int(shade[5:7], 16)


def _luminance(shade: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(shade))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
