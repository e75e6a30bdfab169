"""Everything held on a person, as a file they can read and a file they can move."""

import io
import json

from defusedcsv import csv

from aggregator.model import Held


def as_json(held: Held) -> str:
    """Table by table, as JSON; texts that are JSON themselves are opened up."""
    tables = {
        name: [{column: opened(value) for column, value in row.items()} for row in rows]
        for name, rows in held.tables
    }
    return json.dumps(tables, ensure_ascii=False, indent=2)


def as_csv(held: Held) -> str:
    """One line per value: table, number of the row, column, value; safe to open as a sheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["table", "row", "column", "value"])
    for name, rows in held.tables:
        for number, row in enumerate(rows, start=1):
            for column, value in row.items():
                shown = "" if value is None else str(value).replace("\0", "")
                writer.writerow([name, number, column, shown])
    return text.getvalue()


def opened(value: object) -> object:
    """The value behind a JSON text, else the value itself."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
