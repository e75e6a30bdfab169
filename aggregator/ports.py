"""The few Protocols at which the inside meets the outside."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from aggregator.errors import ParserStopped, SourceError
from aggregator.model import (
    Message,
    Parsed,
    RawPayload,
    Receipt,
    Request,
    RobotsCopy,
    Validators,
    Window,
)


class Clock(Protocol):
    """Tells the time; everything pure is handed a value instead."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Fetcher(Protocol):
    """Carries out one Request, politely."""

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        """The answer (status 200 or 304). Raises FetchError when there is none worth reading."""


class HostMemory(Protocol):
    """What is remembered of the hosts we call, from run to run and between processes."""

    def take_turn(self, host: str, *, now: datetime, pace: float) -> float:
        """Take the next turn to call; else the seconds (at most `pace`) until it comes."""

    def rest_host(self, host: str, *, until: datetime) -> None:
        """Leave the host alone until then, or longer where it said so before."""

    def host_rests_until(self, host: str) -> datetime | None:
        """Until when the host wants to be left alone, None where it never said."""

    def robots_copy(self, origin: str) -> RobotsCopy | None:
        """The last robots.txt of an origin ("https://northmoor.example")."""

    def keep_robots_copy(self, copy: RobotsCopy) -> None:
        """Keep it in the place of the one before."""


class Source(Protocol):
    """What collect needs of an adapter: declarations plus tiny parsers, no I/O."""

    @property
    def id(self) -> str:
        """The id of its entry in sources.yaml."""

    @property
    def windowed(self) -> bool:
        """True where the portal is asked for spans of time, False where it shows one list."""

    @property
    def shows_everything(self) -> bool:
        """True where it is one list of all that is open, so that a row that is gone means
        something."""

    @property
    def overlap(self) -> timedelta:
        """How far back of the newest reading a portal may still change what it shows."""

    @property
    def parses_untrusted_markup(self) -> bool:
        """True where reading must happen in a limited child (feeds and HTML)."""

    def requests(self, window: Window) -> Iterable[Request]:
        """The calls that together cover the window."""

    def reread(self, ocid: str) -> tuple[Request, ...]:
        """The calls that ask again for one procurement; none where the portal has no such call."""

    def explained(self, request: Request, fault: SourceError) -> SourceError:
        """The same fault with what is known of the portal, or the fault as it is."""

    def unreadable(self, payload: RawPayload, fault: ParserStopped) -> Parsed | None:
        """What an answer gives that no child could read in its time; None: it is asked again."""

    def read(self, payload: RawPayload) -> Parsed:
        """The records of one answer. Raises AnswerError when it is not what was promised."""


class Notifier(Protocol):
    """Takes a message to its channel."""

    async def send(self, message: Message) -> Receipt:
        """Send once. Raises DeliveryError when the channel did not take it."""

    async def was_sent(self, message: Message) -> bool | None:
        """Whether the channel already took this message; None where it cannot be asked."""


@runtime_checkable
class Paced(Protocol):
    """A Notifier that may not send as fast as it could."""

    async def turn(self, message: Message) -> None:
        """Return when this message may be sent; consent is asked after that, not before."""
