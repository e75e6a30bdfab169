"""The journal of sent mails: which events left by which message, in a file beside the database.

A restored database does not know what went out after its backup was made, and most mail servers
cannot be asked. So each message is written here before it is handed to its channel, and what became
of it after that. The file holds ids and hashes, no address and no text.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from aggregator.deliver.outbox import sync_folder, write_whole
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import Message, Receipt, SentElsewhere
from aggregator.ports import Clock, Notifier

FILE = "sent.jsonl"
STOPPED = "stopped.json"
OWNER_ONLY = 0o600
KEPT = timedelta(days=200)
"""A little longer than the oldest monthly backup, for which it may be needed."""

Described = Callable[[Message, datetime], SentElsewhere]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What the journal says of a message; `taken` is None where the process died in between.

    sent.channel: the hash of the channel's key.
    """

    sent: SentElsewhere
    taken: bool | None


@dataclass(frozen=True)
class SentJournal:
    """One file, a JSON object a line, only ever appended to."""

    path: Path

    def going(self, sent: SentElsewhere) -> None:
        """Write, to the disk itself, that a message is about to leave. Raises OSError."""
        self._append(record_of(replace(sent, channel=channel_mark(sent.channel))))

    def ended(self, message_id: str, *, taken: bool) -> None:
        """Write whether the channel took it. Raises OSError."""
        self._append({"message": message_id, "taken": taken})

    def entries(self) -> tuple[Entry, ...]:
        """Every message that was about to leave, in order; lines torn by a crash are left out.

        Raises OSError.
        """
        found: dict[str, Entry] = {}
        for record in self._records():
            with suppress(KeyError, TypeError, ValueError):
                key = text(record["message"])
                if "taken" not in record:
                    found[key] = Entry(sent=sent_of(record), taken=None)
                elif key in found:
                    found[key] = replace(found[key], taken=bool(record["taken"]))
        return tuple(found.values())

    def erased(self, subscriber_id: str) -> None:
        """Write that somebody asked to be forgotten, so that no restore brings them back."""
        self._append({"erased": subscriber_id})

    def erasures(self) -> frozenset[str]:
        """Ids of the subscribers who asked to be forgotten. Raises OSError."""
        ids = (record.get("erased") for record in self._records())
        return frozenset(one for one in ids if isinstance(one, str))

    def forget(self, before: datetime) -> None:
        """Drop what is older than any backup that is kept. Raises OSError."""
        self._keep([one for one in self.entries() if one.sent.at >= before])

    def drop(self, message_ids: Collection[str]) -> None:
        """Drop what it says of these messages. Raises OSError."""
        if self.path.exists():
            self._keep([one for one in self.entries() if one.sent.message_id not in message_ids])

    def _keep(self, entries: Iterable[Entry]) -> None:
        lines = [line for one in entries for line in lines_of(one)]
        lines += [f"{json.dumps({'erased': one})}\n" for one in sorted(self.erasures())]
        draft = self.path.with_name(f".{FILE}.unfinished")
        with opened(draft, os.O_TRUNC) as handle:
            handle.write("".join(lines).encode())
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(self.path)
        sync_folder(self.path.parent)

    def note_stopped(self, subscriber_ids: Collection[str]) -> None:
        """Keep, beside the journal, who wants nothing any more; written only where that changed.

        A restore brings wishes back that were ended since. Raises OSError.
        """
        wanted = sorted(subscriber_ids)
        if wanted != sorted(self.stopped()):
            write_whole(self.path.with_name(STOPPED), json.dumps(wanted).encode())

    def stopped(self) -> frozenset[str]:
        """Who wanted nothing any more when that was last noted."""
        try:
            found = json.loads(self.path.with_name(STOPPED).read_bytes())
        except (OSError, ValueError, RecursionError):
            return frozenset()
        return (
            frozenset(one for one in found if isinstance(one, str))
            if isinstance(found, list)
            else frozenset()
        )

    def _append(self, record: dict[str, object]) -> None:
        is_new = not self.path.exists()
        line = json.dumps(record, separators=(",", ":")).encode()
        with opened(self.path, os.O_APPEND) as handle:
            if handle.tell() and not ends_with_a_line(self.path):
                line = b"\n" + line  # a crash tore the line before
            handle.write(line + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def _records(self) -> Iterator[dict[str, object]]:
        if not self.path.exists():
            return
        for line in self.path.read_bytes().splitlines():
            with suppress(ValueError, RecursionError):
                record = json.loads(line)
                if isinstance(record, dict):
                    yield record


@dataclass(frozen=True, kw_only=True)
class Journalled:
    """A channel whose every message is written into the journal before and after."""

    channel: Notifier
    journal: SentJournal
    described: Described
    clock: Clock

    async def send(self, message: Message) -> Receipt:
        """Send once. Raises DeliveryError; a TemporaryFailure where the journal is not writable."""
        try:
            self.journal.going(self.described(message, self.clock.now()))
        except OSError as problem:
            raise TemporaryFailure(
                f"the journal of sent mails ({self.journal.path}) cannot be written: "
                f"{problem.strerror}; nothing is sent before it can"
            ) from problem
        try:
            receipt = await self.channel.send(message)
        except PermanentFailure:
            self._ended(message.id, taken=False)
            raise
        except TemporaryFailure as fault:
            if not fault.unsure:
                self._ended(message.id, taken=False)
            raise
        self._ended(message.id, taken=True)
        return receipt

    async def was_sent(self, message: Message) -> bool | None:
        """What the channel itself says."""
        return await self.channel.was_sent(message)

    def _ended(self, message_id: str, *, taken: bool) -> None:
        with suppress(OSError):  # the mail is out; without this line it counts as probably sent
            self.journal.ended(message_id, taken=taken)


def channel_mark(key: str) -> str:
    """A channel's key, which holds an address, as a hash."""
    return blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=12, person=b"channel"
    ).hexdigest()


def sent_of(record: dict[str, object]) -> SentElsewhere:
    """A line's content. Raises KeyError, TypeError, ValueError."""
    due, events = record["due"], record["events"]
    if not isinstance(events, list):
        raise TypeError("events")
    return SentElsewhere(
        message_id=text(record["message"]),
        subscriber_id=text(record["subscriber"]),
        channel=text(record["channel"]),
        at=datetime.fromisoformat(text(record["at"])),
        due_at=datetime.fromisoformat(text(due)) if due is not None else None,
        events=tuple((text(event), text(opportunity)) for event, opportunity in events),
    )


def record_of(sent: SentElsewhere) -> dict[str, object]:
    """A message about to leave, as JSON can say it."""
    return {
        "message": sent.message_id,
        "at": sent.at.isoformat(),
        "subscriber": sent.subscriber_id,
        "channel": sent.channel,
        "due": sent.due_at.isoformat() if sent.due_at else None,
        "events": sent.events,
    }


def lines_of(entry: Entry) -> Iterator[str]:
    """An entry as it stands in the file."""
    yield json.dumps(record_of(entry.sent), separators=(",", ":")) + "\n"
    if entry.taken is not None:
        ended = {"message": entry.sent.message_id, "taken": entry.taken}
        yield json.dumps(ended, separators=(",", ":")) + "\n"


def text(value: object) -> str:
    """A string. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def opened(path: Path, how: int) -> BinaryIO:
    """A file to write, readable by its owner only."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | how, OWNER_ONLY)
    file = os.fdopen(handle, "wb")
    file.seek(0, os.SEEK_END)
    return file


def ends_with_a_line(path: Path) -> bool:
    """Whether the last byte ends a line."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
