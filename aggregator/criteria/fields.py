"""One field of the form at a time: what was typed to a value, or a sentence saying why not."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from aggregator.criteria.problems import did_you_mean, shown
from aggregator.model import Sort, Stage
from aggregator.parsing import money
from aggregator.parsing.folding import fold
from aggregator.stage import label

Given = str | Sequence[str]
E = TypeVar("E", bound=StrEnum)

MOST_WORDS = 100
LONGEST_WORD = 100
LONGEST_WAIT = 365
SEPARATORS = re.compile(r"[,;\n\r]+")
QUOTES = "\"'“”‘’`"
HAS_LETTER = re.compile(r"[^\W_]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
NEGATED = re.compile(r"^(?:[-–!]|(?:NOT|EXCEPT|EXCLUDING|WITHOUT)\b)\s*(?=\S)")
JOINED = re.compile(r"\s(?:AND|OR|NOT|NEAR)\s|[()*+~^]|\s-\w|\|")
A_YEAR = re.compile(
    r"\s*(?:a year|per year|per annum|p\.?\s?a\.?|/\s?y(?:ea)?r)\s*$", re.IGNORECASE
)
OTHER_MONEY = re.compile(r"[€$]")
DAYS = re.compile(r"(\d{1,4})\s*(days?|d|weeks?|w)?", re.IGNORECASE | re.ASCII)
YES = frozenset({"yes", "y", "true", "on", "1", "ie"})
NO = frozenset({"no", "n", "false", "off", "0", "", "na", "nage"})
LANGUAGES = {"english": "en", "en": "en", "welsh": "cy", "cymraeg": "cy", "cy": "cy"}
SORTS = {
    "tenders": Sort.TENDER,
    "contract": Sort.TENDER,
    "contracts": Sort.TENDER,
    "grants": Sort.GRANT,
    "funding": Sort.GRANT,
    "early engagement": Sort.ENGAGEMENT,
    "engagements": Sort.ENGAGEMENT,
    "consultation": Sort.ENGAGEMENT,
    "awards": Sort.AWARD,
    **{str(one): one for one in Sort},
}


class Unusable(ValueError):
    """A sentence for the one who typed it."""


def several(given: Given) -> tuple[str, ...]:
    """What was typed, one by one: parted by commas, semicolons or lines; empty ones left out."""
    typed = (given,) if isinstance(given, str) else given
    parts = (part for one in typed for part in SEPARATORS.split(CONTROL.sub(" ", one)))
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def words(given: Given) -> tuple[str, ...]:
    """Words and phrases to look for. Raises Unusable.

    Signs of a search language are refused: read as plain words they would find nothing, and what
    was to be left out ("-prison") would be looked for.
    """
    found = tuple(dict.fromkeys(map(word, several(given))))
    if len(found) > MOST_WORDS:
        raise Unusable(f"That is {len(found):,} words; {MOST_WORDS} is the most we look for.")
    return found


def word(typed: str) -> str:
    """One word or phrase. Raises Unusable."""
    bare = typed.strip(QUOTES + " ")
    if negated := NEGATED.match(bare):
        rest = bare[negated.end() :]
        raise Unusable(
            f"{shown(typed)} looks like something to leave out; write only {shown(rest)}, under "
            "the words to leave out."
        )
    if JOINED.search(bare):
        raise Unusable(
            f"{shown(typed)} is looked for letter by letter; give words and phrases by themselves, "
            "with a comma between them. One of them is enough for a match."
        )
    if not HAS_LETTER.search(fold(bare)):
        raise Unusable(f"{shown(typed)} has no letter or figure that could be looked for.")
    if len(bare) > LONGEST_WORD:
        raise Unusable(f"{shown(typed)} is too long; give a word or a short phrase.")
    return bare


def buyers(given: Given) -> tuple[str, ...]:
    """Names of buyers or parts of them. Raises Unusable."""
    found = several(given)
    for name in found:
        if not HAS_LETTER.search(fold(name)):
            raise Unusable(f"{shown(name)} has no letter of a name in it.")
    if len(found) > MOST_WORDS:
        raise Unusable(f"That is {len(found):,} names; {MOST_WORDS} is the most we look for.")
    return found


def one_of(known: Mapping[str, E], kind: str) -> Callable[[Given], tuple[E, ...]]:
    """Reads values of a closed list by any of their names."""

    def read(given: Given) -> tuple[E, ...]:
        return tuple(dict.fromkeys(chosen(one, known, kind) for one in several(given)))

    return read


def chosen(typed: str, known: Mapping[str, E], kind: str) -> E:
    """A value by its name. Raises Unusable with what may be given."""
    key = fold(typed)
    found = known.get(key) or known.get(key.replace(" ", "_"))
    if found is None:
        allowed = ", ".join(dict.fromkeys(str(one) for one in known.values()))
        near = did_you_mean(key, known)
        raise Unusable(f"{shown(typed)} is no {kind} we know.{near} Known are: {allowed}.")
    return found


def stages() -> Mapping[str, Stage]:
    """Stages by their own names and by those readers see."""
    return {fold(label(one)): one for one in Stage} | {str(one): one for one in Stage}


def service_types(given: Given, known: Mapping[str, str]) -> tuple[str, ...]:
    """Service types by id or by their plain names. known: id -> plain name. Raises Unusable."""
    by_name = {fold(plain): one for one, plain in known.items()} | {one: one for one in known}
    typed = (given,) if isinstance(given, str) else given
    whole = [by_name.get(fold(one)) for one in typed]
    if all(whole):  # plain names hold commas
        return tuple(dict.fromkeys(one for one in whole if one))
    found: dict[str, None] = {}
    for one in several(given):
        service_type = by_name.get(fold(one)) or by_name.get(fold(one).replace(" ", "_"))
        if service_type is None:
            near = did_you_mean(one, by_name)
            raise Unusable(
                f"{shown(one)} is no service type we know.{near} Known are: "
                f"{', '.join(sorted(known))}."
            )
        found[service_type] = None
    return tuple(found)


def languages(given: Given) -> tuple[str, ...]:
    """Codes of languages. Raises Unusable."""
    found: dict[str, None] = {}
    for one in several(given):
        if (code := LANGUAGES.get(fold(one))) is None:
            raise Unusable(f"{shown(one)} is no language of notices; give English or Welsh.")
        found[code] = None
    return tuple(found)


def pounds(given: Given) -> Decimal | None:
    """An amount as people write it: "£50k", "50,000", "1.2 million". Raises Unusable."""
    typed = single(given)
    if not typed:
        return None
    bare = A_YEAR.sub("", typed).replace("GBP", "£")
    found = money.amount(re.sub(r"(?<=\d) (?=\d{3}\b)", "", bare))
    if found is None or OTHER_MONEY.search(bare):
        raise Unusable(f"{shown(typed)} is no amount in pounds; write it as 50,000 or £50k.")
    return found


def days(given: Given) -> int | None:
    """A number of days, from "14", "14 days" or "2 weeks". Raises Unusable."""
    typed = single(given)
    if not typed:
        return None
    match = DAYS.fullmatch(typed)
    number = int(match[1]) * (7 if (match[2] or "d")[0] in "wW" else 1) if match else -1
    if not 0 <= number <= LONGEST_WAIT:
        raise Unusable(f"{shown(typed)} is no number of days from 0 to {LONGEST_WAIT}.")
    return number


def yes(given: Given) -> bool:
    """Yes or no; nothing is no. Raises Unusable."""
    typed = fold(single(given))
    if typed not in YES | NO:
        raise Unusable(f"{shown(typed)} is neither yes nor no.")
    return typed in YES


def single(given: Given) -> str:
    """The one value of a field; the last where a form sends several, as with a tick-box behind a
    hidden “no”."""
    typed = given if isinstance(given, str) else (tuple(given) or ("",))[-1]
    return " ".join(CONTROL.sub(" ", typed).split())


def both(wanted: Iterable[str], unwanted: Iterable[str]) -> str | None:
    """A word that is wanted and to be left out."""
    left_out = {fold(one): one for one in unwanted}
    return next((one for one in wanted if fold(one) in left_out), None)
