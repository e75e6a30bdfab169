"""One queue per host: calls one after the other, spaced, and none while the host wants rest.

The portals throttle by address (Find a Tender: 12 calls in 120 seconds for all its calls
together), so what one source is told about waiting holds for every source of that host. A process
has one HostQueues for all its sources, and a HostMemory carries turns, rests and robots.txt files
over to the next run and to a second process.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx

from aggregator.errors import Throttled
from aggregator.fetch.faults import in_words, name
from aggregator.fetch.policy import FetchPolicy
from aggregator.model import RobotsCopy
from aggregator.ports import HostMemory

Sleep = Callable[[float], Awaitable[object]]
NEVER = float("-inf")
LONGEST_REST = 24 * 3600.0
SPREAD = 0.1
"""How much longer than the pace a gap may be, by chance, so that we do not call like clockwork."""

TURNS_ASKED = 3
"""How often a turn is asked of the memory, whose clock may stand still in a test."""

JITTER = secrets.SystemRandom().random


def wall_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


@dataclass
class HostQueues:
    """The queues of all hosts that one process calls.

    sleep, monotonic, wall and jitter (a number from 0 to 1) are there for tests.
    """

    memory: HostMemory | None = None
    sleep: Sleep = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = wall_clock
    jitter: Callable[[], float] = JITTER
    queues: dict[str, "HostQueue"] = field(default_factory=dict)
    robots: dict[str, RobotsCopy] = field(default_factory=dict)
    """By origin; a copy with status 0 says that none could be had."""

    heard: float = NEVER
    """When any host last answered anything."""

    silent: set[str] = field(default_factory=set)
    """Hosts that could not be reached since then."""

    def of(self, url: httpx.URL) -> "HostQueue":
        """The queue of the host of an address; www.northmoor.example is northmoor.example."""
        host = name(url).lower().rstrip(".")
        queue = self.queues.setdefault(host, HostQueue(host, self))
        queue.belongs_to(asyncio.get_running_loop())
        return queue

    def hear(self) -> None:
        """Some host answered, so our own network is there."""
        self.heard = self.monotonic()
        self.silent.clear()


@dataclass
class HostQueue:
    """The callers of one host. `lock` is held for a whole attempt."""

    host: str
    all: HostQueues
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_call: float = NEVER
    last_pace: float = 0.0
    resting_until: float = NEVER
    crawl_delay: float = 0.0
    """What the host's robots.txt asks for, within reason."""

    loop: asyncio.AbstractEventLoop | None = None

    def belongs_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """A lock serves one event loop; times are kept from one to the next."""
        if self.loop is not loop:
            self.loop, self.lock = loop, asyncio.Lock()

    async def turn(self, policy: FetchPolicy) -> None:
        """Wait until the host may be called; the slower of two neighbouring paces holds.

        Raises Throttled where the host wants more rest than the policy has patience.
        """
        pace, now = max(policy.pace, self.crawl_delay), self.all.monotonic()
        rest = max(self.resting_until - now, self._remembered_rest())
        if rest > policy.patience:
            message = f"{self.host} is left alone for {in_words(rest)}. A later run tries again."
            raise Throttled(message, status=HTTPStatus.TOO_MANY_REQUESTS, wait=rest)
        gap = max(pace, self.last_pace) * (1 + SPREAD * self.all.jitter())
        wait = max(self.last_call + gap - now, rest)
        if wait > 0:
            await self.all.sleep(wait)
        await self._agree_with_others(pace)
        self.last_call, self.last_pace = self.all.monotonic(), pace

    def rest(self, seconds: float) -> None:
        """Leave the host alone for so long, whoever asks."""
        self.resting_until = max(self.resting_until, self.all.monotonic() + seconds)
        if self.all.memory is not None:
            until = self.all.wall() + timedelta(seconds=seconds)
            self.all.memory.rest_host(self.host, until=until)

    def _remembered_rest(self) -> float:
        """Seconds of rest that an earlier run or another process was asked for.

        A rest longer than any we ever grant was written by a clock that was wrong.
        """
        memory = self.all.memory
        until = memory.host_rests_until(self.host) if memory else None
        rest = (until - self.all.wall()).total_seconds() if until else 0.0
        return rest if rest <= LONGEST_REST else 0.0

    async def _agree_with_others(self, pace: float) -> None:
        """Take a turn that no other process has taken."""
        memory = self.all.memory
        for _ in range(TURNS_ASKED if memory else 0):
            wait = memory.take_turn(self.host, now=self.all.wall(), pace=pace) if memory else 0.0
            if wait <= 0:
                return
            await self.all.sleep(wait)
