"""What cannot be used of what somebody typed, told so that they can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST_SHOWN = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """field: of the form. words: a sentence for the one who typed it."""

    field: str
    words: str


def shown(typed: str) -> str:
    """What was typed, in quotes; shortened, and without what would disturb a page or a terminal."""
    clean = "".join(letter if letter.isprintable() else " " for letter in typed[:200])
    clean = " ".join(clean.split())
    return f"“{clean[:LONGEST_SHOWN]}…”" if len(clean) > LONGEST_SHOWN else f"“{clean}”"


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """ " Did you mean crisis?", "" where nothing is near."""
    near = get_close_matches(typed[:LONGEST_SHOWN].casefold(), tuple(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""
