"""The numbers that portals give a procurement, found in a buyer's reference or in the text.

They differ by portal: "DN789458" on ProContract, "C450113" on Atamis, "IT-285-8679" on In-Tend,
"tender_237176" on Jaggaer, "PID=12345" on EU-Supply. A number of Find a Tender in another source's
text may be the same procurement, an earlier one, or the framework that is called off.
"""

import re
from dataclasses import dataclass

from aggregator.link.marks import FIND_A_TENDER
from aggregator.model import Notice

PORTALS = {
    "dn": "ProContract",
    "c": "Atamis",
    "it": "In-Tend",
    "tender": "Jaggaer",
    "itt": "Jaggaer",
    "project": "Jaggaer",
    "pid": "EU-Supply",
}
MOST = 4
"""A text that lists more numbers than this tells of many procurements."""

Patterns = tuple[tuple[str, str, re.Pattern[str]], ...]
"""A text to look for first, what to call the number, and the pattern that finds it."""

_OWN: Patterns = (
    ("DN", "dn", re.compile(r"(?<![A-Za-z\d])DN ?(\d{5,7})(?!\d)")),
    ("IT-", "it", re.compile(r"(?<![A-Za-z\d])IT-(\d{1,4}-\d{1,6})(?!\d)")),
    ("_", "tender", re.compile(r"(?i:(?<![a-z\d])tender_(\d{2,8})(?!\d))")),
    ("_", "project", re.compile(r"(?i:(?<![a-z\d])project_(\d{2,8})(?!\d))")),
    ("_", "itt", re.compile(r"(?i:(?<![a-z\d])itt_(\d{2,8})(?!\d))")),
    ("C", "c", re.compile(r"(?<![A-Za-z\d])C-?(\d{6})(?![\d.])")),
    ("CF-", "c", re.compile(r"(?<![A-Za-z\d])CF-(\d{7}[A-Za-z\d]{8,})")),
    ("PID", "pid", re.compile(r"(?<![A-Za-z\d])PID ?[=:]? ?(\d{4,8})(?!\d)")),
)
_TOLD: Patterns = (
    *_OWN[:5],
    ("eference", "c", re.compile(r"[Rr]eference:? ?C-?(\d{6})(?![\d.])")),
    _OWN[-1],
)
_NUMBER = re.compile(r"(20\d\d)/S 000-(\d{6})(?!\d)|/Notice/(\d{6}-20\d\d)(?!\d)")
_FRAMEWORK = re.compile(
    r"framework|call[ -]?off|mini[ -]?compet|further competition|direct award|dynamic|\bDPS\b|"
    r"previous|replac|expir|supersed",
    re.IGNORECASE,
)
_NEAR = 120


@dataclass(frozen=True, slots=True)
class References:
    """own: numbers in the reference or title. told: in the text. named: notices of Find a Tender
    in the text, as "find-a-tender/002404-2025"."""

    own: frozenset[str]
    told: frozenset[str]
    named: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every portal number."""
        return self.own | self.told


NOTHING = References(own=frozenset(), told=frozenset(), named=frozenset())


def references(notice: Notice) -> References:
    """The numbers a notice states; nothing that is said of a framework or an earlier contract."""
    facts = notice.facts
    reference, title = facts.reference or "", facts.title or ""
    prose = f"{facts.description}\n{facts.additional_text}"
    own = _found(f"{reference}\n{title}", _OWN)
    told = _found(prose, _TOLD)
    named = _named(prose) if "/S 000-" in prose or "/Notice/" in prose else ()
    if not (own or told or named):
        return NOTHING
    return References(
        own=frozenset(own),
        told=frozenset(told) if len(told) <= MOST else frozenset(),
        named=frozenset(named) if len(named) <= MOST else frozenset(),
    )


def _found(words: str, patterns: Patterns) -> list[str]:
    """Portal numbers; the quick looks beforehand spare most texts the patterns."""
    return [
        name + match[1]
        for hint, name, pattern in patterns
        if hint in words
        for match in pattern.finditer(words)
        if patterns is _OWN or not _of_another(words, match)
    ]


def _named(words: str) -> list[str]:
    return [
        f"{FIND_A_TENDER}/{m[3] or f'{m[2]}-{m[1]}'}"
        for m in _NUMBER.finditer(words)
        if not _of_another(words, m)
    ]


def _of_another(words: str, found: re.Match[str]) -> bool:
    """True where the words around speak of a framework or of the contract before."""
    around = words[max(0, found.start() - _NEAR) : found.end() + _NEAR // 2]
    return _FRAMEWORK.search(around) is not None


def in_words(reference: str) -> str:
    """ "ProContract number DN789458"."""
    kind = reference.rstrip("0123456789-")
    for name, portal in PORTALS.items():
        if kind == name or (name == "c" and reference.startswith("c")):
            return f"{portal} number {_as_written(name, reference.removeprefix(name))}"
    return f"number {reference}"


def _as_written(kind: str, number: str) -> str:
    if kind in ("tender", "itt", "project"):
        return f"{kind}_{number}"
    return f"IT-{number}" if kind == "it" else f"{kind.upper()}{number}"
