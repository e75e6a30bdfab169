"""The data map: what is kept about people, as read from data_map.yaml."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from ruamel.yaml import YAML

Columns = Mapping[str, tuple[str, ...] | Literal["all"]]
"""Table -> its columns, or "all" that no other entry names."""


class _Checked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that is missing or unknown is an error of the file."""


class Kind(_Checked, frozen=True, kw_only=True):
    """One kind of personal data. basis: a key of `bases`; kept: words with {names} of `days`.

    is_public: it was published before it came to us.
    """

    id: str
    what: str
    whose: str
    purpose: str
    basis: str
    kept: str
    erased: str
    columns: Columns
    is_public: bool = False


class NotPersonal(_Checked, frozen=True, kw_only=True):
    """Columns that say nothing about a person, and why."""

    because: str
    columns: Columns


class Sweep(_Checked, frozen=True, kw_only=True):
    """Rows of a table that go when the moment in column `at` is older than a key of `days`."""

    table: str
    at: str
    days: str


class Named(_Checked, frozen=True, kw_only=True):
    """A column with names of moderators, hidden when the moment in column `at` is old enough."""

    table: str
    column: str
    at: str


class Elsewhere(_Checked, frozen=True, kw_only=True):
    """What is kept outside the database."""

    where: str
    what: str
    kept: str


class DataMap(_Checked, frozen=True, kw_only=True):
    """The whole map."""

    days: dict[str, int]
    bases: dict[str, str]
    kinds: tuple[Kind, ...]
    not_personal: tuple[NotPersonal, ...]
    sweeps: tuple[Sweep, ...]
    names: tuple[Named, ...]
    elsewhere: tuple[Elsewhere, ...]
    recipients: tuple[str, ...]

    def in_words(self, text: str) -> str:
        """A text with its periods as numbers. Raises KeyError for a period nobody named."""
        return text.format_map(self.days)

    def kind_of(self, table: str, column: str) -> Kind | NotPersonal | None:
        """The entry a column belongs to, the one that names it before one that says "all"."""
        whole: Kind | NotPersonal | None = None
        for entry in self.entries():
            named = entry.columns.get(table, ())
            if named == "all":
                whole = whole or entry
            elif column in named:
                return entry
        return whole

    def entries(self) -> Iterator[Kind | NotPersonal]:
        """What is personal, and after it what is not."""
        yield from self.kinds
        yield from self.not_personal

    def tables_of_people(self) -> frozenset[str]:
        """Tables with at least one personal column."""
        return frozenset(table for kind in self.kinds for table in kind.columns)


def faults_of(found: DataMap, columns: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What is wrong between the map and the tables of a database. columns: table -> its columns."""
    for table, names in columns.items():
        for column in names:
            if found.kind_of(table, column) is None:
                yield (
                    f"{table}.{column} is not in aggregator/privacy/data_map.yaml: say what it is, "
                    "whose, and how long it is kept, or name it under not_personal"
                )
    seen: dict[tuple[str, str], str] = {}
    for entry in found.entries():
        label = entry.id if isinstance(entry, Kind) else entry.because
        for table, named in entry.columns.items():
            if table not in columns:
                yield f"{label}: there is no table {table}"
            for column in ("all",) if named == "all" else named:
                if column != "all" and column not in columns.get(table, ()):
                    yield f"{label}: there is no column {table}.{column}"
                if (first := seen.setdefault((table, column), label)) != label:
                    yield f"{table}.{column} is in two entries: {first}; {label}"
    used = [(one.table, one.at) for one in found.sweeps]
    for name in found.names:
        used += [(name.table, name.at), (name.table, name.column)]
    for table, column in used:
        if column not in columns.get(table, ()):
            yield f"sweeps and names: there is no column {table}.{column}"
    yield from _faults_inside(found)


def _faults_inside(found: DataMap) -> Iterator[str]:
    for kind in found.kinds:
        if kind.basis not in found.bases:
            yield f"{kind.id}: there is no basis {kind.basis!r}"
    for sweep in found.sweeps:
        if sweep.days not in found.days:
            yield f"sweep of {sweep.table}: there is no period {sweep.days!r}"
    for text in (*(kind.kept for kind in found.kinds), *(one.kept for one in found.elsewhere)):
        try:
            found.in_words(text)
        except (KeyError, ValueError) as fault:
            yield f"{text!r} names a period that is not there: {fault}"


@cache
def load() -> DataMap:
    """The map that comes with the program."""
    text = (resources.files("aggregator.privacy") / "data_map.yaml").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> DataMap:
    """A map from its text. Raises msgspec.ValidationError for one that is not whole."""
    return msgspec.convert(YAML(typ="safe").load(text), DataMap)
