"""Typed access to OCDS as it really arrives.

Services publish an object where the standard wants a list, PHP objects ({"1": {…}}) for lists, one
string for a list of strings, null, empty lists for missing objects, numbers as text. A Part hands
out what was asked for, or None together with a remark; nothing here ever raises.
"""

from collections.abc import Mapping
from typing import Any, Final

from aggregator.parsing.markup import LONGEST, line, plain

WORD_LENGTH = 300
"""Ids, codes and statuses are short; anything longer is something else."""
LONGEST_LABEL = 1_000


class Part:
    """One object inside a release, and the place it has there.

    data: the object as published. odd: remarks in words about everything strange met on the way;
    all parts of one release share the list.
    """

    __slots__ = ("_key", "_number", "_parent", "data", "odd")

    def __init__(
        self,
        data: Mapping[str, Any],
        odd: list[str],
        parent: "Part | None" = None,
        key: str = "",
        number: int | None = None,
    ) -> None:
        self.data, self.odd = data, odd
        self._parent, self._key, self._number = parent, key, number

    def note(self, key: str, problem: str) -> None:
        """Remember that something under `key` was odd: "tender, lots 2, value: …"."""
        self.odd.append(f"{', '.join((*self._path(), key))}: {problem}")

    def _path(self) -> tuple[str, ...]:
        if self._parent is None:
            return ()
        own = self._key if self._number is None else f"{self._key} {self._number}"
        return (*self._parent._path(), own)

    def part(self, key: str) -> "Part":
        """The object under `key`; an empty Part where there is none. Of a list, its first."""
        value = self.data.get(key)
        if isinstance(value, dict):
            return Part(value, self.odd, self, key)
        if not value:
            return _NOTHING
        if isinstance(value, list) and isinstance(value[0], dict):
            if len(value) > 1:
                self.note(key, "a list where one is expected, the first taken")
            return Part(value[0], self.odd, self, key)
        self.note(key, f"{_kind(value)} where an object is expected, left out")
        return _NOTHING

    def parts(self, key: str) -> list["Part"]:
        """The objects of the list under `key`, whatever shape the list came in."""
        value = self.data.get(key)
        if not value:
            return []
        rows = value if isinstance(value, list) else self._as_list(key, value)
        return [
            Part(row, self.odd, self, key, number)
            for number, row in enumerate(rows, start=1)
            if isinstance(row, dict) or self._is_no_row(key, number, row)
        ]

    def _as_list(self, key: str, value: object) -> list[Any]:
        if isinstance(value, dict):
            return list(value.values()) if _is_php_list(value) else [value]
        self.note(key, f"{_kind(value)} where a list is expected, left out")
        return []

    def _is_no_row(self, key: str, number: int, row: object) -> bool:
        """Always False: what is no object is left out, and null without a word."""
        if row is not None:
            self.note(key, f"entry {number} is {_kind(row)}, left out")
        return False

    def text(self, key: str, *, longest: int = LONGEST) -> str | None:
        """Words for people: HTML, entities and control characters removed; None for nothing."""
        value = self.data.get(key)
        if isinstance(value, str):
            return plain(value, longest=longest)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _digits(value)
        if value:
            self.note(key, f"{_kind(value)} where text is expected, left out")
        return None

    def label(self, key: str, *, longest: int = LONGEST_LABEL) -> str | None:
        """The same on one line, for titles and names."""
        text = self.text(key, longest=longest)
        return " ".join(text.split()) if text and "\n" in text else text

    def word(self, key: str) -> str | None:
        """An id, code or status, as published; a number is taken as its digits."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, str) and len(value) <= WORD_LENGTH and value.isprintable():
            return value.strip() or None
        return self._word(key, value)

    def words(self, key: str) -> tuple[str, ...]:
        """Several of them; a single one counts as a list of one."""
        value = self.data.get(key)
        if not value:
            return ()
        if isinstance(value, dict) and _is_php_list(value):
            value = list(value.values())
        if not isinstance(value, list):
            value = [value]
        found = (self._word(key, each) for each in value if each is not None)
        return tuple(dict.fromkeys(word for word in found if word))

    def _word(self, key: str, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            if value:
                self.note(key, f"{_kind(value)} where a word is expected, left out")
            return None
        word = line(value if isinstance(value, str) else _digits(value))
        if len(word) > WORD_LENGTH:
            self.note(key, f"longer than {WORD_LENGTH} characters, left out")
            return None
        return word or None

    def yes(self, key: str) -> bool | None:
        """True, False, or None where nothing was said."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        answer = _ANSWERS.get(value.strip().casefold()) if isinstance(value, str) else None
        if answer is None:
            self.note(key, f"{_kind(value)} where yes or no is expected, left out")
        return answer

    def whole(self, key: str) -> int | None:
        """A whole number."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.note(key, f"{_kind(value)} where a whole number is expected, left out")
        return None


_NOTHING: Final = Part({}, [])
"""Has no keys, so that nothing about it can be odd."""

_ANSWERS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _is_php_list(value: Mapping[str, Any]) -> bool:
    """Whether an object is a list in PHP's clothes: every key a number."""
    return all(key.isdigit() for key in value)


def _digits(value: float) -> str:
    """A number as text. A giant would take seconds to print, and no id or title is one."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**WORD_LENGTH else "a very large number"
    return repr(value)


def _kind(value: object) -> str:
    """What something is, for people. Never the thing itself: it may be a person's address."""
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"
