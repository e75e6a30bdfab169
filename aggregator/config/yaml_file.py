"""YAML with line numbers: plain values, and for each of them where it stands."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from aggregator.errors import ConfigError

Where = tuple[str | int, ...]

DEEPEST = 20

ADVICE = {
    "mapping values are not allowed": (
        'put the value in quotes where it holds a colon and a space, as in name: "A: b"; '
        "if it holds none, the line is not indented like its neighbours"
    ),
    "character '\\t'": "indent with spaces; a tab is not allowed here",
    "character '@'": "put the value in quotes, since it begins with @",
    "character '`'": "put the value in quotes, since it begins with `",
    "character '%'": "put the value in quotes, since it begins with %",
}
"""By the words of the YAML reader, which speaks of tokens and mappings."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML file. content: plain lists, dicts and scalars. lines: (0, "pace") -> 12."""

    file: str
    content: Any
    lines: Mapping[Where, int]

    def line(self, *where: str | int) -> int | None:
        """The line of a value, or of the nearest thing around it."""
        for length in range(len(where), 0, -1):
            if where[:length] in self.lines:
                return self.lines[where[:length]]
        return None


def read_yaml(path: Path) -> Document:
    """Raises ConfigError where the file is not there, not text, or not YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        problem = f"cannot be read: {fault.strerror} ({path})"
        raise ConfigError(problem, file=path.name) from fault
    except UnicodeDecodeError as fault:
        problem = "is not UTF-8 text; please save it as UTF-8 in your editor"
        raise ConfigError(problem, file=path.name) from fault
    try:
        content, lines = _parsed(text)
        return Document(file=path.name, content=deepcopy(content), lines=lines)
    except RecursionError as fault:
        raise ConfigError("is nested too deeply", file=path.name) from fault
    except DuplicateKeyError as fault:
        problem = f"{_first_line(fault.problem)}; please keep only one of the two"
        raise ConfigError(problem, file=path.name, line=_marked_line(fault)) from fault
    except ValueError as fault:  # 2026-02-30
        raise ConfigError(f"holds a date that does not exist: {fault}", file=path.name) from fault
    except YAMLError as fault:
        problem = f"is not valid YAML: {_advice(fault)}"
        raise ConfigError(problem, file=path.name, line=_marked_line(fault)) from fault


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[Any, Mapping[Where, int]]:
    """Values and lines. Remembered, since the YAML reader needs a fifth of a second for the
    sources that come with the program, and one process may ask for them time and again."""
    content = YAML(typ="rt").load(text)
    return _plain(content), dict(_lines(content))


def _marked_line(fault: YAMLError) -> int | None:
    mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
    return mark.line + 1 if mark else None


def _advice(fault: YAMLError) -> str:
    """What to do about it where that is known, else what the reader of YAML says."""
    said = _first_line(getattr(fault, "problem", None) or str(fault))
    return next((advice for words, advice in ADVICE.items() if words in said), said)


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0].removesuffix(" (original value: ")


def _plain(node: object, depth: int = 0) -> Any:
    """Without the marks of the YAML reader."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(node, dict):
        return {str(key): _plain(value, depth + 1) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value, depth + 1) for value in node]
    if isinstance(node, bool) or node is None or isinstance(node, date):
        return node
    for scalar in (int, float, str):
        if isinstance(node, scalar):
            return scalar(node)
    return str(node)


def _lines(node: object, where: Where = ()) -> Iterator[tuple[Where, int]]:
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            if key in (node.lc.data or {}):  # a key merged in from an anchor stands elsewhere
                yield (*where, str(key)), node.lc.key(key)[0] + 1
            yield from _lines(value, (*where, str(key)))
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            yield (*where, index), node.lc.item(index)[0] + 1
            yield from _lines(value, (*where, index))
