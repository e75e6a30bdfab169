"""The mails that came back, as the host's mail tools put them into a folder or a file."""

import mailbox
from collections.abc import Iterator
from email.errors import MessageError
from pathlib import Path

from aggregator.errors import ConfigError

LARGEST = 5_000_000
"""Bytes of a file that holds one mail; a larger one is read as far as this."""


def mails_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """(where, bytes) of each mail: in an .eml file, an mbox, a Maildir or a folder of such files.

    Hidden and half-written files are left alone. Raises ConfigError for what cannot be read at all.
    """
    if not path.exists():
        raise ConfigError("is not there; name a folder or a file of mails", file=str(path))
    try:
        yield from _of_folder(path) if path.is_dir() else _of_file(path)
    except OSError as fault:
        raise ConfigError(f"cannot be read: {fault.strerror}", file=str(path)) from None


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    if (folder / "new").is_dir() and (folder / "cur").is_dir():
        for part in ("new", "cur"):
            yield from _of_folder(folder / part)
        return
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            yield from _of_file(file)


def _of_file(file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as opened:
        begins = opened.read(LARGEST)
    if begins.startswith(b"From "):
        yield from _of_mbox(file)
    elif begins.strip():
        yield str(file), begins


def _of_mbox(file: Path) -> Iterator[tuple[str, bytes]]:
    box = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            try:
                yield f"{file}, mail {number}", box.get_bytes(key)[:LARGEST]
            except (KeyError, ValueError, MessageError):
                continue
    finally:
        box.close()
