"""Deadlines for bids that a text states outright.

Notices are typed twice: into a field and into the text. Contracts Finder fills in 23:59 where the
buyer gave no time, and the text then says "by 12 noon". Only plain statements count here; whatever
is doubtful is left alone.
"""

import re
from collections.abc import Iterator

from aggregator.errors import ParsingError
from aggregator.model import StatedTime
from aggregator.parsing.english_dates import DATE, FILLER, TIME, read_phrase

_HINTS = ("deadline", "clos", "apply", "later tha", "return", "received", "submi", "uploaded")
_REACH = 240
_LONGEST_DATE = 40
_MOST_DATES = 200
_NEARBY = 30
_LONGEST_GAP = 60

_YEAR = re.compile(r"(?<!\d)20\d\d(?![\d/])", re.ASCII)
_DATE = re.compile(DATE, re.IGNORECASE)
_TIME = re.compile(TIME, re.IGNORECASE)
_ZONE = r"\(?\b(?:gmt|bst|utc|uk time|local time)\b\)?"
_JOIN = (
    r"(?:[\s,;:@()–—-]|\b(?:at|on|by|of|the|no|not|later|tha[nt]|latest|before|to|until|till)\b"
    rf"|{_ZONE})*"
)
_GAP = re.compile(rf"{_JOIN}(?:{TIME})?{_JOIN}$", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:{FILLER})*{TIME}(?:\s?{_ZONE})?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;!?]\s|\n(?=[\nA-Z0-9*•-])")
_UNTIL = re.compile(r"\b(?:by|before|tha[nt])\b", re.IGNORECASE)

_BIDS = (
    r"(?:tenders?|bids?|quotations?|quotes?|proposals?|applications?|submissions?|responses?"
    r"|requests? to participate)"
)
_HANDING_IN = re.compile(
    rf"\b{_BIDS}\b.{{0,80}}\b(?:must|should|shall|to|required|need|will|are)\b.{{0,40}}"
    r"\b(?:received|returned|submitted|uploaded|lodged|delivered|sent|made)\b.{0,100}$"
    rf"|\b(?:submit|return|send|upload|lodge|provide)\b.{{0,60}}\b{_BIDS}\b.{{0,100}}$",
    re.IGNORECASE,
)
_DATE_OR_TIME = r"(?:date|time)(?: ?(?:and|&|/) ?(?:date|time))?"
_NAMING = re.compile(
    rf"(?:\bdeadline(?: {_DATE_OR_TIME})? for\b.{{0,40}}\b{_BIDS}(?:\b.{{0,40}} (?:is|will be))?"
    rf"|\b{_BIDS} (?:submission |return )?deadline"
    rf"|\b(?:closing|(?:tender|bid) (?:return|submission)) {_DATE_OR_TIME}"
    rf"(?: for .{{0,40}}\b{_BIDS})?)"
    r"(?: (?:is|will be|shall be))?$",
    re.IGNORECASE,
)
_RELEVANT = re.compile(
    "deadline|clos|apply|date|time|submi|return|recei|upload|lodge|deliver|sen[dt]|provid|made"
    "|interest|eoi|pqq|questionnaire|participate",
    re.IGNORECASE,
)
_FIRST_STAGE = re.compile(
    r"\bexpressions? of interest\b|\bexpress\w* (?:an |your |their )?interest\b|\beois?\b"
    r"|\bpqq\b|selection questionnaire|request(?:s|ing)? to participate",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:deadline|closing (?:date|time)|date|time)\b.{0,60}"
    r"\b(?:extended|moved|changed|revised|amended|postponed)$",
    re.IGNORECASE,
)
_NOT_BIDS = re.compile(
    r"clarif|question(?!naire)|\bquer(?:y|ies)|enquir|engagement|representation|interest\b"
    r"|\bregist|\baward|\bvisit|interview|presentation|\bevent\b|mobilis|standstill|evaluat"
    r"|\bmarket\b|feedback|\binvit|previous|original|\binitial|extended from|shortlist"
    r"|\bintention\b|\bintend to\b|request to tender",
    re.IGNORECASE,
)

