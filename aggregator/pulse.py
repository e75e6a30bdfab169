"""Whether the service is alive, for monitors that look from outside: the other channel by which a
host hears of it when mail itself cannot leave. Counts and times only, nothing about anybody."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import heartbeats
from aggregator.app import Instance
from aggregator.checks import files
from aggregator.checks.stored import LOOK_BACK, last_good
from aggregator.model import MessageState
from aggregator.store import Store

NOTHING_READ = timedelta(hours=26)
"""A day, and what a nightly source may be late."""

MAIL_WAITS = timedelta(hours=4)
"""A mail server that asks for patience is asked again within that (greylisting)."""

SEVERAL = 5
"""So many late mails are not the fault of single readers' servers."""


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """How the service was at one moment. problems: plain words, empty when it is well.

    last_read: when a source was last read. waiting: messages on their way; the oldest mail of them
    was composed at `waiting_since`. held: messages that wait for a person. late_jobs: jobs of the
    service that should have run.
    """

    at: datetime
    problems: tuple[str, ...]
    sources: int
    last_read: datetime | None
    waiting: int
    waiting_since: datetime | None
    held: int
    late_jobs: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nobody need do anything."""
        return not self.problems


def look(instance: Instance, *, store: Store, now: datetime) -> Pulse:
    """The pulse of an instance. Raises StoreError where the database does not answer."""
    entries = instance.chosen(())
    runs = [last_good(store.runs(entry.id, limit=LOOK_BACK)) for entry in entries]
    last_read = max((run.finished_at for run in runs if run), default=None)
    counts = store.message_counts()
    mails, last_sent = store.mail_waiting(), store.last_mail_sent_at()
    free = shutil.disk_usage(instance.home).free
    late = heartbeats.late(now, store=store)
    stuck = is_stuck(mails, last_sent, now)
    return Pulse(
        at=now,
        problems=(
            *problems(last_read, free, now=now, stuck=stuck),
            *(one.words for one in late),
        ),
        late_jobs=tuple(one.job for one in late),
        sources=len(entries),
        last_read=last_read,
        waiting=sum(counts.get(state, 0) for state in ON_THEIR_WAY),
        waiting_since=mails[0] if mails else None,
        held=counts.get(MessageState.HELD, 0),
    )


ON_THEIR_WAY = (MessageState.PENDING, MessageState.SENDING, MessageState.UNSURE)


def is_stuck(mails: Sequence[datetime], last_sent: datetime | None, now: datetime) -> bool:
    """Whether the mail server takes nothing; one reader's server that does not is no alarm.

    mails: when those on their way were composed. So: a mail has waited for hours and none was taken
    since it was composed, or several have and none was taken for hours.
    """
    late = [composed for composed in mails if now - composed > MAIL_WAITS]
    if not late:
        return False
    if last_sent is None or max(late) > last_sent:
        return True
    return len(late) >= SEVERAL and now - last_sent > MAIL_WAITS


def problems(last_read: datetime | None, free: int, *, now: datetime, stuck: bool) -> Iterator[str]:
    """What is wrong, each in a few words. free: bytes on the disk."""
    if last_read is None:
        yield "no source was read yet"
    elif now - last_read > NOTHING_READ:
        yield "no source was read for more than a day"
    if stuck:
        yield "mail has been waiting for hours; does the mail server take it?"
    if free < files.LEAST_FREE:
        yield "the disk is nearly full"
