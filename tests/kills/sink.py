"""A mail server that writes each mail into its journal before it says 250.

It tells whoever listens at `events` when a mail begins and when it is in the journal, so that a
kill can be aimed at what lies between; and it knows whether a line is still open, so that nobody
has to guess how long it takes to finish what a killed child had handed over.
"""

import hashlib
import multiprocessing
import os
import socket
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

PATIENCE = 30


class Journal:
    """Keeps every mail as a file of its own, so that a second copy is seen."""

    def __init__(self, folder: Path, events: Any) -> None:
        self.folder, self.events, self.taken = folder, events, 0

    async def handle_MAIL(self, *arguments: Any) -> str:
        envelope, address = arguments[2], arguments[3]
        envelope.mail_from = address
        self.events.send_bytes(b"begun")
        return "250 go on"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += 1
        name = name_of(message_id_in(envelope.content))
        path = self.folder / f"{self.taken:06d}.{name}.eml"
        with path.open("wb") as file:
            file.write(envelope.content)
            file.flush()
            os.fsync(file.fileno())
        self.events.send_bytes(b"taken")
        return "250 taken"


def message_id_in(mail: bytes) -> str:
    head = mail.split(b"\r\n\r\n", 1)[0]
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b":", 1)[1].strip().decode()
    raise AssertionError("a mail without Message-ID")


def name_of(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:24]


class Counting(SMTP):  # type: ignore[misc]
    """Counts the lines that are open."""

    open_lines: Any = None

    def connection_made(self, transport: Any) -> None:
        self.open_lines.value += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.open_lines.value -= 1


class Server(Controller):  # type: ignore[misc]
    """Gives every line a server that counts."""

    def factory(self) -> SMTP:
        return Counting(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def serve(folder: Path, ready: Any, stop: Any, events: Any, open_lines: Any) -> None:
    Counting.open_lines = open_lines
    port = free_port()
    controller = Server(Journal(folder, events), hostname="127.0.0.1", port=port)
    controller.start()
    ready.send(port)
    stop.wait()
    controller.stop()


class Sink:
    """The server in a process of its own, and the question whether it took a mail."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        self.events: Connection
        self.events, told = context.Pipe(duplex=False)
        self._stop = context.Event()
        self._open = context.Value("i", 0)
        self._process = context.Process(
            daemon=True, target=serve, args=(folder, theirs, self._stop, told, self._open)
        )
        self._process.start()
        assert ours.poll(60), "the mail server did not start"
        self.port: int = ours.recv()

    async def has(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in the journal."""
        return any(self.folder.glob(f"*.{name_of(message_id)}.eml"))

    def settle(self) -> None:
        """Wait until no line is open any more."""
        until = time.monotonic() + PATIENCE
        while self._open.value and time.monotonic() < until:
            time.sleep(0.001)
        assert not self._open.value, "the mail server does not finish"

    def drain(self) -> None:
        """Forget what happened so far."""
        while self.events.poll():
            self.events.recv_bytes()

    def clear(self) -> None:
        """An empty journal."""
        for path in self.folder.glob("*.eml"):
            path.unlink()

    def close(self) -> None:
        self._stop.set()
        self._process.join(10)
