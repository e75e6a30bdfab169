"""Asking a source and keeping what it answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aggregator.model.procurement import Notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The span asked for: `start` and `end` in UTC, half-open [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """A stretch of a source's time that needs no more reading.

    quiet_reads: how many runs in a row found nothing there; None where notices were found, which
    needs no confirmation.
    """

    window: Window
    quiet_reads: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One call to a portal. `reader` names the adapter's method that reads the answer.

    window: the span this call covers, None where it covers none (a page of a list). Calls with
    one and the same window cover it together: it counts as read when all of them were answered.
    content: the JSON text that is sent with POST; None for an ordinary GET.
    """

    source_id: str
    url: str
    reader: str
    window: Window | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    content: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What a conditional GET sends back to the server."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPayload:
    """Bytes as served (decoded from gzip only), with request, headers and time of arrival.

    status 304 means unchanged since the validators sent; the body is then empty.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes
    retrieved_at: datetime

    @property
    def validators(self) -> Validators:
        """ETag and Last-Modified as served (header names are lower case)."""
        return Validators(
            etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified")
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotsCopy:
    """A robots.txt as served. origin: "https://northmoor.example". status 4xx: there is none, and
    everything is allowed. body: its first 512 KiB."""

    origin: str
    status: int
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPayload:
    """A payload as the store remembers it."""

    id: int
    payload: RawPayload
    backfill: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """A record that could not become a Notice; counted and kept, never silently dropped.

    record_id: the source's id where it could be read. content: the record's own bytes.
    """

    source_id: str
    field: str
    reason: str
    content: bytes
    record_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """All that one payload gave. A further request whose window lies in the payload's own window
    takes over the reading of that window."""

    notices: tuple[Notice, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    requests: tuple[Request, ...] = ()


class Outcome(StrEnum):
    """How a source run ended. PARTIAL: good records kept, the missing part is asked for again."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRun:
    """One attempt at one source. `error` is a sentence for people; counts are of this run."""

    source_id: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    window: Window | None = None
    requests: int = 0
    unchanged: int = 0
    notices: int = 0
    new_notices: int = 0
    rejections: int = 0
    error: str | None = None
    backfill: bool = False
