"""A portal in memory that answers like Find a Tender, with the faults a test asks for."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from aggregator.errors import CutShort
from aggregator.model import RawPayload, Request, Validators
from aggregator.sources.find_a_tender import FindATender
from aggregator.testing import FrozenClock

UK = ZoneInfo("Europe/London")
BASE = "https://portal.example.org"
Fault = str


def a_source() -> FindATender:
    return FindATender(id="find-a-tender", base_url=BASE, options=FindATender.Options())


def a_release(number: int, published: datetime, **changes: object) -> dict[str, object]:
    notice_id = f"{number:06d}-2026"
    tender: dict[str, object] = {
        "id": f"REF-{number}",
        "legalBasis": {"scheme": "UKPGA", "id": "2023/54"},
        "title": f"Crisis café number {number}",
        "description": "A mental health crisis café for adults.",
        "status": "active",
        "tenderPeriod": {"endDate": (published + timedelta(days=40)).isoformat()},
        "documents": [{"id": notice_id, "noticeType": "UK4", "documentType": "tenderNotice"}],
    }
    tender.update(changes)
    return {
        "ocid": f"ocds-h6vhtk-{number:06x}",
        "id": notice_id,
        "tag": ["tender"],
        "date": published.isoformat(),
        "buyer": {"id": "1", "name": "Northmoor Council"},
        "parties": [{"id": "1", "name": "Northmoor Council", "roles": ["buyer"]}],
        "tender": tender,
    }


@dataclass
class Portal:
    """Serves releases published by its own clock, newest first, `page` at most for one call.

    faults: one word for each call in turn, "" for none: empty, html, cut, reset.
    """

    clock: FrozenClock
    releases: dict[datetime, dict[str, object]]
    page: int = 5
    behind: timedelta = timedelta(0)
    faults: Iterable[Fault] = ()
    calls: int = 0
    served: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._faults = iter(self.faults)

    def now(self) -> datetime:
        return self.clock.now() - self.behind

    def visible(self, test: Callable[[datetime], bool]) -> list[dict[str, object]]:
        moments = sorted((m for m in self.releases if m <= self.now() and test(m)), reverse=True)
        return [self.releases[moment] for moment in moments]

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        self.calls += 1
        fault = next(self._faults, "")
        if fault == "reset":
            raise CutShort("the connection was cut")
        query = parse_qs(urlsplit(request.url).query)
        first, last = (
            datetime.fromisoformat(query[name][0]).replace(tzinfo=UK)
            for name in ("updatedFrom", "updatedTo")
        )
        rows = [] if fault == "empty" else self.visible(lambda moment: first <= moment <= last)
        package: dict[str, object] = {
            "version": "1.1",
            "uri": request.url,
            "releases": rows[: self.page],
        }
        if len(rows) > self.page:
            package["links"] = {"next": f"{BASE}/never-follow-this"}
        body = json.dumps(package).encode()
        if fault == "html":
            body = b"<html><body>The request was blocked.</body></html>"
        elif fault == "cut":
            body = body[: len(body) * 3 // 5]
        else:
            self.served |= {str(row["id"]) for row in rows[: self.page]}
        return RawPayload(
            request=request,
            status=200,
            headers={"date": format_datetime(self.now(), usegmt=True)},
            body=body,
            retrieved_at=self.clock.now(),
        )
