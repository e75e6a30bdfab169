"""Keeping two processes from doing one thing at once, and a clock a person sets."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from aggregator import (
    app,
)
from aggregator.app import Instance
from aggregator.config import SourceEntry
from aggregator.errors import (
    AlreadyRunning,
)

PATIENCE = 5

"""Seconds that a person at a page waits for a delivery to end."""


class FixedClock:
    """A clock that always tells the time a person gave."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The time given."""
        return self.moment


@contextmanager
def only_one(home: Path, act: str, *, patience: float = 0) -> Iterator[None]:
    """Keep a second process out while this one acts. Raises AlreadyRunning.

    patience: seconds to wait for one that is at it.
    """
    app.make_home(home)
    lock = FileLock(home / f"{act.replace(' ', '-')}.lock", timeout=patience)
    try:
        with lock:
            yield
    except Timeout:
        raise AlreadyRunning(
            f"another fairnotice is at it already ({act}, in {home}); wait for it or stop it"
        ) from None


@contextmanager
def collecting_alone(home: Path, entries: Iterable[SourceEntry]) -> Iterator[None]:
    """Keep other processes from reading the same sources. Raises AlreadyRunning."""
    with ExitStack() as locks:
        for entry in entries:
            locks.enter_context(only_one(home, f"collect {entry.id}"))
        yield


def free(
    instance: Instance, entries: Iterable[SourceEntry], locks: ExitStack
) -> Iterator[SourceEntry]:
    """The entries nobody else is reading, kept for us until the locks are given back."""
    for entry in entries:
        try:
            locks.enter_context(only_one(instance.home, f"collect {entry.id}"))
        except AlreadyRunning:
            continue
        yield entry


def as_of(moment: datetime) -> str:
    """A moment for a log line, in UTC to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
