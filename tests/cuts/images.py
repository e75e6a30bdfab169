"""The files as a power cut may leave them, and the judgement on them."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aggregator import backups, binding
from aggregator.deliver import SentJournal
from aggregator.errors import FairNoticeError, StoreError
from aggregator.store.connection import Connection
from aggregator.store.holding import BINDING
from tests.cuts.recording import (
    Acknowledged,
    Cut,
    Data,
    FolderSynced,
    Named,
    Step,
    Synced,
)

SECTOR = 512
Names = dict[str, int | None]


@dataclass
class Disk:
    """What is synced, and what is not yet, in order."""

    contents: dict[int, bytes]
    names: Names
    unsynced: dict[int, list[Data | Cut]] = field(default_factory=dict)
    renamings: list[Named] = field(default_factory=list)
    acknowledged: int = 0

    def take(self, step: Step) -> None:
        match step:
            case Data() | Cut():
                self.unsynced.setdefault(step.file, []).append(step)
            case Synced(file):
                self.contents[file] = applied(
                    self.contents.get(file, b""), self.unsynced.pop(file, [])
                )
            case Named():
                self.renamings.append(step)
            case FolderSynced(folder):
                lasting = [one for one in self.renamings if one.folder == folder]
                self.renamings = [one for one in self.renamings if one.folder != folder]
                for one in lasting:
                    renamed(self.names, one)
            case Acknowledged(number):
                self.acknowledged = number

    def image(self, rng: random.Random | None) -> dict[str, bytes | None]:
        """Files (None: folders) by path; with an rng, a random half of what is not synced too."""
        names = dict(self.names)
        if rng:
            for one in self.renamings[: rng.randint(0, len(self.renamings))]:
                renamed(names, one)
        found: dict[str, bytes | None] = {}
        for path, number in names.items():
            if not all(up in names for up in above(path)):
                continue  # its folder is not there
            if number is None:
                found[path] = None
                continue
            rest = self.unsynced.get(number, []) if rng else []
            chosen = [torn(step, rng) for step in rest if rng and rng.random() < 0.5]
            found[path] = applied(self.contents.get(number, b""), chosen)
        return found


def above(path: str) -> Iterator[str]:
    while (path := path.rpartition("/")[0]) != "":
        yield path


def torn(step: Data | Cut, rng: random.Random) -> Data | Cut:
    """Now and then only the first sectors of a write got there."""
    if isinstance(step, Data) and len(step.content) > SECTOR and rng.random() < 0.1:
        kept = rng.randrange(len(step.content) // SECTOR) * SECTOR
        return Data(step.file, step.at, step.content[:kept])
    return step


def applied(content: bytes, steps: Sequence[Data | Cut]) -> bytes:
    if not steps:
        return content
    changed = bytearray(content)
    for step in steps:
        size = step.size if isinstance(step, Cut) else step.at
        if len(changed) < size:
            changed += bytes(size - len(changed))
        if isinstance(step, Cut):
            del changed[step.size :]
        else:
            changed[step.at : step.at + len(step.content)] = step.content
    return bytes(changed)


def renamed(names: Names, one: Named) -> None:
    if one.old is not None:
        for path in [path for path in names if path.startswith(f"{one.old}/")]:
            number = names.pop(path)
            if one.new is not None:
                names[one.new + path.removeprefix(one.old)] = number
        names.pop(one.old, None)
    if one.new is not None:
        names[one.new] = one.file


@dataclass
class Figures:
    images: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, faults: Iterable[str]) -> None:
        self.images += 1
        for fault in faults:
            self.wrong[fault.partition(":")[0]] += 1
            self.examples = [*self.examples, fault][:10]


def lay_out(folder: Path, image: dict[str, bytes | None]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in image.items():
        target = folder / path
        if content is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def faults(folder: Path, acknowledged: int, mails: dict[str, bytes]) -> Iterator[str]:
    """Everything that is worse than what was promised."""
    try:
        connection = Connection(folder / "fairnotice.db")
        try:
            yield from of_database(connection, folder, acknowledged, mails)
        finally:
            connection.close()
    except StoreError as fault:
        yield f"corrupt: {fault}"
    for backup in backups.all_in(folder / "backups"):
        try:
            backups.check_files(backup.folder, backups.manifest_of(backup.folder))
        except FairNoticeError as fault:
            yield f"backup not whole: {fault}"


def of_database(
    connection: Connection, folder: Path, acknowledged: int, mails: dict[str, bytes]
) -> Iterator[str]:
    if (found := connection.rows("PRAGMA integrity_check")) != [("ok",)]:
        yield f"corrupt: {found[:2]}"
        return
    if lost := connection.rows("PRAGMA foreign_key_check"):
        yield f"corrupt: {lost[:2]}"
    number = connection.value("SELECT max(n) FROM acknowledged") or 0
    if number < acknowledged:
        yield f"acknowledged missing: {number} of {acknowledged} commits"
    there = {path.stem: path.read_bytes() for path in folder.glob("outbox/*.eml")}
    for name, content in there.items():
        if content != mails[name]:
            yield f"mail torn: {name}"
    for (name,) in connection.rows("SELECT id FROM messages WHERE state = 'sent'"):
        if name not in there:
            yield f"sent without its file: {name}"
    written = {entry.sent.message_id for entry in SentJournal(folder / "sent.jsonl").entries()}
    for name in there.keys() - written:
        yield f"mail not in the journal: {name}"
    if text := connection.value("SELECT body FROM binding"):
        bound = BINDING.value(text)
        seen = binding.look(folder, folder / "fairnotice.db").nonce
        if bound.pending is None and seen != bound.nonce:
            yield f"mark does not fit: {seen}"
        if bound.pending and seen not in {None, bound.nonce, bound.pending}:
            yield f"mark does not fit: {seen}"


def as_json(figures: Figures, **more: object) -> str:
    record = {**more, "images": figures.images, "wrong": dict(figures.wrong)}
    return json.dumps({**record, "examples": figures.examples[:3]})
