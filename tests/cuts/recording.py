"""Runs the program under strace and reads what it did to the files of its home."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,mkdir,rmdir"
LINE = re.compile(r"^(\d+) +(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
LONGEST = 4_000_000


@dataclass(frozen=True)
class Data:
    file: int
    at: int
    content: bytes


@dataclass(frozen=True)
class Cut:
    file: int
    size: int


@dataclass(frozen=True)
class Synced:
    file: int


@dataclass(frozen=True)
class Named:
    """A name's change: `new` gets `file` (None for a folder), `old` goes."""

    folder: str
    new: str | None
    old: str | None
    file: int | None


@dataclass(frozen=True)
class FolderSynced:
    folder: str


@dataclass(frozen=True)
class Acknowledged:
    number: int


Step = Data | Cut | Synced | Named | FolderSynced | Acknowledged


def record(home: Path, trace: Path, *, cycles: int, synchronous: str) -> None:
    """Run the child under strace."""
    child = [sys.executable, "-m", "tests.cuts.child"]
    command = ["strace", "-f", "-y", "-xx", "-s", str(LONGEST), "-e", f"trace={CALLS}", "-o"]
    subprocess.run(
        [*command, str(trace), *child, "run", str(home), str(cycles), synchronous],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    """(name, arguments, result) in the order in which the calls ended."""
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            found = LINE.match(line.rstrip("\n"))
            assert found, line[:200]
            thread, words = found.groups()
            if words.endswith("<unfinished ...>"):
                begun[thread] = words.removesuffix("<unfinished ...>").rstrip()
                continue
            if resumed := RESUMED.match(words):
                words = begun.pop(thread) + resumed[1]
            if call := CALL.match(words):
                yield call[1], call[2], int(call[3])


def texts(arguments: str) -> list[bytes]:
    return [bytes.fromhex(text.replace("\\x", "")) for text in TEXT.findall(arguments)]


@dataclass
class Handle:
    file: int
    at: int
    appends: bool
    path: str


class Tracker:
    """Turns calls into steps on numbered files."""

    def __init__(self, home: Path, known: dict[str, int]) -> None:
        self.home = str(home)
        self.names: dict[str, int] = dict(known)
        self.sizes: dict[int, int] = {
            number: (home / name).stat().st_size for name, number in known.items()
        }
        self.handles: dict[int, Handle | str] = {}

    def inside(self, path: bytes) -> str | None:
        text = path.decode()
        if text == self.home:
            return ""
        return text.removeprefix(f"{self.home}/") if text.startswith(f"{self.home}/") else None

    def steps(self, trace: Path) -> Iterator[Step]:
        for name, arguments, result in calls(trace):
            if result >= 0:
                yield from getattr(self, name)(arguments, result)

    def openat(self, arguments: str, result: int) -> Iterator[Step]:
        path = self.inside(texts(arguments)[0])
        self.handles.pop(result, None)
        if path is None or path.endswith(("-shm", ".lock")):
            return
        creates = "O_CREAT" in arguments
        if path not in self.names and not creates:
            self.handles[result] = path  # a folder
            return
        if path not in self.names:
            number = len(self.sizes)
            self.names[path], self.sizes[number] = number, 0
            yield Named(parent(path), path, None, number)
        number = self.names[path]
        if "O_TRUNC" in arguments and self.sizes[number]:
            self.sizes[number] = 0
            yield Cut(number, 0)
        self.handles[result] = Handle(number, 0, "O_APPEND" in arguments, path)

    def pwrite64(self, arguments: str, result: int) -> Iterator[Step]:
        handle = self.handles.get(int(arguments.partition("<")[0]))
        if isinstance(handle, Handle):
            at = int(arguments.rpartition(",")[2])
            yield self.data(handle, at, texts(arguments)[0][:result])

    def write(self, arguments: str, result: int) -> Iterator[Step]:
        number = int(arguments.partition("<")[0])
        content = texts(arguments)[0]
        if number == 1 and content.startswith(b"ACK "):
            yield Acknowledged(int(content.split()[1]))
        handle = self.handles.get(number)
        if isinstance(handle, Handle):
            at = self.sizes[handle.file] if handle.appends else handle.at
            handle.at = at + result
            yield self.data(handle, at, content[:result])

    def data(self, handle: Handle, at: int, content: bytes) -> Data:
        self.sizes[handle.file] = max(self.sizes[handle.file], at + len(content))
        return Data(handle.file, at, content)

    def ftruncate(self, arguments: str, _: int) -> Iterator[Step]:
        handle = self.handles.get(int(arguments.partition("<")[0]))
        if isinstance(handle, Handle):
            size = int(arguments.rpartition(",")[2])
            self.sizes[handle.file] = size
            yield Cut(handle.file, size)

    def fsync(self, arguments: str, _: int) -> Iterator[Step]:
        handle = self.handles.get(int(arguments.partition("<")[0]))
        if isinstance(handle, Handle):
            yield Synced(handle.file)
        elif handle is not None:
            yield FolderSynced(handle)

    fdatasync = fsync

    def unlink(self, arguments: str, _: int) -> Iterator[Step]:
        path = self.inside(texts(arguments)[0])
        if path is not None and path in self.names:
            del self.names[path]
            yield Named(parent(path), None, path, None)

    def unlinkat(self, arguments: str, result: int) -> Iterator[Step]:
        assert self.home not in arguments, "a way of removing files that is not read here"
        yield from ()

    def mkdir(self, arguments: str, _: int) -> Iterator[Step]:
        path = self.inside(texts(arguments)[0])
        if path:
            yield Named(parent(path), path, None, None)

    rmdir = unlink

    def rename(self, arguments: str, _: int) -> Iterator[Step]:
        old, new = (self.inside(path) for path in texts(arguments))
        if old is None or new is None:
            return
        number = self.names.pop(old, None)
        if number is not None:
            self.names[new] = number
        for path in [path for path in self.names if path.startswith(f"{old}/")]:
            self.names[new + path.removeprefix(old)] = self.names.pop(path)
        yield Named(parent(new), new, old, number)


def parent(path: str) -> str:
    return path.rpartition("/")[0]
