"""Subscribers, subscriptions, follows."""

from decimal import Decimal

import pytest

from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Follow,
    ProcurementKind,
    Stage,
    SubscriberState,
    Verdict,
)
from aggregator.store import Store
from aggregator.testing import a_subscriber, a_subscription, utc
from store.made import MORNING


def test_a_subscriber_comes_back_as_entered(store: Store) -> None:
    full = a_subscriber(name="Ada", organisation_id="vale-mind")
    bare = a_subscriber(
        id="sub-2", email="info@example.org", consent=None, state=SubscriberState.PENDING
    )
    store.add_subscriber(full)
    store.add_subscriber(bare)
    assert store.subscriber("sub-1") == full
    assert store.subscribers() == (full, bare)


def test_an_address_is_found_whatever_its_capital_letters(store: Store) -> None:
    subscriber = a_subscriber(email="Director@Straße.example.org")
    store.add_subscriber(subscriber)
    assert store.subscriber_by_email(" director@STRASSE.example.org ") == subscriber
    assert store.subscriber_by_email("info@example.org") is None


@pytest.mark.parametrize(
    "second", [{"id": "sub-2", "email": "DIRECTOR@example.org"}, {"email": "b"}]
)
def test_an_address_or_id_is_there_once(store: Store, second: dict[str, str]) -> None:
    store.add_subscriber(a_subscriber())
    with pytest.raises(StoreError, match="subscribed already") as refusal:
        store.add_subscriber(a_subscriber(**second))
    assert "example.org" not in str(refusal.value), "addresses do not belong in logs"
    assert store.subscribers() == (a_subscriber(),)


def test_an_unknown_subscriber_is_named(store: Store) -> None:
    for ask in (
        lambda: store.subscriber("sub-9"),
        lambda: store.set_subscriber_state("sub-9", SubscriberState.ENDED),
        lambda: store.add_subscription(a_subscription(subscriber_id="sub-9")),
    ):
        with pytest.raises(UnknownIdentifier, match="sub-9"):
            ask()


def test_a_state_changes_and_consent_stays_unless_it_is_renewed(store: Store) -> None:
    store.add_subscriber(a_subscriber())
    store.set_subscriber_state("sub-1", SubscriberState.PAUSED)
    assert store.subscriber("sub-1") == a_subscriber(state=SubscriberState.PAUSED)
    renewed = Consent(given_at=MORNING, how="by the link in the mail", wording="2")
    store.set_subscriber_state("sub-1", SubscriberState.CONFIRMED, consent=renewed)
    assert store.subscriber("sub-1").consent == renewed


def test_a_subscription_comes_back_as_entered(store: Store) -> None:
    store.add_subscriber(a_subscriber())
    subscription = a_subscription(
        name="Northmoor only",
        cadence=Cadence.WEEKLY,
        channel=Channel(
            kind=ChannelKind.WEBHOOK, target="https://example.org:8443/hook", secret="whsec_x"
        ),
        criteria=Criteria(
            verdicts=(Verdict.CORE, Verdict.RELATED),
            types=("crisis",),
            places=("UKE2",),
            stages=(Stage.OPEN,),
            kinds=(ProcurementKind.GRANT,),
            words=("café",),
            without_words=("catering",),
            buyers=("Northmoor Council",),
            least_value=Decimal("10000.50"),
            most_value=Decimal("1E6"),
        ),
    )
    store.add_subscription(subscription)
    assert store.subscriptions("sub-1") == (subscription,)
    assert store.subscriptions() == (subscription,)
    assert store.subscriptions("sub-2") == ()


def test_subscriptions_come_earliest_first_and_can_be_removed(store: Store) -> None:
    store.add_subscriber(a_subscriber())
    for name, day in (("b", 2), ("a", 3), ("c", 1)):
        store.add_subscription(a_subscription(id=name, created_at=utc(2026, 11, day)))
    assert [one.id for one in store.subscriptions()] == ["c", "b", "a"]
    store.remove_subscription("b")
    assert [one.id for one in store.subscriptions("sub-1")] == ["c", "a"]
    with pytest.raises(UnknownIdentifier, match="“b”"):
        store.remove_subscription("b")


def follow(store: Store, opportunity_id: str, day: int = 1) -> None:
    store.add_follow(
        Follow(subscriber_id="sub-1", opportunity_id=opportunity_id, since=utc(2026, 11, day))
    )


def followed(store: Store) -> list[tuple[str, int]]:
    return [(one.opportunity_id, one.since.day) for one in store.follows("sub-1")]


def test_following_twice_is_following_since_the_first_time(store: Store) -> None:
    store.add_subscriber(a_subscriber())
    follow(store, "fn-b", 3)
    follow(store, "fn-a", 5)
    follow(store, "fn-b", 7)
    assert followed(store) == [("fn-b", 3), ("fn-a", 5)]
    store.remove_follow("sub-1", "fn-b")
    store.remove_follow("sub-1", "fn-never")
    assert followed(store) == [("fn-a", 5)]
    assert store.follows("sub-2") == ()


def test_a_follow_goes_along_with_a_merge(store: Store) -> None:
    store.add_subscriber(a_subscriber())
    follow(store, "fn-young", 2)
    follow(store, "fn-old", 4)
    store.add_alias("fn-young", "fn-old", MORNING)
    assert followed(store) == [("fn-old", 2)]


@pytest.mark.parametrize("by", ["fn-old", "fn-young", "fn-third"])
def test_a_merged_opportunity_is_unfollowed_by_any_of_its_ids(store: Store, by: str) -> None:
    store.add_subscriber(a_subscriber())
    for name in ("fn-young", "fn-old", "fn-other"):
        follow(store, name)
    store.add_alias("fn-young", "fn-old", MORNING)
    store.add_alias("fn-third", "fn-old", MORNING)
    store.remove_follow("sub-1", by)
    assert followed(store) == [("fn-other", 1)]


def test_nobody_who_is_not_there_can_follow(store: Store) -> None:
    with pytest.raises(StoreError):
        follow(store, "fn-a")
