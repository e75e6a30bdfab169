"""What kind of body a buyer is, and for whom an agent buys.

Kinds come from the tables of councils, care boards and trusts first, then from the words of the
name. Commissioning support units, hubs and framework bodies buy for others: whose service it is
stands in the text, where it stands at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from aggregator import reference
from aggregator.model import Buyer, BuyerKind, Facts
from aggregator.parsing import text

_REMEMBERED = 20_000
_LONGEST = 20_000
_MOST_WORDS = 14
_MOST_NAMED = 8

LABELS: Mapping[BuyerKind, str] = {
    BuyerKind.AGENT: "buys for others",
    BuyerKind.COUNCIL: "council",
    BuyerKind.COMBINED_AUTHORITY: "combined authority",
    BuyerKind.ICB: "NHS care board",
    BuyerKind.NHS_ENGLAND: "NHS England",
    BuyerKind.MENTAL_HEALTH_TRUST: "NHS mental-health trust",
    BuyerKind.NHS_TRUST: "NHS trust",
    BuyerKind.HEALTH_BOARD: "health board",
    BuyerKind.PARTNERSHIP: "health and social care partnership",
    BuyerKind.POLICE: "police or crime commissioner",
    BuyerKind.JUSTICE: "justice service",
    BuyerKind.UNIVERSITY: "university",
    BuyerKind.EDUCATION: "school or college",
    BuyerKind.CENTRAL: "central government",
    BuyerKind.HOUSING: "housing association",
    BuyerKind.CHARITY: "charity",
}
"""Kinds in words a reader understands."""

_BODY = re.compile(
    r"\b(?:council|boards?|icbs?|trusts?|partnership|authority|police|commissioners?|university"
    r"|college|department|ministry|nhs england|health board|group|borough|agency|association)\b",
    re.IGNORECASE,
)
_ON_BEHALF = re.compile(r"\bon behalf of\s+(?:the\s+|its\s+client,?\s+)?", re.IGNORECASE)
_NAME = re.compile(
    r"(?:NHS|[A-Z][\w’'&.-]*|&)"
    r"(?:,? (?:(?:of|and|the|for|in|on|upon)\b|&|NHS|\(?[A-Z][\w’'&-]*\)?))*"
)
_ABBREVIATED = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_TAIL = re.compile(r"(?:[\s,&]|\b(?:and|of|the|for|in|on|upon))+$")


def kind(name: str) -> BuyerKind | None:
    """The kind of body of this name, None where neither table nor words tell."""
    return _kind(" ".join(name[:500].split()))


@lru_cache(maxsize=_REMEMBERED)
def _kind(name: str) -> BuyerKind | None:
    comparable = text.buyer_name(name)
    if known := _known().get(comparable):
        return known
    folded = " ".join(text.fold(name).replace("&", " and ").split())
    for one, pattern in _patterns():
        if pattern.search(comparable) or pattern.search(folded):
            return one
    return None


def is_agent(name: str) -> bool:
    """True for a body that buys for others: whose service it is must be read elsewhere."""
    own = _ON_BEHALF.split(name, maxsplit=1)[0]
    return kind(own) is BuyerKind.AGENT


def acting_for(facts: Facts) -> tuple[str, ...]:
    """The bodies for which the notice says that it was published, as it names them, each once.

    From the buyer's own name always; from title and text only where the buyer is an agent, since
    others also do much "on behalf of" their patients and partners.
    """
    names = [buyer.name for buyer in facts.buyers]
    found = [one for name in names for one in _named_after(name)]
    if any(is_agent(name) for name in names):
        texts = (facts.title, facts.description, facts.additional_text)
        found += [one for words in texts if words for one in _named_after(words[:_LONGEST])]
    own = {text.buyer_name(name) for name in names}
    once = {text.buyer_name(one): one for one in reversed(found)}
    return tuple(reversed([one for key, one in once.items() if key not in own]))[:_MOST_NAMED]


def principals(facts: Facts) -> tuple[Buyer, ...]:
    """For whom an agent buys, as buyers to compare with; empty where no agent is at work."""
    return tuple(Buyer(name=name) for name in acting_for(facts))


def in_words(facts: Facts) -> str | None:
    """ "NHS Midshire CSU buys for others: here for Vale of Arden ICB, as the notice says"; None
    where the buyer buys for itself."""
    agent = next((buyer.name for buyer in facts.buyers if is_agent(buyer.name)), None)
    named = acting_for(facts)
    if agent is None and not named:
        return None
    who = _ON_BEHALF.split(agent or facts.buyers[0].name, maxsplit=1)[0].strip(" (-–,")
    if not named:
        return f"{who} buys for others; the notice does not say for whom"
    return f"{who} buys for others: here for {' and '.join(named)}, as the notice says"


def compared(one: Facts, other: Facts) -> tuple[Sequence[Buyer], Sequence[Buyer]]:
    """The bodies to compare when asking whether two notices are of one buyer.

    Where both say for whom an agent buys, those; that the agent is the same tells nothing then.
    Else all that are named.
    """
    first, second = principals(one), principals(other)
    if first and second:
        return first, second
    return (*one.buyers, *first), (*other.buyers, *second)


def _named_after(words: str) -> Iterator[str]:
    """The names that follow "on behalf of", where they name a public body."""
    for place in _ON_BEHALF.finditer(words):
        found = _NAME.match(words, place.end())
        if found is None:
            continue
        name = " ".join(found[0].split(" ")[:_MOST_WORDS])
        name = _TAIL.sub("", _ABBREVIATED.sub("", name)).strip(" .,;-")
        if _BODY.search(name):
            yield name


@cache
def _known() -> Mapping[str, BuyerKind]:
    """Comparable names of the bodies in the reference tables, to their kinds."""
    found: dict[str, BuyerKind] = {}
    for trust in reference.mental_health_trusts():
        for name in (trust.name, *trust.aliases):
            found[text.buyer_name(name)] = BuyerKind.MENTAL_HEALTH_TRUST
    for board in reference.care_boards():
        found[text.buyer_name(board.name)] = BuyerKind.ICB
    for council in reference.councils():
        combined = council.kind in ("COMB", "SRA")
        one = BuyerKind.COMBINED_AUTHORITY if combined else BuyerKind.COUNCIL
        found[text.buyer_name(council.name)] = one
    return found


@cache
def _patterns() -> tuple[tuple[BuyerKind, re.Pattern[str]], ...]:
    return tuple(
        (BuyerKind(name), re.compile(pattern)) for name, pattern in reference.buyer_kinds()
    )
