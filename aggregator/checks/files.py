"""Folder, key and disk: who may read them, whether we may write."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from aggregator import config
from aggregator.checks.result import Result, doubtful, fine, refused
from aggregator.checks.written import is_placeholder
from aggregator.config import secret
from aggregator.config.host import FILE
from aggregator.errors import ConfigError

LEAST_FREE = 500 * 2**20
TOO_LITTLE = 20 * 2**20
MISNAMED = ("fairnotice.yml", "fair-notice.yaml", "fair-notice.yml", "fairnotice.yaml.txt",
            "fairnotice.json", "FairNotice.yaml", "settings.yaml", "config.yaml")  # fmt: skip
NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs"})
MOUNTS = Path("/proc/self/mounts")
FEW_LETTERS = 8
"""A key of 32 characters with fewer different ones was typed, not drawn."""


def of_home(home: Path) -> Iterator[Result]:
    """The folder of the data. Nothing is made here, and where it is missing nothing is said."""
    yield from misnamed(home)
    if not home.is_dir():
        return
    yield room(home)
    yield from permissions(home)
    if (kind := file_system(home)) in NETWORKED:
        yield refused(
            "home",
            f"{home} is on another machine ({kind}); there SQLite cannot tell who else writes, "
            "and the database is damaged sooner or later",
            "keep the folder on a disk of this machine, and copy backups to the other one",
            where=str(home),
        )


def misnamed(home: Path) -> Iterator[Result]:
    """Settings under a name that nobody reads."""
    if (home / FILE).exists():
        return
    for name in MISNAMED:
        if (home / name).is_file():
            yield refused(
                "config",
                f"{name} is not read, because the settings are to stand in {FILE}",
                f"rename it: mv {home / name} {home / FILE}",
                where=str(home / name),
            )


def room(home: Path) -> Result:
    """Whether there is room, and whether we may write."""
    free = shutil.disk_usage(home).free
    words = f"{free // 2**20:,} MB free in {home}"
    database = home / "fairnotice.db"
    for path, kind in ((home, "folder"), (database, "database")):
        if path.exists() and not os.access(path, os.W_OK):
            remedy = f"give the {kind} to the user the service runs as: chown -R USER {home}"
            return refused("disk", f"{path} cannot be written", remedy, where=str(path))
    if free < TOO_LITTLE:
        remedy = "make room first: a full disk stops everything"
        return refused("disk", words, remedy, where=str(home))
    if free < LEAST_FREE:
        return doubtful("disk", words, "make room, or move the folder to a larger disk")
    return fine("disk", words)


def permissions(home: Path) -> Iterator[Result]:
    """Who else on this machine may read addresses or change what we do."""
    if os.name != "posix":  # elsewhere these bits say nothing
        return
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & stat.S_IWOTH:
        yield refused(
            "home",
            f"anybody on this machine may change what is in {home}",
            f"chmod 700 {home}",
            where=str(home),
        )
    for path in (home / "fairnotice.db", home / "fairnotice.db-wal"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH:
            yield refused(
                "home",
                f"anybody on this machine may read {path}, which holds readers' addresses",
                f"chmod 600 {path}",
                where=str(path),
            )
    settings = home / FILE
    if settings.exists() and stat.S_IMODE(settings.stat().st_mode) & stat.S_IWOTH:
        yield refused(
            "config",
            f"anybody on this machine may change {settings}",
            f"chmod 600 {settings}",
            where=str(settings),
        )


def of_secret(home: Path, environment: Mapping[str, str]) -> Iterator[Result]:
    """The key that signs the links in mails. Where there is none yet, one will be made."""
    path, named = home / secret.FILE, bool(environment.get(secret.VARIABLE, "").strip())
    where = f"the variable {secret.VARIABLE}" if named else str(path)
    if not named and not path.exists():
        yield fine("secret", "the key that signs links is made at first need")
        return
    try:
        keys = config.load_secrets(home, environment)
    except ConfigError as fault:
        yield refused("secret", fault.problem, NEW_KEY, where=where)
        return
    if any(is_placeholder(key) or len(set(key)) < FEW_LETTERS for key in keys):
        yield refused(
            "secret",
            "the key that signs links can be guessed, so anybody could stop or change what "
            "readers get",
            NEW_KEY,
            where=where,
        )
    mode = 0 if named else stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield refused(
            "secret",
            f"others on this machine may read {path}, which signs the links in mails",
            f"chmod 600 {path}; if others have used this machine, also put a new key on the line "
            "above the old one",
            where=where,
        )
    if named and path.exists() and tuple(path.read_text(errors="replace").split()) != keys:
        yield doubtful(
            "secret",
            f"the variable {secret.VARIABLE} and {path} hold different keys; the variable counts",
            "keep one of them; links signed with the other one do not work",
            where=where,
        )


NEW_KEY = (
    "take the variable out and let the service make a key, or make one: openssl rand -base64 32"
)


def file_system(path: Path) -> str | None:
    """The kind of file system a folder is on, None where that cannot be told."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
        resolved = path.resolve()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for _, point, kind, *_rest in (line.split() for line in lines if line.count(" ") > 1):
        mount = Path(point.replace("\\040", " "))
        if resolved.is_relative_to(mount) and (found is None or len(mount.parts) >= found[0]):
            found = (len(mount.parts), kind)
    return found[1] if found else None
