"""What a mail server's refusal says of the address, of the mail, of us, or only of the moment.

By the enhanced status codes of RFC 3463 where one is given, else by the words, else cautiously:
an address is given up only where the server says that it does not exist or takes no mail.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Blame(StrEnum):
    """What a refusal is about."""

    ADDRESS = "address"
    """There is no such mailbox or domain, or it was closed."""
    PASSING = "passing"
    """A full mailbox, a busy server: it may be taken another time."""
    MAIL = "mail"
    """This mail is not wanted: its size, its content, a rule of theirs."""
    OURS = "ours"
    """Our sign-in, our sender address, our right to send at all."""
    UNCLEAR = "unclear"
    """It was refused, and why is not to be told from what was said."""


STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s:-])")

BY_CODE: dict[tuple[int, int], Blame] = {
    (1, 1): Blame.ADDRESS,
    (1, 2): Blame.ADDRESS,
    (1, 3): Blame.ADDRESS,
    (1, 6): Blame.ADDRESS,
    (1, 10): Blame.ADDRESS,
    (1, 7): Blame.OURS,
    (1, 8): Blame.OURS,
    (1, 9): Blame.OURS,
    (2, 1): Blame.ADDRESS,
    (2, 2): Blame.PASSING,
    (2, 3): Blame.MAIL,
    (2, 4): Blame.PASSING,
    (3, 1): Blame.PASSING,
    (3, 2): Blame.PASSING,
    (3, 4): Blame.MAIL,
    (7, 8): Blame.OURS,
    (7, 13): Blame.ADDRESS,
    (7, 17): Blame.ADDRESS,
    (7, 20): Blame.OURS,
    (7, 21): Blame.OURS,
    (7, 22): Blame.OURS,
    (7, 23): Blame.OURS,
    (7, 24): Blame.OURS,
    (7, 25): Blame.OURS,
    (7, 26): Blame.OURS,
    (7, 515): Blame.OURS,
}
BY_SUBJECT = {4: Blame.PASSING, 5: Blame.MAIL, 6: Blame.MAIL, 7: Blame.MAIL}

WORDS: tuple[tuple[Blame, re.Pattern[str]], ...] = tuple(
    (blame, re.compile(pattern, re.IGNORECASE))
    for blame, pattern in (
        (
            Blame.OURS,
            r"relay(?:ing)?\b.{0,20}\b(?:denied|not permitted|prohibited)|not permitted to relay"
            r"|unable to relay|authenticat\w+ (?:is )?required|sender address rejected"
            r"|sender verify failed",
        ),
        (
            Blame.PASSING,
            r"mailbox (?:is )?full|(?:over|exceeded|exceeds?)\W+(?:\w+\W+){0,3}quota|quota exceeded"
            r"|insufficient (?:system )?storage|try again (?:later|in)|greylist|graylist"
            r"|temporar(?:y|ily)|too many (?:connections|messages|recipients)|rate limit",
        ),
        (
            Blame.MAIL,
            r"\bspam\b|\bblock(?:ed|list|ing)|blacklist|\bpolicy\b|\bpolicies\b|\bvirus"
            r"|message (?:content )?(?:was )?rejected|too (?:large|big)|size (?:limit )?exceed"
            r"|\bDMARC\b|\bSPF\b|\bDKIM\b|poor reputation|banned",
        ),
        (
            Blame.ADDRESS,
            r"\b(?:no such|unknown|invalid|non-?existent|unrouteable|undeliverable|disabled"
            r"|inactive|bad destination)\W+(?:local\W+)?"
            r"(?:user|recipient|mailbox|address|account|domain|person)"
            r"|\b(?:user|recipient|mailbox|address|account|domain|host)\b[^\n]{0,80}?\W"
            r"(?:does(?: not|n.?t) exist|not found|unknown|is unknown|disabled|unavailable"
            r"|no longer (?:exists|available|active|in use)|not exist|inactive|closed"
            r"|not (?:a )?(?:valid|known)|rejected: user unknown)"
            r"|couldn.?t be found|wasn.?t found|doesn.?t have an? \S+ account"
            r"|no mailbox here|not our customer|not listed in|left the organi[sz]ation",
        ),
    )
)
VAGUE = {(0, 0), (1, 0), (2, 0), (1, 4), (4, 1), (4, 4), (4, 0), (5, 0), (7, 0), (7, 1), (3, 0)}
"""Codes that senders use for everything: their words decide where they say something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What was answered. code: of SMTP (400 to 599). status: "5.1.1"."""

    blame: Blame
    code: int | None = None
    status: str | None = None


def judged(words: str, *, code: int | None = None, status: str | None = None) -> Refusal:
    """What a refusal is about; code and status are looked for in the words where not given."""
    words = words[:2000]
    found = STATUS.search(status or "") or STATUS.search(words)
    if code is None and (reply := REPLY.search(words)):
        code = int(reply[1])
    blame = _blame(words, code, found)
    return Refusal(blame=blame, code=code, status=found[0] if found else None)


def _blame(words: str, code: int | None, found: re.Match[str] | None) -> Blame:
    if found is None:
        if code is not None and code < 500:  # noqa: PLR2004 - RFC 5321: 4yz is transient
            return Blame.PASSING
        return said(words)
    kind, subject, detail = (int(part) for part in found.groups())
    if kind != 5:  # noqa: PLR2004 - RFC 3463: class 4 is persistent but transient
        return Blame.PASSING
    told = said(words)
    if (subject, detail) in VAGUE and told is not Blame.UNCLEAR:
        return told
    if (subject, detail) == (1, 1) and told in (Blame.PASSING, Blame.OURS):
        return told
    return BY_CODE.get((subject, detail)) or BY_SUBJECT.get(subject, Blame.UNCLEAR)


def said(words: str) -> Blame:
    """What the words alone tell."""
    return next((blame for blame, pattern in WORDS if pattern.search(words)), Blame.UNCLEAR)
