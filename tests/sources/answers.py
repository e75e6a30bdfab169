"""Answers for adapters that are made in the test itself."""

from collections.abc import Mapping
from typing import Any

from aggregator.model import RawPayload, Request, Window
from aggregator.sources import KINDS, Adapter
from aggregator.testing import utc

NOON = utc(2026, 11, 20, 12)


def an_adapter(kind: str, *, base_url: str = "https://portal.example", **options: Any) -> Adapter:
    """An adapter with the options as they would stand in sources.yaml."""
    found = KINDS[kind]
    return found(id="made-up", base_url=base_url, options=found.Options.model_validate(options))


def an_answer(
    adapter: Adapter,
    body: bytes | str,
    *,
    window: Window | None = None,
    request: Request | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> RawPayload:
    """What the portal says to the adapter's first request."""
    span = window or Window(start=utc(2026, 11, 20, 10), end=NOON)
    return RawPayload(
        request=request or next(iter(adapter.requests(span))),
        status=status,
        headers=headers or {},
        body=body.encode() if isinstance(body, str) else body,
        retrieved_at=NOON,
    )
