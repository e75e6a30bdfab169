"""What a person who looks after an instance must see to."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """Something that does not mend by itself.

    key: what it is about, the same as long as it lasts ("source:cvs:blocked"). words: what is the
    matter, a sentence. remedy: what to do. patience: how long it may last before anybody is told,
    because it may yet mend by itself. Neither words nor remedy hold a reader's address.
    """

    key: str
    words: str
    remedy: str
    patience: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownConcern:
    """What is remembered of one: when it began, was there last, and was last told."""

    key: str
    since: datetime
    last_seen_at: datetime
    told_at: datetime | None = None
