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

# Each begins with plain letters, which the pattern engine finds quickly in a long text.
_OWN: Patterns = (
    ("DN", "dn", re.compile(r"DN ?(\d{5,7})(?!\d)")),
    ("IT-", "it", re.compile(r"IT-(\d{1,4}-\d{1,6})(?!\d)")),
    ("tender_", "tender", re.compile(r"tender_(\d{2,8})(?!\d)")),
    ("project_", "project", re.compile(r"project_(\d{2,8})(?!\d)")),
    ("itt_", "itt", re.compile(r"itt_(\d{2,8})(?!\d)")),
    ("CF-", "c", re.compile(r"CF-(\d{7}[A-Za-z\d]{8,})")),
    ("PID", "pid", re.compile(r"PID ?[=:]? ?(\d{4,8})(?!\d)")),
    ("PROJECT_", "project", re.compile(r"PROJECT_(\d{2,8})(?!\d)")),
    ("ITT_", "itt", re.compile(r"ITT_(\d{2,8})(?!\d)")),
    ("C", "c", re.compile(r"C-?(\d{6})(?![\d.])")),
)
_TOLD: Patterns = (
    *_OWN[:7],
    ("eference", "c", re.compile(r"eference:? ?C-?(\d{6})(?![\d.])")),
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
        if (patterns is _OWN and _begins(words, match))
        or (patterns is _TOLD and not _of_another(words, match))
    ]


def _begins(words: str, match: re.Match[str]) -> bool:
    """True where no letter or digit stands right before."""
    return match.start() == 0 or not words[match.start() - 1].isalnum()


def _named(words: str) -> list[str]:
    return [
        f"{FIND_A_TENDER}/{m[3] or f'{m[2]}-{m[1]}'}"
        for m in _NUMBER.finditer(words)
        if not _of_another(words, m)
    ]


def _of_another(words: str, found: re.Match[str]) -> bool:
    """True where the words around speak of a framework or of the contract before."""
    before = words[max(0, found.start() - _NEAR) : found.start()]
    after, _, _ = words[found.end() : found.end() + _NEAR // 2].partition(". ")
    return _FRAMEWORK.search(before) is not None or _FRAMEWORK.search(after) is not None


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
