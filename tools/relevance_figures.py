"""Print how good the judging is on labelled notices, and what it costs.

Usage: relevance_figures.py LABELS.csv CORPUS.jsonl   (columns source, id, label, types; lines of
JSON with source, id, title, description, buyer, cpv)
"""

import csv
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aggregator.model import Subject
from aggregator.quality import Labelled, report
from aggregator.relevance import judge, load_profile


def subject(record: dict[str, object]) -> Subject:
    """The subject of a flat record."""
    return Subject(
        title=str(record["title"] or "") or None,
        description=str(record["description"] or "") or None,
        organisations=(str(record["buyer"]),) if record["buyer"] else (),
        cpv=tuple(str(code).split("-")[0] for code in record["cpv"] or ()),  # type: ignore[attr-defined]
    )


def lines_of(corpus: Path) -> list[str]:
    """Its lines; a text may hold separators that str.splitlines would take for line ends."""
    return [line for line in corpus.read_text(encoding="utf-8").split("\n") if line]


def labelled(labels: Path, corpus: Path) -> list[Labelled]:
    """Labels joined to their notices, judged."""
    profile = load_profile()
    records = {(row["source"], row["id"]): row for row in map(json.loads, lines_of(corpus))}
    found = []
    for row in csv.DictReader(labels.read_text(encoding="utf-8").splitlines()):
        one = subject(records[row["source"], row["id"]])
        found.append(
            Labelled(
                id=f"{row['source']}/{row['id']}",
                title=row["title"],
                label=row["label"],
                types=tuple(row["types"].split()),
                subject=one,
                judgement=judge(one, profile),
            )
        )
    return found


def microseconds(work: Callable[[object], object], cases: Iterable[object]) -> float:
    """The best of five runs, per case."""
    cases = list(cases)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for case in cases:
            work(case)
        best = min(best, time.perf_counter() - began)
    return best / len(cases) * 1e6


def bench(corpus: Path) -> Iterable[str]:
    """What judging costs beside parsing, and beside one regular expression per phrase."""
    profile = load_profile()
    lines = lines_of(corpus)
    subjects = [subject(json.loads(line)) for line in lines]
    judging = microseconds(lambda one: judge(one, profile), subjects)  # type: ignore[arg-type]
    parsing = microseconds(json.loads, lines)  # type: ignore[arg-type]
    yield f"judging {judging:.0f} µs a notice, {judging / parsing:.1f} × json.loads of its line"
    some = subjects[:: len(subjects) // 100]
    phrases = [re.compile(rf"\b{re.escape(one.needle.strip())}") for one in profile.rules.patterns]
    texts = [f"{one.title} {one.description}".lower() for one in some]
    ours = microseconds(lambda one: judge(one, profile), some)  # type: ignore[arg-type]
    loop = microseconds(
        lambda text: [one.search(text) for one in phrases],  # type: ignore[arg-type]
        texts,
    )
    yield f"a loop over {len(phrases)} regular expressions: {loop / ours:.0f} × as long"
    every = re.compile("|".join(one.pattern for one in phrases))
    single = microseconds(every.findall, texts)  # type: ignore[arg-type]
    yield f"one regular expression of all of them: {single / ours:.0f} × as long"


if __name__ == "__main__":
    for line in report(labelled(Path(sys.argv[1]), Path(sys.argv[2]))):
        print(line)
    for line in bench(Path(sys.argv[2])):
        print(line)
