"""What a profile file may say, checked with errors that name the place.

Lists of phrases are written as one comma-separated text, so that a file stays short and can be
edited by people who know the field and no programming. A trailing ``*`` means any ending;
``a ~ b|c`` means: a, with b or c near it in the same sentence.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from aggregator.relevance.folding import fold
from aggregator.relevance.rules import Tier

SHORTEST = 2
HEAVIEST = 6


class Weighted(NamedTuple):
    """A phrase as written, with what it is worth (1 a weak hint … 5 decisive in a title)."""

    phrase: str
    weight: float


def _listed(value: object) -> object:
    if isinstance(value, int | float):
        value = str(value)
    if isinstance(value, str):
        return tuple(part for part in (" ".join(part.split()) for part in value.split(",")) if part)
    return value


def _phrase(text: str) -> str:
    for half in re.split(r"[~|]", text):
        words = half.strip()
        if "*" in words[:-1]:
            raise ValueError(f"“{text}”: a star may only end a phrase")
        if len(fold(words).replace(" ", "")) < SHORTEST:
            raise ValueError(f"“{text}” leaves nothing to look for")
    if text.count("~") > 1 or ("|" in text and "~" not in text):
        raise ValueError(f"“{text}”: write near words as “word ~ near word|other near word”")
    return text


def _phrases(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_phrase(value) for value in values)


def _weights(value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError("write phrases by weight, such as “5: crisis cafe, crisis house*”")
    found = []
    for weight, listed in value.items():
        try:
            number = float(weight)
        except (TypeError, ValueError):
            raise ValueError(f"“{weight}” is no weight; use a number from 0.5 to 6") from None
        if not 0 < number <= HEAVIEST:
            raise ValueError(f"weight {weight} is out of bounds; use 0.5 to 6")
        phrases = _listed(listed)
        if not isinstance(phrases, tuple):
            raise ValueError(f"weight {weight}: write the phrases with commas between them")
        found += [Weighted(_phrase(phrase), number) for phrase in phrases]
    return tuple(found)


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(lambda value: _phrases_of(_listed(value)))]
WeightedPhrases = Annotated[tuple[Weighted, ...], BeforeValidator(_weights)]


def _phrases_of(value: object) -> object:
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return _phrases(value)
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Part):
    """Least score of each verdict."""

    core: float = Field(gt=0)
    related: float = Field(gt=0)
    possible: float = Field(gt=0)

    @model_validator(mode="after")
    def _falling(self) -> "Thresholds":
        if not self.core >= self.related >= self.possible:
            raise ValueError("thresholds must fall from core over related to possible")
        return self


class Fields(_Part):
    """What a phrase counts by where it stands."""

    title: float = 2.0
    lot_title: float = 1.8
    brief: float = 1.6
    opening: float = 1.0
    description: float = 0.7
    lot_description: float = 0.7
    additional: float = 0.3
    award: float = 0.3


class Scoring(_Part):
    """The arithmetic. opening: characters of a description that count as its opening.

    brief: a description of no more characters says what is bought, nearly as a title does.
    """

    thresholds: Thresholds
    fields: Fields = Fields()
    brief: int = Field(default=160, ge=0)
    opening: int = Field(default=400, ge=0)
    cap_per_phrase: int = Field(default=2, ge=1)
    near: int = Field(default=80, ge=10)
    mentions: float = Field(default=6.0, gt=0)
    """The most that general phrases in running text can add up to."""
    core_up_front: float = Field(default=6.0, ge=0)
    related_up_front: float = Field(default=3.0, ge=0)
    """What title, lot title and opening must bring together for a verdict: what stands only deep
    in the text is not what is bought."""


class General(_Part):
    """Phrases that lift the whole notice without naming a service type.

    otherwise: the service type to name where these are all there is.
    """

    otherwise: str | None = None
    phrases: WeightedPhrases
    abbreviations: WeightedPhrases = ()
    welsh: WeightedPhrases = ()
    weaker: WeightedPhrases = ()
    """Longer phrases that count for less than the phrases inside them, and in their stead."""


class ServiceType(_Part):
    """One kind of service. core: phrases that are core although the type is not."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    plain: str
    tier: Tier
    phrases: WeightedPhrases
    core: WeightedPhrases = ()
    abbreviations: WeightedPhrases = ()
    welsh: WeightedPhrases = ()
    needs_general: bool = False
    needs_general_up_to: float = 0
    """Phrases of this weight or less count only where a general phrase stands as well."""


