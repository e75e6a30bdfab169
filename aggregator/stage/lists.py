"""Lists that can be joined while they last: dynamic purchasing systems, accredited lists.

They come on ordinary tender forms with a deadline, which is only that of the first round; by law
such a system stays open to new members.
"""

import re

from aggregator.model import Facts

_TO_JOIN = r"(?:appl(?:y|ications?)|join|submit(?:ted)?|admitted)[^.]{0,60} at any (?:time|point)"
_OPEN_LONG = (
    r"(?:open (?:to|for) (?:new )?(?:entrants|applicants|applications|providers|suppliers)"
    r"[^.]{0,40}|remains? open) (?:throughout|for the (?:duration|life))"
)
_SET_UP = (
    r"establish(?:ed|ing|ment of)?[^.]{0,80} dynamic purchasing system"
    r"|this dynamic purchasing system[^.]{0,20} (?:has been|is to be|is) (?:to )?establish"
)
TRIGGERS = tuple(
    (trigger, re.compile(pattern, re.IGNORECASE))
    for trigger, pattern in (
        (" at any time", _TO_JOIN),
        (" at any point", _TO_JOIN),
        (" open to ", _OPEN_LONG),
        (" open for ", _OPEN_LONG),
        ("main open ", _OPEN_LONG),
        ("mains open ", _OPEN_LONG),
        ("ynamic purchasing system", _SET_UP),
        ("ynamic Purchasing System", _SET_UP),
    )
)
"""Words that are quick to find, and what must stand around them."""
AROUND = 120
TITLE_TRIGGERS = ("DPS", "ynamic", "YNAMIC", "dps")
IN_TITLE = re.compile(r"\bDPS\b|dynamic (?:purchasing|market)", re.IGNORECASE)
CALL_OFF = re.compile(r"call[- ]?off|mini[- ]?comp|further competition", re.IGNORECASE)


def is_set_up(facts: Facts) -> bool:
    """True where an older form flags that the call sets up a dynamic purchasing system.

    Under the Procurement Act markets have notices of their own (UK13 to UK16), and the flag on a
    tender may mean one that is called off.
    """
    if not facts.dynamic_market or not (facts.legal_basis or "").startswith("CELEX"):
        return False
    return not _calls_off(facts)


def offers_to_join(facts: Facts) -> bool:
    """True where the words of a call set up such a list or say that it stays open."""
    title, texts = facts.title or "", (facts.description, facts.additional_text)
    if not _in_title(title) and not any(text and _in_text(text) for text in texts):
        return False
    return not _calls_off(facts)


def _calls_off(facts: Facts) -> bool:
    return bool(CALL_OFF.search(f"{facts.title or ''} {facts.method_details or ''}"))


def _in_title(title: str) -> bool:
    return any(word in title for word in TITLE_TRIGGERS) and bool(IN_TITLE.search(title))


def _in_text(text: str) -> bool:
    for trigger, pattern in TRIGGERS:
        place = text.find(trigger)
        while place >= 0:
            if pattern.search(text, max(0, place - AROUND), place + AROUND):
                return True
            place = text.find(trigger, place + 1)
    return False
