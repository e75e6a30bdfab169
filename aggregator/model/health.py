"""How the reading of a source goes: what a run read, what is odd about it, what we make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from aggregator.model.collecting import Outcome


class HealthState(StrEnum):
    """How the reading of a source stands, in the order in which people want to hear of it."""

    FAILING = "failing"
    BLOCKED = "blocked"
    SUSPICIOUS = "suspicious"
    QUIET = "quiet"
    OVERDUE = "overdue"
    OUR_NETWORK = "our_network"
    NEVER_ASKED = "never_asked"
    UNKNOWN = "unknown"
    WELL = "well"


class FindingKind(StrEnum):
    """What is odd about the answers of a source."""

    OFFLINE = "offline"
    ROBOTS = "robots"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    MOVED = "moved"
    THROTTLED = "throttled"
    BLOCK_PAGE = "block_page"
    CUT = "cut"
    CHANGED_PAGE = "changed_page"
    OTHER_FAULT = "other_fault"
    EMPTY = "empty"
    SILENCE = "silence"
    NOTHING_YET = "nothing_yet"
    OLD = "old"
    DROP = "drop"
    JUMP = "jump"
    FIELD_EMPTY = "field_empty"
    REJECTIONS = "rejections"
    MENDED = "mended"
    FROZEN = "frozen"
    SLOW = "slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One odd thing, in words that follow "since Tuesday:". field: for FIELD_EMPTY."""

    kind: FindingKind
    words: str
    field: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFigures:
    """What one source run read, as health looks at it.

    records: notices in the answers, known ones too, each once. new: those not known before.
    fields: "all" and "doubtful" (read with a doubt or a repair), and by the name of a field how
    many of the records state it. days: UK day -> how many new notices
    were published then (for a list: were met first). newest: the latest publication among the
    records. faults: kind of fault -> how often it was met, also where another try went well.
    unchanged: the answers were word for word those of the run before. seconds: the whole run.
    whole: a list was read to its end. held: the run brought so much that it waits for a person.
    """

    source_id: str
    run_id: int
    started_at: datetime
    at: datetime
    outcome: Outcome
    windowed: bool = False
    backfill: bool = False
    requests: int = 0
    records: int = 0
    new: int = 0
    rejections: int = 0
    unchanged: bool = False
    whole: bool = False
    held: bool = False
    seconds: float = 0.0
    newest: datetime | None = None
    fields: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    faults: Mapping[FindingKind, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How the reading of a source stands at a moment.

    name: for readers. at: the moment it was judged for. since: when the state began. because: a
    sentence. usual: how much is usual, in words ("4 a day"), None where it is too early to say.
    last_notice_at: when something new was last seen. last_complete_at: the last complete run.
    """

    source_id: str
    name: str
    state: HealthState
    at: datetime
    since: datetime
    because: str
    usual: str | None = None
    last_notice_at: datetime | None = None
    last_complete_at: datetime | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether readers miss something while it stays so."""
        return self.state not in IN_ORDER


IN_ORDER = frozenset({HealthState.WELL, HealthState.UNKNOWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthChange:
    """From one state to another; `reported_at` is when the host was last told of it."""

    source_id: str
    state: HealthState
    since: datetime
    because: str
    reported_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """How a notice stands on a list that shows all that is open.

    missed: how many whole readings in a row did not show it. gone: its end on the list was told.
    """

    missed: int = 0
    gone: bool = False
