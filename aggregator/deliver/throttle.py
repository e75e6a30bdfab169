"""No more than so many in a minute."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(kw_only=True)
class Throttle:
    """Lets `per_minute` calls through in any sixty seconds and makes the next one wait.

    A small charity's mail host may take thirty mails a minute and refuse the rest.
    """

    per_minute: int | None
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _recent: deque[float] = field(default_factory=deque)

    async def turn(self) -> None:
        """Return when the next call may be made."""
        if self.per_minute is None:
            return
        while len(self._recent) >= self.per_minute:
            wait = self._recent[0] + MINUTE - self.monotonic()
            if wait <= 0:
                self._recent.popleft()
            else:
                await self.sleep(wait)
        self._recent.append(self.monotonic())
