"""What people say of opportunities."""

import pytest

from aggregator.errors import StoreError
from aggregator.model import Answer, PersonVerdict
from aggregator.store import Store
from aggregator.testing import a_subscriber, utc
from store.made import MORNING, known


def a_verdict(opportunity_id: str = "fn-a", answer: Answer = Answer.YES, **changes: object) -> (
    PersonVerdict
):  # fmt: skip
    values: dict[str, object] = {"at": MORNING}
    if "subscriber_id" not in changes:
        values["moderator"] = "Ada"
    return PersonVerdict(opportunity_id=opportunity_id, answer=answer, **{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    for number in (1, 2):
        store.add_subscriber(a_subscriber(id=f"sub-{number}", email=f"{number}@example.org"))


def test_a_verdict_comes_back_as_said(store: Store) -> None:
    by_moderator = a_verdict(note="the title misleads")
    by_subscriber = a_verdict("fn-b", Answer.NOT_FOR_US, subscriber_id="sub-1")
    store.say_verdict(by_moderator)
    store.say_verdict(by_subscriber)
    assert store.verdicts() == (by_moderator, by_subscriber)
    assert store.verdicts_of("fn-a") == (by_moderator,)
    assert store.verdicts_by("sub-1") == (by_subscriber,)
    assert store.verdicts_by("sub-2") == ()


def test_a_persons_last_word_counts_and_the_others_words_stay(store: Store) -> None:
    other = a_verdict(answer=Answer.NO, subscriber_id="sub-2")
    last = a_verdict(answer=Answer.YES, subscriber_id="sub-1", at=utc(2026, 11, 20))
    store.say_verdict(a_verdict(answer=Answer.NOT_FOR_US, subscriber_id="sub-1"))
    store.say_verdict(other)
    store.say_verdict(last)
    assert store.verdicts_of("fn-a") == (other, last)
    assert store.verdicts_by("sub-1") == (last,)
    assert store._db.value("SELECT count(*) FROM person_verdicts") == 3, "all is kept"


def test_two_moderators_speak_each_for_themselves(store: Store) -> None:
    said = (a_verdict(moderator="Ada"), a_verdict(answer=Answer.NO, moderator="Ben"))
    for verdict in said:
        store.say_verdict(verdict)
    assert store.verdicts_of("fn-a") == said


def test_what_was_said_of_a_younger_id_holds_for_the_older(store: Store) -> None:
    store.say_verdict(a_verdict("fn-old", Answer.YES, subscriber_id="sub-1"))
    store.say_verdict(a_verdict("fn-young", Answer.NOT_FOR_US, subscriber_id="sub-1"))
    store.say_verdict(a_verdict("fn-young", Answer.NO, subscriber_id="sub-2"))
    store.add_alias("fn-young", "fn-old", MORNING)
    last = a_verdict("fn-old", Answer.NOT_FOR_US, subscriber_id="sub-1")
    assert store.verdicts_by("sub-1") == (last,)
    both = (last, a_verdict("fn-old", Answer.NO, subscriber_id="sub-2"))
    assert store.verdicts_of("fn-old") == store.verdicts_of("fn-young") == both


def test_a_rebuild_clears_no_verdict(store: Store) -> None:
    known(store, "fn-a")
    store.say_verdict(a_verdict())
    with store.transaction():
        store.clear_derived()
        store.finish_rebuild()
    assert store.verdicts() == (a_verdict(),)


def test_exactly_one_person_speaks_and_a_subscriber_must_be_there(store: Store) -> None:
    for wrong in (
        a_verdict(moderator=None),
        a_verdict(moderator="Ada", subscriber_id="sub-1"),
        a_verdict(subscriber_id="sub-9"),
    ):
        with pytest.raises(StoreError):
            store.say_verdict(wrong)
    assert store.verdicts() == ()


def test_a_store_of_the_first_release_gains_the_table_and_keeps_all_else(store: Store) -> None:
    store._db.write("DROP TABLE person_verdicts")
    store._db.write("DELETE FROM _sqlite_migrations WHERE name = 'person_verdicts'")
    from aggregator.store.schema import migrations

    migrations.apply(store._db.db)
    store.say_verdict(a_verdict())
    assert len(store.subscribers()) == 2
    assert store.verdicts() == (a_verdict(),)
