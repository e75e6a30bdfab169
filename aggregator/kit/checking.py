"""`fairnotice sources check`: what is missing before an entry can be relied on.

A case is known by what comes out of it, not by its name: an ordinary one gives notices, an empty
one gives nothing and no error, a broken one an error, an amended one a second version of a notice.
"""

import ast
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from inspect import getsourcefile
from pathlib import Path

from aggregator.app import build_source
from aggregator.config import SourceEntry
from aggregator.errors import ConfigError
from aggregator.sources import KINDS

STALE = timedelta(days=180)
"""Months after which a live check says little about today."""

MISSING = {
    "ordinary": "no case gives a notice; add an ordinary page",
    "no results": "no case shows what an empty list looks like",
    "amended": "no case shows a notice (or a later one of its ocid) that differs from another case",
    "broken": "no case is refused; a page cut in the middle will do",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about an entry. must: it has to be put right; else it is good to know."""

    source_id: str
    words: str
    must: bool = True


def check(entries: Iterable[SourceEntry], *, fixtures: Path, today: date) -> Iterator[Finding]:
    """All that is missing. fixtures: the folder of the cases; where it is not there (the program
    was installed without them) cases are not looked at."""
    for entry in entries:
        try:
            build_source(entry)
        except ConfigError as fault:
            yield Finding(source_id=entry.id, words=str(fault))
            continue
        yield from of_entry(entry, today)
        yield from of_code(entry)
        if fixtures.is_dir():
            yield from of_cases(entry, fixtures / entry.id)


def of_entry(entry: SourceEntry, today: date) -> Iterator[Finding]:
    """Whether it says when it was seen live, and what is unknown."""
    checked = entry.last_checked_live
    if entry.local is not None:
        return
    if checked == "never":
        words = "nobody has seen it work live (last_checked_live: never)"
        yield Finding(source_id=entry.id, words=words, must=False)
        if entry.enabled and not entry.to_confirm and entry.kind not in OFFICIAL:
            yield Finding(
                source_id=entry.id,
                words="is switched on, was never seen live, and to_confirm names nothing to check",
            )
    elif isinstance(checked, date) and checked > today:
        yield Finding(source_id=entry.id, words=f"last_checked_live is in the future ({checked})")
    elif isinstance(checked, date) and today - checked > STALE:
        words = f"was last seen live on {checked}; run `fairnotice sources canary {entry.id}`"
        yield Finding(source_id=entry.id, words=words, must=False)
    if entry.homepage is None:
        words = "has no homepage, where people could look for themselves"
        yield Finding(source_id=entry.id, words=words, must=False)


OFFICIAL = frozenset({"find-a-tender", "contracts-finder"})
"""Services with documented open data; there is nothing else to wait for."""


def of_code(entry: SourceEntry) -> Iterator[Finding]:
    """Whether the module of its kind says what it is and from where that is known."""
    file = getsourcefile(KINDS[entry.kind])
    if file is None or not Path(file).is_file():
        return
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield Finding(source_id=entry.id, words=f"{Path(file).name} does not say what it reads")
    for node in ast.walk(tree):
        public = isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_"
        if public and not ast.get_docstring(node):  # type: ignore[arg-type]
            words = f"{Path(file).name}: {node.name} has no docstring"  # type: ignore[attr-defined]
            yield Finding(source_id=entry.id, words=words)


def of_cases(entry: SourceEntry, folder: Path) -> Iterator[Finding]:
    """Whether its cases show what has to be shown."""
    requests = sorted(folder.glob("*/request.json"))
    outcomes = []
    for request in requests:
        case = request.parent
        if len([*case.glob("payload.*")]) != 1:
            yield Finding(source_id=entry.id, words=f"{case.name}: the page (payload.*) is missing")
        elif not (case / "expected.json").is_file():
            words = f"{case.name}: run pytest tests/sources/test_golden.py, review expected.json"
            yield Finding(source_id=entry.id, words=words)
        else:
            outcomes.append(json.loads((case / "expected.json").read_text(encoding="utf-8")))
    shown = kinds_of(outcomes)
    for kind, words in MISSING.items():
        if kind not in shown:
            yield Finding(source_id=entry.id, words=words)


def kinds_of(outcomes: Sequence[dict[str, object]]) -> frozenset[str]:
    """Which kinds of case there are among what came out."""
    shown: set[str] = set()
    versions: dict[object, object] = {}
    for one in outcomes:
        notices = one.get("notices")
        if "error" in one:
            shown.add("broken")
            if one["error"] == "MissingStructure":
                shown.add("no results")  # lists of which an empty one is a sign of trouble
        elif not notices:
            shown.add("no results")
        for notice in notices if isinstance(notices, list) else ():
            shown.add("ordinary")
            version = notice["notice_id"], notice["version"]
            for key in {notice["notice_id"], notice.get("ocid") or notice["notice_id"]}:
                if versions.setdefault(key, version) != version:
                    shown.add("amended")
    return frozenset(shown)
