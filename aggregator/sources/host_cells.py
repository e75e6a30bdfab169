"""What a volunteer writes into a cell, and how to tell them what is wrong with it.

Every refusal says what stands there, why it cannot be read, and what to write instead.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from aggregator.errors import ParsingError
from aggregator.model import StatedTime
from aggregator.parsing import money
from aggregator.parsing.dates import in_words, parse_uk
from aggregator.parsing.text import fold
from aggregator.sources.links import web_link

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "what", "opportunity", "fund", "event"),
    "kind": ("kind", "type", "type of notice"),
    "funder": ("funder", "buyer", "organisation", "body", "who", "from", "commissioner"),
    "closes": ("closes", "closing date", "deadline", "closes on", "close date", "end date"),
    "opens": ("opens", "opening date", "opens on", "start date", "published"),
    "value": ("value", "amount", "size of grants", "budget", "how much"),
    "place": ("place", "area", "where", "location", "region"),
    "description": ("description", "details", "summary", "text", "about"),
    "link": ("link", "web page", "website", "url", "web address"),
    "how": ("how to take part", "how to apply", "how", "contact", "apply"),
    "state": ("state", "status"),
    "key": ("key", "id", "number", "reference", "ref"),
}
"""Each column with the headings by which it is known, the usual one first."""

HEADINGS: Mapping[str, str] = {
    heading: column for column, headings in COLUMNS.items() for heading in headings
}

KINDS = ("grant", "tender", "engagement", "plan", "consultation", "news")
KIND_WORDS: Mapping[str, str] = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("grants", "fund", "funding", "small grant"), "grant"),
    **dict.fromkeys(("contract", "itt", "quote", "invitation to tender", "tenders"), "tender"),
    **dict.fromkeys(("event", "forum", "provider forum", "early engagement", "rfi"), "engagement"),
    **dict.fromkeys(("pipeline", "plans", "coming", "planned"), "plan"),
    **dict.fromkeys(("survey", "consultations"), "consultation"),
}
STATES: Mapping[str, str] = {
    **dict.fromkeys(("open", "live", "current"), "open"),
    **dict.fromkeys(("withdrawn", "cancelled", "canceled", "off"), "cancelled"),
    **dict.fromkeys(("closed", "over", "full"), "closed"),
}

NO_DAY = frozenset(
    {"", "-", "–", "none", "no deadline", "rolling", "ongoing", "open", "tbc", "tba", "n/a"}
)
EXCEL_ERRORS = frozenset(
    {"#ref!", "#name?", "#value!", "#n/a", "#div/0!", "#null!", "#num!", "#spill!", "#calc!"}
)
HASHES = re.compile(r"#{2,}")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
FIRST_DAY = date(1899, 12, 30)
"""Day nought of Excel's count (with the leap day of 1900 that never was)."""

SERIALS = range(36_526, 73_051)
"""From 1 January 2000 to 31 December 2099."""

SHORT_YEAR = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2}|[A-Za-z]{3,9})\2(\d{2})")
FAR_OFF = timedelta(days=5 * 366)
SHOWN = 60


class CellProblem(Exception):
    """What is wrong with one cell, in words that end with an example."""


def demand_whole(text: str) -> None:
    """Raise CellProblem for what a spreadsheet shows in the place of a value."""
    if HASHES.fullmatch(text):
        raise CellProblem(
            f"{quoted(text)} was saved because the column was too narrow; "
            "make it wider and save again"
        )
    if fold(text) in EXCEL_ERRORS:
        raise CellProblem(f"{quoted(text)} is an error of the spreadsheet; write the value itself")


def day(text: str) -> StatedTime | None:
    """A day or time in UK order, as Excel's number of days too; None where there is no such day."""
    if fold(text).strip(" .") in NO_DAY:
        return None
    written = text
    if SERIAL.fullmatch(text) and int(float(text)) in SERIALS:
        written = (FIRST_DAY + timedelta(days=int(float(text)))).strftime("%d/%m/%Y")
    elif short := SHORT_YEAR.fullmatch(text):  # 28/02/27, or 28-Feb-27 as Excel shows it
        written = f"{short[1]}{short[2]}{short[3]}{short[2]}20{short[4]}"
        written = written.replace("-", " ") if short[3].isalpha() else written
    try:
        return parse_uk(written)
    except ParsingError as fault:
        raise CellProblem(f"{quoted(text)} is no date{_why(text, fault)}") from None


def _why(text: str, fault: ParsingError) -> str:
    american = re.fullmatch(r"(0?\d|1[0-2])[/.\-](1[3-9]|2\d|3[01])[/.\-](\d{4})", text)
    if american:
        return f"; the day comes first: write {american[2]}/{american[1]:0>2}/{american[3]}"
    if "contradict" in str(fault):
        return " (its week day and its date contradict each other); write 28/02/2027"
    if "does not exist" in str(fault):
        return " (there is no such day); write 28/02/2027"
    return "; write 28/02/2027, or 28/02/2027 12:00"


def amounts(text: str) -> tuple[Decimal | None, Decimal | None]:
    """The least and greatest amount of a cell such as "£500 to £2,000", "5000" or "up to £10k"."""
    bare = text.replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,2})?", bare):
        return Decimal(bare), Decimal(bare)
    found = money.span(text)
    if found is None:
        raise CellProblem(
            f"{quoted(text)} names no amount; write £5,000, or £500 to £2,000, "
            "and put other words into the description"
        )
    return found


def kind(text: str) -> str:
    """One of KINDS."""
    if (found := KIND_WORDS.get(fold(text))) is None:
        raise CellProblem(f"{quoted(text)} is no kind we know; write one of: {', '.join(KINDS)}")
    return found


def state(text: str) -> str:
    """ "open", "closed" or "cancelled"."""
    if (found := STATES.get(fold(text))) is None:
        raise CellProblem(f"{quoted(text)} is no state we know; write open, closed or withdrawn")
    return found


def link(text: str) -> str:
    """A plain web address."""
    if found := web_link(text, ""):
        return found
    example = f"https://{text}" if web_link(f"https://{text}", "") and "." in text else None
    raise CellProblem(
        f"{quoted(text)} is no web address; write {example or 'https://www.example.org/grants'}"
    )


def demand_order(opens: StatedTime | None, closes: StatedTime | None) -> None:
    """Raise where the two contradict each other, or a year was mistyped."""
    if opens and closes and opens.instant > closes.instant:
        raise CellProblem(
            f"{quoted(closes.text)} lies before the day it opens ({in_words(opens)}); "
            "check the year"
        )
    if opens and closes and closes.instant - opens.instant > FAR_OFF:
        raise CellProblem(f"{quoted(closes.text)} is years after it opens; check the year")


def quoted(text: str) -> str:
    """What stands in a cell, cut to a length one can read."""
    words = " ".join(text.split())
    return f"“{words if len(words) <= SHOWN else words[:SHOWN] + '…'}”"
