"""What the tests of the store put into it."""

from collections.abc import Sequence
from typing import Any

from aggregator.model import (
    Channel,
    ChannelKind,
    DigestRun,
    Message,
    Opportunity,
    RawPayload,
    Request,
    StoredNotice,
    Verdict,
)
from aggregator.store import Store
from aggregator.testing import a_judgement, a_notice, an_event, an_opportunity, utc

MORNING = utc(2026, 11, 23, 9)
MAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")


def a_request(**changes: Any) -> Request:
    values: dict[str, Any] = {
        "source_id": "find-a-tender",
        "url": "https://example.org/api?cursor=1",
        "reader": "page",
    }
    return Request(**{**values, **changes})


def a_payload(body: bytes = b'{"releases": []}', **changes: Any) -> RawPayload:
    values: dict[str, Any] = {
        "request": a_request(),
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": body,
        "retrieved_at": MORNING,
    }
    return RawPayload(**{**values, **changes})


def arrive(store: Store, **changes: Any) -> StoredNotice:
    """One notice stored; it must be new."""
    backfill = changes.pop("backfill", False)
    at = changes.pop("retrieved_at", MORNING)
    (stored,) = store.add_notices(
        [a_notice(**changes)], payload_id=None, retrieved_at=at, backfill=backfill
    )
    return stored


def of(opportunity_id: str, notices: Sequence[StoredNotice], **changes: Any) -> Opportunity:
    """An opportunity made of these notices, with the facts of the last."""
    values: dict[str, Any] = {"facts": notices[-1].notice.facts, "notices": tuple(notices)}
    made = an_opportunity(id=opportunity_id)
    fields = {name: getattr(made, name) for name in Opportunity.__dataclass_fields__}
    return Opportunity(**{**fields, **values, **changes})


def known(
    store: Store, opportunity_id: str, *, verdict: Verdict = Verdict.CORE, **changes: Any
) -> StoredNotice:
    """An opportunity of one new notice, saved, with its notice given to it."""
    changes.setdefault("notice_id", f"notice-of-{opportunity_id}")
    stored = arrive(store, **changes)
    notice = stored.notice
    store.set_identity(notice.source_id, notice.notice_id, opportunity_id)
    store.save_opportunity(of(opportunity_id, [stored]), a_judgement(verdict))
    return stored


def happens(store: Store, event_id: str, opportunity_id: str, **changes: Any) -> None:
    """One event added; it must be new."""
    event = an_event(id=event_id, opportunity_id=opportunity_id, **changes)
    assert store.add_events([event]) == 1


def a_message(message_id: str = "message-1", **changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": message_id,
        "subscriber_id": "sub-1",
        "channel": MAIL,
        "created_at": MORNING,
        "subject": "1 new opportunity",
        "text": "A crisis café in Northmoor.",
        "headers": {"List-Id": "<fair-notice.example.org>"},
    }
    return Message(**{**values, **changes})


def a_run(**changes: Any) -> DigestRun:
    values: dict[str, Any] = {"subscriber_id": "sub-1", "channel": MAIL, "due_at": MORNING}
    return DigestRun(**{**values, **changes})
