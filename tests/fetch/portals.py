"""Made-up portals for the tests of fetching: scripted ones, and real ones on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import httpx

from aggregator.fetch import FetchPolicy, PoliteFetcher
from aggregator.fetch.queue import HostQueues
from aggregator.model import Request
from aggregator.ports import HostMemory
from aggregator.testing import FrozenClock, utc

URL = "https://tenders.northmoor.example/list"


class Chunks(httpx.AsyncByteStream):
    """A body that arrives in pieces; an exception among them is raised in its place."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def answer(
    status: int = 200, *pieces: bytes | Exception, headers: Mapping[str, str | bytes] | None = None
) -> httpx.Response:
    """A response whose body is streamed as from a real connection."""
    return httpx.Response(status, headers=list((headers or {}).items()), stream=Chunks(*pieces))


def whole(body: bytes = b"all is well", **headers: str) -> httpx.Response:
    """A sound answer with its length; header names with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(200, body, headers={"content-length": str(len(body)), **named})


@dataclass
class FakeTime:
    """Time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return utc(2026, 11, 23, 9) + timedelta(seconds=self.now - 1000)


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Portal:
    """A portal that gives scripted answers in turn (the last one for ever) and notes when."""

    answers: Sequence[Answer]
    time: FakeTime = field(default_factory=FakeTime)
    calls: list[httpx.Request] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)
    robots: Answer | None = None
    """What it answers to robots.txt; None where the source does not ask for it."""

    robots_asked_at: list[float] = field(default_factory=list)
    memory: HostMemory | None = None
    others: tuple[str, ...] = ()

    @cached_property
    def queues(self) -> HostQueues:
        """The queues of one process."""
        return HostQueues(
            memory=self.memory,
            sleep=self.time.sleep,
            monotonic=self.time.monotonic,
            wall=self.time.wall,
            jitter=lambda: 0.0,
        )

    def robots_txt(self, request: httpx.Request) -> httpx.Response:
        self.robots_asked_at.append(self.time.now)
        prepared = self.robots
        if isinstance(prepared, Exception):
            raise prepared
        if callable(prepared):
            return prepared(request)
        assert prepared is not None, "nobody should ask for robots.txt here"
        return answer(
            prepared.status_code, *prepared.stream.pieces, headers=dict(prepared.headers.raw)
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return self.robots_txt(request)
        prepared = self.answers[min(len(self.calls), len(self.answers) - 1)]
        self.calls.append(request)
        self.called_at.append(self.time.now)
        if isinstance(prepared, Exception):
            raise prepared
        if callable(prepared):
            return prepared(request)
        return answer(
            prepared.status_code, *prepared.stream.pieces, headers=dict(prepared.headers.raw)
        )

    @property
    def gaps(self) -> list[float]:
        """Seconds from one call to the next."""
        return [b - a for a, b in zip(self.called_at, self.called_at[1:], strict=False)]

    def fetcher(self, *, clock: FrozenClock | None = None, **policy: Any) -> PoliteFetcher:
        """A fetcher that knows the source "list" and cannot reach anything but this portal."""
        settings = FetchPolicy(**{"pace": 12.0, "obeys_robots": self.robots is not None, **policy})
        return PoliteFetcher(
            {"list": settings, "other": settings},
            clock=clock or FrozenClock(utc(2026, 11, 23, 9)),
            contact="https://northmoor.example/contact",
            transport=httpx.MockTransport(self),
            queues=self.queues,
            others=self.others,
            jitter=lambda: 1.0,
        )


def request(url: str = URL, source_id: str = "list", **changes: Any) -> Request:
    """A request of the source "list"."""
    return Request(source_id=source_id, url=url, reader="read_page", **changes)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """A server on loopback that says exactly what the test wants; gives its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/list"
    finally:
        server.close()
        await server.wait_closed()
