"""A portal in memory that answers like Public Contracts Scotland: a month of one type a call."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from aggregator.errors import CutShort, Refused, Unreachable
from aggregator.model import RawPayload, Request, Validators
from aggregator.parsing.dates import to_uk
from aggregator.sources.public_contracts_scotland import PublicContractsScotland
from aggregator.testing import FrozenClock

BASE = "https://scotland.example.org"


class Killed(BaseException):
    """The process ends here, as with kill -9."""


def a_source(*types: int) -> PublicContractsScotland:
    options = PublicContractsScotland.Options(notice_types=types or (2, 21))
    return PublicContractsScotland(id="public-contracts-scotland", base_url=BASE, options=options)


def a_release(number: int, published: datetime, **changes: object) -> dict[str, object]:
    """A release as the platform writes it: the day of publication alone, UK time marked Z."""
    tender = {
        "id": f"REF-{number}",
        "title": f"Counselling for adults, part {number}",
        "description": "Counselling for adults.",
        "status": "active",
        "tenderPeriod": {"endDate": "2027-06-01T12:00:00Z"},
        **changes,
    }
    return {
        "ocid": f"ocds-r6ebe6-{number:010d}",
        "id": f"rls-1-NOV{number:06d}",
        "tag": ["tender"],
        "date": f"{to_uk(published):%Y-%m-%d}T00:00:00Z",
        "buyer": {"id": "org-1", "name": "Northmoor Council"},
        "tender": tender,
    }


@dataclass
class Monthly:
    """What each type shows in each month. fault: given a request, one of "" (none), reset, down,
    500, cut, html, killed. etags: whether an unchanged month is answered with 304."""

    clock: FrozenClock
    shown: dict[tuple[str, int], list[dict[str, object]]] = field(default_factory=dict)
    fault: Callable[[Request], str] = lambda request: ""
    etags: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)

    def publish(self, number: int, day: datetime, kind: int = 2, **changes: object) -> None:
        key = (f"{to_uk(day):%m-%Y}", kind)
        self.shown.setdefault(key, []).append(a_release(number, day, **changes))

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        query = parse_qs(urlsplit(request.url).query)
        key = (query["dateFrom"][0], int(query["noticeType"][0]))
        self.asked.append(key)
        fault = self.fault(request)
        raised = {
            "reset": CutShort("the connection was cut."),
            "down": Unreachable("the portal cannot be reached."),
            "500": Refused("the portal answered 500.", status=500),
            "killed": Killed(),
        }.get(fault)
        if raised:
            raise raised
        rows = self.shown.get(key, [])
        package: dict[str, object] = {"uri": request.url, "version": "1.1"}
        body = json.dumps({**package, "releases": rows} if rows else package).encode()
        etag = f'"{hash(body)}"'
        unchanged = self.etags and validators is not None and validators.etag == etag
        if fault in ("cut", "html"):
            body = body[: len(body) // 2] if fault == "cut" else b"<html>blocked</html>"
        return RawPayload(
            request=request,
            status=304 if unchanged else 200,
            headers={"date": format_datetime(self.clock.now(), usegmt=True)}
            | ({"etag": etag} if self.etags else {}),
            body=b"" if unchanged else body,
            retrieved_at=self.clock.now(),
        )
