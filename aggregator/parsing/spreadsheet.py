"""Tables as people save them: a CSV file with the habits of spreadsheet programs.

A byte order mark, the letters of Windows, semicolons or tabs for commas, a "sep=" line, a title
above the headings, empty rows and columns behind the last: none of it is the volunteer's fault.
"""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from aggregator.errors import ParsingError
from aggregator.parsing.folding import fold

DELIMITERS = ",;\t|"
HEADINGS_WITHIN = 10
"""Rows from the top among which the headings are looked for; above them may stand a title."""

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice themselves begin, whatever their names say."""

NOT_SAVED_AS_CSV = "is a workbook, not a CSV file; choose “Save as” and “CSV UTF-8”"
MOST_NULS = 10
"""One byte in so many may be a NUL, which stray ones are; more of them are no text."""

LONGEST_TABLE = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One row. number: as a spreadsheet counts, the first row is 1. cells: one per heading.

    surplus: what stands behind the last heading.
    """

    number: int
    cells: tuple[str, ...]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The headings as written ("" for a column without one), their row's number, and the rows."""

    headings: tuple[str, ...]
    number: int
    rows: tuple[TableRow, ...]


def read_table(body: bytes, known: Collection[str]) -> Table:
    """The table of a file. known: folded headings, by two of which (or one, where it has but one
    column) its row of headings is found.

    Raises ParsingError, in words for the volunteer, where there is no such row or no table.
    """
    text = decoded(body)
    candidates = [(lines, headings_at(lines, known)) for lines in readings(text)]
    lines, at = max(candidates, key=lambda pair: score(pair, known))
    if at is None:
        shown = ", ".join(f"“{cell[:30]}”" for cell in next(filter(any, lines), ()) if cell)
        raise ParsingError(f"has no row of headings that we know; its first row is: {shown[:300]}")
    width = max((n for n, cell in enumerate(lines[at], 1) if cell.strip()), default=0)
    rows = [
        TableRow(
            number=number,
            cells=tuple(cell.strip() for cell in [*cells, *[""] * width][:width]),
            surplus=tuple(filter(None, (cell.strip() for cell in cells[width:]))),
        )
        for number, cells in enumerate(lines[at + 1 :], at + 2)
        if any(cell.strip() for cell in cells)
    ]
    headings = tuple(cell.strip() for cell in lines[at][:width])
    return Table(headings=headings, number=at + 1, rows=tuple(rows))


def decoded(body: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else the letters of Windows (cp1252)."""
    if body.startswith(WORKBOOKS):
        raise ParsingError(NOT_SAVED_AS_CSV)
    if not body.strip():
        raise ParsingError("is empty")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    if body.count(b"\0") * MOST_NULS > len(body):
        raise ParsingError("is no text file; choose “Save as” and “CSV UTF-8”")
    body = body.replace(b"\0", b"")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def readings(text: str) -> list[Sequence[Sequence[str]]]:
    """The rows of a file by each sign that may part its cells. Raises ParsingError."""
    found = [lines for sign in DELIMITERS if (lines := lines_by(text, sign)) is not None]
    if not found:
        raise ParsingError('is no sound CSV: look for a quotation mark (") without its twin')
    return found


def lines_by(text: str, delimiter: str) -> Sequence[Sequence[str]] | None:
    """The rows by one sign; None where a quoted cell never ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [cells for cells, _ in zip(reader, range(LONGEST_TABLE + 1), strict=False)]
    except csv.Error:
        return None
    if len(lines) > LONGEST_TABLE:
        raise ParsingError(f"has more than {LONGEST_TABLE:,} rows")
    if lines and text[:4].casefold() == "sep=":  # Excel hides this line
        return lines[1:]
    return lines


def headings_at(lines: Sequence[Sequence[str]], known: Collection[str]) -> int | None:
    """The place of the first row near the top that holds headings."""
    for place, cells in enumerate(lines[:HEADINGS_WITHIN]):
        there = [fold(cell) for cell in cells if cell.strip()]
        if sum(cell in known for cell in there) >= min(2, len(there)) > 0:
            return place
    return None


def score(
    candidate: tuple[Sequence[Sequence[str]], int | None], known: Collection[str]
) -> tuple[int, int]:
    """How well one reading fits: headings that are known, then width."""
    lines, at = candidate
    if at is None:
        return 0, max(map(len, lines), default=0)
    return 1 + sum(fold(cell) in known for cell in lines[at]), len(lines[at])
