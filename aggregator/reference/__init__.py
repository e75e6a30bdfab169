"""Packaged tables: codes and names that change once a year or less.

Compiled by tools/build_reference.py; ORIGIN.md in this folder names sources and licences. Every
table is read at its first use and then kept.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A region of the statistical office by its ITL code ("TLE42"), at any of four levels.

    now: for a code that is no longer in use, the ITL 2025 codes of the same land.
    """

    code: str
    name: str
    now: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Council:
    """A council or combined authority, present or former.

    kind: CTY county, UA unitary, MD metropolitan district, NMD non-metropolitan district, LBO
    London borough, CC City of London, SRA Greater London Authority, COMB combined authority, SCO
    Scottish, WPA Welsh, NID Northern Irish. regions: ITL codes of its land.
    """

    name: str
    short_name: str
    kind: str
    current: bool
    regions: tuple[str, ...]
    other_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CareBoard:
    """An integrated care board of the NHS in England, present or former."""

    name: str
    current: bool
    regions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """An NHS trust in England that runs mental-health services, present or former."""

    name: str
    kind: str
    current: bool
    aliases: tuple[str, ...]


@cache
def cpv_labels() -> Mapping[str, str]:
    """CPV 2008: eight-digit code to English label."""
    return MappingProxyType(dict(_rows("cpv")))


@cache
def regions() -> Mapping[str, Region]:
    """ITL 2025, ITL 2021 and NUTS 2018 by code in its "TL" form."""
    return MappingProxyType(
        {
            code: Region(code=code, name=name, now=tuple(now.split()))
            for code, name, now in _rows("regions")
        }
    )


@cache
def councils() -> tuple[Council, ...]:
    """Every council and combined authority of the UK since about 2014."""
    return tuple(
        Council(
            name=name,
            short_name=short,
            kind=kind,
            current=current == "yes",
            regions=tuple(itl.split()),
            other_names=tuple(filter(None, others.split(";"))),
        )
        for name, short, kind, current, itl, others in _rows("councils")
    )


@cache
def care_boards() -> tuple[CareBoard, ...]:
    """Every integrated care board since 2022."""
    return tuple(
        CareBoard(name=name, current=current == "yes", regions=tuple(itl.split()))
        for name, current, itl in _rows("care_boards")
    )


@cache
def mental_health_trusts() -> tuple[Trust, ...]:
    """NHS trusts whose names must not make a notice look like mental-health work."""
    return tuple(
        Trust(
            name=name,
            kind=kind,
            current=current == "yes",
            aliases=tuple(filter(None, aliases.split(";"))),
        )
        for name, kind, current, aliases in _rows("mental_health_trusts")
    )


@cache
def buyer_kinds() -> tuple[tuple[str, str], ...]:
    """Kind of buyer and a pattern of lower-case names, in the order in which they are tried."""
    lines = files(__name__).joinpath("buyer_kinds.csv").read_text(encoding="utf-8").splitlines()
    return tuple((row["kind"], row["pattern"]) for row in csv.DictReader(lines))


@cache
def successions() -> tuple[tuple[str, str], ...]:
    """A former body and one that took over from it: commissioning groups, care boards, councils.

    Full names; a body may have several successors, and a successor may have ended since.
    """
    return tuple((old, new) for old, new in _rows("successions"))


@cache
def postcode_districts() -> Mapping[str, str]:
    """Postcode district of Great Britain ("B13") to the ITL code that holds most of it."""
    return MappingProxyType(dict(_rows("postcode_districts")))


@cache
def neighbours() -> Mapping[str, tuple[str, ...]]:
    """ITL3 code of Great Britain to the ITL3 codes that border on it."""
    return MappingProxyType({code: tuple(near.split()) for code, near in _rows("neighbours")})


def _rows(table: str) -> Iterator[list[str]]:
    """The rows of a packaged table, one list of columns each."""
    packed = files(__name__).joinpath(f"{table}.tsv.gz").read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        yield line.split("\t")
