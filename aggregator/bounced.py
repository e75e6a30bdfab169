"""What follows from mails that came back: an address rests, is given up, or is left as it was.

A returned mail counts only where it names a mail that we really sent in the last month: by the
token in the address it came to, or by its Message-ID, neither of which a stranger can make up.
What is said of somebody else's address never gives up a reader's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from aggregator import schedule, verp
from aggregator.alert.delivering import suspend
from aggregator.deliver import checked_address
from aggregator.model import Delivery, MessageState, Returned, ReturnKind, Setback
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys

BELIEVED_FOR = timedelta(days=30)
"""How long after sending a returned mail still counts."""

KEPT_FOR = timedelta(days=90)
"""How long evidence is kept."""

MANY = 5
"""So many addresses may turn out not to exist in one reading before it is doubted."""

NOTHING_TO_DO = frozenset(
    {ReturnKind.DELAYED, ReturnKind.DELIVERED, ReturnKind.AUTOMATIC, ReturnKind.OTHER}
)

Stop = Callable[[str], bool]
"""Ends all mails to a subscriber, by id, as if they had pressed "stop"."""


@dataclass(kw_only=True)
class BouncesRead:
    """What became of the returned mails of one reading."""

    read: int = 0
    nothing_to_do: int = 0
    not_ours: int = 0
    known: int = 0
    resting: list[str] = field(default_factory=list)
    """Addresses left alone for a while."""
    given_up: list[str] = field(default_factory=list)
    """Addresses that are sent no more mail."""
    stopped: list[str] = field(default_factory=list)
    """Addresses whose owner called us junk."""
    problems: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Reading:
    """One reading of returned mails. believe: also where most addresses are said not to exist."""

    store: Store
    clock: Clock
    keys: Keys
    stop: Stop
    believe: bool = False

    def run(self, mails: Iterable[Returned]) -> BouncesRead:
        """Attribute each mail and do what follows; reading the same mail twice does nothing."""
        result = BouncesRead()
        concerned = [(one, self.attributed(one)) for one in mails]
        result.read = len(concerned)
        doubtful = not self.believe and self.doubtful(concerned)
        if doubtful:
            result.problems.append(
                "most of these mails say that an address does not exist, which looks like a fault "
                "of a mail server; none was given up. Look at some, then read them with --believe"
            )
        for one, delivery in concerned:
            if one.kind in NOTHING_TO_DO:
                result.nothing_to_do += 1
            elif delivery is None:
                result.not_ours += 1
            elif not (doubtful and one.kind is ReturnKind.HARD):
                self.follow(one, delivery, result)
        self.store.drop_setbacks(self.clock.now() - KEPT_FOR)
        return result

    def attributed(self, one: Returned) -> Delivery | None:
        """The mail of ours that it speaks of, None where there is none."""
        if one.kind in NOTHING_TO_DO:
            return None
        since = self.clock.now() - BELIEVED_FOR
        by_token = (self.by_token.get(token) for token in one.tokens)
        by_id = (identifier.partition("@")[0] for identifier in one.message_ids)
        for message_id in (*by_token, *by_id):
            if message_id and (found := self.store.mailed(message_id, since=since)):
                return found
        return None

    @cached_property
    def by_token(self) -> dict[str, str]:
        """Token -> message id, of all mails that may still bounce."""
        since = self.clock.now() - BELIEVED_FOR
        return {
            token: message_id
            for message_id in self.store.mailed_since(since)
            for token in verp.tokens(message_id, self.keys)
        }

    def doubtful(self, concerned: Iterable[tuple[Returned, Delivery | None]]) -> bool:
        """Whether so many addresses are said not to exist that it is the server who errs."""
        said = {
            delivery.message.subscriber_id
            for one, delivery in concerned
            if delivery and one.kind is ReturnKind.HARD
        }
        since = self.clock.now() - timedelta(days=2)
        return len(said) > MANY and 2 * len(said) > len(self.store.mailed_since(since))

    def follow(self, one: Returned, delivery: Delivery, result: BouncesRead) -> None:
        """Keep the evidence, then do what follows from it."""
        message = delivery.message
        with self.store.transaction():
            if not self.store.keep_setback(as_setback(one, delivery, self.clock)):
                result.known += 1
                return
            kind = believed(one, message.channel.target)
            if kind is ReturnKind.COMPLAINT:
                self.complain(delivery, result)
            elif kind is ReturnKind.HARD:
                self.fail(one, delivery)
                self.give_up(one, delivery, result)
            elif kind is ReturnKind.SOFT:
                self.set_back(one, delivery, result)
            else:
                self.fail(one, delivery)
                result.problems.append(
                    f"a mail to {message.channel.target} was refused for what it is, not for the "
                    f"address: {one.words or one.status}"
                )

    def set_back(self, one: Returned, delivery: Delivery, result: BouncesRead) -> None:
        """Let the address rest and send the mail again after that, or give it up."""
        subscriber_id, channel = delivery.message.subscriber_id, delivery.message.channel
        now = self.clock.now()
        row = self.store.setbacks_in_a_row(subscriber_id, channel.key, at=now) + 1
        until = schedule.rest_after(row, now=now)
        if until is None:
            self.fail(one, delivery)
            self.give_up(one, delivery, result)
            return
        self.store.rest_mail(subscriber_id, channel.key, setbacks=row, until=until, at=now)
        if delivery.state is MessageState.SENT:
            self.store.record_failure(
                delivery.message.id,
                answer=f"it came back: {one.words}",
                state=MessageState.PENDING,
                next_attempt_at=until,
                at=now,
            )
        result.resting.append(channel.target)

    def fail(self, one: Returned, delivery: Delivery) -> None:
        """The mail did not arrive: what it told is told again."""
        self.store.came_back(delivery.message.id)
        self.store.record_failure(
            delivery.message.id,
            answer=f"it came back: {one.words or one.status}",
            state=MessageState.FAILED,
            next_attempt_at=None,
            at=self.clock.now(),
        )

    def give_up(self, one: Returned, delivery: Delivery, result: BouncesRead) -> None:
        """Send the address nothing more; the reason is what its server said."""
        message = delivery.message
        words = f"mail came back: {one.words or one.status}"
        if suspend(
            message.subscriber_id, message.channel, words, store=self.store, clock=self.clock
        ):
            self.store.end_rest(message.subscriber_id, message.channel.key)
            result.given_up.append(message.channel.target)

    def complain(self, delivery: Delivery, result: BouncesRead) -> None:
        """Whoever calls us junk is sent nothing more."""
        if self.stop(delivery.message.subscriber_id):
            result.stopped.append(delivery.message.channel.target)


def as_setback(one: Returned, delivery: Delivery, clock: Clock) -> Setback:
    """The evidence as it is kept."""
    return Setback(
        fingerprint=one.fingerprint,
        message_id=delivery.message.id,
        subscriber_id=delivery.message.subscriber_id,
        channel_key=delivery.message.channel.key,
        at=clock.now(),
        kind=one.kind,
        status=one.status,
        words=one.words,
    )


def believed(one: Returned, address: str) -> ReturnKind:
    """The kind, milder where another address than ours is said not to exist: mail is forwarded."""
    named = {recipient.casefold() for recipient in one.recipients}
    if one.kind is ReturnKind.HARD and named and checked_address(address).casefold() not in named:
        return ReturnKind.SOFT
    return one.kind
