"""Labels: what people say about notices, as a file that can be shared.

A label names its notice and never quotes it. The labels that come with the program stand in
labels.csv; ORIGIN.md beside it says where they come from.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib import resources

from aggregator.errors import ConfigError

VERDICTS = ("core", "related", "yes", "no", "not_for_us")
"""What a label may say. "not_for_us" is about a subscriber, not about the notice."""
COMMANDS = ("=", "+", "-", "@", "\t")
"""A cell that begins so is run as a formula by spreadsheets; we set an apostrophe before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A verdict on one notice, and every name under which the notice may be known.

    source, notice_id, ocid, reference: as in Notice and Facts. corpus, corpus_id: its name in a
    file of flat notices. address: the official page. published: a day, "2026-11-02".
    """

    verdict: str
    types: tuple[str, ...] = ()
    sure: bool = True
    corpus: str | None = None
    corpus_id: str | None = None
    source: str | None = None
    notice_id: str | None = None
    ocid: str | None = None
    reference: str | None = None
    published: str | None = None
    by: str | None = None
    address: str | None = None

    @property
    def name(self) -> str:
        """How a person finds the row again."""
        where = self.corpus or self.source
        what = self.corpus_id or self.notice_id or self.ocid or self.reference or ""
        return f"{where}/{what}" if where else what


NAMES = ("corpus", "corpus_id", "source", "notice_id", "ocid", "reference")
COLUMNS = (*NAMES, "published", "verdict", "sure", "types", "by", "address")
ALWAYS = ("source", "notice_id", "verdict", "address")
assert set(COLUMNS) == {field.name for field in fields(Label)}  # noqa: S101 - at import


def shipped_labels() -> str:
    """The text of the labels that come with the program."""
    return (resources.files("aggregator.quality") / "labels.csv").read_text(encoding="utf-8")


def read_labels(text: str, file: str = "labels.csv") -> tuple[Label, ...]:
    """The labels of a file with a heading line, in its order.

    Columns are those of write_labels, each of which may be absent; `label` may stand for verdict
    and `id` for corpus_id, then with the source as corpus. Raises ConfigError with the line.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_heading(rows.fieldnames or (), file)
        return tuple(_label(row, file, rows.line_num) for row in rows)
    except csv.Error as fault:
        problem = f"this is no table of comma-separated values ({fault})"
        raise ConfigError(problem, file=file, line=rows.reader.line_num) from None


def _check_heading(names: Iterable[str], file: str) -> None:
    have = set(names)
    if not have & {"verdict", "label"}:
        raise ConfigError("the heading needs a column “verdict”", file=file, line=1)
    if not have & {"id", "corpus_id", "notice_id", "ocid", "reference"}:
        raise ConfigError("the heading needs a column “notice_id” or “id”", file=file, line=1)


def _label(row: Mapping[str | None, str | None], file: str, line: int) -> Label:
    cells = {name: _plain(text) for name, text in row.items() if name and text and text.strip()}
    verdict = cells.get("verdict") or cells.get("label") or ""
    if verdict not in VERDICTS:
        problem = f"{verdict!r} is no verdict; one of: {', '.join(VERDICTS)}"
        raise ConfigError(problem, file=file, line=line, field="verdict")
    names = {name: cells.get(name) for name in NAMES}
    if "id" in cells:
        names |= {"corpus": cells.get("source"), "corpus_id": cells["id"], "source": None}
    if not any(text for name, text in names.items() if name not in {"corpus", "source"}):
        raise ConfigError("the line names no notice", file=file, line=line, field="notice_id")
    return Label(
        verdict=verdict,
        types=tuple(cells.get("types", "").split()),
        sure=cells.get("sure", "1") != "0",
        published=cells.get("published"),
        by=cells.get("by"),
        address=cells.get("address"),
        **names,
    )


def write_labels(labels: Iterable[Label]) -> str:
    """The labels as a file. Of the further columns those are left out that no label fills."""
    rows = [dict(_cells(label)) for label in labels]
    columns = [name for name in COLUMNS if name in ALWAYS or any(row[name] for row in rows)]
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def _cells(label: Label) -> Iterator[tuple[str, str]]:
    for name in COLUMNS:
        value = getattr(label, name)
        if name == "sure":
            yield name, "1" if value else "0"
        else:
            yield name, _safe(" ".join(value) if isinstance(value, tuple) else value or "")


def _safe(text: str) -> str:
    text = text.replace("\r", " ")
    return f"'{text}" if text.startswith(COMMANDS) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(COMMANDS) else text
