"""A month of collecting in a few seconds: made-up portals that judge whoever calls them.

Time is that of the event loop, whose selector leaps to the next due moment instead of waiting, so
that sources wait side by side as they do in earnest.
"""

import asyncio
import random
import selectors
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from aggregator import app, collect, relevance
from aggregator.config import SourceEntry
from aggregator.fetch import HostQueues, PoliteFetcher
from aggregator.model import Parsed, RawPayload, Request, Window
from aggregator.ports import Source
from aggregator.store import Store

START = datetime(2026, 10, 12, 6, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0
CONTACT = "https://northmoor.example.org/contact"
SLACK = 0.001


class Leaping(selectors.SelectSelector):
    """A selector that never waits: it moves the clock on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout and timeout > 0:
            self.now += timeout
        return ready


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop that lives in the time of its selector."""

    def __init__(self) -> None:
        self.leaping = Leaping()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now


def simulated(make: Callable[[], Any]) -> Any:
    """Run a coroutine in leaping time."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(make())


class VirtualClock:
    """The wall clock of the simulation."""

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass
class Host:
    """One made-up portal: what it asks for, and what it sees.

    robots: of its robots.txt; delay: the Crawl-delay in it, as far as we obey it. down: hours in
    which its robots.txt answers 503.
    """

    name: str
    paces: tuple[float, ...]
    robots: str | None = None
    forbidden: str = "/private"
    delay: float = 0.0
    down: range = range(0)
    throttles: float = 0.01
    last: float = float("-inf")
    rests_until: float = float("-inf")
    busy: int = 0
    robots_read: float = float("-inf")
    refused_robots: bool = False

    @property
    def gap(self) -> float:
        return max(*self.paces, self.delay)


@dataclass
class World:
    """All portals, and what was wrong with the calls they got."""

    hosts: dict[str, Host]
    chance: random.Random
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    pages: int = 0
    conditional: int = 0
    unchanged: int = 0
    robots: int = 0
    rests: int = 0
    unnamed: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        host, now = self.hosts[request.url.host], asyncio.get_running_loop().time()
        self.judge(host, request, now)
        host.last, host.busy = now, host.busy + 1
        await asyncio.sleep(self.chance.uniform(0.05, 4.0))
        host.busy -= 1
        if request.url.path == "/robots.txt":
            return self.robots_txt(host, asyncio.get_running_loop().time())
        return self.page(host, request, asyncio.get_running_loop().time())

    def judge(self, host: Host, request: httpx.Request, now: float) -> None:
        """Note every way in which a call is against the rules."""
        self.note(now - host.last < host.gap - SLACK, "pace", host, request, now)
        self.note(host.busy > 0, "two at once", host, request, now)
        self.note(now < host.rests_until - SLACK, "Retry-After", host, request, now)
        agent = request.headers["user-agent"]
        self.note("FairNotice/" not in agent or CONTACT not in agent, "name", host, request, now)
        if request.url.path == "/robots.txt" or host.robots is None:
            return
        self.note(request.url.path.startswith(host.forbidden), "robots", host, request, now)
        stale = now - host.robots_read > DAY + 600
        self.note(stale or host.refused_robots, "robots not read", host, request, now)

    def note(self, bad: bool, what: str, host: Host, request: httpx.Request, now: float) -> None:
        if bad:
            self.wrong[what] += 1
            self.examples.append(f"{what}: {request.url} after {now / HOUR:.2f} hours")

    def robots_txt(self, host: Host, now: float) -> httpx.Response:
        self.robots += 1
        host.refused_robots = int(now / HOUR) in host.down
        if host.refused_robots:
            return httpx.Response(503)
        host.robots_read = now
        if host.robots is None:
            return httpx.Response(404)
        return httpx.Response(200, stream=httpx.ByteStream(host.robots.encode()))

    def page(self, host: Host, request: httpx.Request, now: float) -> httpx.Response:
        self.pages += 1
        self.conditional += "if-none-match" in request.headers
        if self.chance.random() < host.throttles:
            return self.throttled(host, now)
        version = f'"{int(now / DAY)}"'
        if request.headers.get("if-none-match") == version:
            self.unchanged += 1
            return httpx.Response(304, headers={"etag": version})
        body = f"{request.url.path} as of {version}".encode()
        return httpx.Response(200, headers={"etag": version}, stream=httpx.ByteStream(body))

    def throttled(self, host: Host, now: float) -> httpx.Response:
        """Too many calls, with a Retry-After of some sort; what we promise to obey is kept."""
        self.rests += 1
        wanted = self.chance.choice((5, 30, 90, 600, 3600, 20_000, 400_000))
        host.rests_until = now + min(max(wanted, 60), DAY)
        moment = START + timedelta(seconds=now)
        until = format_datetime(moment + timedelta(seconds=wanted), usegmt=True)
        text = self.chance.choice((str(wanted), until))
        headers = {"retry-after": text, "date": format_datetime(moment, usegmt=True)}
        return httpx.Response(self.chance.choice((429, 503)), headers=headers)


@dataclass(frozen=True)
class Pages:
    """A source that reads a few pages of a list."""

    id: str
    base_url: str
    paths: tuple[str, ...]
    windowed: bool = False
    parses_untrusted_markup: bool = False
    shows_everything: bool = False

    def requests(self, window: Window) -> Iterable[Request]:
        for path in self.paths:
            yield Request(source_id=self.id, url=self.base_url + path, reader="read_page")

    def read(self, payload: RawPayload) -> Parsed:
        return Parsed()


SHARED = "tenders.northmoor.example.org"
SLOW = "grants.arden.example.org"
QUIET = "news.vale.example.org"


def entry(name: str, host: str, pace: float, hours: float) -> SourceEntry:
    return SourceEntry(
        id=name, kind="feed", name=name, base_url=f"https://{host}", pace=pace, every_hours=hours
    )


ENTRIES = (
    entry("northmoor-tenders", SHARED, 12, 2),
    entry("northmoor-plans", SHARED, 5, 6),
    entry("northmoor-news", SHARED, 2, 3),
    entry("arden-grants", SLOW, 5, 4),
    entry("arden-fund", SLOW, 3, 12),
    entry("vale-news", QUIET, 5, 1),
)


def portals(seed: int) -> World:
    """Three hosts, six sources."""
    rules = f"User-agent: *\nDisallow: /private\nCrawl-delay: {{}}\n\n# contact {SHARED}\n"
    hosts = (
        Host(SHARED, (12, 5, 2), "User-agent: FairNotice\nDisallow: /private\n"),
        Host(SLOW, (5, 3), rules.format(20), delay=20.0, down=range(200, 230)),
        Host(QUIET, (5,), None, forbidden="/never", throttles=0.03),
    )
    return World({host.name: host for host in hosts}, random.Random(seed))


class Deaf(PoliteFetcher):
    """A planted fault: what a server asks for is not heard."""

    def _wait(self, fault: Any, attempt: int, policy: Any, host: str) -> float:
        return float(policy.pace)


@dataclass
class Process:
    """One run of the service on the shared store. fault: a planted one."""

    world: World
    store: Store
    fault: str | None = None

    def queues(self) -> HostQueues:
        return HostQueues(
            memory=None if self.fault == "two queues" else self.store,
            monotonic=asyncio.get_running_loop().time,
            wall=VirtualClock().now,
            jitter=self.world.chance.random,
        )

    async def collect(self, one: SourceEntry, queues: HostQueues) -> None:
        paths = ("/list?page=1", "/list?page=2", "/feed", "/private/list")
        policy = app.policy(one, ENTRIES)
        if self.fault == "no robots":
            policy = app.policy(one.model_copy(update={"robots": "api"}), ENTRIES)
        fetcher = (Deaf if self.fault == "ignore Retry-After" else PoliteFetcher)(
            {one.id: policy},
            clock=VirtualClock(),
            contact=CONTACT,
            queues=self.queues() if self.fault == "two queues" else queues,
            others=[SHARED, SLOW, QUIET],
            transport=httpx.MockTransport(self.world),
        )
        async with fetcher as fetch:
            await collect.run_source(
                Pages(one.id, one.base_url, paths),
                store=self.store,
                fetch=fetch,
                read=read,
                clock=VirtualClock(),
                profile=PROFILE,
            )


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


PROFILE = relevance.load_profile()


async def month(days: float, seed: int = 1, fault: str | None = None) -> World:
    """So many days with all sources; the service starts anew twice a week, and on the shared host
    a person's own command runs beside it."""
    world = portals(seed)
    with Store.open(None) as store:
        process = Process(world, store, fault)
        service = {"queues": process.queues()}
        command = process.queues()

        async def repeat(one: SourceEntry, queues: Callable[[], HostQueues]) -> None:
            while asyncio.get_running_loop().time() < days * DAY:
                await process.collect(one, queues())
                await asyncio.sleep(one.every_hours * HOUR + world.chance.uniform(0, 60))

        async def restart() -> None:
            while asyncio.get_running_loop().time() < days * DAY:
                await asyncio.sleep(3.5 * DAY)
                service["queues"] = process.queues()

        tasks = [repeat(one, lambda: service["queues"]) for one in ENTRIES]
        person = entry("northmoor-tenders", SHARED, 12, 5.3)
        await asyncio.gather(*tasks, repeat(person, lambda: command), restart())
    return world