class Boilerplate(_Part):
    """Standard wording that says nothing about the subject. gate: words without which the
    pattern cannot match. says: what the wording is, for the reasons."""

    gate: Words
    pattern: str
    says: str = "standard wording"

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return value


class NamePattern(Boilerplate):
    """How names of organisations look in the text as published."""

    says: str = "an organisation's name"


class Masks(_Part):
    """Names that must not count, beside those each notice states."""

    names: Phrases = ()
    patterns: tuple[NamePattern, ...] = ()
    tables: Words = ()
    """Tables of names that the package carries."""


class Trap(_Part):
    """A word that also means something else."""

    word: str
    not_when: Phrases = ()
    needs_any: Phrases = ()
    means: str | None = None


class Exclusion(_Part):
    """A subject that is no service of this kind, told by the title."""

    id: str
    says: str
    words: Phrases
    cpv: Words = ()
    penalty: float = Field(gt=0)
    hard: bool = False
    but_keep: Phrases = ()


class Move(_Part):
    """Words that make a core-looking notice a matter of another service type."""

    id: str
    says: str
    to: str
    title: Phrases = ()
    text: Phrases = ()
    unless: Phrases = ()


class Cpv(_Part):
    """Codes (or their beginnings) that nudge the score, by weight."""

    favours: WeightedPhrases = ()
    against: WeightedPhrases = ()


class Thin(_Part):
    """Which texts say too little to be dropped, and from whom."""

    words: int = Field(default=12, ge=0)
    buyers: Phrases = ()
    tables: Words = ()
    cpv: Words = ()
    titles: Phrases = ()
    """Words one of which the title must have."""
    welsh: Phrases = ()
    """Little words that betray a text in Welsh."""
    english: Phrases = ()
    """Little words that betray a text in English."""


class Sample(_Part):
    """A title the profile must judge rightly."""

    title: str
    cpv: str | None = None
    buyer: str | None = None
    description: str | None = None
    least: Literal["core", "related", "possible"] | None = None
    type: str | None = None


class Samples(_Part):
    """positive: at least that verdict. negative: no. border: this type, and not core."""

    positive: tuple[Sample, ...] = ()
    negative: tuple[Sample, ...] = ()
    border: tuple[Sample, ...] = ()


class ProfileFile(_Part):
    """A whole profile as written."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str
    name: str
    scoring: Scoring
    spellings: Mapping[str, Words] = {}
    general: General
    service_types: tuple[ServiceType, ...]
    boilerplate: tuple[Boilerplate, ...] = ()
    masks: Masks = Masks()
    traps: tuple[Trap, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    moves: tuple[Move, ...] = ()
    cpv: Cpv = Cpv()
    thin: Thin = Thin()
    audiences: Mapping[str, Phrases] = {}
    settings: Mapping[str, Phrases] = {}
    levels: Mapping[str, Phrases] = {}
    samples: Samples = Samples()

    @model_validator(mode="after")
    def _types_exist(self) -> "ProfileFile":
        known = [kind.id for kind in self.service_types]
        twice = sorted({name for name in known if known.count(name) > 1})
        if twice:
            raise ValueError(f"service type {twice[0]} is there twice")
        if self.general.otherwise not in (None, *known):
            raise ValueError(f"general.otherwise: {self.general.otherwise} is no service type")
        for move in self.moves:
            if move.to not in known:
                raise ValueError(f"move {move.id} goes to {move.to}, which is no service type")
        return self
