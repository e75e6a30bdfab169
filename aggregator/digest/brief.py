"""An opportunity for a mail that is read in two minutes: nothing is said twice.

What our own two lines or the line on how it suits say already is left out of the list of facts, the
notice's own words are quoted only where our lines say too little.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from aggregator import worth
from aggregator.digest import wording
from aggregator.digest.opening import SENTENCE, opening
from aggregator.digest.view import IN_THE_TEXT, OVER, Detail, Room, View
from aggregator.model import DigestItem, Facts

LONGEST_QUOTE = 160
USEFUL = 2
"""Lines of a summary that says enough by itself."""

PREPARING = frozenset(
    {"Suits", "Lots", "Bids are scored on", "Questions by", "How to take part", "Where to bid"}
)
"""Facts that only help to write a bid."""

SENTENCE_END = re.compile(r"[.!?] ")
SUM_FIRST = re.compile(
    r"(?:about )?(£[\d,.]*\d(?: million)?)(?: a year)?(?: \([^()]*\))?(?: in all)?[,;] (?=\w)"
)
UNSURE = "It may be about"
SUITED = "the buyer says it suits"
EXTENDED = " if extended"


def brief(full: View, item: DigestItem, room: Room) -> View:
    """The view without what it says twice."""
    said = quote(full, item.opportunity.facts, room)
    lines = tuple(without_quoted(without_portal(line, full), said) for line in full.summary)
    told_why = any(one.then for one in full.happened)
    return replace(
        full,
        summary=tuple(line for line in lines if line),
        opening=said,
        fit=tuple(without_sum(one, " ".join(full.summary)) for one in full.fit),
        details=tuple(unsaid(full, item)),
        meaning=None if told_why else full.meaning,
    )


def quote(full: View, facts: Facts, room: Room) -> str | None:
    """The first telling sentence of the notice's own words, where ours say too little."""
    if is_useful(full.summary):
        return None
    said = opening(facts.description, facts.title, min(room.opening, LONGEST_QUOTE))
    return SENTENCE.split(said)[0] if said else None


def is_useful(lines: tuple[str, ...]) -> bool:
    """Whether our lines say more than a service type and that nothing else is known."""
    if len(lines) < USEFUL or lines[0].startswith(UNSURE):
        return False
    return SENTENCE_END.search(lines[0]) is not None


def without_sum(one: Detail, lines: str) -> Detail:
    """A finding without the sum it begins with, where our lines tell it."""
    begins = SUM_FIRST.match(one.words)
    if begins is None or begins[1] not in lines:
        return one
    return replace(one, words=one.words[begins.end() :])


def without_portal(line: str, full: View) -> str:
    """A line without "Bid at portal.example.org.", where the address in full stands below."""
    portal = next((one.link for one in full.details if one.link), None)
    host = urlsplit(portal).hostname if portal else None
    if not host:
        return line
    at = re.escape(host.removeprefix("www."))
    return re.sub(rf" ?\b(?:Bid|Apply|Reply) at {at}\.$", "", line)


def without_quoted(line: str, said: str | None) -> str:
    """A line without the sum that the quoted words name themselves."""
    named = IN_THE_TEXT.search(line)
    if said is None or named is None or named[1] not in said:
        return line
    return line.replace(named[0], "").strip()


def unsaid(full: View, item: DigestItem) -> Iterator[Detail]:
    """The facts that no line above tells, and only those of use at this stage."""
    facts = item.opportunity.facts
    lines = " ".join((*full.summary, *(one.words for one in full.fit)))
    for one in full.details:
        useless = one.label in PREPARING and item.stage in OVER
        is_said = SAID.get(one.label)
        if not useless and not (is_said and lines and is_said(one.words, facts, lines)):
            yield one


def where_said(words: str, _: Facts, lines: str) -> bool:
    """Whether every place is named."""
    return all(name in lines for name in re.split(r", | and \d+ more$", words) if name)


def value_said(_: str, facts: Facts, lines: str) -> bool:
    """Whether the sum is named."""
    total = worth.pounds(facts.value)
    return total is not None and worth.in_words(total) in lines


def reservation_said(words: str, _: Facts, lines: str) -> bool:
    """Whether it is told who may bid."""
    return words.casefold() in lines.casefold()


def suited_said(_: str, __: Facts, lines: str) -> bool:
    """Whether it is told whom the buyer thinks it suits."""
    return SUITED in lines


def contract_said(_: str, facts: Facts, lines: str) -> bool:
    """Whether the months of the contract are named, the longest extension included."""
    period = facts.contract_period
    times = (period.start, period.end, period.latest_end) if period else ()
    months = [day.split(" ", 1)[1] for time in times if (day := wording.bare_day(time))]
    return bool(months) and all(month in lines for month in months)


def extension_said(_: str, __: Facts, lines: str) -> bool:
    """Whether it is told how far extensions go."""
    return EXTENDED in lines


SAID: Mapping[str, Callable[[str, Facts, str], bool]] = {
    "Where": where_said,
    "Value": value_said,
    "Who may bid": reservation_said,
    "Suits": suited_said,
    "Contract": contract_said,
    "Extension": extension_said,
}
