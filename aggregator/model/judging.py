"""Is it about what our readers do, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.model.procurement import Opportunity


class Verdict(StrEnum):
    """Core: it is the purpose. Related: commonly delivered by such charities. Possible: look."""

    CORE = "core"
    RELATED = "related"
    POSSIBLE = "possible"
    NO = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectLot:
    """A lot as far as judging goes."""

    id: str
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is judged: texts, codes, and the names that must not count.

    organisations: buyers, suppliers and other parties by name, masked in every text.
    cpv: eight-digit codes without check digit. award_text: supplier and award wording.
    """

    title: str | None = None
    description: str | None = None
    additional_text: str | None = None
    award_text: str | None = None
    lots: tuple[SubjectLot, ...] = ()
    organisations: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One ground for or against, in words a volunteer understands.

    points: what it added to the score, negative where it speaks against. service_type and lot_id
    where it belongs to one.
    """

    words: str
    points: float
    phrase: str | None = None
    field: str | None = None
    service_type: str | None = None
    lot_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict with its reasons, strongest first. types: service types, best first.

    lots: ids of the lots that carry the verdict, empty where the whole does. audiences, settings,
    levels: facets found. profile: name and version of the profile that judged.
    """

    verdict: Verdict
    score: float
    types: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    lots: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedOpportunity:
    """An opportunity with the present judgement on it, as the store hands it out."""

    opportunity: Opportunity
    judgement: Judgement


class Answer(StrEnum):
    """What a person says of an opportunity. Yes and no: whether it is about what we look for.

    Not for us: it may well be, but it is of no use to the one who says so.
    """

    YES = "yes"
    NO = "no"
    NOT_FOR_US = "not_for_us"


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonVerdict:
    """What one person said of one opportunity. Kept as data; it never changes a Judgement.

    Either moderator, a name, or subscriber_id says who. Of several by one person the last counts.
    """

    opportunity_id: str
    answer: Answer
    at: datetime
    moderator: str | None = None
    subscriber_id: str | None = None
    note: str | None = None
