"""Whether the service may start. It does not where going on would harm somebody."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

from aggregator.app import Instance
from aggregator.checks import files, machine, written
from aggregator.checks.result import Result
from aggregator.errors import UnsafeStart
from aggregator.store import Store


def of_start(
    instance: Instance,
    store: Store | None,
    *,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Result]:
    """Everything that is looked at before a start; what says `stops` is in the way of it."""
    yield from files.of_home(instance.home)
    yield from files.of_secret(instance.home, environment)
    yield from written.of_settings(instance.settings, environment)
    if store is not None:
        yield from machine.of_clock(store, now=now, environment=environment)
        yield from machine.of_sqlite(store)


def must_be_safe(
    instance: Instance,
    *,
    now: datetime,
    store: Store | None = None,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Raises UnsafeStart with everything that is in the way, and what to do about each.

    Without a store, the one in the home is opened where there is one; StoreTooNew and StoreDamaged
    come from there.
    """
    found = [one for one in of_start(instance, None, now=now, environment=environment) if one.stops]
    if found:  # a folder that cannot be written would not open either, but say less
        raise UnsafeStart(refusal(found))
    with ExitStack() as parts:
        if store is None and instance.is_there:
            store = parts.enter_context(instance.store())
        found = [
            one for one in of_start(instance, store, now=now, environment=environment) if one.stops
        ]
    if found:
        raise UnsafeStart(refusal(found))


def refusal(found: Sequence[Result]) -> str:
    """All reasons in words, a line each and another for what to do."""
    lines = ["Fair Notice does not start like this:"]
    for one in found:
        lines.append(f"  {one.where + ': ' if one.where else ''}{one.words}")
        lines.append(f"    what to do: {one.remedy}")
    return "\n".join(lines)
