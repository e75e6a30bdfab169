"""The client that carries out a Request: conditional, spaced, capped, tried again with care."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from aggregator import __version__
from aggregator.connecting import PublicOnly
from aggregator.errors import (
    FetchError,
    OwnNetworkDown,
    RedirectRefused,
    Refused,
    RobotsUnknown,
    Throttled,
    Unreachable,
)
from aggregator.fetch.asking import Answer, Caller
from aggregator.fetch.faults import Passing, name
from aggregator.fetch.local import LocalFiles
from aggregator.fetch.network import OwnNetwork, Reach, reachable
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.queue import JITTER, LONGEST_REST, HostQueue, HostQueues
from aggregator.fetch.redirects import MOST_REDIRECTS, PORTS, REDIRECTS, next_hop, other_place
from aggregator.fetch.robots import UNREAD, Rules, is_fresh, origin, rules
from aggregator.model import RawPayload, Request, RobotsCopy, Validators
from aggregator.ports import Clock

LEAST_REST = 60.0
"""A server that asks for less than a minute of rest gets a minute; this machine itself does not."""

NO_FILES: Mapping[str, Path] = {}

USEFUL_HEADERS = frozenset(
    {"age", "cache-control", "content-type", "date", "etag", "expires", "last-modified"}
)


class PoliteFetcher:
    """Implements ports.Fetcher over httpx; an async context manager, one per event loop.

    policies: source id -> FetchPolicy. contact: address or web page that portals can turn to.
    queues: of all hosts, shared by all fetchers of a process. this_machine: hosts, such as
    127.0.0.1, that may be this machine itself, because sources.yaml, a demo or a test names them
    outright. files: source id -> file or folder, for sources that are the host's own files.
    others: hosts that tell whether our own network is down.
    transport, lines, reach and jitter (a number from 0 to 1) are there for tests.
    """

    def __init__(
        self,
        policies: Mapping[str, FetchPolicy],
        *,
        clock: Clock,
        contact: str | None = None,
        queues: HostQueues | None = None,
        this_machine: Collection[str] = (),
        others: Collection[str] = (),
        files: Mapping[str, Path] = NO_FILES,
        transport: httpx.AsyncBaseTransport | None = None,
        lines: PublicOnly | None = None,
        reach: Reach | None = None,
        jitter: Callable[[], float] = JITTER,
    ) -> None:
        self._policies, self._clock, self._jitter = policies, clock, jitter
        self._files = LocalFiles(files, clock)
        self._queues = queues or HostQueues()
        self._this_machine = frozenset(this_machine)
        self._caller = Caller(
            clock=clock,
            user_agent=user_agent(contact),
            heard=self._queues.hear,
            this_machine=self._this_machine,
            transport=transport,
            lines=lines,
        )
        reach = reach or (reachable if transport is None else None)
        self._network = OwnNetwork(self._queues, tuple(others), reach)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._caller.close()

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        """The answer, with status 200, or 304 and no body where `validators` still hold.

        Raises Unreachable (OwnNetworkDown, RobotsUnknown), Disallowed, Refused, Throttled,
        RedirectRefused, TooLarge or CutShort. What may pass (429, 5xx, resets, time, cut bodies)
        is tried again first, as the policy allows.
        """
        if request.source_id in self._files:
            return await self._files.fetch(request, validators)
        policy, url = self._policies[request.source_id], _address(request.url)
        try:
            headers = _headers(request, validators)
            answer = await self._patiently(url, headers, policy, request.content)
        except RobotsUnknown:
            raise
        except Unreachable as fault:
            if self._is_outside(url) and await self._network.is_down(url.host):
                raise OwnNetworkDown(
                    f"{OwnNetworkDown.SIGN}: neither {name(url)} nor any other portal can be "
                    "reached. Nothing is lost; the next run asks again."
                ) from fault
            raise
        return self._payload(request, answer)

    def _is_outside(self, url: httpx.URL) -> bool:
        """Whether an address can tell anything about our line to the internet."""
        return url.scheme in PORTS and bool(url.host) and url.host not in self._this_machine

    async def _patiently(
        self, url: httpx.URL, headers: Mapping[str, str], policy: FetchPolicy, content: str | None
    ) -> Answer:
        """Try after try, as long as the policy has patience."""
        queue, waited, attempt = self._queues.of(url), 0.0, 1
        while True:
            try:
                async with queue.lock:
                    return await self._ask(url, headers, policy, queue, content)
            except Passing as fault:
                wait = self._wait(fault, attempt, policy, url.host)
                waited, attempt = waited + wait, attempt + 1
                queue.rest(wait)
                if attempt > policy.attempts or waited > policy.patience:
                    if isinstance(fault.error, RobotsUnknown):
                        self._queues.robots[origin(url)] = self._copy(origin(url), UNREAD, b"")
                    raise fault.final(wait) from fault.__cause__

    def _wait(self, fault: Passing, attempt: int, policy: FetchPolicy, host: str) -> float:
        """What the server asked for, within reason; else twice as long each time, with jitter."""
        if fault.wait is not None:
            least = 0.0 if host in self._this_machine else LEAST_REST
            return max(policy.pace, least, min(fault.wait, LONGEST_REST))
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
    ) -> Answer:
        """One try with its redirects, each of them a call that waits for its turn.

        What is sent with POST goes to the address that is configured and to no other.
        """
        first = url
        for _ in range(MOST_REDIRECTS + 1):
            if policy.obeys_robots:
                await self._permit(url, policy, queue)
            await queue.turn(policy)
            answer = await self._caller.page(url, headers, policy, content)
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

    # -- robots.txt ------------------------------------------------------------------------------

    async def _permit(self, url: httpx.URL, policy: FetchPolicy, queue: HostQueue) -> None:
        """Raise Disallowed or RobotsUnknown (or Passing with it) unless the URL may be read."""
        found = await self._rules(url, policy)
        queue.crawl_delay = max(queue.crawl_delay, found.crawl_delay)
        found.permit(url)

    async def _rules(self, url: httpx.URL, policy: FetchPolicy) -> Rules:
        place = origin(url)
        copy = self._queues.robots.get(place)
        if copy is None and self._queues.memory is not None:
            copy = self._queues.memory.robots_copy(place)
        if copy is None or not is_fresh(copy, self._queues.wall()):
            copy = await self._fresh_copy(url, place, policy)
        self._queues.robots[place] = copy
        if copy.status == UNREAD:
            raise RobotsUnknown(UNKNOWN.format(host=name(url), why=f"A moment ago {name(url)} did"))
        return rules(copy)

    async def _fresh_copy(self, url: httpx.URL, place: str, policy: FetchPolicy) -> RobotsCopy:
        try:
            answer = await self._ask_robots(url.copy_with(raw_path=b"/robots.txt"), policy)
        except (Passing, FetchError) as fault:
            unknown = _robots_unknown(fault, name(url))
            if unknown is fault:
                raise
            raise unknown from fault
        copy = self._copy(place, answer.status, answer.body)
        if self._queues.memory is not None:
            self._queues.memory.keep_robots_copy(copy)
        return copy

    def _copy(self, place: str, status: int, body: bytes) -> RobotsCopy:
        fetched_at = self._queues.wall().replace(microsecond=0)
        return RobotsCopy(origin=place, status=status, body=body, fetched_at=fetched_at)

    async def _ask_robots(self, url: httpx.URL, policy: FetchPolicy) -> Answer:
        """The file, or "there is none" (404) behind more than five redirects, as the RFC allows.

        Redirects are followed to other hosts too, never down to http, and only to public addresses.
        """
        for _ in range(MOST_REDIRECTS + 1):
            await self._queues.of(url).turn(policy)
            answer = await self._caller.robots(url, policy)
            if answer.status not in REDIRECTS:
                return answer
            url = other_place(url, answer.headers.get("location"))
        return Answer(404, {}, b"")

    def _payload(self, request: Request, answer: Answer) -> RawPayload:
        return RawPayload(
            request=request,
            status=answer.status,
            headers={k: v for k, v in answer.headers.items() if k in USEFUL_HEADERS},
            body=answer.body,
            retrieved_at=self._clock.now(),
        )


UNKNOWN = (
    "{why} not say in its robots.txt what may be read, so nothing is asked of {host} for now. "
    "This mends itself as soon as {host} serves that file again, or says that it has none."
)


def _robots_unknown(fault: Passing | FetchError, host: str) -> Passing | FetchError:
    """What a failure to read robots.txt means for the call that waits for it."""
    cause = fault.error if isinstance(fault, Passing) else fault
    if isinstance(cause, Throttled) or type(cause) is Unreachable:
        return fault
    why = f"{cause} So far it did"
    if isinstance(cause, Refused):
        why = f"{host} answered {cause.status} and did"
    error = RobotsUnknown(UNKNOWN.format(host=host, why=why))
    if isinstance(fault, Passing):
        return Passing(error, wait=fault.wait, throttled=fault.throttled)
    return error


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
