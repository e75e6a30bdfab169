"""Whether it is us: told apart from a portal's trouble, so that no source is blamed for our line.

One host that cannot be reached says little. If another answered a moment ago it is theirs; else a
few other hosts of sources.yaml are knocked at (a line is opened and closed, nothing is asked). If
nobody opens, it is ours.
"""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpcore

from aggregator.connecting import PublicOnly
from aggregator.fetch.queue import HostQueues

MOMENT = 60.0
"""How long ago another host may have answered for our network to count as up; in seconds."""

MOST_KNOCKS = 3
KNOCK_SECONDS = 5.0
HTTPS = 443
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN})
ANYWHERE = ("192.0.2.1", 9)
"""An address for documentation (RFC 5737): asking for the way there sends nothing."""

Reach = Callable[[str], Awaitable[bool]]


@dataclass
class OwnNetwork:
    """Judges our own network. others: hosts that are called besides; reach: tries to open a line
    to one of them, None where tests have no network: then all of them have to have failed."""

    queues: HostQueues
    others: Sequence[str] = ()
    reach: Reach | None = None
    judged_at: float = float("-inf")
    judged_down: bool = False

    async def is_down(self, failed: str) -> bool:
        """Whether nobody at all can be reached, now that the host `failed` could not be."""
        self.queues.silent.add(failed)
        now = self.queues.monotonic()
        if now - self.queues.heard < MOMENT:
            return False
        if now - self.judged_at >= MOMENT:
            self.judged_down = await self._all_silent(failed)
            self.judged_at = self.queues.monotonic()
        return self.judged_down

    async def _all_silent(self, failed: str) -> bool:
        others = [host for host in self.others if host != failed]
        if self.reach is None:
            return bool(others) and self.queues.silent.issuperset(others)
        if not others:
            return not has_route()
        chosen = others[:MOST_KNOCKS]
        return not any(await asyncio.gather(*(self.reach(host) for host in chosen)))


async def reachable(host: str) -> bool:
    """Whether a public host takes a connection; nothing is asked of it."""
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            line = await PublicOnly().connect_tcp(host, HTTPS)
            await line.aclose()
    except (TimeoutError, OSError, httpcore.NetworkError, httpcore.TimeoutException):
        return False
    return True


def has_route() -> bool:
    """Whether this machine knows any way to the internet; nothing is sent to find out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(ANYWHERE)
    except OSError as fault:
        return fault.errno not in NO_ROUTE
    return True
