"""The base of sources that serve OCDS release packages for a window of time.

`links.next` of these portals loses notices (Find a Tender sorts its pages by one key and continues
on another), while a page asked without a cursor was right in every test. So a window is asked
whole, and where the answer is full, its two halves are asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from pydantic import AfterValidator

from aggregator.errors import AnswerError, Blocked, MissingStructure, Undecodable
from aggregator.model import Notice, Parsed, RawPayload, Rejection, Request, Window
from aggregator.normalise import Dialect, notice_from_release
from aggregator.parsing.dates import to_uk
from aggregator.sources.base import Adapter, AdapterOptions, parsed
from aggregator.sources.dirty_json import (
    Package,
    has_next,
    names_in,
    read_package,
    read_record,
    records,
)

SECOND = timedelta(seconds=1)
SHORTEST = timedelta(seconds=2)
"""Find a Tender refuses windows below two seconds."""

QUIET_LIMIT = timedelta(days=1)
"""A national portal is not silent for longer. A throttled address gets 200 and an empty list, so
an empty answer for more than a day is asked again in halves."""

IN_ONE_PAGE = 100


def _template(text: str) -> str:
    try:
        text.format(id="", page_id="", ocid="")
    except (LookupError, ValueError, AttributeError):
        raise ValueError(
            "may hold {id}, {page_id} and {ocid} and no other braces, "
            "such as https://example.org/Notice/{id}"
        ) from None
    return text


class OcdsOptions(AdapterOptions):
    """page_url: where a notice's page for people is, where that is not the official place.

    {id} stands for the release id, {page_id} for the same without a running number at its end,
    {ocid} for the procurement's id.
    """

    page_url: Annotated[str, AfterValidator(_template)] | None = None


class OcdsApi(Adapter):
    """Asks windows in UK local time; subclasses say where, and in which dialect.

    page: where a notice's page for people officially is, in the form of Options.page_url.
    """

    options: OcdsOptions
    Options: ClassVar[type[AdapterOptions]] = OcdsOptions
    page: ClassVar[str]
    path: ClassVar[str]
    from_parameter: ClassVar[str]
    to_parameter: ClassVar[str]

    windowed = True
    readers = frozenset({"read_package"})

    @property
    def page_url(self) -> str:
        """The address of a notice's page for people, still with its braces."""
        return self.options.page_url or self.page

    @property
    def dialect(self) -> Dialect:
        """How this portal writes its releases."""
        raise NotImplementedError

    def requests(self, window: Window) -> Iterable[Request]:
        """One call for the whole window."""
        yield self.request(window)

    def request(self, window: Window) -> Request:
        """The call for a window. Its ends are inclusive and whole seconds, so it is widened."""
        first = _floor(window.start)
        last = max(_floor(window.end - timedelta(microseconds=1)) + SECOND, first + SHORTEST)
        parameters = {
            "limit": IN_ONE_PAGE,
            self.from_parameter: uk_clock_at_or_before(first).isoformat(),
            self.to_parameter: uk_clock_at_or_after(last).isoformat(),
        }
        query = urlencode(parameters, safe=":")
        url = f"{self.base_url}{self.path}?{query}"
        return Request(source_id=self.id, url=url, reader="read_package", window=window)

    def read_package(self, payload: RawPayload) -> Parsed:
        """The releases of a package, and both halves of its window where it may hold more."""
        package = self.package(payload)
        releases = records(package.releases)
        if releases is None:
            raise MissingStructure(f"the answer holds no releases but: {names_in(payload.body)}")
        window, count = payload.request.window, len(releases)
        full = count >= IN_ONE_PAGE or has_next(package.links)
        halves = self.halves(window, count) if window and (full or not count) else ()
        dialect = self.dialect
        return parsed((self.release(content, dialect) for content in releases), halves)

    def package(self, payload: RawPayload) -> Package:
        """The package an answer holds. Raises Blocked, Undecodable or MissingStructure."""
        if payload.body.lstrip()[:1] == b"<":
            raise Blocked("a web page came instead of data; the portal may be refusing us")
        return read_package(payload.body)

    def halves(self, window: Window, count: int) -> tuple[Request, ...]:
        """The two calls that take over a window that is full, or silent for too long.

        Raises AnswerError where a full window cannot be cut any more.
        """
        span = window.end - window.start
        if not count and span <= QUIET_LIMIT:
            return ()
        middle = _floor(window.start + span / 2)
        if span <= SHORTEST or not window.start < middle < window.end:
            raise AnswerError(
                f"{count} notices came for {span.total_seconds():.0f} seconds and there are more; "
                "this portal can no longer be read in this way. Please report this."
            )
        earlier = Window(start=window.start, end=middle)
        return self.request(earlier), self.request(Window(start=middle, end=window.end))

    def release(self, content: bytes, dialect: Dialect) -> Notice | Rejection:
        """One release as a notice, or why it is none."""
        try:
            release, repairs = read_record(content)
        except Undecodable as fault:
            return self.rejection("release", str(fault), content)
        if not isinstance(release, Mapping):
            return self.rejection("release", "is no JSON object", content)

        def make() -> Notice:
            notice = notice_from_release(release, dialect)
            return replace(notice, flags=(*notice.flags, *repairs)) if repairs else notice

        record_id = release.get("id")
        return self.record(make, content, record_id if isinstance(record_id, str) else None)


def uk_clock_at_or_before(moment: datetime) -> datetime:
    """What a UK clock shows then, without zone; never later, however the portal reads it.

    In the hour that comes twice in October, the portal may take either of the two. Winter time
    read as UK time is the earlier or the same moment.
    """
    return (moment.astimezone(UTC) if _comes_twice(moment) else to_uk(moment)).replace(tzinfo=None)


def uk_clock_at_or_after(moment: datetime) -> datetime:
    """The same, never earlier."""
    clock = moment.astimezone(UTC) + timedelta(hours=1) if _comes_twice(moment) else to_uk(moment)
    return clock.replace(tzinfo=None)


def _comes_twice(moment: datetime) -> bool:
    clock = to_uk(moment)
    return clock.replace(fold=0).utcoffset() != clock.replace(fold=1).utcoffset()


def _floor(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
