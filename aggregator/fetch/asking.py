"""One call: sent, its status judged, its body read under a deadline and a cap."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import httpx

from aggregator import connecting
from aggregator.errors import Refused
from aggregator.fetch.body import read_beginning, read_body
from aggregator.fetch.faults import Passing, explained, name, phrase, refusal
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.redirects import REDIRECTS
from aggregator.fetch.robots import CLIENT_ERRORS, MOST_BYTES
from aggregator.ports import Clock

MAY_PASS = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Caller:
    """Makes single calls; keeps one client for each file of extra certificates.

    heard: told of every answer, whatever it says. this_machine: hosts that may be this machine
    itself. transport, lines (how connections are made): for tests.
    """

    clock: Clock
    user_agent: str
    heard: Callable[[], None]
    this_machine: Collection[str] = ()
    transport: httpx.AsyncBaseTransport | None = None
    lines: connecting.PublicOnly | None = None
    clients: dict[Path | None, httpx.AsyncClient] = field(default_factory=dict)

    async def close(self) -> None:
        """Close all connections."""
        for client in self.clients.values():
            await client.aclose()
        self.clients.clear()

    async def page(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        policy: FetchPolicy,
        content: str | None = None,
    ) -> Answer:
        """A whole answer, a redirect, or a 304 that was asked for; else FetchError or Passing.

        content: what is sent with POST; None for a GET.
        """

        async def read(response: httpx.Response) -> bytes:
            self._judge(response, policy)
            complete = response.status_code == HTTPStatus.OK
            return await read_body(response, policy.max_bytes) if complete else b""

        return await self._call(url, headers, policy, read, content)

    async def robots(self, url: httpx.URL, policy: FetchPolicy) -> Answer:
        """A robots.txt (its beginning), a redirect or a 4xx; else FetchError or Passing.

        429 is not "there is none", though the RFC counts it so: it asks us to wait.
        """

        async def read(response: httpx.Response) -> bytes:
            status = response.status_code
            missing = status in CLIENT_ERRORS and status != HTTPStatus.TOO_MANY_REQUESTS
            if not response.is_success and not missing and status not in REDIRECTS:
                raise self._passing(response, throttled=status == HTTPStatus.TOO_MANY_REQUESTS)
            return await read_beginning(response, MOST_BYTES) if response.is_success else b""

        return await self._call(url, {}, policy, read)

    async def _call(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        policy: FetchPolicy,
        read: Callable[[httpx.Response], Awaitable[bytes]],
        content: str | None = None,
    ) -> Answer:
        method = "GET" if content is None else "POST"
        client = self._client(policy.ca_bundle)
        with explained(url, policy.total_seconds):
            async with (
                asyncio.timeout(policy.total_seconds),
                client.stream(method, url, headers=headers, content=content) as response,
            ):
                self.heard()
                body = await read(response)
                return Answer(response.status_code, dict(response.headers), body)

    def _client(self, bundle: Path | None) -> httpx.AsyncClient:
        """The client that trusts the usual certificates and those of the bundle.

        One deadline holds for a whole call, not one per read. A proxy that the environment names
        is used, and then it is the proxy that looks up names.
        """
        if bundle not in self.clients:
            context = connecting.trusting(str(bundle) if bundle else None)
            client = httpx.AsyncClient(
                headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
                verify=context,
                transport=self.transport,
                follow_redirects=False,
                timeout=None,  # noqa: S113
            )
            if self.transport is None:
                lines = self.lines or connecting.PublicOnly(this_machine=self.this_machine)
                client._transport = connecting.transport(lines, verify=context)
            self.clients[bundle] = client
        return self.clients[bundle]

    def _judge(self, response: httpx.Response, policy: FetchPolicy) -> None:
        """Raise unless the status is 200, a redirect, or a 304 that was asked for."""
        status, sent = response.status_code, response.request.headers
        unchanged = status == HTTPStatus.NOT_MODIFIED
        if unchanged and ("if-none-match" in sent or "if-modified-since" in sent):
            return
        if status == HTTPStatus.OK or status in REDIRECTS:
            return
        forbidden = status == HTTPStatus.FORBIDDEN and policy.forbidden_means_throttled
        throttled = forbidden or status == HTTPStatus.TOO_MANY_REQUESTS
        if not throttled and status not in MAY_PASS:
            raise refusal(status, response.url)
        raise self._passing(response, throttled=throttled)

    def _passing(self, response: httpx.Response, *, throttled: bool) -> Passing:
        status = response.status_code
        said = "too many calls" if throttled else phrase(status)
        error = Refused(f"{name(response.url)} answered {status} ({said}).", status=status)
        wait = self._retry_after(response.headers)
        return Passing(error, wait=wait, throttled=throttled)

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        """Seconds asked for, by number or by date on the server's own clock; None if neither."""
        text = headers.get("retry-after", "").strip()
        if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{0,9})?", text):
            return float(text)
        until = _http_date(text)
        if until is None:
            return None
        served_at = _http_date(headers.get("date", "")) or self.clock.now()
        return (until - served_at).total_seconds()


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
