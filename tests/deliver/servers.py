"""Mail servers on loopback: one that follows a script, one that really takes mail."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

HANG_UP = "hang up"
BODY = "the mail itself"


@dataclass
class ScriptedServer:
    """Answers each verb as told, else politely; remembers commands and connections.

    A list of answers is used up one by one. The verb BODY is the dot at the end of the mail.
    """

    answers: Mapping[str, list[str]] = field(default_factory=dict)
    port: int = 0
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    taken: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, EOFError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._answer(writer, "GREETING", "220 mail.example.org"):
            return
        while line := (await reader.readline()).decode():
            self.commands.append(line.strip())
            verb = line[:4].upper().strip()
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine")
            answer = self._answer(writer, verb, usual)
            if answer is None or verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                self.taken += 1
                if self._answer(writer, BODY, "250 taken") is None:
                    return

    def _answer(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> str | None:
        prepared = self.answers.get(verb)
        answer = prepared.pop(0) if prepared else usual
        if answer == HANG_UP:
            return None
        writer.write(f"{answer}\r\n".encode())
        return answer


@asynccontextmanager
async def scripted(answers: Mapping[str, list[str]] | None = None) -> AsyncIterator[ScriptedServer]:
    script = ScriptedServer(dict(answers or {}))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    async with server:
        yield script


@dataclass
class Sink:
    """What a real mail server keeps."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 taken"


@asynccontextmanager
async def sink(**options: Any) -> AsyncIterator[Sink]:
    kept = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(kept, hostname="mail.example.org", loop=loop, **options), "127.0.0.1", 0
    )
    kept.port = server.sockets[0].getsockname()[1]
    async with server:
        yield kept
