"""What is wrong in a file, in words that say what is allowed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError

LONGEST_SHOWN = 60
PYDANTIC_SAYS = ("Value error, ", "Input ", "Assertion failed, ")


def all_problems(problems: Sequence[ConfigError]) -> ConfigError:
    """One error that tells them all, a line each."""
    if len(problems) == 1:
        return problems[0]
    told = "\n".join(f"  {problem}" for problem in problems)
    return ConfigError(f"{len(problems)} problems\n{told}", file=problems[0].file)


def problems_of(
    fault: ValidationError,
    allowed: Mapping[str, Iterable[str]],
    make: Callable[[Sequence[str | int], str], ConfigError],
) -> tuple[ConfigError, ...]:
    """What pydantic found, one problem per field. make: from place and words to a ConfigError.

    allowed: the names that may be used, told where an unknown one was found: by the field they
    stand in, "" for the top.
    """
    found: dict[tuple[str | int, ...], str] = {}
    for error in fault.errors(include_url=False):
        found.setdefault(error["loc"], _words(error, allowed))
    return tuple(make(place, words) for place, words in found.items())


def _words(error: Mapping[str, Any], allowed: Mapping[str, Iterable[str]]) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        *place, name = (str(part) for part in error["loc"])
        return unknown(name, allowed.get(".".join(place), ()))
    words: str = error["msg"]
    for beginning in PYDANTIC_SAYS:
        words = words.removeprefix(beginning)
    if isinstance(error["input"], dict | list):
        return words
    return f"{words}, but it says {_shown(error['input'])}"


def unknown(name: str, allowed: Iterable[str]) -> str:
    """That a name is not known, which one may have been meant, and which there are."""
    names = sorted(allowed)
    near = get_close_matches(name, names, n=1)
    guess = f"; did you mean {near[0]}?" if near else "."
    return f"is not known here{guess}" + (f" Allowed are: {', '.join(names)}" if names else "")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
