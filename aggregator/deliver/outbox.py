"""An outbox folder: each mail a file that any mail program opens."""

import asyncio
import os
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from aggregator.deliver.email import Sender, message_id, to_bytes
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import Message, Receipt
from aggregator.ports import Clock


@dataclass(frozen=True)
class FileOutbox:
    """Writes <message id>.eml into a folder; the file's existence is the proof of sending.

    with_html: also write <message id>.html, to look at in a browser.
    """

    folder: Path
    _: KW_ONLY
    sender: Sender
    clock: Clock
    with_html: bool = False

    async def send(self, message: Message) -> Receipt:
        """Write the mail once, all or nothing; a file already there is left as it is.

        Raises PermanentFailure for a message that is no proper mail, TemporaryFailure when the
        folder cannot be written.
        """
        answer = await asyncio.to_thread(self._write, message)
        return Receipt(message_id=message.id, at=self.clock.now(), accepted=True, answer=answer)

    async def was_sent(self, message: Message) -> bool | None:
        """Whether its file is there."""
        return await asyncio.to_thread(self.path(message).exists)

    def path(self, message: Message) -> Path:
        """Where the mail is, or will be. Raises PermanentFailure for an id that is no file name."""
        message_id(message, self.sender)
        return self.folder / f"{message.id}.eml"

    def _make_folder(self) -> None:
        """Its name must outlast a power cut too, or all mails in it would be gone."""
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder.parent)

    def _write(self, message: Message) -> str:
        path = self.path(message)
        mail = to_bytes(message, self.sender)
        try:
            if path.exists():
                return f"{path.name} was already there"
            self._make_folder()
            if self.with_html and message.html:
                write_whole(path.with_suffix(".html"), message.html.encode())
            write_whole(path, mail)
        except UnicodeEncodeError as problem:
            raise PermanentFailure(f"message {message.id} is not proper text") from problem
        except OSError as problem:
            raise TemporaryFailure(
                f"the outbox folder {self.folder} cannot be written: {problem.strerror}"
            ) from problem
        return f"written to {path.name}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there complete or not at all. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
