"""The host's own notices: a CSV file a volunteer keeps of what no portal tells.

Events announced at a provider forum, small grants heard of by mail. There is no official notice
behind a row, so none is demanded: readers see whose word it is. Rows that are wrong never hold up
the others; each says in which row and column what is wrong and what to write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import ClassVar, TypeVar

from aggregator.errors import MissingStructure, ParsingError, RecordError
from aggregator.identity import content_version
from aggregator.model import (
    Buyer,
    Facts,
    Money,
    Notice,
    Parsed,
    Place,
    ProcurementKind,
    RawPayload,
    Rejection,
    Request,
    StatedTime,
    Window,
)
from aggregator.parsing.spreadsheet import Table, TableRow, read_table
from aggregator.parsing.text import fold, plain
from aggregator.sources import host_cells
from aggregator.sources.base import Adapter, AdapterOptions, parsed
from aggregator.sources.host_cells import HEADINGS, CellProblem, quoted

T = TypeVar("T")

LONGEST_KEY = 200
LONGEST_TEXT = {"title": 500, "funder": 200, "place": 200, "key": LONGEST_KEY}
TOLD_BY_HOST = "Entered by hand by the host of this service: there may be no official notice of it."

TAGS: Mapping[str, tuple[str, ...]] = {"tender": ("tender",), "engagement": ("planning",)}
PROCUREMENT_KINDS: Mapping[str, ProcurementKind] = {
    "grant": ProcurementKind.GRANT,
    "consultation": ProcurementKind.CONSULTATION,
    "news": ProcurementKind.NEWS,
}
"""All others are contracts."""

ONGOING = {"tender": "active", "plan": "pipeline", "engagement": None}
"""The status of a row that is not over."""

Cells = Mapping[str, str]
"""By column name, only those that say anything."""

TEMPLATE = (
    "title,kind,funder,closes,opens,value,place,description,link,how to take part,state,key\r\n"
    "Winter wellbeing fund,grant,Northmoor Community Foundation,28/02/2027,01/12/2026,"
    '"£500 to £2,000",Northmoor,Small grants for groups that support people with anxiety or '
    "depression.,https://www.example.org/wellbeing-fund,Two-page form on the web page,open,"
    "example-1\r\n"
)
"""What `fairnotice host-notices template` writes. Rows whose key begins with "example-" are
passed over."""


class HostCsv(Adapter):
    """One file. Its rows are told apart by the key, or by title and funder where there is none."""

    readers = frozenset({"read_file"})
    Options: ClassVar[type[AdapterOptions]] = AdapterOptions

    @property
    def shows_everything(self) -> bool:
        """A row that was taken out is no longer listed."""
        return True

    def requests(self, window: Window) -> Iterable[Request]:
        """The file, named by its entry."""
        yield Request(source_id=self.id, url=self.base_url, reader="read_file")

    def read_file(self, payload: RawPayload) -> Parsed:
        """Every row as a notice, or what is wrong with it. Raises MissingStructure for a file that
        is no table, or has no column for titles."""
        try:
            table = read_table(payload.body, HEADINGS)
        except ParsingError as fault:
            raise MissingStructure(f"the file {fault}") from None
        columns = [HEADINGS.get(fold(heading)) for heading in table.headings]
        if "title" not in columns:
            seen = ", ".join(quoted(heading) for heading in table.headings if heading)
            raise MissingStructure(f"the file has no column “title”; there are: {seen}")
        return parsed([*self.odd_headings(table, columns), *self.rows(table, columns)])

    def odd_headings(self, table: Table, columns: Sequence[str | None]) -> Iterable[Rejection]:
        """Headings that nobody knows, or that are there twice; the rest of the table counts."""
        for place, (heading, column) in enumerate(zip(table.headings, columns, strict=True)):
            if heading and column is None:
                near = get_close_matches(fold(heading), HEADINGS, n=1)
                hint = f"did you mean “{near[0]}”?" if near else (
                    f"known are: {', '.join(host_cells.COLUMNS)}"
                )  # fmt: skip
                problem = f"the heading {quoted(heading)} is not known; {hint}"
                yield self.problem(table.number, quoted(heading), problem, heading)
            elif column and column in columns[:place]:
                problem = f"there is a second column for {column}; only the first one is read"
                yield self.problem(table.number, quoted(heading), problem, heading)

    def rows(self, table: Table, columns: Sequence[str | None]) -> Iterable[Notice | Rejection]:
        """Each row in the order of the file; what is there twice is refused the second time."""
        seen: dict[str, int] = {}
        for row in table.rows:
            cells = cells_of(row, columns)
            if cells.get("key", "").casefold().startswith("example-"):
                continue
            line = " · ".join([*row.cells, *row.surplus])
            try:
                notice = notice_of(self.id, row, cells)
                if (first := seen.setdefault(notice.notice_id, row.number)) != row.number:
                    raise RecordError(*repeated(cells, first))
            except RecordError as fault:
                problem = self.problem(row.number, fault.field, fault.reason, line)
                yield replace(problem, record_id=key_of(cells) if "title" in cells else None)
            else:
                yield notice

    def problem(self, row: int, column: str, reason: str, content: str) -> Rejection:
        """What a volunteer has to put right: "row 7, closes", "“31 Febuary” is no date; …"."""
        return self.rejection(f"row {row}, {column}", reason, content.encode("utf-8", "replace"))


def cells_of(row: TableRow, columns: Sequence[str | None]) -> Cells:
    """The cells that say anything, by column; of two columns of one name the first."""
    cells: dict[str, str] = {}
    for column, cell in zip(columns, row.cells, strict=True):
        if column and cell and column not in cells:
            cells[column] = cell
    return cells


def repeated(cells: Cells, first: int) -> tuple[str, str]:
    """Column and reason for a row that is there twice."""
    if "key" in cells:
        return "key", f"{quoted(cells['key'])} is the key of row {first} too; give each row its own"
    return "title", (
        f"title and funder are those of row {first}; if they are two things, give each a key, "
        "such as 2027-04"
    )


def notice_of(source_id: str, row: TableRow, cells: Cells) -> Notice:
    """One row as a notice. Raises RecordError that names the column."""
    if row.surplus:
        reason = (
            f"{quoted(row.surplus[0])} stands behind the last column; a text with commas needs "
            'quotation marks: "Leeds, York"'
        )
        raise RecordError("row", reason)
    for column, text in cells.items():
        checked(column, host_cells.demand_whole, text)
        if len(text) > LONGEST_TEXT.get(column, len(text)):
            raise RecordError(column, f"{quoted(text)} is too long")
    title = plain(cells.get("title"))
    if not title:
        raise RecordError("title", "is missing; write what it is called, such as Wellbeing fund")
    opens = checked("opens", host_cells.day, cells["opens"]) if "opens" in cells else None
    return Notice(
        source_id=source_id,
        notice_id=key_of(cells),
        version=content_version(dict(cells)),
        facts=facts_of(cells, title, opens),
        published=opens,
        url=checked("link", host_cells.link, cells["link"]) if "link" in cells else None,
        tags=TAGS.get(kind_of(cells), ()),
        flags=(TOLD_BY_HOST,),
    )


def checked(column: str, read: Callable[[str], T], text: str) -> T:
    """What a cell says. Raises RecordError naming the column."""
    try:
        return read(text)
    except CellProblem as fault:
        raise RecordError(column, str(fault)) from None


def key_of(cells: Cells) -> str:
    """What tells a row from all others for ever: its key, else title and funder."""
    words = [cells["key"]] if "key" in cells else [cells["title"], cells.get("funder", "")]
    return " / ".join(fold(text) for text in words if text)[:LONGEST_KEY]


def kind_of(cells: Cells) -> str:
    """The kind of a row; where nobody says, a grant, which is what such lists mostly hold."""
    return checked("kind", host_cells.kind, cells["kind"]) if "kind" in cells else "grant"


def facts_of(cells: Cells, title: str, opens: StatedTime | None) -> Facts:
    """What the row states. Raises RecordError naming the column."""
    kind = kind_of(cells)
    closes = checked("closes", host_cells.day, cells.get("closes", ""))
    try:
        host_cells.demand_order(opens, closes)
    except CellProblem as fault:
        raise RecordError("closes", str(fault)) from None
    low = high = None
    if "value" in cells:
        low, high = checked("value", host_cells.amounts, cells["value"])
    engages = kind == "engagement"
    funder, place = plain(cells.get("funder")), plain(cells.get("place"))
    return Facts(
        kind=PROCUREMENT_KINDS.get(kind, ProcurementKind.CONTRACT),
        title=title,
        description=plain(cells.get("description")),
        buyers=(Buyer(name=funder),) if funder else (),
        places=(Place(name=place),) if place else (),
        reference=plain(cells.get("key")),
        status=status_of(cells, kind),
        value=Money(amount=high) if high else None,
        minimum_value=Money(amount=low) if low and low != high else None,
        deadline=None if engages or kind == "plan" else closes,
        expected_tender=closes if kind == "plan" else None,
        engagement_deadline=closes if engages else None,
        engagement_text=title if engages else None,
        how_to_take_part=plain(cells.get("how")),
    )


def status_of(cells: Cells, kind: str) -> str | None:
    """The status, in the words that portals use."""
    said = checked("state", host_cells.state, cells["state"]) if "state" in cells else "open"
    return said if said != "open" else ONGOING.get(kind)
