"""What notices say and what becomes of a procurement: the OCDS part of the vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a date was published."""

    MINUTE = "minute"
    DAY = "day"


class ProcurementKind(StrEnum):
    """What is on offer. A grant never goes through procurement states such as a standstill."""

    CONTRACT = "contract"
    GRANT = "grant"
    CONSULTATION = "consultation"
    NEWS = "news"


class Stage(StrEnum):
    """Where a procurement stands, in the order in which one usually passes through."""

    PIPELINE = "pipeline"
    ENGAGEMENT = "engagement"
    PLANNED = "planned"
    INTENDED_DIRECT = "intended_direct"
    OPEN = "open"
    CLOSED = "closed"
    AWARD_INTENDED = "award_intended"
    AWARDED = "awarded"
    IN_CONTRACT = "in_contract"
    MODIFIED = "modified"
    ENDING = "ending"
    ENDED = "ended"
    CANCELLED = "cancelled"
    STALLED = "stalled"
    STANDING = "standing"
    UNKNOWN = "unknown"


class BuyerKind(StrEnum):
    """What kind of body buys. An agent buys for others."""

    AGENT = "agent"
    COUNCIL = "council"
    COMBINED_AUTHORITY = "combined_authority"
    ICB = "icb"
    NHS_ENGLAND = "nhs_england"
    MENTAL_HEALTH_TRUST = "mental_health_trust"
    NHS_TRUST = "nhs_trust"
    HEALTH_BOARD = "health_board"
    PARTNERSHIP = "partnership"
    POLICE = "police"
    JUSTICE = "justice"
    UNIVERSITY = "university"
    EDUCATION = "education"
    CENTRAL = "central"
    HOUSING = "housing"
    CHARITY = "charity"


