"""What the service says while it runs: plain lines for people, or JSON lines for programs.

Nothing in it says who somebody is (`masking`). What libraries have to say comes the same way.
"""

import logging
import os
import secrets
import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from asgi_correlation_id import correlation_id

from aggregator.log_kind import LogKind
from aggregator.masking import Mask
from aggregator.parsing.dates import to_uk

VARIABLE = "FAIRNOTICE_LOG"
Event = MutableMapping[str, Any]
Act = Callable[[], Awaitable[None]]

log: Any = structlog.get_logger("fairnotice")
"""An event is a whole sentence; what is given by name beside it appears in JSON only."""


class Screen:
    """Prints to whatever standard output is at that moment: progress bars take it over."""

    def msg(self, line: str) -> None:
        """One line, at once."""
        print(line, file=sys.stdout, flush=True)

    debug = info = warning = error = critical = msg


class FromLibraries(logging.Handler):
    """Passes on what libraries log, from warnings upward."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """One event; a fault by its kind alone, since its words may hold anything."""
        fault = place = None
        if record.exc_info and record.exc_info[0]:
            fault = record.exc_info[0].__name__
            place = place_of(record.exc_info[2])
        say = log.error if record.levelno >= logging.ERROR else log.warning
        try:
            words = record.getMessage()
        except (TypeError, ValueError):
            words = str(record.msg)
        say(words, library=record.name, fault=fault, at=place)


def place_of(trace: TracebackType | None) -> str | None:
    """Where a fault was raised: "collect.py:81"."""
    frames = traceback.extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None


def configure(kind: LogKind | None = None) -> None:
    """Plain lines, or JSON lines where `kind` or else FAIRNOTICE_LOG says json."""
    named = os.environ.get(VARIABLE, "").strip().lower()
    as_json = (kind or named) == LogKind.JSON
    mask = Mask()

    def masked(_logger: object, _method: str, event: Event) -> Event:
        return mask.fields(event)

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            request_id,
            structlog.processors.add_log_level,
            masked,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else plainly,
        ],
        logger_factory=lambda *_: Screen(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, FromLibraries):
            root.removeHandler(handler)
    root.addHandler(FromLibraries())


def request_id(_logger: object, _method: str, event: Event) -> Event:
    """Which request of the pages a line belongs to; its answer has the same in X-Request-ID."""
    if found := correlation_id.get():
        event["request"] = found
    return event


def with_run_id(job: str, act: Act) -> Act:
    """The same act; every line it logs says which job it was and which run of it."""

    async def acting() -> None:
        with structlog.contextvars.bound_contextvars(job=job, run=secrets.token_hex(4)):
            await act()

    return acting


def plainly(_logger: object, _method: str, event: Event) -> str:
    """ "00:21 find-a-tender: 12 new of 340 notices", on UK clocks."""
    return f"{to_uk(datetime.now(UTC)):%H:%M} {event['event']}"
