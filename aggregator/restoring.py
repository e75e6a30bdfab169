"""From a backup to a home that works and mails nobody until a person says so."""

import os
import shutil
from collections.abc import Container
from datetime import datetime
from pathlib import Path

from aggregator import backups
from aggregator.errors import BackupFault
from aggregator.model import HoldKind, MailHold
from aggregator.store import Store

INTERRUPTED = "restoring"
"""A file that stands in the home while files are being moved; nothing opens the store meanwhile."""

STAYS = frozenset({INTERRUPTED, "backups", "sent.jsonl", "stopped.json", "instance"})
"""What belongs to the place and not to the state that is replaced."""


def restore(backup: Path, home: Path, *, replace: bool, now: datetime) -> int:
    """Put a backup into a home, with all mail held; says how many messages were on their way.

    Everything is copied and checked beside the old state first. `replace` moves an old state into
    the folder `replaced-…` of the home. The caller keeps every other process out.
    Raises BackupFault; then the old state is as it was.
    """
    manifest = backups.manifest_of(backup)
    if is_used(home) and not replace:
        raise BackupFault(
            f"{home} holds an instance already. Name another folder with --home, or add --replace: "
            "then what is there is moved aside, not deleted."
        )
    backups.check_files(backup, manifest)
    draft = home / f".restoring-{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        for left in home.glob(".restoring-*"):
            shutil.rmtree(left)
        draft.mkdir(mode=backups.OWNER_ONLY_FOLDER)
        for name in manifest.files:
            backups.copy(backup / name, draft / name)
        backups.check_database(draft / backups.DATABASE, manifest)
        held = hold(draft / backups.DATABASE, backup, manifest.made_at, now)
        exchange(draft, home, now, stays={path for path in home.iterdir() if holds(path, backup)})
    except OSError as fault:
        shutil.rmtree(draft, ignore_errors=True)
        raise BackupFault(f"{home} cannot be restored: {fault.strerror or fault}.") from fault
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return held


def is_used(home: Path) -> bool:
    """Whether there is anything in a home that a restore would replace."""
    return home.is_dir() and any(stands_for_state(path) for path in home.iterdir())


def stands_for_state(path: Path) -> bool:
    """Whether a file or folder of a home is part of the state that is moved aside."""
    own = path.name in STAYS or path.suffix == ".lock" or path.name == "outbox"
    return not own and not path.name.startswith((".", "replaced-"))


def hold(database: Path, backup: Path, made_at: datetime, now: datetime) -> int:
    """Hold all mail of a restored database, and bind it to no place yet."""
    with Store.open(database) as store:
        store.set_binding(None)
        words = f"restored on {now:%-d %B %Y at %H:%M} UTC from {backup.name}"
        return store.hold_mail(
            MailHold(kind=HoldKind.RESTORED, since=now, because=words, known_until=made_at)
        )


def holds(folder: Path, backup: Path) -> bool:
    """Whether a folder of the home is where backups are kept, whatever its name."""
    return folder.resolve() in backup.resolve().parents


def exchange(draft: Path, home: Path, now: datetime, *, stays: Container[Path]) -> None:
    """Move the old state aside and the new one in; the database last.

    Within the home, so that it may be a mounted volume. A crash in between leaves the mark of an
    interrupted restore; doing it again then finds a used home and needs --replace.
    """
    mark = home / INTERRUPTED
    mark.touch(mode=backups.OWNER_ONLY)
    backups.sync(home)
    old = [path for path in home.iterdir() if stands_for_state(path) and path not in stays]
    if old:
        aside = home / f"replaced-{now:%Y-%m-%dT%H%M%SZ}"
        aside.mkdir(mode=backups.OWNER_ONLY_FOLDER, exist_ok=True)
        for path in old:
            path.rename(aside / path.name)
        backups.sync(aside)
    for path in sorted(draft.iterdir(), key=lambda path: path.name == backups.DATABASE):
        path.rename(home / path.name)
    draft.rmdir()
    backups.sync(home)
    mark.unlink()
    backups.sync(home)
