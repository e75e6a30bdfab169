"""What is probably one procurement stands in one place of a digest, and nothing is hidden."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aggregator import alert, relevance, relink, subscribe
from aggregator.derive import derive
from aggregator.digest import grouped
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    DigestItem,
    EventKind,
    Host,
    LikelyLink,
    Opportunity,
    Stage,
)
from aggregator.store import Store
from aggregator.testing import (
    FrozenClock,
    a_judgement,
    a_notice,
    a_stated_time,
    an_event,
    an_opportunity,
    utc,
)

PROFILE = relevance.load_profile()
MONDAY = utc(2026, 11, 23, 9)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")


def an_item(name: str, source: str = "contracts-finder", **changes: Any) -> DigestItem:
    values: dict[str, Any] = {
        "opportunity": an_opportunity(id=name, source_id=source),
        "judgement": a_judgement(),
        "stage": Stage.OPEN,
        "events": (an_event(id=f"appeared {name}", opportunity_id=name),),
        "why": (),
        "known": False,
        **changes,
    }
    return DigestItem(**values)


def linked(*pairs: tuple[str, str]) -> dict[str, list[LikelyLink]]:
    found: dict[str, list[LikelyLink]] = {}
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            found.setdefault(one, []).append(
                LikelyLink(
                    opportunity_id=one,
                    other_id=other,
                    notice=("a", one),
                    other_notice=("b", other),
                    rule=5,
                    evidence="same title",
                )
            )
    return found


def shape(items: tuple[DigestItem, ...]) -> list[tuple[str, list[str]]]:
    return [(item.opportunity.id, [one.opportunity.id for one in item.same]) for item in items]


def test_one_stands_under_the_other_of_the_source_that_speaks_first() -> None:
    items = (an_item("copy"), an_item("alone"), an_item("first", "find-a-tender"))
    found = grouped(items, linked(("copy", "first")))
    assert shape(found) == [("alone", []), ("first", ["copy"])]
    assert {event.id for event in found[1].events} == {"appeared copy", "appeared first"}


def test_each_is_in_one_place_under_one_that_it_is_itself_linked_to() -> None:
    items = tuple(an_item(name) for name in "abcd")
    found = grouped(items, linked(("a", "b"), ("b", "c"), ("c", "d")))
    assert shape(found) == [("a", ["b"]), ("c", ["d"])]


def test_what_is_linked_to_something_outside_the_digest_stays_as_it_is() -> None:
    assert shape(grouped((an_item("a"),), linked(("a", "elsewhere")))) == [("a", [])]


MOVED = {"kind": EventKind.CHANGED, "field": "deadline", "new": "Friday"}


@pytest.mark.parametrize(
    "other",
    [
        {"stage": Stage.AWARDED},
        {"known": True},
        {"events": (an_event(kind=EventKind.RERUN, new="probably"),)},
    ],
)
def test_what_stands_elsewhere_or_has_more_to_tell_is_not_put_under(other: dict[str, Any]) -> None:
    items = (an_item("a", "find-a-tender"), an_item("b", **other))
    assert len(grouped(items, linked(("a", "b")))) == 2


def test_of_two_that_are_known_only_the_same_change_is_told_once() -> None:
    head = an_item("a", "find-a-tender", known=True, events=(an_event(id="1", **MOVED),))
    same = an_item("b", known=True, events=(an_event(id="2", **MOVED),))
    other = an_item("b", known=True, events=(an_event(id="2", **{**MOVED, "new": "Monday"}),))
    assert shape(grouped((head, same), linked(("a", "b")))) == [("a", ["b"])]
    assert len(grouped((head, other), linked(("a", "b")))) == 2


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        clock = FrozenClock(MONDAY)
        subscribe.add(EMAIL.target, store=opened, clock=clock, criteria=Criteria(), channel=EMAIL,
                      cadence=Cadence.DAILY)  # fmt: skip
        yield opened


def arrives(store: Store, **changes: Any) -> Opportunity:
    notice = a_notice(**changes)
    with store.transaction():
        added = store.add_notices([notice], payload_id=None, retrieved_at=MONDAY, backfill=False)
        derive(added, store=store, profile=PROFILE)
    return store.find_opportunity(notice.notice_id).opportunity


def posted_twice(store: Store) -> tuple[Opportunity, Opportunity]:
    first = arrives(store)
    copy = arrives(
        store,
        source_id="contracts-finder",
        notice_id="cf-1",
        ocid="ocds-b5fd17-one",
        title="CRISIS CAFE FOR ADULTS",
        deadline=a_stated_time(utc(2026, 12, 4, 17)),
        url="https://example.org/cf-1",
    )
    return first, copy


def mail(store: Store, days: int = 0) -> str:
    host = Host(name="Arden Voluntary Action", contact="hello@example.org")
    now = MONDAY + timedelta(hours=1, days=days)
    names = {"contracts-finder": "Contracts Finder"}
    result = alert.compose(store=store, host=host, hour=7, now=now, names=names, labels={})
    assert result.problems == ()
    return "\n".join(one.message.text or "" for one in result.composed)


def test_a_mail_shows_both_in_one_place_with_both_links_and_what_differs(store: Store) -> None:
    posted_twice(store)
    text = mail(store)
    assert text.lower().count("* crisis caf") == 1
    assert "Contracts Finder (probably the same, “CRISIS CAFE FOR ADULTS”, closes" in text
    assert "https://example.org/cf-1" in text
    assert "Friday 4 December 2026, 5pm" in text


def test_both_count_as_told(store: Store) -> None:
    first, copy = posted_twice(store)
    mail(store)
    (subscriber,) = store.subscribers()
    told = store.told_opportunities(subscriber.id, EMAIL.key)
    assert set(told) == {first.id, copy.id}
    assert mail(store, days=1) == ""


def test_who_parts_them_sees_two_again(store: Store) -> None:
    first, copy = posted_twice(store)
    relink.part(
        first.id, copy.id, by="host", store=store, clock=FrozenClock(MONDAY), profile=PROFILE
    )
    assert mail(store).lower().count("* crisis caf") == 2
