"""A profile as the judge uses it: plain values only, so that it can be kept as JSON."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["core", "related", "border"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scoring:
    """The arithmetic. factors: what a phrase counts by where it stands.

    core, related, possible: least score of each verdict. brief, opening: characters. near:
    characters between the halves of a pair. mentions: the most that general phrases in running
    text add up to. core_up_front, related_up_front: what titles and opening must bring.
    """

    core: float
    related: float
    possible: float
    factors: dict[str, float]
    brief: int
    opening: int
    cap_per_phrase: int
    near: int
    mentions: float
    core_up_front: float
    related_up_front: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """What a phrase stands for. service_type None: a general phrase.

    strict: counts only where a general phrase stands as well.
    """

    weight: float
    tier: Tier
    service_type: str | None = None
    strict: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A phrase that counts where one of `near` stands close by in the same sentence."""

    near: tuple[str, ...]
    term: Term


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """A phrase that is looked for, and all it may mean.

    needle: the folded phrase between spaces. traps: places in Rules.traps. short: an abbreviation
    as it must be written. name: an organisation's name as it must be written, "" where capitals do
    not matter. weaker: it counts instead of the phrases inside it.
    """

    needle: str
    terms: tuple[Term, ...] = ()
    pairs: tuple[Pair, ...] = ()
    traps: tuple[int, ...] = ()
    short: str | None = None
    name: str | None = None
    weaker: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Trap:
    """A word that also means something else.

    word, within, beside and needs are needles: within holds the word, beside stands near it, one
    of needs must stand somewhere. means: what the word is instead, in words.
    """

    word: str
    within: tuple[str, ...]
    beside: tuple[str, ...]
    needs: tuple[str, ...]
    means: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Standard wording, or the shape of a name, as a regular expression.

    gate: texts one of which must stand there before the expression is tried. says: what it is.
    """

    gate: tuple[str, ...]
    pattern: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """A subject that is no service of this kind, told by needles in the title."""

    id: str
    says: str
    words: tuple[str, ...]
    cpv: tuple[str, ...]
    penalty: float
    hard: bool
    but_keep: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Needles that make a core-looking notice a matter of another service type."""

    id: str
    says: str
    to: str
    title: tuple[str, ...]
    text: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thin:
    """Which texts say too little to be dropped, and from whom. All but cpv are needles."""

    words: int
    buyers: tuple[str, ...]
    cpv: tuple[str, ...]
    titles: tuple[str, ...]
    welsh: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """A needle that tells an audience, a setting or a level."""

    needle: str
    kind: Literal["audience", "setting", "level"]
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """All of a profile. otherwise: the service type to name where only general phrases stand."""

    id: str
    version: str
    name: str
    scoring: Scoring
    patterns: tuple[Pattern, ...]
    traps: tuple[Trap, ...]
    facets: tuple[Facet, ...]
    boilerplate: tuple[Wording, ...]
    names: tuple[Wording, ...]
    exclusions: tuple[Exclusion, ...]
    moves: tuple[Move, ...]
    cpv_favours: dict[str, float]
    cpv_against: dict[str, float]
    thin: Thin
    otherwise: str | None
    tiers: dict[str, Tier]
    plain: dict[str, str]
