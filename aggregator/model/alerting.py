"""Who wants to know what, and what they were told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from aggregator.model.judging import Judgement, Verdict
from aggregator.model.procurement import Event, Opportunity, ProcurementKind, Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Colours:
    """A host's own colour, "#rrggbb", readable on white and (`on_dark`) on a dark ground."""

    brand: str
    on_dark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """The body that runs this instance, named in every mail, page and feed.

    address: by post. base_url: of its pages, without a slash at the end. place: by name, as it
    works in one. logo: file name of a picture. privacy: its own words on personal data, besides or
    instead of the page at `privacy_link`.
    """

    name: str
    contact: str
    base_url: str | None = None
    address: str | None = None
    place: str | None = None
    logo: str | None = None
    colours: Colours | None = None
    privacy: str | None = None
    privacy_link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """A charity; its addresses are Subscribers."""

    id: str
    name: str


class Language(StrEnum):
    """The language of our own fixed words; what was published stays as it is."""

    ENGLISH = "en"
    WELSH = "cy"


class SubscriberState(StrEnum):
    """Only CONFIRMED subscribers are sent digests."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """Who agreed to what, when and how. wording: version of the text that was shown."""

    given_at: datetime
    how: str
    wording: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderProfile:
    """What a charity told us of itself, so that we can say how an opportunity would suit it.

    income: pounds a year. places: ITL codes of where it works. services: service types. vcse:
    whether it is a voluntary, community or social enterprise. nation: ISO 3166-2 or ITL code of
    the nation it works in. None and empty tuples mean that it did not say.
    """

    income: Decimal | None = None
    places: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    vcse: bool | None = None
    nation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """One address of an organisation."""

    id: str
    email: str
    state: SubscriberState
    created_at: datetime
    name: str | None = None
    organisation_id: str | None = None
    consent: Consent | None = None
    provider: ProviderProfile | None = None
    language: Language = Language.ENGLISH


class ChannelKind(StrEnum):
    """How a digest travels."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """Where a digest goes. target: address or URL. secret: for signing webhooks ("whsec_…").

    former_secrets: those it takes the place of, which still sign too for a day.
    """

    kind: ChannelKind
    target: str
    secret: str | None = None
    former_secrets: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the ledger remembers: one story is told once per channel."""
        return f"{self.kind}:{self.target}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelOff:
    """A webhook that is sent nothing, because it asked so or could not be reached for days.

    told_at: when its owner was told by another channel, None until then.
    """

    subscriber_id: str
    channel: Channel
    since: datetime
    because: str
    told_at: datetime | None = None


