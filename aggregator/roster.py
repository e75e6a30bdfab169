"""A host's list of members, as spreadsheets write it, into rows; pure.

Lists come from Excel and its kin: with a byte order mark or in Windows' own letters, parted by
commas, semicolons or tabs, with a title above the headings, columns of every name, and several
addresses in one cell. What is not asked for here (phone numbers, notes) is never kept.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.errors import ParsingError
from aggregator.parsing.folding import fold

LARGEST, MOST_ROWS, HEADING_WITHIN = 5_000_000, 20_000, 15
PARTED_BY = ",;\t|"
LONGEST_CELL = 2_000

HEADINGS: dict[str, tuple[str, ...]] = {
    "stop": ("unsubscribed", "unsubscribe", "opted out", "opt out", "opt-out", "do not mail",
             "do not email", "do not contact", "no email", "no emails"),
    "agree": ("consent", "email consent", "opted in", "opt in", "opt-in", "happy to be emailed",
              "happy to be contacted", "may we email you", "marketing consent", "mailing consent"),
    "name": ("name", "full name", "contact", "contact name", "contact person", "first name",
             "forename", "last name", "surname", "lead contact"),
    "organisation": ("organisation", "organization", "organisation name", "organization name",
                     "charity", "charity name", "member", "member organisation", "group name",
                     "company", "company name"),
    "group": ("group", "groups", "network", "forum", "membership group"),
    "places": ("place", "places", "area", "areas", "area of benefit", "areas covered", "where",
               "area covered", "works in", "council", "region", "county", "district", "borough"),
    "types": ("type", "types", "service", "services", "service type", "service types"),
    "words": ("words", "keywords", "key words"),
    "without": ("without", "not with", "without words", "words to leave out"),
    "cadence": ("how often", "cadence", "frequency"),
}  # fmt: skip
"""What a column holds -> how lists call it, folded."""

ADDRESS_HEADING = re.compile(r"\be ?-?mails?\b|\bmail address(?:es)?\b")
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "on"})
NO = frozenset({"no", "n", "false", "0", "off", "none"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterRow:
    """One line of a list. line: its number in the file. problems: why it cannot be used.

    addresses: as typed, not checked. given: group, places, types, words, without, cadence.
    """

    line: int
    addresses: tuple[str, ...]
    name: str | None
    organisation: str | None
    given: Mapping[str, str]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """A list as read. not_used: headings of columns that are passed over and kept nowhere."""

    rows: tuple[RosterRow, ...]
    not_used: tuple[str, ...]


def read(content: bytes) -> Roster:
    """The rows of a list. Raises ParsingError for what is no such list, and says what to do."""
    if len(content) > LARGEST:
        raise ParsingError("the file is larger than 5 MB; that is no list of members")
    table = lines(decoded(content))
    at, columns = headings(table)
    used = {place for places in columns.values() for place in places}
    not_used = (
        [cell for place, cell in enumerate(table[at][1]) if place not in used] if at >= 0 else []
    )
    rows = [row(number, cells, columns) for number, cells in table[at + 1 :] if any(cells)]
    if len(rows) > MOST_ROWS:
        raise ParsingError(f"it has more than {MOST_ROWS:,} rows; part it into smaller files")
    return Roster(rows=tuple(rows), not_used=tuple(cell for cell in not_used if cell))


def decoded(content: bytes) -> str:
    """The text: with a byte order mark or in UTF-8, else in Windows' letters for Western Europe.

    Raises ParsingError for a spreadsheet's own file.
    """
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise ParsingError("this is a spreadsheet; open it and save it as CSV, then name that file")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise ParsingError("the file holds bytes that no text has; save it as CSV again")
    return text


def lines(text: str) -> list[tuple[int, list[str]]]:
    """Number and cells of each line. Raises ParsingError."""
    delimiter = parted_by(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found, before = [], 0
    try:
        for cells in reader:
            found.append((before + 1, [tidy(cell) for cell in cells]))
            before = reader.line_num
    except csv.Error as fault:
        raise ParsingError(f"line {before + 1} cannot be read as CSV: {fault}") from None
    if not found:
        raise ParsingError("the file is empty")
    return found


def parted_by(text: str) -> str:
    """The sign that parts cells: the one with which the headings make most sense."""
    if text[:5].casefold().startswith("sep=") and text[4:5] in PARTED_BY:
        return text[4]
    beginning = text.splitlines()[:HEADING_WITHIN]
    return max(PARTED_BY, key=lambda sign: sense(beginning, sign))


def sense(beginning: Sequence[str], sign: str) -> tuple[int, int]:
    """How many headings we know, and cells there are, in the best line if parted by this sign."""
    try:
        parted = list(csv.reader(beginning, delimiter=sign))
    except csv.Error:
        return 0, 0
    known = [(sum(kind(tidy(cell)) is not None for cell in one), len(one)) for one in parted]
    return max(known, default=(0, 0))


def tidy(cell: str) -> str:
    """A cell without what spreadsheets put around a text."""
    plain = cell.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
    return plain.strip().removeprefix("'").strip()


def kind(heading: str) -> str | None:
    """What a column with this heading holds; None for what we do not ask for."""
    folded = " ".join(fold(heading).replace("_", " ").replace("?", " ").replace(":", " ").split())
    for name in ("stop", "agree"):
        if folded in HEADINGS[name]:
            return name
    if ADDRESS_HEADING.search(folded) and len(folded) < 40:  # noqa: PLR2004 - longer is no heading
        return "address"
    return next((name for name, known in HEADINGS.items() if folded in known), None)


def headings(table: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, list[int]]]:
    """Where the headings stand (-1: nowhere), and the columns of each kind.

    Raises ParsingError where no column holds addresses.
    """
    for at, (_, cells) in enumerate(table[:HEADING_WITHIN]):
        columns: dict[str, list[int]] = {}
        for place, cell in enumerate(cells):
            if (name := kind(cell)) and "@" not in cell:
                columns.setdefault(name, []).append(place)
        if "address" in columns:
            return at, columns
        if holding := [place for place, cell in enumerate(cells) if "@" in cell]:
            return at - 1, {"address": holding}
    raise ParsingError(
        "no column is called “Email”; the first line should name the columns, such as Email, Name, "
        "Organisation, Group, Places"
    )


def row(number: int, cells: Sequence[str], columns: Mapping[str, Sequence[int]]) -> RosterRow:
    """One line by what its columns hold."""

    def of(name: str, joint: str = ", ") -> str:
        texts = [cells[place] for place in columns.get(name, ()) if place < len(cells)]
        return joint.join(text for text in texts if text)

    typed = of("address")
    problems = list(oddities(cells, columns, typed))
    return RosterRow(
        line=number,
        addresses=addresses(typed),
        name=line_of(of("name", " ")),
        organisation=line_of(of("organisation")),
        given={
            name: text
            for name in ("group", "places", "types", "words", "without", "cadence")
            if (text := of(name))
        },
        problems=(*problems, *refusals(fold(of("stop")), fold(of("agree")))),
    )


def oddities(cells: Sequence[str], columns: Mapping[str, Sequence[int]], typed: str) -> list[str]:
    """What makes a line unsafe to use."""
    if any(len(cell) > LONGEST_CELL or ("\n" in cell and "@" in cell and cell not in typed)
           for cell in cells):  # fmt: skip
        return ["a quotation mark seems not to be closed here, so that lines run into each other"]
    if not typed:
        return ["there is no address"]
    if "@" not in typed:
        return [f"“{typed[:60]}” is no address"]
    return []


def refusals(stop: str, agree: str) -> tuple[str, ...]:
    """Where the list itself says that they want no mails."""
    if stop and stop not in NO:
        return ("the list says that they want no mails",)
    if agree in NO:
        return ("the list says that they did not agree to mails",)
    return ()


def addresses(typed: str) -> tuple[str, ...]:
    """Each address of a cell once, as typed: "Ann <ann@example.org>; bob@example.org"."""
    found = [
        token.strip("<>()[]\"'.").removeprefix("mailto:").removeprefix("MAILTO:")
        for token in re.split(r"[\s;,/|<>]+", typed)
        if "@" in token
    ]
    return tuple({one.casefold(): one for one in reversed(found) if one}.values())[::-1]


def line_of(text: str) -> str | None:
    """A text on one line, of a length that names have; None where there is nothing."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:200] or None
