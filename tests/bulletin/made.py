"""An instance with a place, notices for it, and its bulletin."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from aggregator import publish, relevance, tick
from aggregator.derive import derive
from aggregator.model import (
    Buyer,
    Colours,
    Criteria,
    Edition,
    Host,
    Money,
    Place,
    ProcurementKind,
    WordKind,
)
from aggregator.service import type_labels
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
HOST = Host(
    name="Vale of Arden CVS",
    contact="help@vale-cvs.example.org",
    base_url="https://notices.vale-cvs.example.org",
    place="Leeds",
    colours=Colours(brand="#5b2a6e", on_dark="#c9a3dc"),
)
LEEDS = "UKE42"
FIRST, SECOND, THIRD = utc(2026, 11, 16, 7), utc(2026, 11, 23, 7), utc(2026, 11, 30, 7)
WANTED = (Criteria(places=("TLE42",)),)


def arrives(store: Store, number: int, at: datetime, **changes: Any) -> None:
    """One notice of a procurement of its own in Leeds."""
    values: dict[str, Any] = {
        "notice_id": f"{number:06}-2026",
        "ocid": f"ocds-h6vhtk-{number:06}",
        "version": f"v-{at.isoformat()}",
        "title": f"Mental health crisis café {number}",
        "buyers": (Buyer(name=f"Northmoor Council {number}"),),
        "places": (Place(code=LEEDS),),
        "published": a_stated_time(at),
        "deadline": a_stated_time(utc(2027, 1, 8, 12)),
        "url": f"https://example.org/Notice/{number:06}-2026",
        **changes,
    }
    backfill = values.pop("backfill", False)
    with store.transaction():
        notice = a_notice(**values)
        added = store.add_notices([notice], payload_id=None, retrieved_at=at, backfill=backfill)
        derive(added, store=store, profile=PROFILE)


def composed(store: Store, now: datetime, **changes: Any) -> Edition:
    tick.run(store=store, clock=FrozenClock(now))
    return publish.compose(**asked(store, now, **changes))


def published(store: Store, now: datetime, **changes: Any) -> Edition:
    tick.run(store=store, clock=FrozenClock(now))
    return publish.publish(**asked(store, now, **changes))


def asked(store: Store, now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "store": store,
        "host": HOST,
        "wanted": WANTED,
        "names": {},
        "labels": type_labels(),
        "now": now,
        **changes,
    }


def titles(edition: Edition) -> dict[str, list[str]]:
    """Heading -> titles."""
    return {one.heading: [e.title for e in one.entries] for one in edition.bulletin.sections}


def id_of(store: Store, number: int) -> str:
    return store.find_opportunity(f"{number:06}-2026").opportunity.id


def words_of(edition: Edition) -> Sequence[str]:
    return [line.words for line in edition.bulletin.own]


def a_rich_week(store: Store, base: int = 0) -> Edition:
    """Two editions, the second with everything an edition can hold; gives the second.

    base: what is added to the numbers of its notices, where a store holds others.
    """
    say = FrozenClock(FIRST)
    early = FIRST - timedelta(days=2)
    arrives(store, base + 1, early, title="Crisis café for adults in Harehills")
    arrives(
        store, base + 2, early, title="Talking therapies: counselling for adults",
        deadline=a_stated_time(utc(2026, 12, 4, 12)),
    )  # fmt: skip
    arrives(store, base + 3, early, title="Wellbeing hub and peer support, east Leeds")
    published(store, FIRST)
    week = FIRST + timedelta(days=3)
    arrives(
        store, base + 1, week, title="Crisis café for adults in Harehills",
        deadline=a_stated_time(utc(2027, 1, 22, 17)),
    )  # fmt: skip
    arrives(
        store, base + 3, week, title="Wellbeing hub and peer support, east Leeds",
        notice_type="UK12", tags=("tenderCancellation",), status="cancelled",
        reason_ended="The money is not confirmed for next year.",
    )  # fmt: skip
    arrives(
        store, base + 4, week, title="Perinatal mental health peer support", suitable_vcse=True,
        description="Northmoor Council seeks a voluntary organisation to run peer support groups "
        "for new mothers with depression or anxiety, in four family hubs.",
        value=Money(amount=Decimal(180_000)), deadline=a_stated_time(utc(2026, 11, 27, 12)),
    )  # fmt: skip
    arrives(
        store, base + 5, week, title="Cymorth iechyd meddwl i bobl ifanc / Mental health support "
        "for young people", language="cy", kind=ProcurementKind.GRANT,
        description="Cronfa newydd ar gyfer elusennau bach.",
    )  # fmt: skip
    arrives(
        store, base + 6, week, title="Talk to us about suicide prevention after 2027",
        notice_type="UK2", tags=("planning",), deadline=None,
        engagement_deadline=a_stated_time(utc(2026, 12, 11, 17)),
        status="planning",
    )  # fmt: skip
    arrives(store, base + 7, week, title="Advocacy under the Mental Health Act, picked by us")
    publish.pick(f"{base + 7:06}-2026", WordKind.PIN, by="Ann", store=store, clock=say)
    publish.add(
        "Bid-writing clinic: Tuesday 24 November, 2pm, the Old School", by="Ann", store=store,
        clock=say, address="https://vale-cvs.example.org/clinic",
    )  # fmt: skip
    publish.add("Closing for Christmas on 18 December; no bulletin until 4 January", by="Ann",
                store=store, clock=say)  # fmt: skip
    return published(store, SECOND)
