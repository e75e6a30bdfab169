"""What people say: a subscriber's word changes what that subscriber is told, and nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator import alert, moderate, relevance, subscribe
from aggregator.derive import derive
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Answer,
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Follow,
    Host,
    Verdict,
)
from aggregator.quality import Label
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
MONDAY = utc(2026, 11, 23, 9)
ADA, BEN = "ada@example.org", "ben@example.org"
CAFE = "000001-2026"


@pytest.fixture
def store(clock: FrozenClock) -> Iterator[Store]:
    with Store.open(None) as opened:
        for email in (ADA, BEN):
            subscribe.add(
                email,
                criteria=Criteria(),
                channel=Channel(kind=ChannelKind.EMAIL, target=email),
                cadence=Cadence.DAILY,
                store=opened,
                clock=clock,
            )
        yield opened


def arrives(store: Store, at: datetime, **changes: Any) -> None:
    with store.transaction():
        added = store.add_notices(
            [a_notice(**changes)], payload_id=None, retrieved_at=at, backfill=False
        )
        derive(added, store=store, profile=PROFILE)


def deadline_moves(store: Store, clock: FrozenClock, day: int, **changes: Any) -> None:
    moved = {
        "version": f"moved to {day}",
        "published": a_stated_time(clock.now()),
        "deadline": a_stated_time(utc(2026, 12, day, 12)),
    }
    arrives(store, clock.now(), **moved, **changes)


def told(store: Store, clock: FrozenClock) -> dict[str, str]:
    """Who is told now, and in what words."""
    composed = alert.compose(store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={})
    return {one.message.channel.target: one.message.text or "" for one in composed}


def says(store: Store, clock: FrozenClock, who: str, answer: Answer, what: str = CAFE) -> None:
    moderate.say(what, answer, store=store, clock=clock, subscriber=who)


def test_not_for_us_keeps_it_out_of_open_now_for_that_subscriber_only(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY - timedelta(days=3))
    says(store, clock, ADA, Answer.NOT_FOR_US)
    assert set(told(store, clock)) == {BEN}


def test_not_for_us_keeps_further_events_from_that_subscriber_only(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    assert set(told(store, clock)) == {ADA, BEN}
    says(store, clock, ADA, Answer.NOT_FOR_US)
    clock.advance(days=1)
    deadline_moves(store, clock, 11)
    assert set(told(store, clock)) == {BEN}


def test_other_opportunities_still_reach_who_said_not_for_us(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    told(store, clock)
    says(store, clock, ADA, Answer.NOT_FOR_US)
    clock.advance(days=1)
    deadline_moves(store, clock, 11)
    arrives(
        store, clock.now(), notice_id="000009-2026", ocid="ocds-h6vhtk-000009",
        version="v9", title="Bereavement counselling",
    )  # fmt: skip
    words = told(store, clock)[ADA]
    assert "Bereavement counselling" in words
    assert "Crisis café" not in words


def test_a_later_yes_brings_it_back_with_what_was_not_told(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    told(store, clock)
    says(store, clock, ADA, Answer.NOT_FOR_US)
    clock.advance(days=1)
    deadline_moves(store, clock, 11)
    assert ADA not in told(store, clock)
    says(store, clock, ADA, Answer.YES)
    clock.advance(days=1)
    words = told(store, clock)
    assert set(words) == {ADA}
    assert "Friday 11 December 2026" in words[ADA]
    clock.advance(days=1)
    assert told(store, clock) == {}, "and nothing twice"


def test_not_for_us_outweighs_a_follow(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    told(store, clock)
    opportunity_id = store.find_opportunity(CAFE).opportunity.id
    ada = moderate.known_subscriber(ADA, store)
    store.add_follow(Follow(subscriber_id=ada.id, opportunity_id=opportunity_id, since=clock.now()))
    says(store, clock, ADA, Answer.NOT_FOR_US)
    clock.advance(days=1)
    deadline_moves(store, clock, 11)
    assert set(told(store, clock)) == {BEN}


def test_not_for_us_holds_after_two_opportunities_became_one(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    arrives(store, MONDAY, notice_id="000002-2026", ocid="ocds-h6vhtk-000002", version="v2")
    told(store, clock)
    younger = store.find_opportunity("000002-2026").opportunity.id
    older = store.find_opportunity(CAFE).opportunity.id
    says(store, clock, ADA, Answer.NOT_FOR_US, younger)
    store.remove_opportunity(younger)
    store.add_alias(younger, older, clock.now())
    clock.advance(days=1)
    deadline_moves(store, clock, 11)
    assert set(told(store, clock)) == {BEN}


@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
def test_yes_and_no_are_data_and_change_no_digest(
    store: Store, clock: FrozenClock, answer: Answer
) -> None:
    arrives(store, MONDAY)
    says(store, clock, ADA, answer)
    assert set(told(store, clock)) == {ADA, BEN}


@pytest.mark.parametrize("answer", list(Answer))
def test_a_moderators_word_changes_neither_judgement_nor_digest(
    store: Store, clock: FrozenClock, answer: Answer
) -> None:
    arrives(store, MONDAY)
    before = store.digest_of_state()
    moderate.say(CAFE, answer, store=store, clock=clock, moderator="Cleo")
    assert store.digest_of_state() == before
    assert store.find_opportunity(CAFE).judgement.verdict is Verdict.CORE
    assert set(told(store, clock)) == {ADA, BEN}


def test_whoever_or_whatever_is_not_there_is_named(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    with pytest.raises(UnknownIdentifier, match=r"nobody is subscribed as cleo@example\.org"):
        says(store, clock, "cleo@example.org", Answer.NO)
    with pytest.raises(UnknownIdentifier, match="no opportunity “fn-nothing”"):
        says(store, clock, ADA, Answer.NO, "fn-nothing")
    assert store.verdicts() == ()


def test_verdicts_become_labels_that_name_no_person(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    moderate.say(CAFE, Answer.YES, store=store, clock=clock, moderator="Cleo", note="clear")
    says(store, clock, ADA, Answer.NOT_FOR_US)
    label = Label(
        verdict="yes",
        source="find-a-tender",
        notice_id=CAFE,
        ocid="ocds-h6vhtk-000001",
        by="moderator",
        address="https://example.org/Notice/000001-2026",
    )
    first, second = moderate.labels(store)
    assert first == label
    assert (second.verdict, second.by, second.notice_id) == ("not_for_us", "subscriber", CAFE)


def test_a_label_stands_for_the_notice_whose_title_was_read(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    arrives(
        store, clock.now(), notice_id="000005-2026", version="v5", title=None, description=None,
        published=a_stated_time(clock.now()), tags=("tenderUpdate",),
    )  # fmt: skip
    assert len(store.find_opportunity(CAFE).opportunity.notices) == 2
    moderate.say(CAFE, Answer.YES, store=store, clock=clock, moderator="Cleo")
    (label,) = moderate.labels(store)
    assert label.notice_id == CAFE


def test_what_a_rebuild_did_not_find_again_is_no_label(store: Store, clock: FrozenClock) -> None:
    arrives(store, MONDAY)
    moderate.say(CAFE, Answer.YES, store=store, clock=clock, moderator="Cleo")
    store.remove_opportunity(store.find_opportunity(CAFE).opportunity.id)
    assert list(moderate.labels(store)) == []
    assert len(store.verdicts()) == 1
