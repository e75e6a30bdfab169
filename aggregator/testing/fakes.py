"""Stand-ins for the clock, the internet and the channels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.errors import Unreachable
from aggregator.model import Message, RawPayload, Receipt, Request, Validators


@dataclass
class FrozenClock:
    """A clock that stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def advance(self, **span: float) -> None:
        """Move on, in the words of timedelta: ``clock.advance(hours=2)``."""
        self.moment += timedelta(**span)


Answer = bytes | Exception | RawPayload


@dataclass
class FixtureFetcher:
    """Answers requests from a mapping of URL to bytes, error or payload, and remembers them.

    A callable value is called with the request, so that one URL can answer differently each time.
    Raises Unreachable for a URL it does not know.
    """

    answers: Mapping[str, Answer | Callable[[Request], Answer]]
    clock: FrozenClock
    requests: list[Request] = field(default_factory=list)
    validators: list[Validators | None] = field(default_factory=list)

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        """The prepared answer for the request's URL."""
        self.requests.append(request)
        self.validators.append(validators)
        if request.url not in self.answers:
            raise Unreachable(f"no answer is prepared for {request.url}")
        prepared = self.answers[request.url]
        answer = prepared(request) if callable(prepared) else prepared
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, RawPayload):
            return answer
        return RawPayload(
            request=request,
            status=200,
            headers={},
            body=answer,
            retrieved_at=self.clock.now(),
        )


@dataclass
class RecordingNotifier:
    """Takes every message, or raises the errors it was given first."""

    clock: FrozenClock
    failures: list[Exception] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    can_be_asked: bool = True

    async def send(self, message: Message) -> Receipt:
        """Record the message as taken."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)
        return Receipt(message_id=message.id, at=self.clock.now(), accepted=True, answer="recorded")

    async def was_sent(self, message: Message) -> bool | None:
        """Whether it was recorded before."""
        if not self.can_be_asked:
            return None
        return any(sent.id == message.id for sent in self.sent)
