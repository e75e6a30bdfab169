"""What the service says while it runs: plain lines for people, or JSON lines for programs."""

import os
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from aggregator.parsing.dates import to_uk

VARIABLE = "FAIRNOTICE_LOG"
Event = MutableMapping[str, Any]

log: Any = structlog.get_logger("fairnotice")
"""An event is a whole sentence; what is given by name beside it appears in JSON only."""


class Screen:
    """Prints to whatever standard output is at that moment: progress bars take it over."""

    def msg(self, line: str) -> None:
        """One line, at once."""
        print(line, file=sys.stdout, flush=True)

    debug = info = warning = error = critical = msg


def configure() -> None:
    """Plain lines, or JSON lines where FAIRNOTICE_LOG says json."""
    as_json = os.environ.get(VARIABLE, "").strip().lower() == "json"
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else plainly,
        ],
        logger_factory=lambda *_: Screen(),
        cache_logger_on_first_use=False,
    )


def plainly(_logger: object, _method: str, event: Event) -> str:
    """ "00:21 find-a-tender: 12 new of 340 notices", on UK clocks."""
    return f"{to_uk(datetime.now(UTC)):%H:%M} {event['event']}"
