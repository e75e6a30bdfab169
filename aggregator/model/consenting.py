"""Who agreed to what: what waits for a confirmation, and the record of what was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.model.alerting import Cadence, Criteria


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a person wants to be told and how often, before it is a Subscription."""

    criteria: Criteria
    cadence: Cadence = Cadence.DAILY


class OptInKind(StrEnum):
    """What is to be confirmed by a link: digests to an address, or another address."""

    DIGESTS = "digests"
    ADDRESS = "address"


@dataclass(frozen=True, kw_only=True, slots=True)
class OptIn:
    """Something asked for that waits until the owner of the address confirms it.

    wording: version of the text that was shown. wish: for digests. address: the new one.
    asked_by: the subscriber who asked on behalf of a colleague.
    """

    id: str
    subscriber_id: str
    kind: OptInKind
    asked_at: datetime
    wording: str
    wish: Wish | None = None
    address: str | None = None
    asked_by: str | None = None
    confirmed_at: datetime | None = None


class ConsentAct(StrEnum):
    """What a person said."""

    ASKED = "asked"
    GIVEN = "given"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentEntry:
    """One line of a consent record: who, when, how, and the exact words that were shown."""

    subscriber_id: str
    act: ConsentAct
    at: datetime
    how: str
    wording: str | None = None
    words: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Everything held on a subscriber: table -> its rows, column -> value."""

    tables: tuple[tuple[str, tuple[dict[str, object], ...]], ...]
