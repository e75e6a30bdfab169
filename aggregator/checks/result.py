"""One thing that was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """One thing looked at. `remedy` says what to do when it is not well.

    about: what was looked at, in a word for programs. where: file and line, as "fairnotice.yaml,
    line 3". stops: going on would harm somebody, so the service does not start.
    """

    well: bool
    words: str
    remedy: str = ""
    about: str = "instance"
    where: str | None = None
    stops: bool = False


def all_well(results: Iterable[Result]) -> bool:
    """Whether there is nothing to do."""
    return all(result.well for result in results)


def refused(about: str, words: str, remedy: str, *, where: str | None = None) -> Result:
    """Something with which the service does not start."""
    return Result(well=False, about=about, words=words, remedy=remedy, where=where, stops=True)


def doubtful(about: str, words: str, remedy: str, *, where: str | None = None) -> Result:
    """Something a person should look at."""
    return Result(well=False, about=about, words=words, remedy=remedy, where=where)


def fine(about: str, words: str) -> Result:
    """Something that is as it should be."""
    return Result(well=True, about=about, words=words)
