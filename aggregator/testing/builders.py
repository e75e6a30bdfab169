"""Valid domain values in which a test names only what matters."""

from datetime import UTC, datetime
from typing import Any

from aggregator.model import (
    Buyer,
    Certainty,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Event,
    EventKind,
    Facts,
    Judgement,
    Notice,
    Opportunity,
    Precision,
    ProcurementKind,
    Reason,
    Stage,
    Standing,
    StatedTime,
    StoredNotice,
    Subscriber,
    SubscriberState,
    Subscription,
    Verdict,
)

LONG_AGO = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An aware moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def a_stated_time(instant: datetime | None = None, **changes: Any) -> StatedTime:
    """A time as published, to the minute unless told otherwise."""
    instant = instant or utc(2026, 12, 4, 12)
    values: dict[str, Any] = {
        "text": instant.isoformat(),
        "instant": instant,
        "precision": Precision.MINUTE,
        "rule": "offset as published",
    }
    return StatedTime(**{**values, **changes})


def a_buyer(name: str = "Northmoor Council", **changes: Any) -> Buyer:
    """A fictional body that buys."""
    return Buyer(name=name, **changes)


FACTS = frozenset(Facts.__dataclass_fields__)


def a_notice(**changes: Any) -> Notice:
    """A tender notice for a crisis café; fields of Facts may be given directly."""
    facts: dict[str, Any] = {
        "kind": ProcurementKind.CONTRACT,
        "title": "Crisis café for adults",
        "description": "An evening mental health crisis café run by the voluntary sector.",
        "buyers": (a_buyer(),),
        "status": "active",
        "legal_basis": "UKPGA 2023/54",
        "deadline": a_stated_time(),
    }
    notice: dict[str, Any] = {
        "source_id": "find-a-tender",
        "notice_id": "000001-2026",
        "version": "v1",
        "ocid": "ocds-h6vhtk-000001",
        "published": a_stated_time(LONG_AGO),
        "url": "https://example.org/Notice/000001-2026",
        "tags": ("tender",),
        "notice_type": "UK4",
    }
    for name, value in changes.items():
        (facts if name in FACTS else notice)[name] = value
    return Notice(**{"facts": Facts(**facts), **notice})


def a_stored_notice(
    number: int = 1, *, retrieved_at: datetime = LONG_AGO, **changes: Any
) -> StoredNotice:
    """A notice as the store hands it out."""
    return StoredNotice(number=number, notice=a_notice(**changes), retrieved_at=retrieved_at)


def an_opportunity(**changes: Any) -> Opportunity:
    """An open opportunity of one notice; fields of Facts may be given directly."""
    own = {
        name: changes.pop(name)
        for name in tuple(changes)
        if name in Opportunity.__dataclass_fields__ and name != "facts"
    }
    stored = a_stored_notice(**changes)
    facts = stored.notice.facts
    values: dict[str, Any] = {
        "id": "fn-example",
        "facts": facts,
        "provenance": {"title": f"{stored.notice.source_id}/{stored.notice.notice_id}"},
        "standing": Standing(
            stage=Stage.OPEN,
            since=LONG_AGO,
            because="a tender notice was published",
            certainty=Certainty.STATED,
            notice_id=stored.notice.notice_id,
        ),
        "notices": (stored,),
        "deadline": facts.deadline,
    }
    return Opportunity(**{**values, **own})


def a_judgement(verdict: Verdict = Verdict.CORE, **changes: Any) -> Judgement:
    """A judgement with one reason."""
    values: dict[str, Any] = {
        "verdict": verdict,
        "score": 10.0,
        "types": ("crisis",),
        "reasons": (Reason(words="the title says “crisis café”", points=10.0),),
        "profile": "mental-health 0.1",
    }
    return Judgement(**{**values, **changes})


def an_event(**changes: Any) -> Event:
    """An opportunity appeared."""
    values: dict[str, Any] = {
        "id": "event-1",
        "opportunity_id": "fn-example",
        "kind": EventKind.APPEARED,
        "at": LONG_AGO,
        "source_id": "find-a-tender",
        "notice_id": "000001-2026",
    }
    return Event(**{**values, **changes})


def a_subscriber(**changes: Any) -> Subscriber:
    """A confirmed subscriber."""
    values: dict[str, Any] = {
        "id": "sub-1",
        "email": "director@example.org",
        "state": SubscriberState.CONFIRMED,
        "created_at": LONG_AGO,
        "consent": Consent(given_at=LONG_AGO, how="on the command line", wording="1"),
    }
    return Subscriber(**{**values, **changes})


def a_subscription(**changes: Any) -> Subscription:
    """A daily e-mail about core opportunities anywhere."""
    values: dict[str, Any] = {
        "id": "want-1",
        "subscriber_id": "sub-1",
        "criteria": Criteria(),
        "channel": Channel(kind=ChannelKind.EMAIL, target="director@example.org"),
        "created_at": LONG_AGO,
    }
    return Subscription(**{**values, **changes})
