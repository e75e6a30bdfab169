"""Who looks after an instance: groups of members, moderators and what they did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.model.alerting import Cadence, Criteria


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Members of a host's network. criteria, cadence: for those who chose nothing themselves."""

    id: str
    name: str
    criteria: Criteria
    cadence: Cadence = Cadence.DAILY


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberCounts:
    """How many addresses are in each state, in each group (and confirmed there), and wait.

    groups: name, members, of these confirmed or paused. waiting: asked and not yet answered.
    """

    states: tuple[tuple[str, int], ...]
    groups: tuple[tuple[str, int, int], ...]
    organisations: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A moderator who is signed in. id: to name it; the secret itself is not kept."""

    id: str
    moderator: str
    begun_at: datetime
    seen_at: datetime


class ModerationAct(StrEnum):
    """What a person did on behalf of the host."""

    RELEASED = "released"
    DROPPED = "dropped"
    ANSWERED = "answered"
    UNDONE = "undone"
    SAID = "said"
    EXPORTED = "exported"
    IMPORTED = "imported"
    CHANGED = "changed"
    SIGNED_IN = "signed in"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderation:
    """One line of the record of what was done: when, by whom, what, to what, why.

    subject: the id of a message, review item or opportunity, a group's name, or a session. The line
    goes with the subscriber it is about.
    """

    at: datetime
    by: str
    act: ModerationAct
    subject: str
    subscriber_id: str | None = None
    because: str | None = None
