"""What an instance knows of its own place and of the backups it came from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    """Why all mail of an instance is held."""

    RESTORED = "restored"
    COPY = "copy"
    OLDER = "older"
    """The database is older than its folder: it was put back by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailHold:
    """Nothing is composed or sent until a person ends it.

    because: a sentence for that person. known_until: up to when the database knows what was told.
    """

    kind: HoldKind
    since: datetime
    because: str
    known_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """The marks of the one place where this database may send mail.

    nonce: what the file in the home says; pending: what it may say already while it is being
    renewed. changed_ns: when the kernel last changed that file's entry (ctime), which no tool that
    copies files can set. numbers: inode numbers of home, database and file. machine: a hash of the
    machine's id, None where it has none that lasts.
    """

    nonce: str
    pending: str | None = None
    changed_ns: int = 0
    numbers: tuple[int, ...] = ()
    machine: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SentElsewhere:
    """A message that went out after the backup was made, as the journal of sent mails says.

    channel: its key. due_at: the due instant of its digest run. events: (event id, opportunity id).
    """

    message_id: str
    subscriber_id: str
    channel: str
    at: datetime
    due_at: datetime | None
    events: tuple[tuple[str, str], ...]
