"""Proof by bytes: in which files an address still lies, whatever program wrote them.

Reads every byte of every file, opens what is compressed, and asks the database for every value too,
because SQLite may part a long text between two pages.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aggregator.privacy import Spelling, places, spellings
from aggregator.store import Store

CHUNK = 4 * 2**20
OVERLAP = 4096
"""Bytes that two looks at a file share, more than any spelling takes."""

LARGEST = 2**36
"""Bytes of one file, or of what is packed in it: no file of ours comes near it, a bomb does."""


class Readable(Protocol):
    """Gives its bytes piece by piece: a file, or what is packed in one."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, none at the end."""
        ...


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A place where an address was found. where: a file, or table.column; how: the spelling."""

    where: str
    how: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search read and found. unreadable: files it could not look into, with the reason."""

    traces: tuple[Trace, ...]
    files: int
    bytes: int
    unreadable: tuple[str, ...] = ()


def search(address: str, folders: Iterable[Path], *, store: Store | None = None) -> Search:
    """Look for an address in all files of the folders (or in files), and in the database."""
    looked_for = spellings(address)
    traces: list[Trace] = []
    unreadable: list[str] = []
    files = size = 0
    for path in all_files(folders):
        try:
            how, read = in_file(path, looked_for)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as fault:
            unreadable.append(f"{path}: {fault}")
            continue
        files, size = files + 1, size + read
        if how:
            traces.append(Trace(where=str(path), how=how))
    if store is not None:
        traces += in_store(store, looked_for)
    return Search(traces=tuple(traces), files=files, bytes=size, unreadable=tuple(unreadable))


def holds(path: Path, address: str) -> bool:
    """Whether a file holds an address as it was typed, capital letters or not; quick."""
    needle, before = address.strip().lower().encode(), b""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            if needle in (before + piece).lower():
                return True
            before = piece[-OVERLAP:]
    return False


def all_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file, once, in order; what a link leads to is not followed out of the folder."""
    seen = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and not path.is_symlink() and path not in seen:
                seen.add(path)
                yield path


def in_file(path: Path, looked_for: tuple[Spelling, ...]) -> tuple[tuple[str, ...], int]:
    """The spellings in a file, or in what is packed in it; how many bytes were read."""
    with path.open("rb") as plain:
        found, size = in_stream(plain, looked_for)
    name = places(path.name.encode(errors="replace"), looked_for)
    found = dict.fromkeys((*found, *(f"{how}, in its name" for how in name)))
    if path.suffix == ".gz":
        with gzip.open(path) as unpacked:
            inner, more = in_stream(unpacked, looked_for)
        found, size = dict.fromkeys((*found, *inner)), size + more
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            for one in packed.namelist():
                with packed.open(one) as unpacked:
                    inner, more = in_stream(unpacked, looked_for)
                found, size = dict.fromkeys((*found, *inner)), size + more
    return tuple(found), size


def in_stream(stream: Readable, looked_for: tuple[Spelling, ...]) -> tuple[dict[str, None], int]:
    """The spellings in a stream, piece by piece."""
    found: dict[str, None] = {}
    size, before = 0, b""
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > LARGEST:
            raise OSError("it holds more than can be searched")
        found |= dict.fromkeys(places(before + piece, looked_for))
        before = (before + piece)[-OVERLAP:]
    return found, size


def in_store(store: Store, looked_for: tuple[Spelling, ...]) -> list[Trace]:
    """The columns of the database with the address in a value, also in kept answers of portals."""
    found: dict[str, dict[str, None]] = {}
    for where, value in store.every_value():
        if how := places(value, looked_for):
            found.setdefault(where, {}).update(dict.fromkeys(how))
    return [Trace(where=where, how=tuple(how)) for where, how in found.items()]


def is_old(path: Path, before: datetime) -> bool:
    """Whether a file was last written before then."""
    return path.stat().st_mtime < before.timestamp()
