"""What buyers withdrew from Contracts Finder, which its OCDS search does not tell.

POST /api/rest/2/search_notices/json (https://www.contractsfinder.service.gov.uk/apidocumentation):
there a withdrawn notice simply stops changing. An item keeps the day of its first publication and
tells neither when it was withdrawn nor why, so that the whole reach is asked at every run. There
are no pages: a span with more than 1,000 hits is asked in halves. Unknown criteria are ignored
without a word, so each item's own status is looked at. Item ids are those in a notice's address.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar

import msgspec
from pydantic import Field

from aggregator.errors import AnswerError, Blocked, MissingStructure, RecordError
from aggregator.identity import content_version
from aggregator.model import (
    WITHDRAWN_NOTICE,
    Buyer,
    Classification,
    Facts,
    Notice,
    Parsed,
    ProcurementKind,
    RawPayload,
    RelatedProcess,
    Request,
    Window,
)
from aggregator.normalise.values import time_at
from aggregator.ocds import Part
from aggregator.parsing.dates import ZoneRule
from aggregator.sources.base import Adapter, AdapterOptions, parsed
from aggregator.sources.dirty_json import BOM, names_in, read_record

MOST = 1_000
SHORTEST = timedelta(days=1)
WITHDRAWN = "Withdrawn"


class WithdrawnOptions(AdapterOptions):
    """reach_days: how long ago a notice may have been published that is withdrawn now."""

    reach_days: Annotated[int, Field(ge=1, le=1500)] = 365


class ContractsFinderWithdrawn(Adapter):
    """Licence: Open Government Licence v3.0. After a 403 it asks for five minutes of rest."""

    options: WithdrawnOptions
    Options: ClassVar[type[AdapterOptions]] = WithdrawnOptions
    readers = frozenset({"read_items"})
    forbidden_means_throttled = True

    def requests(self, window: Window) -> Iterable[Request]:
        """One search for everything that may be withdrawn by now."""
        yield self.search(window.end - timedelta(days=self.options.reach_days), window.end)

    def search(self, first: datetime, last: datetime) -> Request:
        """The search for withdrawn notices published from `first` to `last`."""
        criteria = {
            "statuses": [WITHDRAWN],
            "publishedFrom": f"{first:%Y-%m-%dT%H:%M:%SZ}",
            "publishedTo": f"{last:%Y-%m-%dT%H:%M:%SZ}",
        }
        return Request(
            source_id=self.id,
            url=f"{self.base_url}/api/rest/2/search_notices/json",
            reader="read_items",
            content=json.dumps({"searchCriteria": criteria, "size": MOST}),
        )

    def read_items(self, payload: RawPayload) -> Parsed:
        """The withdrawn notices, and both halves of the span where there are more."""
        body = payload.body.removeprefix(BOM)
        if body.lstrip()[:1] == b"<":
            raise Blocked("a web page came instead of data; the portal may be refusing us")
        answer, _ = read_record(body)
        rows = answer.get("noticeList") if isinstance(answer, Mapping) else None
        hits = answer.get("hitCount") if isinstance(answer, Mapping) else None
        if not isinstance(rows, list) or not isinstance(hits, int):
            raise MissingStructure(f"the answer holds no list but: {names_in(body)}")
        items = [row.get("item") if isinstance(row, Mapping) else row for row in rows]
        halves = self.halves(payload.request, items) if hits > len(items) else ()
        records = (
            self.record(partial(self.notice, item), msgspec.json.encode(item)) for item in items
        )
        return parsed(records, halves)

    def halves(self, request: Request, items: Sequence[object]) -> tuple[Request, ...]:
        """Two searches in place of one.

        Raises AnswerError where that would lead nowhere: the span is too short to be cut, or what
        came lies outside of it, so that the portal does not go by it.
        """
        criteria = json.loads(request.content or "{}").get("searchCriteria", {})
        span = [criteria.get(name) for name in ("publishedFrom", "publishedTo")]
        if None in span:
            return ()
        first, last = (datetime.fromisoformat(moment) for moment in span)
        if last - first < SHORTEST:
            raise AnswerError("more notices were withdrawn in one day than one answer holds")
        if any(not first - SHORTEST <= day <= last + SHORTEST for day in publications(items)):
            raise AnswerError("the answer does not keep to the dates asked for, and there are more")
        middle = first + (last - first) / 2
        return self.search(first, middle), self.search(middle, last)

    def notice(self, content: object) -> Notice:
        """One item as a notice. Raises RecordError. Its publication is that of what it withdraws,
        so none is stated and the withdrawal counts from when it was first seen."""
        if not isinstance(content, Mapping):
            raise RecordError("item", "is no object")
        item = Part(content, [])
        guid, title = item.word("id"), item.label("title")
        if not guid or not title:
            raise RecordError("id" if not guid else "title", "is missing")
        if item.word("noticeStatus") != WITHDRAWN:
            raise RecordError("noticeStatus", "is not Withdrawn, though nothing else was asked for")
        buyer = item.label("organisationName")
        return Notice(
            source_id=self.id,
            notice_id=guid,
            version=content_version(content),
            facts=Facts(
                kind=ProcurementKind.CONTRACT,
                title=title,
                description=item.text("description"),
                buyers=(Buyer(name=buyer),) if buyer else (),
                reference=item.word("noticeIdentifier"),
                status="withdrawn",
                classifications=tuple(
                    Classification(scheme="CPV", id=code)
                    for code in (item.word("cpvCodes") or "").split()
                ),
                reason_ended="The notice was withdrawn from Contracts Finder.",
            ),
            url=f"https://www.contractsfinder.service.gov.uk/Notice/{guid}",
            tags=("tenderCancellation",),
            related=(withdrawing(guid),),
            flags=tuple(item.odd),
        )


def publications(items: Iterable[object]) -> Iterator[datetime]:
    """When these items were published, as far as they say it."""
    for item in items:
        if isinstance(item, Mapping):
            stated = time_at(Part(item, []), "publishedDate", ZoneRule.OFFSET)
            if stated:
                yield stated.instant


def withdrawing(guid: str) -> RelatedProcess:
    """The reference to the notice that is withdrawn, by which linking finds its releases."""
    return RelatedProcess(relationship="previous", identifier=guid.lower(), scheme=WITHDRAWN_NOTICE)
