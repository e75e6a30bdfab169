"""One queue per host: calls one after the other, spaced, and none while the host wants rest.

The portals throttle by address (Find a Tender: 12 calls in 120 seconds for all its calls
together), so what one source is told about waiting holds for every source of that host.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from aggregator.errors import Throttled
from aggregator.fetch.faults import in_words
from aggregator.fetch.policy import FetchPolicy

Sleep = Callable[[float], Awaitable[object]]
NEVER = float("-inf")


@dataclass
class HostQueue:
    """The callers of one host. `lock` is held for a whole attempt."""

    host: str
    sleep: Sleep
    monotonic: Callable[[], float]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_call: float = NEVER
    last_pace: float = 0.0
    resting_until: float = NEVER

    async def turn(self, policy: FetchPolicy) -> None:
        """Wait until the host may be called; the slower of two neighbouring paces holds.

        Raises Throttled where the host wants more rest than the policy has patience.
        """
        now = self.monotonic()
        rest = self.resting_until - now
        if rest > policy.patience:
            message = f"{self.host} is left alone for {in_words(rest)}. A later run tries again."
            raise Throttled(message, status=HTTPStatus.TOO_MANY_REQUESTS, wait=rest)
        wait = max(self.last_call + max(policy.pace, self.last_pace) - now, rest)
        if wait > 0:
            await self.sleep(wait)
        self.last_call, self.last_pace = self.monotonic(), policy.pace

    def rest(self, seconds: float) -> None:
        """Leave the host alone for so long, whoever asks."""
        self.resting_until = max(self.resting_until, self.monotonic() + seconds)
