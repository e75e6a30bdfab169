"""Files and folders of the host's own, read as if a portal had served them.

Nothing here is moved or changed before what was read is stored: see `put_away`.
"""

import asyncio
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from aggregator.errors import FetchError, TooLarge
from aggregator.model import RawPayload, Request, Validators
from aggregator.ports import Clock

LARGEST = 10 * 2**20
READ_MAIL = "read_mail"
"""The reader of a request for one mail of a folder."""

DONE = "done"
BOX = ("new", "cur")
"""The folders of a Maildir, into which mail tools deliver; its file names have no ending."""

SETTLING = 1.0
"""Seconds in which a file must not change, so that none is read half written."""

DATE = re.compile(rb"^date:[ \t]*([ -~]{1,80})\r?$", re.IGNORECASE | re.MULTILINE)
HEADERS = 20_000
"""Bytes in which the date of a mail is looked for."""

NOT_A_MAIL = "is no .eml file; save the mail as .eml, or take the file out of the folder"


class LocalFiles:
    """Answers for sources that are files or folders. places: source id -> where it is."""

    def __init__(self, places: Mapping[str, Path], clock: Clock) -> None:
        self._places, self._clock = places, clock
        self._mails: dict[str, Path] = {}

    def __contains__(self, source_id: str) -> bool:
        return source_id in self._places

    async def fetch(self, request: Request, validators: Validators | None) -> RawPayload:
        """The bytes of a file, the listing of a folder, or one mail of it.

        status 304 where they are those of `validators`. Raises FetchError, TooLarge.
        """
        body = await asyncio.to_thread(self._read, request)
        etag, now = _mark(body), self._clock.now()
        same = validators is not None and validators.etag == etag
        return RawPayload(
            request=request,
            status=304 if same else 200,
            headers={"etag": etag, "date": format_datetime(now)},
            body=b"" if same else body,
            retrieved_at=now,
        )

    def _read(self, request: Request) -> bytes:
        place = self._places[request.source_id]
        if request.reader == READ_MAIL:
            return self._mail(place, request.url.rpartition("/")[2].removesuffix(".eml"))
        return listing(place, self._mails) if place.is_dir() else _bytes(place)

    def _mail(self, folder: Path, sha256: str) -> bytes:
        path = self._mails.get(sha256)
        body = _bytes(path) if path else b""
        if path is None or _mark(body) != sha256:
            raise FetchError(f"the mail {sha256[:12]}… in {folder} was changed or taken away")
        return body


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise FetchError(
            f"there is no file or folder {path}; make it, or switch its entry off in sources.yaml"
        ) from None
    except OSError as fault:
        raise FetchError(f"{path} cannot be read: {fault.strerror}") from None
    if len(body) > LARGEST:
        raise TooLarge(f"{path} is larger than {LARGEST // 2**20} MB")
    return body


def _mark(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def listing(folder: Path, known: dict[str, Path]) -> bytes:
    """The files of a folder as JSON, mails in the order they were sent: name, and sha256 or the
    problem with it.

    known: gets the path of every mail by its sha256. What is being written is left for later.
    """
    others: list[dict[str, str]] = []
    found: list[tuple[float, dict[str, str]]] = []
    for path in _settled(list(_files(folder))):
        name = str(path.relative_to(folder)).encode("utf-8", "replace").decode()
        if not _is_mail(folder, path):
            others.append({"name": name, "problem": f"{name} {NOT_A_MAIL}"})
            continue
        try:
            body = _bytes(path)
        except FetchError as fault:
            others.append({"name": name, "problem": str(fault)})
            continue
        mark = _mark(body)
        known[mark] = path
        found.append((_sent(body), {"name": name, "sha256": mark}))
    found.sort(key=lambda pair: pair[0])
    return json.dumps([*(one for _, one in found), *others], ensure_ascii=False).encode()


def _sent(body: bytes) -> float:
    """When a mail says that it was sent, so that the later one of two counts; else nought."""
    dated = DATE.search(body[:HEADERS])
    try:
        return parsedate_to_datetime(dated[1].decode("ascii")).timestamp() if dated else 0.0
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return 0.0


def _settled(paths: list[Path]) -> list[Path]:
    """Those that nobody is writing; waits where one is very young."""
    before = {path: _state(path) for path in paths}
    now = time.time()
    if any(state and 0 <= now - state[0] < SETTLING for state in before.values()):
        time.sleep(SETTLING)
    return [path for path in paths if before[path] and before[path] == _state(path)]


def _state(path: Path) -> tuple[float, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime, found.st_size


def mails(folder: Path) -> Iterator[Path]:
    """The mails of a folder that can be read, in the order of their names."""
    for path in _files(folder):
        state = _state(path)
        if _is_mail(folder, path) and state and state[1] <= LARGEST:
            yield path


def _files(folder: Path) -> Iterator[Path]:
    try:
        for place in (folder, *(folder / name for name in BOX)):
            if place.is_dir():
                yield from sorted(
                    path
                    for path in place.iterdir()
                    if path.is_file() and not path.is_symlink() and path.name[0] not in ".~"
                )
    except OSError as fault:
        raise FetchError(f"{folder} cannot be read: {fault.strerror}") from None


def _is_mail(folder: Path, path: Path) -> bool:
    return path.parent != folder or path.suffix.lower() == ".eml"


def put_away(folder: Path, is_read: Callable[[str], bool]) -> int:
    """Move mails that are stored into the folder `done` beside them; says how many.

    is_read: whether a mail with this sha256 is in the store. A mail of the same name that is there
    already keeps its place. What cannot be moved stays, and is passed over by its hash.
    """
    moved = 0
    for path in mails(folder) if folder.is_dir() else ():
        try:
            mark = _mark(_bytes(path))
            if not is_read(mark):
                continue
            done = folder / DONE
            done.mkdir(exist_ok=True)
            target = done / path.name
            if target.exists():
                target = done / f"{path.stem[:80]}-{mark[:12]}{path.suffix}"
            os.replace(path, target)
            moved += 1
        except (OSError, FetchError):
            continue
    return moved