class Certainty(StrEnum):
    """How far to trust a derived value: published so, concluded by a rule, or guessed."""

    STATED = "stated"
    DERIVED = "derived"
    GUESSED = "guessed"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedTime:
    """A date as published.

    text: the words or digits as the source gave them. instant: the moment meant, in UTC; for a
    bare day, the last second of that day in UK time. rule: in words, how text became instant.
    """

    text: str
    instant: datetime
    precision: Precision
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """An amount without VAT unless only `gross` is known; both in whole `currency` units."""

    amount: Decimal | None
    currency: str = "GBP"
    gross: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A span of dates. `latest_end` counts every possible extension (OCDS maxExtentDate)."""

    start: StatedTime | None = None
    end: StatedTime | None = None
    latest_end: StatedTime | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """A code from a published list, here nearly always CPV."""

    scheme: str
    id: str
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a service is delivered: ITL/NUTS `code` (UKE2), `name` as published, `postcode`."""

    code: str | None = None
    name: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """A body that buys. `id` as published; schemes are known to lie, so names decide."""

    name: str
    id: str | None = None
    region: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Whom to ask, as published in the notice. Personal data: never logged."""

    name: str | None = None
    email: str | None = None
    telephone: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file or page that belongs to a notice."""

    id: str
    url: str | None = None
    title: str | None = None
    document_type: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardCriterion:
    """What bids are scored on. `weight` as published ("30%"), None when it was not."""

    name: str
    kind: str | None = None
    weight: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """A part of a procurement that can be bid for by itself. `status` as published."""

    id: str
    title: str | None = None
    description: str | None = None
    status: str | None = None
    value: Money | None = None
    period: Period | None = None
    extension: str | None = None
    criteria: tuple[AwardCriterion, ...] = ()
    suitable_sme: bool | None = None
    suitable_vcse: bool | None = None
    classifications: tuple[Classification, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """A decision or contract. `status` as published; `suppliers` are names as published."""

    id: str
    title: str | None = None
    status: str | None = None
    suppliers: tuple[str, ...] = ()
    value: Money | None = None
    decided: StatedTime | None = None
    signed: StatedTime | None = None
    standstill_end: StatedTime | None = None
    period: Period | None = None
    lots: tuple[str, ...] = ()


WITHDRAWN_NOTICE = "CF-NOTICE"
"""The scheme of a reference to the one notice of Contracts Finder that is withdrawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RelatedProcess:
    """A reference to another notice. `relationship`: the OCDS word, or "canonical"."""

    relationship: str
    identifier: str
    scheme: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is stated about a procurement: by one notice, or merged from all of them.

    A field is None (or an empty tuple) where nothing was said; silence is never "no".
    """

    kind: ProcurementKind | None = None
    title: str | None = None
    description: str | None = None
    additional_text: str | None = None
    buyers: tuple[Buyer, ...] = ()
    other_organisations: tuple[str, ...] = ()
    reference: str | None = None
    status: str | None = None
    category: str | None = None
    method: str | None = None
    method_details: str | None = None
    legal_basis: str | None = None
    special_regime: tuple[str, ...] = ()
    above_threshold: bool | None = None
    framework: bool | None = None
    dynamic_market: bool | None = None
    classifications: tuple[Classification, ...] = ()
    places: tuple[Place, ...] = ()
    value: Money | None = None
    minimum_value: Money | None = None
    deadline: StatedTime | None = None
    enquiry_deadline: StatedTime | None = None
    engagement_deadline: StatedTime | None = None
    engagement_text: str | None = None
    expected_tender: StatedTime | None = None
    contract_period: Period | None = None
    extension: str | None = None
    lots: tuple[Lot, ...] = ()
    awards: tuple[Award, ...] = ()
    suitable_sme: bool | None = None
    suitable_vcse: bool | None = None
    reserved: tuple[str, ...] = ()
    reserved_area: str | None = None
    criteria: tuple[AwardCriterion, ...] = ()
    how_to_take_part: str | None = None
    portal_url: str | None = None
    contact: Contact | None = None
    documents: tuple[Document, ...] = ()
    reason_ended: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One publication by one source, immutable.

    version: hash of its canonical content as published, without the publication date, so that a
    merely re-dated notice is no new version. tags: OCDS release tags. notice_type: UK1 to UK17
    where stated. `url` is the page for people.
    """

    source_id: str
    notice_id: str
    version: str
    facts: Facts
    ocid: str | None = None
    published: StatedTime | None = None
    url: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    notice_type: str | None = None
    related: tuple[RelatedProcess, ...] = ()
    flags: tuple[str, ...] = ()
    """What was odd and repaired or left out, in words ("lot 2: value 1e9999 left out")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredNotice:
    """A notice as the store remembers it. `number` is its place in the order of arrival."""

    number: int
    notice: Notice
    retrieved_at: datetime
    payload_id: int | None = None
    backfill: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A stage with its since, because and certainty. `because` is words a reader understands."""

    stage: Stage
    since: datetime | None
    because: str
    certainty: Certainty
    notice_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Why a notice belongs to an opportunity. Of the five rules, 1 to 3 are certain."""

    source_id: str
    notice_id: str
    rule: int
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A stored notice that shares link keys with a new one, and where it belongs now."""

    opportunity_id: str
    stored: StoredNotice
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opportunity:
    """The present state of one procurement or grant round.

    provenance: field of `facts` -> "source_id/notice_id" of the notice that stated it.
    deadline: the one to go by; `deadline_in_field` is set where the text states another one
    outright and wins. `standing` is what notices say, without a clock. `notices` oldest first.
    """

    id: str
    facts: Facts
    provenance: Mapping[str, str]
    standing: Standing
    notices: tuple[StoredNotice, ...]
    links: tuple[Link, ...] = ()
    deadline: StatedTime | None = None
    deadline_in_field: StatedTime | None = None
    flags: tuple[str, ...] = ()

    @property
    def latest(self) -> Notice:
        """The notice published last."""
        return self.notices[-1].notice


class EventKind(StrEnum):
    """What happened to an opportunity."""

    APPEARED = "appeared"
    CHANGED = "changed"
    MOVED_ON = "moved_on"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    DEADLINE_NEAR = "deadline_near"
    CLOSED = "closed"
    GONE_QUIET = "gone_quiet"
    RERUN = "rerun"
    NO_LONGER_LISTED = "no_longer_listed"
    LISTED_AGAIN = "listed_again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened to an opportunity, and when we learnt of it.

    id: hash of (notice version, kind, lot or field); for clock events (notice behind the date,
    kind, date). field, old, new: for CHANGED, the name in Facts and both values in words; for
    MOVED_ON the two stages; for RERUN the earlier procurement and why. at: arrival of the notice,
    or the date itself for clock events.
    backfill: learnt while catching up on the past or after a repair, so never told as new.
    """

    id: str
    opportunity_id: str
    kind: EventKind
    at: datetime
    source_id: str
    notice_id: str
    field: str | None = None
    lot_id: str | None = None
    old: str | None = None
    new: str | None = None
    backfill: bool = False
