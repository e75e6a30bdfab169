"""An opportunity for a mail that is read in two minutes: nothing is said twice.

What our own two lines or the line on how it suits say already is left out of the list of facts, the
notice's own words are quoted only where our lines say too little.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from urllib.parse import urlsplit

from aggregator import worth
from aggregator.digest import wording
from aggregator.digest.opening import SENTENCE, opening
from aggregator.digest.view import IN_THE_TEXT, OVER, Detail, Room, View
from aggregator.match import lot_names
from aggregator.model import DigestItem, Facts, Verdict

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
SOME_LOTS = "That is "
LOTS_COUNTED = re.compile(r" ?It comes in \d+ lots: parts you can bid for one by one\.")
SMALLEST = re.compile(r"^the smallest of \d+ lots, .+?, is worth (£[\d,.]+(?: million)?)")
UNSURE = "It may be about"
SUITED = "the buyer says it suits"
EXTENDED = " if extended"


class LotsTold(Enum):
    """Where the lots are told, so that they are told nowhere else."""

    NOWHERE = 0
    IN_THE_SUMMARY = 1
    IN_A_LIST = 2


def brief(full: View, item: DigestItem, room: Room) -> View:
    """The view without what it says twice."""
    said = quote(full, item.opportunity.facts, room)
    lines = tuple(without_quoted(without_portal(line, full), said) for line in full.summary)
    lots = lots_told(item)
    if lots is LotsTold.IN_A_LIST:
        lines = tuple(LOTS_COUNTED.sub("", line) for line in lines)
    told_why = any(one.then for one in full.happened)
    return replace(
        full,
        summary=tuple(line for line in lines if line),
        opening=said,
        fit=tuple(without_lot(without_sum(one, " ".join(full.summary)), lots) for one in full.fit),
        details=tuple(unsaid(full, item, lots)),
        why=why(full, item, lots),
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


def lots_told(item: DigestItem) -> LotsTold:
    """Where lots are told: in our first line where only some of them are meant, else in a list."""
    facts, judgement = item.opportunity.facts, item.judgement
    if len(facts.lots) < 2:  # noqa: PLR2004 - one lot is the whole
        return LotsTold.NOWHERE
    some = 0 < sum(lot.id in judgement.lots for lot in facts.lots) < len(facts.lots)
    if some and any(SOME_LOTS in line for line in item.summary):
        return LotsTold.IN_THE_SUMMARY
    return LotsTold.NOWHERE if item.stage in OVER else LotsTold.IN_A_LIST


def without_lot(one: Detail, lots: LotsTold) -> Detail:
    """A finding without the name of the smallest lot, where all stand in a list with their sums."""
    if lots is LotsTold.NOWHERE:
        return one
    return replace(one, words=SMALLEST.sub(r"a lot is worth \1", one.words))


def why(full: View, item: DigestItem, lots: LotsTold) -> str | None:
    """The reason without the lots that are told above; none where all readers are told the rest."""
    named = f" in {lot_names(item.opportunity.facts, item.judgement)}"
    if full.why is None or lots is LotsTold.NOWHERE or not full.why.endswith(named):
        return full.why
    is_usual = not item.known and item.judgement.verdict is Verdict.CORE
    return None if is_usual else full.why.removesuffix(named)


def unsaid(full: View, item: DigestItem, lots: LotsTold) -> Iterator[Detail]:
    """The facts that no line above tells, and only those of use at this stage."""
    facts = item.opportunity.facts
    lines = " ".join((*full.summary, *(one.words for one in full.fit)))
    for one in full.details:
        useless = one.label in PREPARING and item.stage in OVER
        useless = useless or (one.label == "Lots" and lots is LotsTold.IN_THE_SUMMARY)
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
