"""The platform behind Public Contracts Scotland and Sell2Wales (Proactis): a month, a type a call.

GET /v1/Notices?dateFrom=mm-yyyy&noticeType=2&outputType=0 gives every notice of one type of one
whole month, without pages (https://api.publiccontractsscotland.gov.uk/v1). So a window is asked as
the months it touches, each with one call for every type; all of them together cover that part of
the window. A release tells the day of its publication alone, and a month may still change after its
end, so a month is asked again until a week after it; the present month is asked at every run.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from aggregator.errors import (
    MissingStructure,
    PortalBroken,
    Refused,
    SourceError,
    Throttled,
    Unreachable,
)
from aggregator.model import Parsed, RawPayload, Request, Window
from aggregator.normalise import Dialect
from aggregator.parsing.dates import ZoneRule, to_uk
from aggregator.sources.base import parsed
from aggregator.sources.dirty_json import names_in, records
from aggregator.sources.ocds_api import OcdsApi, OcdsOptions

SERVER_ERROR = 500
OCID = re.compile(r"ocds-[a-z0-9]{6}-\w{1,40}", re.ASCII)
ENVELOPE = frozenset({"uri", "version", "publisher", "publishedDate", "license"})
"""What an OCDS package has besides its releases; an error report has none of it."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, int) else value


def _each_once(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))


NoticeTypes = Annotated[
    tuple[Annotated[int, Field(ge=1, le=999)], ...],
    Field(min_length=1, max_length=40),
    BeforeValidator(_listed),
    AfterValidator(_each_once),
]


class ProactisOptions(OcdsOptions):
    """notice_types: the platform's numbers of the types to ask for; all known ones if left out."""

    notice_types: NoticeTypes


class Proactis(OcdsApi):
    """A portal names its types, in the order in which they are asked for, and its language code.

    types: number -> name in plain words. broken: what is known of its failing with status 500.
    """

    options: ProactisOptions
    path = "/v1/Notices"
    page = ""
    overlap = timedelta(days=7)
    attempts = 2
    types: ClassVar[Mapping[int, str]]
    locale: ClassVar[str | None] = None
    broken: ClassVar[str] = "The fault is the portal's own; other types may be read meanwhile."

    @property
    def dialect(self) -> Dialect:
        """Times are UK time in spite of their Z; each release tells its own page.

        The Open Contracting Partnership found ids of releases that are not unique.
        """
        return Dialect(
            source_id=self.id,
            zone=ZoneRule.UK_LOCAL,
            notice_url=self.page_url or None,
            ids_within_ocid=True,
        )

    def requests(self, window: Window) -> Iterable[Request]:
        """A call for every type in each month, the earliest month first."""
        for part in by_month(window):
            yield from (self.month(part, kind) for kind in self.options.notice_types)

    def month(self, part: Window, kind: int) -> Request:
        """The call for one type in the month in which `part` lies."""
        month = f"{to_uk(part.start):%m-%Y}"
        asked = {"dateFrom": month, "noticeType": f"{kind}", "outputType": "0"}
        asked |= {"locale": self.locale} if self.locale else {}
        url = f"{self.base_url}{self.path}?{urlencode(asked)}"
        return Request(source_id=self.id, url=url, reader="read_package", window=part)

    def reread(self, ocid: str) -> tuple[Request, ...]:
        """The whole family of one procurement; an edit may stand in a month long settled."""
        if not OCID.fullmatch(ocid):
            return ()
        url = f"{self.base_url}/v1/Notice?{urlencode({'id': ocid})}"
        return (Request(source_id=self.id, url=url, reader="read_package"),)

    def read_package(self, payload: RawPayload) -> Parsed:
        """The releases of a month. Where there are none, the package comes without that name."""
        package = self.package(payload)
        none = bytes(package.releases) in (b"", b"null")
        releases = [] if none else records(package.releases)
        names = names_in(payload.body)
        if releases is None or (none and ENVELOPE.isdisjoint(names.split(", "))):
            raise MissingStructure(f"the answer holds no releases but: {names}")
        dialect = self.dialect
        return parsed(self.release(content, dialect) for content in releases)

    def explained(self, request: Request, fault: SourceError) -> SourceError:
        """Which type of which month could not be read; a status 500 is the portal's own fault.

        A portal that is out of reach, or wants to be left alone, is so for every type.
        """
        if isinstance(fault, Unreachable | Throttled):
            return fault
        words = f"{self.in_words(request)}: {fault}"
        if isinstance(fault, Refused) and fault.status == SERVER_ERROR:
            return PortalBroken(f"{words} {self.broken}", status=fault.status)
        fault.args = (words,)  # the same fault: what it knows besides its words stays
        return fault

    def in_words(self, request: Request) -> str:
        """What a call asks for: "notice type 2 (contract notice) of 11-2026"."""
        asked = dict(parse_qsl(urlsplit(request.url).query))
        kind = asked.get("noticeType", "")
        if not kind.isdecimal():
            return f"notice {asked.get('id', 'without number')}"
        name = self.types.get(int(kind), "which this program has no name for")
        return f"notice type {kind} ({name}) of {asked.get('dateFrom')}"


def by_month(window: Window) -> Iterator[Window]:
    """The parts of a window by calendar months of UK time, in order."""
    start = window.start
    while start < window.end:
        end = min(next_month(start), window.end)
        yield Window(start=start, end=end)
        start = end


def next_month(moment: datetime) -> datetime:
    """When the next month begins on UK clocks, in UTC."""
    first = to_uk(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (first + timedelta(days=32)).replace(day=1).astimezone(UTC)
