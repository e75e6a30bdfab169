"""What shows that the service does what it should: heartbeats, and the books compared."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """When a job of the scheduler last began and ended, and when it runs next.

    failed: how its last run went, None before the first end. since: when the scheduler that will
    run it was started.
    """

    job: str
    since: datetime
    next_at: datetime | None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    failed: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TellingState:
    """A message with entries in the ledger, and where it stands.

    state: of the outbox. changed_at: since when. events: how many entries it has.
    """

    message_id: str
    subscriber_id: str
    state: str
    changed_at: datetime
    events: int
