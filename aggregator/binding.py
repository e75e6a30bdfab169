"""A copy of live data never mails: the database knows the one place where it may send.

The marks of a place are chosen so that they survive what is ordinary (a reboot, a new container on
the same volume, a folder that is moved or mounted elsewhere) and do not survive copying:

- a nonce in the file `instance` of the home, renewed before anything is sent: a database that was
  put back by hand does not know the latest one, so it is older than what was told;
- the time at which the kernel last changed that file's entry (ctime), which no copying tool can
  set, or else the inode numbers of home, database and file, which chmod or chown leave alone;
- the machine's own id, where it has one that lasts: a container's may differ at every start, so
  there it says nothing.

What this cannot see is a whole disk copied block by block whose machine kept its id, or in a
container. README says so; `fairnotice restore` is the safe way.
"""

import os
import secrets
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from aggregator.errors import MailHeld
from aggregator.model import Binding, HoldKind
from aggregator.store import Store

FILE = "instance"
OWNER_ONLY = 0o600
MACHINE_ID = Path("/etc/machine-id")
CONTAINER_SIGNS = (Path("/.dockerenv"), Path("/run/.containerenv"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The marks as they are now; nonce is None where the file is not there or cannot be read."""

    nonce: str | None
    changed_ns: int
    numbers: tuple[int, ...]
    machine: str | None


def differs(bound: Binding, seen: Seen) -> HoldKind | None:
    """What the place says against being the one the database is bound to."""
    if seen.nonce is None:
        return HoldKind.COPY
    if seen.nonce not in {bound.nonce, bound.pending}:
        return HoldKind.OLDER
    if bound.machine and seen.machine and bound.machine != seen.machine:
        return HoldKind.COPY
    if bound.pending == seen.nonce:
        return None  # a crash between renewing the file and noting its marks
    same_entry = bound.changed_ns == seen.changed_ns
    return None if same_entry or bound.numbers == seen.numbers else HoldKind.COPY


def suspicion(home: Path, database: Path, store: Store) -> HoldKind | None:
    """Why this database should not mail from here, None where all is as it was."""
    bound, seen = store.binding(), look(home, database)
    if bound is not None:
        return differs(bound, seen)
    # Bound nowhere: new, or of a version before this one. With a mark beside it, it is older than
    # that, unless it is quite empty.
    return HoldKind.OLDER if seen.nonce is not None and store.subscribers() else None


def bind(home: Path, database: Path, store: Store) -> None:
    """Make this the place, or renew its mark. Raises MailHeld where the mark cannot be written.

    The database learns of the coming nonce first and of the file's marks last, so that a crash at
    any point leaves a pair that fits.
    """
    nonce, present = secrets.token_hex(16), look(home, database)
    store.set_binding(replace(marks(present, present.nonce or nonce), pending=nonce))
    try:
        write_mark(home / FILE, nonce)
    except OSError as fault:
        raise MailHeld(
            f"{home / FILE} cannot be written: {fault.strerror}. Nothing is sent before it can; "
            "make room, or give the service a folder it may write to."
        ) from None
    store.set_binding(marks(look(home, database), nonce))


def marks(seen: Seen, nonce: str) -> Binding:
    """What is seen now, as what is to be seen from now on."""
    return Binding(
        nonce=nonce, changed_ns=seen.changed_ns, numbers=seen.numbers, machine=seen.machine
    )


def look(home: Path, database: Path) -> Seen:
    """The marks of a place as they are now.

    Raises MailHeld where they cannot be read just now, which says nothing about the place.
    """
    mark = home / FILE
    try:
        nonce = mark.read_text(encoding="ascii", errors="replace").strip() or None
        state = mark.stat()
        numbers = (home.stat().st_ino, database.stat().st_ino, state.st_ino)
    except OSError as fault:
        if not isinstance(fault, FileNotFoundError):
            raise MailHeld(
                f"{mark} cannot be read: {fault.strerror}. Nothing is sent before it can; check "
                "the disk and who owns the folder."
            ) from None
        return Seen(nonce=None, changed_ns=0, numbers=(), machine=machine())
    return Seen(nonce=nonce, changed_ns=state.st_ctime_ns, numbers=numbers, machine=machine())


def machine() -> str | None:
    """A hash of the machine's id; None in a container, where it need not last."""
    if "container" in os.environ or any(sign.exists() for sign in CONTAINER_SIGNS):
        return None
    try:
        name = MACHINE_ID.read_bytes().strip()
    except OSError:
        return None
    return blake2b(name, digest_size=12, person=b"fair-notice").hexdigest() if name else None


def write_mark(path: Path, nonce: str) -> None:
    """Write the nonce whole or not at all, so that it outlasts a power cut. Raises OSError."""
    draft = path.with_name(f".{path.name}.unfinished")
    handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{nonce}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
