"""The opportunities a reader can still act on, kept in memory until something changes."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from aggregator import stage
from aggregator.model import JudgedOpportunity, Verdict
from aggregator.store import Store

FRESH = timedelta(minutes=1)
PER_PAGE = 20
SHOWN = (Verdict.CORE, Verdict.RELATED)
NEARLY = (Verdict.POSSIBLE,)
T = TypeVar("T")


@dataclass
class Shelf:
    """What is live of some verdicts, most urgent first; read again when a minute has passed."""

    verdicts: Sequence[Verdict]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _read_at: datetime | None = None
    _found: tuple[JudgedOpportunity, ...] = ()

    def live(self, store: Store, now: datetime) -> tuple[JudgedOpportunity, ...]:
        """All of them as of about now."""
        with self._lock:
            if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
                self._found = tuple(live(store.opportunities(verdicts=self.verdicts), now))
                self._read_at = now
            return self._found


def live(found: Iterable[JudgedOpportunity], now: datetime) -> list[JudgedOpportunity]:
    """Those a reader can still act on, most urgent first."""
    open_ones = [one for one in found if stage.is_live(one.opportunity, now)]
    return sorted(open_ones, key=lambda one: stage.urgency(one.opportunity, now))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page of a list. number: from 1."""

    number: int
    count: int
    total: int


def sheet(items: Sequence[T], number: int) -> tuple[Sequence[T], Sheet]:
    """The items of one page; a number beyond the last shows the last."""
    count = max(1, -(-len(items) // PER_PAGE))
    number = min(max(1, number), count)
    start = (number - 1) * PER_PAGE
    return items[start : start + PER_PAGE], Sheet(number=number, count=count, total=len(items))
