"""A mail server that writes each mail into its journal before it says 250."""

import multiprocessing
import os
import socket
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Journal:
    """Keeps every mail as a file of its own, so that a second copy is seen."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.taken = folder, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += 1
        path = self.folder / f"{self.taken:06d}.eml"
        with path.open("wb") as file:
            file.write(envelope.content)
            file.flush()
            os.fsync(file.fileno())
        return "250 taken"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def serve(folder: Path, ready: Any, stop: Any) -> None:
    port = free_port()
    controller = Controller(Journal(folder), hostname="127.0.0.1", port=port)
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
        self._stop = context.Event()
        self._process = context.Process(target=serve, args=(folder, theirs, self._stop))
        self._process.start()
        assert ours.poll(60), "the mail server did not start"
        self.port: int = ours.recv()

    async def has(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in the journal."""
        wanted = f"Message-ID: {message_id}".encode()
        return any(wanted in path.read_bytes() for path in self.folder.glob("*.eml"))

    def close(self) -> None:
        self._stop.set()
        self._process.join(10)
