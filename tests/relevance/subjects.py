"""Judging made short for the tests."""

from functools import cache

from aggregator.model import Judgement, Subject
from aggregator.relevance import Profile, judge, load_profile

RANK = {"no": 0, "possible": 1, "related": 2, "core": 3}


@cache
def the_profile() -> Profile:
    return load_profile()


def judged(title: str | None, description: str | None = None, **more: object) -> Judgement:
    subject = Subject(title=title, description=description, **more)  # type: ignore[arg-type]
    return judge(subject, the_profile())


def verdict(title: str | None, description: str | None = None, **more: object) -> str:
    return str(judged(title, description, **more).verdict)


def words(judgement: Judgement) -> str:
    return "; ".join(reason.words for reason in judgement.reasons)