class Cadence(StrEnum):
    """How often a digest is due; immediate ones are grouped within a quarter of an hour."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


DEFAULT_STAGES = (Stage.OPEN, Stage.ENGAGEMENT, Stage.PLANNED, Stage.INTENDED_DIRECT)


class Sort(StrEnum):
    """What people call a notice: the kind and the stage of a procurement in one word."""

    TENDER = "tender"
    GRANT = "grant"
    ENGAGEMENT = "engagement"
    AWARD = "award"


@dataclass(frozen=True, kw_only=True, slots=True)
class Criteria:
    """The filter of a subscription. An empty tuple means "any".

    places: ITL codes, matched as prefixes either way; neighbours: what borders on them too;
    nationwide: also what is on offer in a whole nation. words: at least one must occur;
    without_words: none may, whatever else is met. least_value, most_value: pounds in all;
    least_year, most_year: pounds a year. What states no value passes these four bounds, and
    value_not_stated says whether it is wanted at all. days_left: at least so many whole days to
    the date to act by. vcse_only: only grants and what says that it is suitable for, or reserved
    to, voluntary organisations. languages: of the notices, "en" or "cy".

    Stored as JSON under these names. A field may be added with a default that changes nothing for
    those who subscribed before it; none may be renamed or change its meaning.
    """

    verdicts: tuple[Verdict, ...] = (Verdict.CORE,)
    types: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = DEFAULT_STAGES
    kinds: tuple[ProcurementKind, ...] = ()
    words: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    least_value: Decimal | None = None
    most_value: Decimal | None = None
    sorts: tuple[Sort, ...] = ()
    neighbours: bool = False
    nationwide: bool = True
    least_year: Decimal | None = None
    most_year: Decimal | None = None
    value_not_stated: bool = True
    days_left: int | None = None
    vcse_only: bool = False
    languages: tuple[str, ...] = ()


class Criterion(StrEnum):
    """One of the questions a filter asks, by the name of the field that asks it."""

    VERDICT = "verdicts"
    STAGE = "stages"
    KIND = "kinds"
    SORT = "sorts"
    TYPE = "types"
    BUYER = "buyers"
    STATED = "value_not_stated"
    VALUE = "value"
    YEAR = "year"
    PLACE = "places"
    WORDS = "words"
    WITHOUT = "without_words"
    DAYS = "days_left"
    VCSE = "vcse_only"
    LANGUAGE = "languages"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """What a subscriber wants, where, how often and by which channel.

    hour: of the UK day at which digests are due, the host's where None. still_watching: whether a
    week without news is told as well; None leaves it to the cadence.
    """

    id: str
    subscriber_id: str
    criteria: Criteria
    channel: Channel
    created_at: datetime
    cadence: Cadence = Cadence.DAILY
    name: str | None = None
    hour: int | None = None
    still_watching: bool | None = None

    @property
    def wants_quiet_weeks_told(self) -> bool:
        """Whether a week without news is told: by default to those who hear of us seldom."""
        seldom = self.cadence in (Cadence.WEEKLY, Cadence.MONTHLY)
        return seldom if self.still_watching is None else self.still_watching


@dataclass(frozen=True, kw_only=True, slots=True)
class Follow:
    """One opportunity watched by one subscriber, whatever the criteria say."""

    subscriber_id: str
    opportunity_id: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """An event that meets a subscription, with its reasons in words.

    because: the one reason that is most the reader's own, as a sentence.
    """

    subscription_id: str
    event: Event
    why: tuple[str, ...]
    because: str = ""


class DigestKind(StrEnum):
    """The first digest lists what is open now; later ones say what changed.

    BETWEEN: only what cannot wait for the next regular one. STILL_WATCHING: nothing new, said so.
    """

    OPEN_NOW = "open_now"
    UPDATE = "update"
    BETWEEN = "between"
    STILL_WATCHING = "still_watching"


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestRun:
    """A due instant for one channel of one subscriber; unique by these three.

    between: it tells only what cannot wait, and the next regular one is due all the same.
    """

    subscriber_id: str
    channel: Channel
    due_at: datetime
    between: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestItem:
    """One opportunity in a digest, with the events told by it.

    known: whether this reader was told of it before; what they were not is new to them, whatever
    the events say. summary: what it is in plain words, at most two lines. fit: how it would suit
    the reader's organisation, at most two lines. told_at: when they were last told, None where
    that is not known. same: what is probably the same, shown as a line under this one.
    """

    opportunity: Opportunity
    judgement: Judgement
    stage: Stage
    events: tuple[Event, ...]
    why: tuple[str, ...]
    known: bool
    summary: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    told_at: datetime | None = None
    same: tuple["DigestItem", ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSection:
    """Items under one heading, most urgent first."""

    heading: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceTrouble:
    """A source we have seen nothing of since a moment; worded so, never as anybody's fault.

    words: a sentence in place of that one, where something was seen.
    """

    source_id: str
    name: str
    since: datetime
    words: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What we watch: how many sources were checked, and which of them are in trouble."""

    checked: int
    troubles: tuple[SourceTrouble, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LapsedFollow:
    """A follow that ends with this digest. stage: where the matter came to rest, since when."""

    opportunity_id: str
    title: str | None
    stage: Stage
    since: datetime
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """The content chosen for one subscriber and channel at one due instant.

    left_out: how many opportunities did not fit. They are in no section and their events not in
    event_ids, so they are told by the next digest.
    """

    run: DigestRun
    kind: DigestKind
    sections: tuple[DigestSection, ...]
    composed_at: datetime
    event_ids: tuple[str, ...]
    """Every event this digest tells, for the ledger."""
    left_out: int = 0
    watch: Watch | None = None
    """What we watch, where there is nothing else to say."""
    troubles: tuple[SourceTrouble, ...] = ()
    """Sources in trouble that this reader was not told of yet."""
    mended: tuple[SourceTrouble, ...] = ()
    """Sources that were told of as in trouble and answer again."""
    lapsed: tuple[LapsedFollow, ...] = ()
    language: Language = Language.ENGLISH


class MessageKind(StrEnum):
    """A digest goes to confirmed subscribers alone; mails of the service ask for and end that."""

    DIGEST = "digest"
    SERVICE = "service"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A digest, or a mail of the service itself, rendered for its channel.

    id: fixed for ever: the Message-ID's local part and the webhook-id. body: subject, text and
    html for e-mail (a mail of the service may be text alone); for a webhook the exact bytes that
    are signed and sent.
    """

    id: str
    subscriber_id: str
    channel: Channel
    created_at: datetime
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    json_body: str | None = None
    headers: Mapping[str, str] | None = None
    kind: MessageKind = MessageKind.DIGEST


class MessageState(StrEnum):
    """Where a message stands in the outbox."""

    HELD = "held"
    PENDING = "pending"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the channel answered."""

    message_id: str
    at: datetime
    accepted: bool
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A message as the outbox remembers it."""

    message: Message
    state: MessageState
    attempts: int
    next_attempt_at: datetime | None = None
    last_answer: str | None = None
