"""The client that carries out a Request: conditional, spaced, capped, tried again with care."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from aggregator import __version__
from aggregator.errors import RedirectRefused, Refused, Unreachable
from aggregator.fetch.body import read_body
from aggregator.fetch.faults import Passing, explained, name, phrase, refusal
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.queue import HostQueue, Sleep
from aggregator.fetch.redirects import MOST_REDIRECTS, REDIRECTS, next_hop
from aggregator.model import RawPayload, Request, Validators
from aggregator.ports import Clock

LONGEST_WAIT = 24 * 3600.0
MAY_PASS = frozenset({429, 500, 502, 503, 504})
USEFUL_HEADERS = frozenset(
    {"age", "cache-control", "content-type", "date", "etag", "expires", "last-modified"}
)
JITTER = secrets.SystemRandom().random


class PoliteFetcher:
    """Implements ports.Fetcher over httpx; an async context manager, one per event loop.

    policies: source id -> FetchPolicy. contact: address or web page that portals can turn to.
    transport, sleep, monotonic and jitter (a number from 0 to 1) are there for tests.
    """

    def __init__(
        self,
        policies: Mapping[str, FetchPolicy],
        *,
        clock: Clock,
        contact: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = JITTER,
    ) -> None:
        self._policies, self._clock, self._jitter = policies, clock, jitter
        self._sleep, self._monotonic = sleep, monotonic
        self._queues: dict[str, HostQueue] = {}
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"},
            transport=transport,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline holds for the whole call, not one per read
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        """The answer, with status 200, or 304 and no body where `validators` still hold.

        Raises Unreachable, Refused, Throttled, RedirectRefused, TooLarge or CutShort. What may
        pass (429, 5xx, resets, time, cut bodies) is tried again first, as the policy allows.
        """
        policy, url = self._policies[request.source_id], _address(request.url)
        queue, waited, attempt = self._queue(url), 0.0, 1
        while True:
            try:
                async with queue.lock:
                    headers = _headers(request, validators)
                    answer = await self._ask(url, headers, policy, queue, request.content)
                return self._payload(request, answer)
            except Passing as fault:
                wait = self._wait(fault, attempt, policy)
                waited, attempt = waited + wait, attempt + 1
                queue.rest(wait)
                if attempt > policy.attempts or waited > policy.patience:
                    raise fault.final(wait) from fault.__cause__

    def _queue(self, url: httpx.URL) -> HostQueue:
        host = url.netloc.decode("ascii")
        if host not in self._queues:
            self._queues[host] = HostQueue(name(url), self._sleep, self._monotonic)
        return self._queues[host]

    def _wait(self, fault: Passing, attempt: int, policy: FetchPolicy) -> float:
        """What the server asked for, within reason; else twice as long each time, with jitter."""
        if fault.wait is not None:
            return max(policy.pace, min(fault.wait, LONGEST_WAIT))
        if fault.throttled:
            return policy.rest
        longest: float = policy.pace * 2**attempt
        return longest * (1 + self._jitter()) / 2

    async def _ask(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        policy: FetchPolicy,
        queue: HostQueue,
        content: str | None,
    ) -> "_Answer":
        """One try with its redirects, each of them a call that waits for its turn.

        What is sent with POST goes to the address that is configured and to no other.
        """
        first = url
        for _ in range(MOST_REDIRECTS + 1):
            await queue.turn(policy)
            answer = await self._call(url, headers, policy, content)
            if answer.status not in REDIRECTS:
                return answer
            if content is not None:
                raise RedirectRefused(
                    f"{name(url)} redirected a search that it should answer itself. "
                    "Please check the address in sources.yaml."
                )
            url = next_hop(url, answer.headers.get("location"))
        raise RedirectRefused(
            f"{name(first)} redirected {first} more than {MOST_REDIRECTS} times. "
            "Please check the address in sources.yaml."
        )

    async def _call(
        self, url: httpx.URL, headers: Mapping[str, str], policy: FetchPolicy, content: str | None
    ) -> "_Answer":
        method = "GET" if content is None else "POST"
        with explained(url, policy.total_seconds):
            async with (
                asyncio.timeout(policy.total_seconds),
                self._client.stream(method, url, headers=headers, content=content) as response,
            ):
                self._judge(response, policy)
                complete = response.status_code == HTTPStatus.OK
                body = await read_body(response, policy.max_bytes) if complete else b""
                return _Answer(response.status_code, dict(response.headers), body)

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
        said = "too many calls" if throttled else phrase(status)
        message = f"{name(response.url)} answered {status} ({said})."
        wait = self._retry_after(response.headers)
        raise Passing(Refused(message, status=status), wait=wait, throttled=throttled)

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        """Seconds asked for, by number or by date on the server's own clock; None if neither."""
        text = headers.get("retry-after", "").strip()
        if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{0,9})?", text):
            return float(text)
        until = _http_date(text)
        if until is None:
            return None
        served_at = _http_date(headers.get("date", "")) or self._clock.now()
        return (until - served_at).total_seconds()

    def _payload(self, request: Request, answer: "_Answer") -> RawPayload:
        return RawPayload(
            request=request,
            status=answer.status,
            headers={k: v for k, v in answer.headers.items() if k in USEFUL_HEADERS},
            body=answer.body,
            retrieved_at=self._clock.now(),
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def user_agent(contact: str | None) -> str:
    """Our honest name, begun as browsers do because Public Contracts Scotland wants that."""
    printable = re.sub(r"[^!-~]+|[();]", "", contact or "")
    who = f"+{printable}" if printable else "no contact configured"
    return f"Mozilla/5.0 (compatible; FairNotice/{__version__}; {who})"


def _address(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as fault:
        raise Unreachable(f"{url} is not an address that can be asked: {fault}") from fault


def _headers(request: Request, validators: Validators | None) -> dict[str, str]:
    ours = {"accept-encoding", "user-agent"}
    headers = {name: value for name, value in request.headers.items() if name.lower() not in ours}
    if request.content is not None:
        return {"Content-Type": "application/json", **headers}
    if validators and validators.etag and validators.etag.isascii():
        headers["If-None-Match"] = validators.etag
    if validators and validators.last_modified and validators.last_modified.isascii():
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
