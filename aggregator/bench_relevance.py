"""What judging costs: beside parsing, beside plain regular expressions, and in memory."""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from aggregator import relevance
from aggregator.model import Subject
from aggregator.normalise import Dialect, notice_from_release
from aggregator.relevance import Profile

ROUNDS = 5
FOR_EXPRESSIONS = 50
"""The loop over regular expressions is so slow that a sample of the notices and two rounds do."""
DIALECT = Dialect(source_id="bench")

Case = TypeVar("Case")


def lines(releases: Sequence[Mapping[str, Any]], profile: Profile) -> Iterator[str]:
    """The figures as JSON lines, over OCDS releases; times are the best of several rounds."""
    bodies = [json.dumps(release) for release in releases]
    subjects = [subject_of(release) for release in releases]
    judge = partial(relevance.judge, profile=profile)
    parsing, judging = microseconds(json.loads, bodies), microseconds(judge, subjects)
    yield json.dumps(
        {
            "bench": "judging",
            "notices": len(subjects),
            "json_loads_us": round(parsing, 1),
            "judging_us": round(judging, 1),
            "times_json_loads": round(judging / parsing, 1),
        }
    )
    sample = subjects[:: max(1, len(subjects) // FOR_EXPRESSIONS)]
    expressions = expressions_of(profile)
    texts = [text_of(one) for one in sample]
    looping = microseconds(partial(found_by, expressions), texts, rounds=2)
    judging = microseconds(judge, sample)
    yield json.dumps(
        {
            "bench": "a plain loop over regular expressions of the same phrases, beside judging",
            "notices": len(sample),
            "expressions": len(expressions),
            "loop_us": round(looping, 1),
            "judging_us": round(judging, 1),
            "judging_times_faster": round(looping / judging, 1),
            "aim": 5,
        }
    )
    before, loaded, after = memory(bodies)
    yield json.dumps(
        {
            "bench": "memory of judging, in a process of its own",
            "notices": len(bodies),
            "profile_mb": round(loaded - before, 1),
            "growth_while_judging_mb": round(after - loaded, 1),
        }
    )


def subject_of(release: Mapping[str, Any]) -> Subject:
    """What of a release is judged."""
    return relevance.subject_of(notice_from_release(release, DIALECT).facts)


def text_of(subject: Subject) -> str:
    """All texts of a subject as one, in small letters, as a plain search would take them."""
    lots = (text for lot in subject.lots for text in (lot.title, lot.description))
    return "\n".join(text for text in (subject.title, subject.description, *lots) if text).lower()


def expressions_of(profile: Profile) -> list[re.Pattern[str]]:
    """One expression for each phrase: at a word's beginning, whole unless it may end anyhow."""
    return [
        re.compile(rf"\b{re.escape(one.needle.strip())}" + (r"\b" if one.needle[-1] == " " else ""))
        for one in profile.rules.patterns
    ]


def found_by(expressions: Iterable[re.Pattern[str]], text: str) -> list[re.Match[str]]:
    """What a plain loop finds."""
    return [found for one in expressions if (found := one.search(text))]


def microseconds(
    work: Callable[[Case], object], cases: Sequence[Case], rounds: int = ROUNDS
) -> float:
    """The best of several rounds, per case."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for case in cases:
            work(case)
        best = min(best, time.perf_counter() - began)
    return best / len(cases) * 1e6


def peak() -> float:
    """The most megabytes this process has held."""
    # What getrusage says begins, on Linux, with the size of the process that started this one.
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peaks(bodies: Iterable[str]) -> tuple[float, float, float]:
    """Peak before the profile is loaded, with it, and after judging."""
    subjects = [subject_of(json.loads(body)) for body in bodies]
    before = peak()
    profile = relevance.load_profile()
    loaded = peak()
    for subject in subjects:
        relevance.judge(subject, profile)
    return before, loaded, peak()


def memory(bodies: Iterable[str]) -> tuple[float, float, float]:
    """The peaks of a fresh process."""
    words = "import json, sys; from aggregator.bench_relevance import peaks"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", f"{words}; print(json.dumps(peaks(sys.stdin)))"],
        input="\n".join(bodies),
        check=True,
        capture_output=True,
        text=True,
    )
    before, loaded, after = json.loads(done.stdout)
    return before, loaded, after
