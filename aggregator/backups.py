"""Backups: dated folders that hold all an instance needs, proven whole before they count as made.

    backups/2026-11-22T023000Z/
        fairnotice.db  fairnotice.yaml  sources.yaml  secret  …  manifest.json

A folder gets its name only when everything in it was written to the disk, read again and checked,
so what bears a name is good, and no good backup is ever overwritten. The key that signs links
(`secret`) is in it, so keep backups as safe as the instance itself. Mails that were sent are not:
whether they were told stands in the database.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from aggregator import __version__, retention
from aggregator.errors import BackupFault, StoreError
from aggregator.store.copying import copy_database, verified

DATABASE = "fairnotice.db"
MANIFEST = "manifest.json"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
NAMED = "%Y-%m-%dT%H%M%SZ"
OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700
UNFINISHED = ".unfinished-"
CHUNK = 2**20


@dataclass(frozen=True, kw_only=True)
class FileProof:
    """Size in bytes and SHA-256 of a file."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is in a backup: files by name, rows by table, schema steps."""

    made_at: datetime
    version: str
    files: dict[str, FileProof]
    rows: dict[str, int]
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One dated folder."""

    folder: Path
    made_at: datetime


def all_in(folder: Path) -> tuple[Backup, ...]:
    """The backups in a folder by their names, newest first; none where there is no folder."""
    try:
        names = [entry.name for entry in folder.iterdir() if NAME.fullmatch(entry.name)]
    except OSError:
        return ()
    found = [(moment, name) for name in names if (moment := moment_of(name)) is not None]
    return tuple(
        Backup(folder=folder / name, made_at=moment) for moment, name in sorted(found, reverse=True)
    )


def newest(folder: Path) -> Backup | None:
    """The latest backup in a folder, None where there is none."""
    return next(iter(all_in(folder)), None)


def moment_of(name: str) -> datetime | None:
    """The time a folder's name states."""
    try:
        return datetime.strptime(name, NAMED).replace(tzinfo=UTC)
    except ValueError:
        return None


def make(
    database: Path, *, files: Mapping[str, Path], folder: Path, now: datetime
) -> tuple[Backup, Manifest]:
    """Copy, check, write to the disk, and only then give it its name.

    files: name in the backup -> file of the instance. Others may go on writing to the database.
    Raises BackupFault, StoreError; StoreDamaged where the database itself is not sound.
    """
    name = now.astimezone(UTC).strftime(NAMED)
    if (folder / name).exists():
        raise BackupFault(f"There is a backup of this second already: {folder / name}.")
    draft = folder / f"{UNFINISHED}{name}-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        sync(folder.parent)
        clear_unfinished(folder)
        draft.mkdir(mode=OWNER_ONLY_FOLDER)
        manifest = fill(draft, database, files, now)
        draft.rename(folder / name)
        sync(folder)
    except OSError as fault:
        shutil.rmtree(draft, ignore_errors=True)
        raise BackupFault(
            f"No backup was made in {folder}: {fault.strerror or fault}. Those that are there are "
            "untouched. Make room, or name another folder: fairnotice backup DIR"
        ) from fault
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Backup(folder=folder / name, made_at=moment_of(name) or now), manifest


def fill(draft: Path, database: Path, files: Mapping[str, Path], now: datetime) -> Manifest:
    """Everything into the unfinished folder; the manifest last."""
    copy_database(database, draft / DATABASE)
    content = verified(draft / DATABASE)
    for name, path in files.items():
        copy(path, draft / name)
    manifest = Manifest(
        made_at=now,
        version=__version__,
        files={name: proof(draft / name) for name in (DATABASE, *sorted(files))},
        rows=content.rows,
        steps=content.steps,
    )
    write(draft / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    for name in manifest.files:
        sync(draft / name)
    sync(draft)
    return manifest


def manifest_of(backup: Path) -> Manifest:
    """What a backup says is in it. Raises BackupFault."""
    try:
        return msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupFault(
            f"{backup} is no backup: it has no {MANIFEST}. A backup is a folder whose name is a "
            "date and time, such as backups/2026-11-22T023000Z."
        ) from None
    except (OSError, msgspec.DecodeError) as fault:
        raise BackupFault(f"{backup / MANIFEST} cannot be read: {fault}. {ANOTHER}") from fault


ANOTHER = "Take another backup."


def check_files(backup: Path, manifest: Manifest) -> None:
    """Raises BackupFault where a file is missing or is not the one that was backed up."""
    if DATABASE not in manifest.files:
        raise BackupFault(f"{backup} holds no database. {ANOTHER}")
    for name, expected in manifest.files.items():
        if Path(name).name != name:
            raise BackupFault(f"{backup / MANIFEST} names a file elsewhere: {name!r}. {ANOTHER}")
        try:
            found = proof(backup / name)
        except OSError as fault:
            raise BackupFault(f"{backup / name}: {fault.strerror}. {ANOTHER}") from fault
        if found != expected:
            raise BackupFault(f"{backup / name} is not as it was backed up. {ANOTHER}")


def check_database(database: Path, manifest: Manifest) -> None:
    """Check a restored database through. Raises BackupFault."""
    try:
        content = verified(database)
    except StoreError as fault:
        raise BackupFault(f"The backup's database is not sound: {fault}") from fault
    if (content.rows, content.steps) != (manifest.rows, manifest.steps):
        raise BackupFault(f"The backup's database holds other rows than it should. {ANOTHER}")


def prune(folder: Path) -> tuple[Backup, ...]:
    """Remove the backups that the rule does not keep, the oldest first; gives those removed.

    Only ever after a new one was made.
    """
    found = all_in(folder)
    kept = retention.kept(backup.made_at for backup in found)
    gone = [backup for backup in reversed(found) if backup.made_at not in kept]
    for backup in gone:
        leaving = backup.folder.with_name(f"{UNFINISHED}{backup.folder.name}")
        try:
            backup.folder.rename(leaving)  # at once no backup any more, whatever happens next
            shutil.rmtree(leaving)
        except OSError as fault:
            raise BackupFault(f"{backup.folder} cannot be removed: {fault.strerror}.") from fault
    return tuple(gone)


def clear_unfinished(folder: Path) -> None:
    """Remove what a crash left; the caller keeps others from making backups here meanwhile."""
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def copy(source: Path, target: Path) -> None:
    """A file's content, readable by its owner only."""
    write(target, source.read_bytes())


def write(path: Path, content: bytes) -> None:
    """A new file, readable by its owner only, on the disk itself."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def proof(path: Path) -> FileProof:
    """Size and hash of a file."""
    hashing, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            hashing.update(chunk)
            size += len(chunk)
    return FileProof(size=size, sha256=hashing.hexdigest())


def sync(path: Path) -> None:
    """Write a file or folder to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def belongings(home: Path) -> Iterable[Path]:
    """The files of a home that a person wrote or that cannot be made again, but the database."""
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        if path.is_file() and (path.name in KEPT_NAMES or path.suffix.lower() in KEPT_KINDS):
            yield path


KEPT_NAMES = frozenset({"secret"})
KEPT_KINDS = frozenset({".yaml", ".yml", ".csv", ".png", ".jpg", ".jpeg"})
