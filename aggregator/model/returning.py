"""What comes back for a mail: bounces, complaints, answers by machines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReturnKind(StrEnum):
    """What a returned mail says.

    HARD: there is no such mailbox. SOFT: it was not taken, and may be another time. REFUSED: this
    mail or its sender is not wanted there. DELAYED: still being tried by the server. DELIVERED: a
    receipt. COMPLAINT: the reader called it junk. AUTOMATIC: out of office, a challenge. OTHER: a
    person's answer, or nothing we can read.
    """

    HARD = "hard"
    SOFT = "soft"
    REFUSED = "refused"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    AUTOMATIC = "automatic"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """One mail that came back, as read; whose it is has still to be found out.

    status: "5.1.1". words: what the server said, at most 300 characters. recipients: addresses it
    names as failed. message_ids: local parts of Message-IDs it quotes, with their domain ("a@b").
    tokens: what stands behind the plus in the addresses it came to. fingerprint: of its bytes.
    """

    kind: ReturnKind
    fingerprint: str
    status: str | None = None
    words: str = ""
    recipients: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Setback:
    """A returned mail as it is kept: the evidence for what was done about an address."""

    fingerprint: str
    message_id: str
    subscriber_id: str
    channel_key: str
    at: datetime
    kind: ReturnKind
    status: str | None
    words: str
