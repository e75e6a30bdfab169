"""What a person is asked to look at beside links and odd notices."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aggregator import doubts, moderate, relevance, relink
from aggregator.derive import derive
from aggregator.model import Answer, ReviewItem, ReviewKind, Stage, Verdict
from aggregator.store import Store
from aggregator.testing import (
    FrozenClock,
    a_judgement,
    a_notice,
    a_stored_notice,
    an_opportunity,
    utc,
)

PROFILE = relevance.load_profile()
MONDAY = utc(2026, 11, 23, 9)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def arrives(store: Store, **changes: object) -> None:
    with store.transaction():
        added = store.add_notices(
            [a_notice(**changes)], payload_id=None, retrieved_at=MONDAY, backfill=False
        )
        derive(added, store=store, profile=PROFILE)


def narrow(score: float, stage: Stage = Stage.OPEN) -> list[str]:
    standing = replace(an_opportunity().standing, stage=stage)
    found = doubts.relevance(
        a_stored_notice(),
        an_opportunity(standing=standing),
        a_judgement(Verdict.RELATED, score=score),
        5,
    )
    return [item.words for item in found]


def test_a_verdict_by_a_narrow_margin_is_worth_a_look() -> None:
    assert narrow(5.5) == [
        "find-a-tender 000001-2026 “Crisis café for adults”: judged related by a narrow margin"
        " (score 5.5, from 5 on); is it about mental health?"
    ]


def test_a_clear_verdict_is_not_and_neither_is_what_is_over() -> None:
    assert narrow(6) == []
    assert narrow(5.5, Stage.AWARDED) == []


def kinds(store: Store, kind: ReviewKind) -> list[ReviewItem]:
    return [item for item in store.review_items() if item.kind is kind]


def said(store: Store, answer: Answer, by: str | None = "ann") -> None:
    moderate.say("000001-2026", answer, store=store, clock=FrozenClock(MONDAY), moderator=by)


def test_a_moderator_who_disagrees_asks_others_to_look_once(store: Store) -> None:
    arrives(store)
    said(store, Answer.NO)
    said(store, Answer.NO)
    (item,) = kinds(store, ReviewKind.DISAGREEMENT)
    assert "judged core" in item.words
    assert "but ann says no" in item.words


def test_a_moderator_who_agrees_asks_nobody(store: Store) -> None:
    arrives(store)
    said(store, Answer.YES)
    said(store, Answer.NOT_FOR_US)
    assert kinds(store, ReviewKind.DISAGREEMENT) == []


def test_a_yes_to_what_was_judged_no_asks_as_well(store: Store) -> None:
    arrives(store, title="Road works", description="Tarmac.")
    said(store, Answer.YES)
    assert len(kinds(store, ReviewKind.DISAGREEMENT)) == 1


def test_what_does_not_follow_from_notices_survives_a_rebuild(store: Store) -> None:
    arrives(store)
    said(store, Answer.NO)
    trouble = doubts.source("find-a-tender", "quiet", "no notice for three days", MONDAY)
    store.keep_review_items([trouble, trouble])
    before = store.review_items()
    with store.transaction():
        store.clear_derived()
        derive(store.stored_notices(), store=store, profile=PROFILE)
        store.finish_rebuild()
    assert store.review_items() == before
    assert {item.kind for item in before} >= {ReviewKind.DISAGREEMENT, ReviewKind.SOURCE}


def test_they_are_answered_like_every_other_item(store: Store) -> None:
    trouble = doubts.source("find-a-tender", "quiet", "no notice for three days", MONDAY)
    store.keep_review_items([trouble])
    done = relink.answer(
        trouble.id, "yes", by="ann", store=store, clock=FrozenClock(MONDAY), profile=PROFILE
    )
    assert done.settled
    assert store.review_items() == ()
