"""Made-up answers of portals in fixtures/, and what is expected to be read from them.

fixtures/<source id>/<case>/payload.*     the answer as served
                            request.json  what it answers: window or page, headers
                            expected.json what must come out
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from aggregator.config import SourceEntry, load_sources
from aggregator.errors import AnswerError
from aggregator.model import Parsed, RawPayload, Rejection, Request, Window
from aggregator.sources import KINDS, Adapter
from aggregator.testing import utc

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
SHOWN_OF_A_REJECTION = 120
NOTHING = (None, [], (), {})
ANY_WINDOW = Window(start=utc(2026, 11, 20, 10), end=utc(2026, 11, 20, 12))


def built(entry: SourceEntry) -> Adapter:
    """The adapter of an entry."""
    kind = KINDS[entry.kind]
    options = kind.Options.model_validate(entry.options)
    return kind(id=entry.id, base_url=entry.base_url, options=options, name=entry.name)


@cache
def adapters() -> dict[str, Adapter]:
    """All entries of sources.yaml, also those that are switched off."""
    return {entry.id: built(entry) for entry in load_sources(ROOT / "sources.yaml")}


@dataclass(frozen=True)
class Golden:
    """One case."""

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def adapter(self) -> Adapter:
        return adapters()[self.folder.parent.name]

    @property
    def expected(self) -> Path:
        return self.folder / "expected.json"

    def payload(self) -> RawPayload:
        """The answer to what the adapter itself asks for."""
        (body,) = self.folder.glob("payload.*")
        told = json.loads((self.folder / "request.json").read_text(encoding="utf-8"))
        return RawPayload(
            request=self._request(told),
            status=200,
            headers=told.get("headers", {}),
            body=body.read_bytes(),
            retrieved_at=utc(2026, 11, 20, 12, 1),
        )

    def _request(self, told: dict[str, Any]) -> Request:
        window = ANY_WINDOW
        if "window" in told:
            window = msgspec.convert(
                dict(zip(("start", "end"), told["window"], strict=True)), Window
            )
        asked = told.get("call", "")
        (request,) = (one for one in self.adapter.requests(window) if asked in one.url)
        for number in range(2, told.get("page", 1) + 1):
            request = replace(
                request,
                page=number,
                url=request.url.replace(f"page={number - 1}", f"page={number}"),
            )
        return request

    def outcome(self) -> dict[str, Any]:
        """What comes out, as plain JSON without anything unknown or empty."""
        payload = self.payload()
        try:
            result = shown(self.adapter.read(payload))
        except AnswerError as error:
            result = {"error": type(error).__name__, "message": str(error)}
        content = payload.request.content
        sent = {"sent": json.loads(content)} if content else {}
        return {"asked": payload.request.url, **sent, **result}


def shown(parsed: Parsed) -> dict[str, Any]:
    """A reading as plain JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(
        {"notices": parsed.notices, "requests": parsed.requests}, str_keys=True
    )
    return {**_filled(plain), "rejections": [_rejection(one) for one in parsed.rejections]}


def _rejection(rejection: Rejection) -> dict[str, Any]:
    return {
        "field": rejection.field,
        "reason": rejection.reason,
        "record_id": rejection.record_id,
        "content": rejection.content[:SHOWN_OF_A_REJECTION].decode("utf-8", "replace"),
    }


def _filled(node: Any) -> Any:
    """Without what is unknown or empty: silence is easier to review than a hundred nulls."""
    if isinstance(node, dict):
        return {key: _filled(value) for key, value in node.items() if value not in NOTHING}
    if isinstance(node, list | tuple):
        return [_filled(value) for value in node]
    return node


def goldens() -> list[Golden]:
    """All cases."""
    return [Golden(path.parent) for path in sorted(FIXTURES.glob("*/*/request.json"))]
