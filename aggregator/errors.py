"""Every error of the project. A message says what happened, where, and what to do.

FairNoticeError
├── ConfigError              a file the host wrote: names file, line, entry, field
├── UnknownIdentifier        a person named something that is not there
├── AlreadyRunning           a second service was started on the same home
├── BadToken                 a link that is cut, changed or not ours
│   └── ExpiredToken         one that was ours and has run out
├── Unwanted                 an address that asked to be forgotten was entered again
├── ParsingError             a string that is no date, amount, place or code
├── RecordError              one record of an answer; becomes a Rejection
├── SourceError              one source run
│   ├── FetchError           there was no answer worth reading
│   │   ├── Unreachable      name, connection, reset, time
│   │   │   ├── OwnNetworkDown   nobody can be reached: it is us, not them
│   │   │   └── RobotsUnknown    robots.txt cannot be read, so nothing may be asked
│   │   ├── Disallowed       robots.txt says no
│   │   ├── Refused          a status that says no
│   │   │   ├── Throttled    too many calls, with the time to wait
│   │   │   └── PortalBroken the portal's own program fails at this call, try after try
│   │   ├── RedirectRefused  another host, a loop, a downgrade
│   │   ├── TooLarge         over the byte cap while decoding
│   │   └── CutShort         fewer bytes than promised
│   └── AnswerError          there was an answer, but not what the source promised
│       ├── Blocked          a challenge or block page instead of content
│       ├── Undecodable      cut or broken JSON, XML, encoding
│       ├── MissingStructure a heading, marker or key has vanished
│       └── ParserStopped    the limited child ran out of time or memory
├── MailHeld                 all mail waits for a person after a restore or in a copy
├── BackupFault              a backup that is damaged, incomplete or cannot be written
├── StoreError               the database
│   ├── StoreTooNew          made by a later version
│   └── StoreDamaged         failed its own check
└── DeliveryError            one message
    ├── TemporaryFailure     worth another try
    └── PermanentFailure     it is not
"""


class FairNoticeError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(FairNoticeError):
    """Something in a file the host wrote; raised by config and app.

    Renders as "sources.yaml, line 12, entry find-a-tender, field pace: …".
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str,
        line: int | None = None,
        entry: str | None = None,
        field: str | None = None,
    ) -> None:
        self.problem, self.file, self.line, self.entry, self.field = (
            problem,
            file,
            line,
            entry,
            field,
        )
        where = [file]
        if line is not None:
            where.append(f"line {line}")
        if entry:
            where.append(f"entry {entry}")
        if field:
            where.append(f"field {field}")
        super().__init__(f"{', '.join(where)}: {problem}")


class UnknownIdentifier(FairNoticeError):
    """A person named a source, opportunity or subscriber that is not there."""


class AlreadyRunning(FairNoticeError):
    """A second service was started on the same home."""


class MailHeld(FairNoticeError):
    """All mail waits for a person: this is a restored database, or a copy of a live one."""


class BackupFault(FairNoticeError):
    """A backup that is damaged, incomplete, or cannot be written or restored."""


class BadToken(FairNoticeError):
    """A signed link that is cut, changed or not ours; raised by tokens."""


class ExpiredToken(BadToken):
    """A signed link that was ours and has run out."""


class Unwanted(FairNoticeError):
    """An address that asked to be forgotten was entered again by somebody else."""


class ParsingError(FairNoticeError, ValueError):
    """A string that is not what it should be; raised by parsing."""


class RecordError(FairNoticeError):
    """One record cannot become a Notice; raised by normalise, kept as a Rejection."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


class SourceError(FairNoticeError):
    """One source run cannot go on or was not complete."""


class FetchError(SourceError):
    """No answer worth reading; raised by fetch."""


class Unreachable(FetchError):
    """Name not found, no connection, reset, or out of time."""


class OwnNetworkDown(Unreachable):
    """Nobody can be reached: our own line or name service is down, and no source is at fault.

    What it says always begins with SIGN, also where only its words are kept (SourceRun.error).
    """

    SIGN = "This machine seems to be offline"


class RobotsUnknown(Unreachable):
    """A host's robots.txt cannot be read just now, so nothing may be asked of it (RFC 9309)."""


class Disallowed(FetchError):
    """The host's robots.txt asks us not to read this address."""


class Refused(FetchError):
    """A status that says no."""

    def __init__(self, message: str, *, status: int) -> None:
        self.status = status
        super().__init__(message)


class Throttled(Refused):
    """Too many calls. `wait` is how many seconds the server wants to be left alone."""

    def __init__(self, message: str, *, status: int, wait: float) -> None:
        self.wait = wait
        super().__init__(message, status=status)


class PortalBroken(Refused):
    """The portal's own program fails at this call, whoever asks; other calls may work.

    Made by adapters that know the fault (`Adapter.explained`).
    """


class RedirectRefused(FetchError):
    """A redirect to another host, in a loop, or from https to http.

    host: the other host, so that a person can look and change the entry; None for other causes.
    """

    def __init__(self, message: str, *, host: str | None = None) -> None:
        self.host = host
        super().__init__(message)


class TooLarge(FetchError):
    """The body passed the byte cap while it was decoded."""


class CutShort(FetchError):
    """Fewer bytes than promised."""


class AnswerError(SourceError):
    """An answer that is not what the source promised; raised by adapters."""


class Blocked(AnswerError):
    """A challenge, consent or block page instead of content."""


class Undecodable(AnswerError):
    """Cut or broken JSON, XML or encoding."""


class MissingStructure(AnswerError):
    """A heading, marker or key that was always there has vanished."""


class ParserStopped(AnswerError):
    """The limited child ran out of time or memory; raised by limited."""


class StoreError(FairNoticeError):
    """The database cannot be used."""


class StoreTooNew(StoreError):
    """The database was made by a later version of Fair Notice."""


class StoreDamaged(StoreError):
    """The database failed its own check."""


class DeliveryError(FairNoticeError):
    """One message was not taken; raised by deliver."""


class TemporaryFailure(DeliveryError):
    """Worth another try. `wait` in seconds where the channel named it.

    unsure: the line broke after the whole message was handed over, so it may have been taken.
    """

    def __init__(self, message: str, *, wait: float | None = None, unsure: bool = False) -> None:
        self.wait, self.unsure = wait, unsure
        super().__init__(message)


class PermanentFailure(DeliveryError):
    """Another try would not help. `gone`: the channel asked not to be used again (HTTP 410)."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(message)
