"""What is wrong in a file, in words that say what is allowed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError

LONGEST_SHOWN = 60
PYDANTIC_SAYS = ("Value error, ", "Input ", "String ", "Assertion failed, ")

PLAINLY = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must hold fields of its own, indented below it",
    "model_type": "must hold fields of its own, indented below it",
}
"""What pydantic says in the words of programmers, by the type of its error."""

PATTERNS = {r"^/\S*$": "must begin with / and hold no spaces"}

RULES = {
    "FieldRule": "select: or labelled:",
    "PathRule": "path:",
    "ColumnRule": "column:",
    "ElementRule": "select:",
}
"""Options that say where a value stands, and with which field they do."""

NO_VALUE = "has no value; if it begins with #, put it in quotes, since # begins a comment"


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
        place = _place(error["loc"])
        found.setdefault(place, _words({**error, "loc": place}, allowed))
    return tuple(make(place, words) for place, words in found.items())


def _place(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Without the parts that only tell which of several types pydantic tried."""
    return tuple(part for part in loc if isinstance(part, int) or not set("<[(") & set(part))


def _words(error: Mapping[str, Any], allowed: Mapping[str, Iterable[str]]) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        *place, name = (str(part) for part in error["loc"])
        return unknown(name, allowed.get(".".join(place), ()))
    if error["input"] is None and error["type"].endswith("_type"):
        return NO_VALUE
    words = _said(error)
    if isinstance(error["input"], dict | list):
        return words
    return f"{words}, but it says {_shown(error['input'])}"


def _said(error: Mapping[str, Any]) -> str:
    """What is wrong, without what was found instead."""
    context = error.get("ctx") or {}
    if places := RULES.get(context.get("class_name", "")):
        return f"must say where it stands, with {places} indented below it"
    if plainly := PLAINLY.get(error["type"]) or PATTERNS.get(context.get("pattern", "")):
        return plainly
    words: str = error["msg"]
    for beginning in PYDANTIC_SAYS:
        words = words.removeprefix(beginning)
    return words


def unknown(name: str, allowed: Iterable[str]) -> str:
    """That a name is not known, which one may have been meant, and which there are."""
    names = sorted(allowed)
    near = get_close_matches(name, names, n=1)
    guess = f"; did you mean {near[0]}?" if near else "."
    return f"is not known here{guess}" + (f" Allowed are: {', '.join(names)}" if names else "")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
