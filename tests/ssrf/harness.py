"""Leads every attack through every door, over made-up lines that note who is connected to."""

import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpcore

from aggregator.connecting import PublicOnly
from aggregator.deliver import WebhookNotifier, check_target
from aggregator.errors import DeliveryError, FetchError
from aggregator.fetch import FetchPolicy, HostQueues, PoliteFetcher
from aggregator.model import Channel, ChannelKind, Message, Request
from aggregator.testing import FrozenClock, utc
from tests.ssrf.corpus import GOOD, PORTAL, Case

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HTTPS = 443


@dataclass
class World:
    """Names, lines and a portal under the attacker's control."""

    answers: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    connected: list[str] = field(default_factory=list)
    served: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    now: float = 0.0

    def begin(self, case: Case, **served: bytes) -> None:
        self.answers = {**case.answers, PORTAL: ((GOOD,),)}
        self.connected, self.asked, self.served = [], Counter(), served

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """As generous with spellings as the C library is."""
        answers = self.answers.get(host.lower())
        if answers:
            self.asked[host] += 1
            return answers[min(self.asked[host], len(answers)) - 1]
        try:
            return [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            raise socket.gaierror(-2, "Name or service not known") from None

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def tick(self) -> float:
        self.now += 1000.0
        return self.now


@dataclass
class Lines(httpcore.AsyncNetworkBackend):
    """Notes every connection; only the portal's own host answers, and what it was told to."""

    world: World

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> Any:
        self.world.connected.append(host)
        if host == GOOD and self.world.served:
            return Answering(self.world.served)
        raise httpcore.ConnectError("nobody is there")

    async def sleep(self, seconds: float) -> None:
        await self.world.sleep(seconds)


class Answering(httpcore.AsyncMockStream):
    """Answers by the path it is asked for."""

    def __init__(self, served: dict[str, bytes]) -> None:
        super().__init__([])
        self.served, self.given = served, False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if buffer[:4] in {b"GET ", b"POST"}:
            path = "robots" if b"/robots.txt" in buffer[:40] else "page"
            self._buffer.append(self.served.get(path, NOT_FOUND))


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def redirect(url: str) -> bytes:
    """A redirect as raw bytes, with whatever stands in the address."""
    place = url.encode("utf-8").replace(b"\r", b"").replace(b"\n", b"")
    return (
        b"HTTP/1.1 302 Found\r\nLocation: "
        + place
        + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )


class Doors:
    """All the ways by which an address that a stranger chose may reach a connection."""

    def __init__(self, *, guard: type[PublicOnly] = PublicOnly) -> None:
        self.world, self.clock = World(), FrozenClock(utc(2026, 11, 23, 9))
        lines = Lines(self.world)
        self.hook = WebhookNotifier(
            clock=self.clock, resolver=self.world.resolve, lines=lines, total_seconds=5
        )
        if guard is not PublicOnly:
            self.hook._backend = lambda: guard(  # type: ignore[method-assign]
                resolver=self.world.resolve, lines=lines
            )
        self.queues = HostQueues(sleep=self.world.sleep, monotonic=self.world.tick)
        self.fetcher = PoliteFetcher(
            {
                "list": FetchPolicy(pace=0.1, attempts=1),
                "api": FetchPolicy(pace=0.1, attempts=1, obeys_robots=False),
            },
            clock=self.clock,
            queues=self.queues,
            lines=guard(resolver=self.world.resolve, lines=lines),
            others=("elsewhere.example.org",),
            reach=self.somebody,
        )

    async def somebody(self, _host: str) -> bool:
        return True

    async def subscribing(self, case: Case) -> None:
        """A webhook address as it is entered."""
        self.world.begin(case)
        try:
            await check_target(case.url, resolver=self.world.resolve)
        except DeliveryError:
            return

    async def sending(self, case: Case, **served: bytes) -> None:
        """A webhook address as it is posted to, whatever was said when it was entered."""
        self.world.begin(case, **served)
        channel = Channel(kind=ChannelKind.WEBHOOK, target=case.url, secret=SECRET)
        if served:
            channel = Channel(
                kind=ChannelKind.WEBHOOK, target=f"https://{PORTAL}/in", secret=SECRET
            )
        message = Message(
            id="m", subscriber_id="s", channel=channel, created_at=self.clock.now(), json_body="{}"
        )
        try:
            await self.hook.send(message)
        except DeliveryError:
            return

    async def sent_elsewhere(self, case: Case) -> None:
        """A receiver that points a post to it."""
        await self.sending(case, page=redirect(case.url))

    async def linked(self, case: Case) -> None:
        """A portal's page that links to it."""
        await self._fetched(case, case.url)

    async def redirected(self, case: Case) -> None:
        """A portal that redirects to it."""
        await self._fetched(case, f"https://{PORTAL}/list", page=redirect(case.url))

    async def robots_elsewhere(self, case: Case) -> None:
        """A robots.txt that is said to be there; redirects to other hosts are followed for it."""
        await self._fetched(case, f"https://{PORTAL}/list", "list", robots=redirect(case.url))

    async def _fetched(self, case: Case, url: str, source: str = "api", **served: bytes) -> None:
        self.world.begin(case, **served)
        self.queues.robots.clear()
        self.queues.queues.clear()
        try:
            await self.fetcher.fetch(Request(source_id=source, url=url, reader="read"))
        except FetchError:
            return

    @property
    def all(self) -> tuple[Any, ...]:
        return (
            self.subscribing,
            self.sending,
            self.sent_elsewhere,
            self.linked,
            self.redirected,
            self.robots_elsewhere,
        )

    async def close(self) -> None:
        await self.hook.close()
        await self.fetcher.__aexit__(None, None, None)


async def forbidden_connections(cases: Iterable[Case], doors: Doors) -> tuple[int, list[str]]:
    """How many attacks were tried (each through every door), and what went wrong."""
    wrong: list[str] = []
    tried = 0
    for case in cases:
        for door in doors.all:
            await door(case)
            tried += 1
            wrong += [
                f"{door.__name__}: {case.url!r} connected to {host}"
                for host in doors.world.connected
                if host != GOOD
            ]
    await doors.close()
    return tried, wrong


async def refused_look_alikes(cases: Iterable[Case], doors: Doors) -> tuple[int, list[str]]:
    """How many public addresses were asked for, and which of them were not connected to."""
    wrong: list[str] = []
    tried = 0
    for case in cases:
        tried += 1
        for door in (doors.sending, doors.linked, doors.robots_elsewhere):
            await door(case)
            if case.kind not in doors.world.connected:
                wrong.append(f"{door.__name__}: {case.url} ({case.kind}) was refused")
    await doors.close()
    return tried, wrong
