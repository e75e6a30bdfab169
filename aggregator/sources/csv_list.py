"""Lists that are published as CSV files, read by the names of their columns.

Cells are text and nothing else: what a spreadsheet would run as a formula ("=HYPERLINK(…)") is
shown as it was written, and a link has to be a plain web address.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from aggregator.errors import MissingStructure, Undecodable
from aggregator.model import Parsed, RawPayload
from aggregator.parsing.text import fold, plain
from aggregator.sources.base import AdapterOptions
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.row_options import Encoding, RowListOptions, RowRule
from aggregator.sources.row_texts import kept
from aggregator.sources.rows import RowList

CsvRow = Mapping[str, str]
"""By heading, folded: small letters, single spaces."""


class ColumnRule(RowRule):
    """column: the heading of the column. The column has to be there; `optional` cells may all be
    empty."""

    column: Annotated[str, Field(min_length=1, max_length=200)]


class CsvListOptions(RowListOptions[ColumnRule]):
    """encoding and delimiter of the file. skip_lines: what stands above the row of headings.

    open_end: true where the file does not end its last line, so that a cut cannot be seen.
    """

    encoding: Encoding = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    skip_lines: Annotated[int, Field(ge=0, le=50)] = 0
    open_end: bool = False


class CsvList(RowList[CsvRow]):
    """A file whose headings are its proof: all of them and no row is an honest empty list."""

    options: CsvListOptions
    Options: ClassVar[type[AdapterOptions]] = CsvListOptions

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of the file. Raises AnswerError where it is cut, garbled or another file."""
        table = self.table(payload.body)
        header = [fold(cell) for cell in table[0]] if table else []
        self.demand_columns(header, payload)
        whole = [cells for cells in table[1:] if len(cells) == len(header)]
        odd = [cells for cells in table[1:] if any(cells) and len(cells) != len(header)]
        rows = [dict(zip(header, cells, strict=True)) for cells in whole if any(cells)]
        lost = [
            self.rejection(
                "row",
                f"has {len(cells)} cells under {len(header)} headings",
                ",".join(cells).encode(),
            )
            for cells in odd
        ]
        return self.answer(rows, payload, strays=lost)

    def table(self, body: bytes) -> Sequence[Sequence[str]]:
        """All lines as cells, from the headings on."""
        options = self.options
        try:
            text = body.decode(options.encoding)
        except UnicodeDecodeError as fault:
            raise Undecodable(f"the file is not {options.encoding} text: {fault.reason}") from None
        if not options.open_end and text and not text.endswith(("\n", "\r")):
            refuse_if_blocked(text)
            raise Undecodable("the file stops in the middle of its last line")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=options.delimiter, strict=True)
        try:
            return [*reader][options.skip_lines :]
        except csv.Error as fault:
            refuse_if_blocked(text)
            what = "a quoted cell never ends" if "end of data" in str(fault) else str(fault)
            raise Undecodable(f"the file is no sound CSV: {what}") from None

    def demand_columns(self, header: Sequence[str], payload: RawPayload) -> None:
        """Raise where a heading is missing or there twice, naming those that are there."""
        wanted = {fold(rule.column): rule.column for rule in self.columns()}
        for folded, name in wanted.items():
            if header.count(folded) != 1:
                refuse_if_blocked(payload.body.decode("utf-8", "replace"))
                seen = ", ".join(f"“{cell[:40]}”" for cell in header[:12] if cell)
                what = "is there twice" if folded in header else "is missing"
                raise MissingStructure(f"the column “{name}” {what}; there are: {seen or 'none'}")

    def columns(self) -> Sequence[ColumnRule]:
        """All rules that name a column."""
        link = self.options.link
        rules = [self.options.key, *self.options.fields.values()]
        return [*rules, link] if isinstance(link, ColumnRule) else rules

    def has(self, row: CsvRow, rule: ColumnRule) -> bool:
        """Whether the cell says anything: that the column is there was demanded before."""
        return rule.optional or bool(row[fold(rule.column)].strip())

    def demand_fields(self, rows: Sequence[CsvRow], rules: Mapping[str, RowRule]) -> None:
        """Raise where a column is empty throughout; a file of headings alone is in order."""
        if rows:
            super().demand_fields(rows, rules)

    def value(self, row: CsvRow, rule: ColumnRule) -> str | None:
        """The text of a cell."""
        return kept(plain(row[fold(rule.column)]), rule)

    def wording(self, row: CsvRow) -> Mapping[str, object]:
        """The cells as they stand there."""
        fields = self.options.fields.items()
        return {name: row[fold(rule.column)] for name, rule in fields if name != "published"}

    def bytes_of(self, row: CsvRow) -> bytes:
        """The cells in one line."""
        return ",".join(row.values()).encode("utf-8", "replace")

    def sought(self, rule: ColumnRule, rows: Sequence[CsvRow]) -> str:
        """Which column is empty."""
        return f" (the column “{rule.column}” is empty throughout)"