_BARE = re.compile(
    r"^[\s|•·*>-]*(?:(?:the|our|please note:?|key dates?:?) )*"
    r"(?:(?:next|application|applications|submission|funding|grants?|fund|bid|bids|tender) ){0,2}"
    r"deadline(?: (?:to apply|for applying|date))?(?: (?:is|will be))?$"
    r"|^[\s|•·*>-]*(?:it )?(?:closes|closing)$"
    r"|\b(?:applications?|bids?|(?:this|our|the) (?:[\w’'&-]+ ){0,6}?(?:fund|funding|scheme|grants?"
    r"|programme|round|call|window|competition|opportunity))(?: (?:for|to) [^,.;:]{1,80})?"
    r" (?:(?:currently|now|then) )?(?:(?:will|must) )?closes?$"
    r"|\bapply(?: (?:online|here|now))?(?: (?:via|using|through|to|for) [^,.;:]{1,60})?$",
    re.IGNORECASE,
)
"""Grants name the day with few words. These count only with a full date right after them."""

_APPLY = re.compile(r"^(?!.*\bdeadline\b).*\bapply\b[^.;]*$", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:not|never|no longer|if|unless|who|that|those|which|when|where|already|successful"
    r"|last year|changes?|rules?|terms|will apply|shall apply|does apply|survey|consultation)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
_NOT_LATER = re.compile(r"\bno(?:t)?\b(?! (?:later|before))", re.IGNORECASE)
_HEADING = re.compile(
    r"clarif|question(?!naire)|\bquer(?:y|ies)\b|enquir|engagement|expressions? of interest|\beoi"
    r"|\bregistration|\bvisits?\b|interview|\bevents?\b|report|standstill|\bstage (?:1|one)\b"
    r"|outline|\bpayment|\binvoic|survey|consultation|shortlist|\bintent",
    re.IGNORECASE,
)
_LONGEST_HEADING = 60
_SOUNDING = re.compile(
    r"market (?:engagement|test|sounding|consultation)|request for information|\brfi\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\W{0,3}(?:\bfor\b|\bto\b|\(|[–—-])[^.;\n]{0,60}", re.IGNORECASE)
_ANOTHER = re.compile(
    rf"(?:\s|[,/&(–—-]|\b(?:or|and|to|until|then)\b|{TIME}){{1,12}}{DATE}", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:^|(?<=\n)|(?<=[.;!?] ))[ |•·*-]{0,5}(?:(?:the )?(?:application )?(?:deadline|closing date)"
    r"(?: (?:is|will be)\b| ?[:–—-])|(?:applications |the fund )?closes?(?: (?:on|at)\b|:)"
    r"|apply by\b)(?P<words>[^\n]{2,90})",
    re.IGNORECASE,
)
_LIKE_A_DAY = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\d{1,2}[/.-]\d{1,2}|(?:january|february|march|april|june|july|august|september|october"
    r"|november|december)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|ongoing|rolling"
    r"|until further|tb[ac]\b|to be (?:confirmed|announced))",
    re.IGNORECASE,
)


def stated_deadlines(text: str) -> tuple[StatedTime, ...]:
    """The moments by which, as the text says outright, bids must be in; in the order stated.

    "Tenders must be returned by 12 noon on 30 May 2019", "Closing date: Friday 4 December 2026 at
    5pm", "Apply by 4 December 2026". Deadlines for questions, visits or expressions of interest are
    not meant and left out; so is anything that cannot be read without a guess. Where the text says
    that the deadline was moved, only the new one is given; where it asks for an expression of
    interest before, none is, since that comes first.
    """
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return ()
    stated: list[StatedTime] = []
    moved: list[StatedTime] = []
    first_stage: list[StatedTime] = []
    for day, words in _dates_with_words_before(text):
        if not _RELEVANT.search(words):
            continue
        gap = _GAP.search(words[-_LONGEST_GAP:])
        joining = gap[0] if gap else ""
        sentence = _last_sentence(words[: len(words) - len(joining)])
        for meaning, holds in (
            (first_stage, _FIRST_STAGE.search(sentence) is not None),
            (moved, _MOVING.search(sentence) is not None),
            (stated, _leads_in(sentence, joining)),
            (stated, _is_bare(text, day, sentence, joining)),
        ):
            if holds:
                meaning.extend(_read(text, day, joining))
                break
    opens = min((time.instant for time in first_stage), default=None)
    wanted = [time for time in moved or stated if opens is None or time.instant <= opens]
    return tuple({time.instant: time for time in reversed(wanted)}.values())[::-1]


def deadline_words(text: str) -> str | None:
    """The words in which a text names its deadline, readable or not; None where it names none.

    "Deadline: noon on Friday 18th December" → "noon on Friday 18th December". For people to see
    where `stated_deadlines` finds nothing.
    """
    for found in _NAMED.finditer(text):
        words = _SENTENCE_END.split(found["words"])[0].strip(" .;,:")
        if _LIKE_A_DAY.search(words) and not _NOT_BIDS.search(words):
            return words
    return None


def _dates_with_words_before(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every date, with the words between it and the date before. Years are quick to find."""
    last_end = 0
    for number, year in enumerate(_YEAR.finditer(text)):
        if number == _MOST_DATES:
            return
        start = max(last_end, year.start() - _LONGEST_DATE)
        day = _DATE.search(text, start, year.end())
        if day is not None and day.end() == year.end():
            yield day, text[max(last_end, day.start() - _REACH) : day.start()]
            last_end = day.end()


def _last_sentence(words: str) -> str:
    return " ".join(_SENTENCE_END.split(words)[-1].split())


def _leads_in(sentence: str, joining: str) -> bool:
    """Whether the words before a date introduce it as the deadline for bids."""
    if _NOT_BIDS.search(sentence):
        return False
    if _UNTIL.search(joining) and _HANDING_IN.search(sentence):
        return True
    return _NAMING.search(sentence) is not None


def _is_bare(text: str, day: re.Match[str], sentence: str, joining: str) -> bool:
    """Whether a short phrase such as "Deadline:" or "Applications close on" leads to this date.

    Such words say less, so what stands around them must not say that something else is meant: the
    heading above, a purpose or a second date after.
    """
    if not _BARE.search(sentence) or _NOT_BIDS.search(sentence) or _CONDITION.search(sentence):
        return False
    if _NOT_LATER.search(joining) or (_APPLY.search(sentence) and not _UNTIL.search(joining)):
        return False
    start = day.start() - len(joining)
    sounding = _SOUNDING.search(text, max(0, start - _REACH), start)
    if sounding or _HEADING.search(_heading_above(text, start)):
        return False
    trailing = _TRAILING.match(text, day.end())
    end = trailing.end() if trailing else day.end()
    purpose = _PURPOSE.match(text, end)
    meant_otherwise = purpose is not None and _NOT_BIDS.search(purpose[0]) is not None
    return not meant_otherwise and _ANOTHER.match(text, day.end()) is None


def _heading_above(text: str, end: int) -> str:
    """The nearest short piece of text before this sentence that names no date itself."""
    *above, _ = _SENTENCE_END.split(text[max(0, end - _REACH) : end])
    undated = (piece for piece in reversed(above) if piece.strip() and not _YEAR.search(piece))
    nearest = next(undated, "")
    return nearest if len(nearest) <= _LONGEST_HEADING else ""


def _read(text: str, day: re.Match[str], joining: str) -> list[StatedTime]:
    """The date with the time of day beside it, as a list of one; empty where anything is open."""
    before = _TIME.search(joining)
    after = None if before else _TRAILING.match(text, day.end())
    if not before and not after and _leaves_time_open(text, day.end(), joining):
        return []
    start = day.start() - (len(joining) - before.start() if before else 0)
    phrase = text[start : after.end() if after else day.end()]
    try:
        return [read_phrase(phrase, " ".join(phrase.split()))]
    except ParsingError:
        return []


def _leaves_time_open(text: str, end: int, joining: str) -> bool:
    """ "Before Friday", or a time of day nearby that is not clearly this date's."""
    return "before" in joining.lower() or _TIME.search(text, end, end + _NEARBY) is not None
