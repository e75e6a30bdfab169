"""Judging lines of a file."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from aggregator import relevance
from aggregator.model import Judgement, Subject
from aggregator.parsing import cpv, text
from aggregator.relevance import Profile


def judged_lines(lines: Iterable[bytes], profile: Profile) -> Iterator[str]:
    """A JSON line for each line: the judgement, or {"error": …, "line": n}. Blank lines pass."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as fault:
            yield json.dumps({"error": f"no JSON: {fault}", "line": number})
            continue
        if problem := problem_of(record):
            yield json.dumps({"error": problem, "line": number})
            continue
        judgement = relevance.judge(subject_of_record(record), profile)
        yield (
            json.dumps(as_record(record.get("id"), judgement), ensure_ascii=False)
            .encode(errors="replace")
            .decode()
        )


TAKEN = {
    "title": (str, type(None)),
    "description": (str, type(None)),
    "buyer": (str, list, type(None)),
    "cpv": (str, int, list, type(None)),
}
WORDS = {str: "text", int: "a number", list: "a list", type(None): "null"}


def problem_of(record: object) -> str | None:
    """Why this cannot be judged; None where it can."""
    if not isinstance(record, dict):
        return "a line holds one object with id and title"
    for name, kinds in TAKEN.items():
        value = record.get(name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            allowed = " or ".join(WORDS[kind] for kind in kinds)
            return f"{name} has to be {allowed}, and is {json.dumps(value)[:40]}"
    return None


def subject_of_record(record: dict[str, Any]) -> Subject:
    """The subject of a flat record; unknown keys are passed over."""
    buyers = record.get("buyer")
    codes = record.get("cpv") or ""
    listed = codes if isinstance(codes, list) else str(codes).replace(",", " ").split()
    return Subject(
        title=text.plain(record.get("title")),
        description=text.plain(record.get("description")),
        organisations=tuple(
            str(name) for name in (buyers if isinstance(buyers, list) else [buyers]) if name
        ),
        cpv=tuple(code for word in listed if (code := cpv.code(str(word)))),
    )


def as_record(identifier: object, judgement: Judgement) -> dict[str, Any]:
    """A judgement as printed."""
    return {
        "id": identifier,
        "verdict": judgement.verdict,
        "types": list(judgement.types),
        "score": round(judgement.score, 2),
        "reasons": [reason.words for reason in judgement.reasons],
    }
