"""Runs a function over bytes from strangers in a child process that can be killed.

feedparser takes nine seconds for one element with 32,000 attributes, and worse can be made: so
feeds and HTML are read where time and memory end, and the rest of the program goes on.
"""

import asyncio
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from aggregator.errors import AnswerError, ParserStopped

T = TypeVar("T")

RENEW_AFTER = 200
"""Readings after which a worker is replaced, so that leaks in C libraries stay small."""


class Limited:
    """A context manager around a pool of killable children.

    seconds: of wall time for one run, the start of a fresh child not counted. megabytes: of
    address space for a child. workers: how many run at once. modules: what the children will need,
    loaded once for all of them where children are forked.
    """

    def __init__(
        self,
        *,
        seconds: float = 20.0,
        megabytes: int = 1024,
        workers: int = 1,
        modules: Sequence[str] = (),
    ) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        method = "forkserver" if sys.platform.startswith("linux") else "spawn"
        context = multiprocessing.get_context(method)
        context.set_forkserver_preload([*modules])
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=RENEW_AFTER,
            initializer=_limit_memory,
            initargs=(megabytes * 2**20,),
            context=context,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """What `function(*args)` gives. Function, arguments and result must pickle.

        Raises ParserStopped where time or memory ran out or the child died; an AnswerError
        arrives as it was raised, anything else as ParserStopped with its name.
        """
        future = self._pool.schedule(_guarded, args=(function, *args), timeout=self._seconds)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as stop:
            message = f"reading it took more than {self._seconds:.0f} seconds and was stopped"
            raise ParserStopped(message) from stop
        except MemoryError as stop:
            message = f"reading it took more than {self._megabytes} megabytes and was stopped"
            raise ParserStopped(message) from stop
        except (ProcessExpired, BrokenExecutor) as stop:
            raise ParserStopped("the process that was reading it died") from stop


def _limit_memory(size: int) -> None:
    """In the child, before it reads anything. Windows has no such limit; time still ends there."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _guarded(function: Callable[..., T], *args: object) -> T:
    """In the child. Foreign errors may not survive the way back, so they travel as words."""
    try:
        return function(*args)
    except (AnswerError, MemoryError):
        raise
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - the border of one reading
        raise ParserStopped(
            f"it could not be read: {type(fault).__name__}: {fault}"[:500]
        ) from None
