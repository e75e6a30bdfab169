"""A notice that was withdrawn from Contracts Finder: told as cancelled, by a second pass."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator import collect, relevance
from aggregator.model import EventKind, Parsed, RawPayload, Request, SourceRun, Stage, Validators
from aggregator.ports import Source
from aggregator.sources import KINDS, Adapter
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc

PROFILE = relevance.load_profile()
NOW = utc(2026, 11, 20, 12)
TENDER, PLAN = (f"00000000-0000-4000-8000-0000000000{n}" for n in ("a1", "a2"))


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


def a_source(kind: str) -> Adapter:
    adapter = KINDS[kind]
    return adapter(id=kind, base_url="https://cf.example.org", options=adapter.Options())


def a_release(guid: str, number: int, tag: str = "tender") -> dict[str, object]:
    status = "active" if tag == "tender" else "planned"
    return {
        "ocid": "ocds-b5fd17-00000000-0000-4000-8000-0000000000ff",
        "id": f"{guid}-{number}",
        "date": (NOW - timedelta(days=9) + timedelta(minutes=number)).isoformat(),
        "tag": [tag],
        "buyer": {"id": "GB-CFS-1", "name": "Northmoor Council"},
        "tender": {
            "id": "NMC-1",
            "title": "Counselling for adults",
            "description": "Mental health counselling for adults.",
            "status": status,
            **({"tenderPeriod": {"endDate": "2026-12-18T12:00:00Z"}} if tag == "tender" else {}),
        },
    }


def an_item(guid: str) -> dict[str, object]:
    item = {
        "id": guid,
        "title": "Counselling for adults",
        "description": "Mental health counselling for adults.",
        "noticeStatus": "Withdrawn",
        "noticeIdentifier": "NMC-1",
        "organisationName": "Northmoor Council",
        "publishedDate": "2026-11-11T12:01:00Z",
    }
    return {"score": 1, "item": item}


class ContractsFinder:
    """Its OCDS search and its second search, in memory."""

    def __init__(self) -> None:
        self.clock = FrozenClock(NOW)
        self.releases = [a_release(TENDER, 1)]
        self.withdrawn: list[dict[str, object]] = []

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        if request.content is None:
            query = parse_qs(urlsplit(request.url).query)
            first, last = query["publishedFrom"][0], query["publishedTo"][0]
            rows = [r for r in self.releases if first <= str(r["date"])[:19] <= last]
            body: dict[str, object] = {"version": "1.1", "releases": rows}
        else:
            body = {"hitCount": len(self.withdrawn), "noticeList": self.withdrawn}
        return RawPayload(
            request=request,
            status=200,
            headers={},
            body=json.dumps(body).encode(),
            retrieved_at=self.clock.now(),
        )

    async def collected(self, store: Store) -> tuple[SourceRun, ...]:
        self.clock.advance(hours=6)
        return await collect.run(
            [a_source("contracts-finder"), a_source("contracts-finder-withdrawn")],
            store=store,
            fetch=self,
            read=read,
            clock=self.clock,
            profile=PROFILE,
        )


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


async def test_a_withdrawal_is_told_as_the_end_of_what_it_withdraws(store: Store) -> None:
    portal = ContractsFinder()
    await portal.collected(store)
    last = store.last_event_number()
    portal.withdrawn = [an_item(TENDER)]
    await portal.collected(store)
    (event,) = store.events_after(last)
    assert (event.kind, event.backfill) == (EventKind.CANCELLED, False)
    assert event.new == "The notice was withdrawn from Contracts Finder."
    (judged,) = store.opportunities()
    assert judged.opportunity.standing.stage is Stage.CANCELLED
    assert judged.opportunity.facts.status == "withdrawn"
    assert judged.opportunity.facts.deadline is not None

    last = store.last_event_number()
    await portal.collected(store)
    assert store.events_after(last) == ()


async def test_a_call_that_is_made_again_after_a_withdrawal_opens_again(store: Store) -> None:
    portal = ContractsFinder()
    await portal.collected(store)
    portal.withdrawn = [an_item(TENDER)]
    await portal.collected(store)
    last = store.last_event_number()
    again = a_release(TENDER, 2)
    again["date"] = portal.clock.now().isoformat()
    portal.releases.append(again)
    portal.withdrawn = []
    await portal.collected(store)
    assert [event.kind for event in store.events_after(last)] == [EventKind.REOPENED]


async def test_a_withdrawn_plan_ends_no_call_that_followed_it(store: Store) -> None:
    """One procurement can hold several notices; only the one withdrawn is gone."""
    portal = ContractsFinder()
    portal.releases = [a_release(PLAN, 1, "planning"), a_release(TENDER, 2)]
    await portal.collected(store)
    last = store.last_event_number()
    portal.withdrawn = [an_item(PLAN)]
    await portal.collected(store)
    (judged,) = store.opportunities()
    assert judged.opportunity.standing.stage is Stage.OPEN
    assert EventKind.CANCELLED not in {event.kind for event in store.events_after(last)}
