"""When to ask and when to try again: arithmetic on times, without a clock.

A source's past is covered stretch by stretch (Coverage). What no stretch covers is asked for
again, so a failed or doubtful reading can never be forgotten, in whatever order readings succeed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.model import Coverage, Window

OVERLAP = timedelta(hours=2)
"""How far back of the newest reading is always read again: portals index late."""

QUIET_READS = 2
"""A stretch without notices is believed when so many runs agree. A throttled Contracts Finder
answers 200 with an empty list, which looks exactly like a quiet day."""

RARE = 1.0
BUSY = 100.0
"""Notices in a week below which a source is read half as often as its entry says, and above which
twice as often: at most a day late is in time for a daily digest, and a quiet site is spared."""

LONGEST_INTERVAL = timedelta(hours=24)
SHORTEST_INTERVAL = timedelta(hours=1)
FIRST_RETRY = timedelta(minutes=5)
"""How soon a source is asked again that could not be read at all; the wait doubles each time."""

RETRY_LADDER = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""Waits between attempts to deliver mail: more than four days in all, as RFC 5321 section 4.5.4.1
asks."""


WEBHOOK_LADDER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Waits between attempts to post to a webhook: the table of Standard Webhooks 1.0, whose first
attempt is made at once; 75 hours and 35 minutes in all."""

WEBHOOK_JITTER = 0.1
"""How much longer each wait may be, by chance, so that a recovering receiver is not flooded."""


def gaps(
    span: Window, coverage: Sequence[Coverage], *, overlap: timedelta = OVERLAP
) -> tuple[Window, ...]:
    """The parts of `span` that still have to be read, oldest first.

    Quiet stretches that too few runs have seen are gaps; so is the last `overlap` of what was read.
    """
    trusted = [part.window for part in coverage if is_trusted(part)]
    newest = max((part.window.end for part in coverage), default=span.start)
    found, position = [], span.start
    for window in sorted(trusted, key=lambda window: window.start):
        end = min(window.end, newest - overlap)
        if end <= position:
            continue
        if window.start > position:
            found.append(Window(start=position, end=min(window.start, span.end)))
        position = end
    if position < span.end:
        found.append(Window(start=position, end=span.end))
    return tuple(window for window in found if window.start < window.end)


def is_trusted(part: Coverage) -> bool:
    """Whether a stretch needs no more reading."""
    return part.quiet_reads is None or part.quiet_reads >= QUIET_READS


def believable(coverage: Sequence[Coverage], now: datetime) -> tuple[Coverage, ...]:
    """Without the stretches that reach further into the future than the overlap puts right.

    A clock that was wrong wrote them: nobody has read what is still to come, and how much of the
    rest was read nobody knows.
    """
    return tuple(part for part in coverage if part.window.end <= now + OVERLAP)


def cover(coverage: Sequence[Coverage], window: Window, *, quiet: bool) -> tuple[Coverage, ...]:
    """The coverage after a run has read `window`; neighbours of one kind are joined.

    quiet: nothing was found there. Call it once a run and window: repeated readings within one
    run may share one cause and do not confirm each other.
    """
    if window.start >= window.end:
        return tuple(coverage)
    reads = quiet_reads(coverage, window) + 1 if quiet else None
    rest = [piece for part in coverage for piece in without(part, window)]
    rest.append(Coverage(window=window, quiet_reads=reads))
    return joined(sorted(rest, key=lambda part: part.window.start))


def quiet_reads(coverage: Sequence[Coverage], window: Window) -> int:
    """How many quiet readings every moment of `window` has had at the least."""
    reads, position = QUIET_READS, window.start
    for part in sorted(coverage, key=lambda part: part.window.start):
        if part.window.end <= position or part.window.start >= window.end:
            continue
        if part.window.start > position:
            return 0
        reads = min(reads, QUIET_READS if part.quiet_reads is None else part.quiet_reads)
        position = part.window.end
    return reads if position >= window.end else 0


def without(part: Coverage, window: Window) -> list[Coverage]:
    """What is left of a stretch outside `window`."""
    left = Window(start=part.window.start, end=min(part.window.end, window.start))
    right = Window(start=max(part.window.start, window.end), end=part.window.end)
    return [
        Coverage(window=piece, quiet_reads=part.quiet_reads)
        for piece in (left, right)
        if piece.start < piece.end
    ]


def joined(parts: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """Neighbouring stretches of one kind as one; all trusted stretches are of one kind."""
    result: list[Coverage] = []
    for raw in parts:
        part = Coverage(window=raw.window) if is_trusted(raw) else raw
        last = result[-1] if result else None
        if last and last.window.end >= part.window.start and last.quiet_reads == part.quiet_reads:
            end = max(last.window.end, part.window.end)
            window = Window(start=last.window.start, end=end)
            result[-1] = Coverage(window=window, quiet_reads=last.quiet_reads)
        else:
            result.append(part)
    return tuple(result)


def interval(every_hours: float, a_week: float | None) -> timedelta:
    """How long to wait between two readings, from what the entry says and what is published.

    a_week: notices in an ordinary week, None where it is too early to say. Never shorter than an
    hour nor longer than a day, unless the entry itself says so.
    """
    said = timedelta(hours=every_hours)
    if a_week is None or RARE <= a_week <= BUSY:
        return said
    if a_week < RARE:
        return max(said, min(2 * said, LONGEST_INTERVAL))
    return min(said, max(said / 2, SHORTEST_INTERVAL))


def next_reading(usual: timedelta, failures: int, *, now: datetime) -> datetime:
    """When to read a source again after so many runs in a row that read nothing at all.

    Five minutes after the first, doubling up to the usual interval: a machine that starts without
    a connection is not left waiting. No number of failures switches a source off.
    """
    if not failures:
        return now + usual
    doubled = int(2 ** min(failures - 1, 20))
    return now + min(usual, FIRST_RETRY * doubled)


def first_reading(last: datetime | None, usual: timedelta, *, now: datetime) -> datetime:
    """When to read a source after a start: at once where its time has passed, else when it is due.

    So a service that is restarted every few minutes does not call on portals every time.
    """
    return now if last is None or last > now else max(now, last + usual)


def next_webhook_attempt(
    attempts: int, *, now: datetime, jitter: float, wait: float | None = None
) -> datetime | None:
    """The same for a webhook. jitter: a number from 0 to 1."""
    if attempts > len(WEBHOOK_LADDER):
        return None
    pause = WEBHOOK_LADDER[max(attempts, 1) - 1] * (1 + WEBHOOK_JITTER * jitter)
    return now + max(pause, timedelta(seconds=wait or 0))


def next_attempt(attempts: int, *, now: datetime, wait: float | None = None) -> datetime | None:
    """When to try a message again after `attempts` failures; None when it is time to give up.

    wait: seconds the channel itself asked for, never shortened.
    """
    if attempts > len(RETRY_LADDER):
        return None
    pause = RETRY_LADDER[max(attempts, 1) - 1]
    return now + max(pause, timedelta(seconds=wait or 0))
