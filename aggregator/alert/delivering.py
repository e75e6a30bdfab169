"""From the outbox to the readers.

A message is claimed (pending → sending, consent checked again), sent, and recorded; after a crash a
message in `sending` is looked up where the channel can be asked.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aggregator import schedule
from aggregator.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownIdentifier
from aggregator.model import (
    Channel,
    ChannelKind,
    ChannelOff,
    Delivery,
    Message,
    MessageKind,
    MessageState,
    Receipt,
)
from aggregator.ports import Clock, Notifier, Paced
from aggregator.store import Store

SETTLE = timedelta(hours=1)
"""How long a message stays unsure, where the channel cannot be asked, before it is sent once more
with the same id."""

MANY = 3
"""So many addresses may turn out not to exist in one go before the server is doubted."""

JITTER: Callable[[], float] = secrets.SystemRandom().random


@dataclass(kw_only=True)
class Delivered:
    """What became of the outbox in one go."""

    sent: int = 0
    waiting: int = 0
    dropped: int = 0
    failed: int = 0
    held: int = 0
    problems: list[str] = field(default_factory=list)
    switched_off: list[ChannelOff] = field(default_factory=list)
    """Webhooks that are sent nothing from here on; their owners have to be told by mail."""
    suspended: list[ChannelOff] = field(default_factory=list)
    """Addresses that are sent nothing from here on, because the server says they do not exist."""
    refused: list[tuple[Message, str]] = field(default_factory=list)
    """Mails whose address the server does not know, and its words."""


async def deliver(*, store: Store, notifier: Notifier, clock: Clock) -> Delivered:
    """Reconcile what a crash left, then send what is due; one failure never stops the rest."""
    result = Delivered()
    for delivery in store.unfinished():
        await reconcile(delivery, store=store, notifier=notifier, clock=clock)
    for delivery in store.due_messages(clock.now()):
        if not rests(delivery, store=store, clock=clock):
            await deliver_one(delivery, store=store, notifier=notifier, clock=clock, result=result)
    suspend_refused(store=store, clock=clock, result=result)
    result.held = store.message_counts().get(MessageState.HELD, 0)
    return result


def rests(delivery: Delivery, *, store: Store, clock: Clock) -> bool:
    """Whether an address that bounced lately is left alone for now; its message waits with it.

    A mail of the service goes: somebody asked for it just now, so they read their mail.
    """
    message, now = delivery.message, clock.now()
    if message.kind is MessageKind.SERVICE:
        return False
    until = store.mail_rests_until(message.subscriber_id, message.channel.key)
    if until is None or until <= now:
        return False
    store.put_off(message.id, until, now)
    return True


async def reconcile(delivery: Delivery, *, store: Store, notifier: Notifier, clock: Clock) -> None:
    """Find out what became of a message that was being sent when the process died."""
    message_id, now = delivery.message.id, clock.now()
    try:
        sent = await notifier.was_sent(delivery.message)
    except (DeliveryError, OSError):  # a channel that fails to answer must not stop the others
        sent = None
    if sent:
        answer = "found at the channel after a restart"
        store.record_sent(Receipt(message_id=message_id, at=now, accepted=True, answer=answer))
        return
    unsure = sent is None
    store.record_failure(
        message_id,
        answer="the channel cannot be asked" if unsure else "not taken before the restart",
        state=MessageState.UNSURE if unsure else MessageState.PENDING,
        next_attempt_at=now + SETTLE if unsure else now,
        at=now,
    )


async def deliver_one(
    delivery: Delivery, *, store: Store, notifier: Notifier, clock: Clock, result: Delivered
) -> None:
    """Wait for its turn, then claim, send and record one message.

    In that order, because a server may take thirty mails a minute, and people stop meanwhile.
    """
    if isinstance(notifier, Paced):
        await notifier.turn(delivery.message)
    message = store.claim(delivery.message.id, clock.now())
    if message is None:
        result.dropped += 1
        return
    try:
        receipt = await notifier.send(signed_today(message, store=store, clock=clock))
    except TemporaryFailure as fault:
        postpone(delivery, fault, store=store, clock=clock, result=result)
    except DeliveryError as fault:
        give_up(message, fault, store=store, clock=clock, result=result)
    except Exception as fault:  # noqa: BLE001 - one of the four borders: one delivery
        postpone(
            delivery,
            TemporaryFailure(f"unexpected {type(fault).__name__}: {fault}"),
            store=store,
            clock=clock,
            result=result,
        )
    else:
        with suppress(UnknownIdentifier):  # its reader was erased while it travelled
            store.record_sent(receipt)
        result.sent += 1


def postpone(
    delivery: Delivery, fault: TemporaryFailure, *, store: Store, clock: Clock, result: Delivered
) -> None:
    """Try again later, or give up when the ladder is at its end.

    Where the message may have been taken, it rests as unsure before it is sent once more.
    """
    now = clock.now()
    later = next_try(delivery, now=now, wait=fault.wait)
    if fault.unsure and later is not None:
        later = max(later, now + SETTLE)
    if later is None:
        give_up(delivery.message, fault, store=store, clock=clock, result=result)
        return
    store.record_failure(
        delivery.message.id,
        answer=str(fault),
        state=MessageState.UNSURE if fault.unsure else MessageState.PENDING,
        next_attempt_at=later,
        at=now,
    )
    result.waiting += 1
    result.problems.append(f"{delivery.message.channel.kind}: {fault}")
    if fault.away and delivery.message.channel.kind is ChannelKind.EMAIL:
        result.waiting += store.put_off_mail(later, now)


def signed_today(message: Message, *, store: Store, clock: Clock) -> Message:
    """A message for a webhook with the secrets that sign now; others as they are."""
    if message.channel.kind is not ChannelKind.WEBHOOK:
        return message
    channel = store.with_secrets(message.subscriber_id, message.channel, at=clock.now())
    return replace(message, channel=channel)


def next_try(delivery: Delivery, *, now: datetime, wait: float | None) -> datetime | None:
    """By the ladder of the channel's kind; None at its end."""
    attempts = delivery.attempts + 1
    if delivery.message.channel.kind is ChannelKind.WEBHOOK:
        return schedule.next_webhook_attempt(attempts, now=now, wait=wait, jitter=JITTER())
    return schedule.next_attempt(attempts, now=now, wait=wait, jitter=JITTER())


def switch_off(
    message: Message, why: str, *, store: Store, clock: Clock, result: Delivered
) -> None:
    """Send nothing more by a webhook that is gone, or was in vain for days."""
    off = ChannelOff(
        subscriber_id=message.subscriber_id,
        channel=replace(message.channel, secret=None, former_secrets=()),
        since=clock.now(),
        because=why,
    )
    store.switch_off(off.subscriber_id, off.channel.key, because=why, at=off.since)
    result.switched_off.append(off)


def give_up(
    message: Message, fault: DeliveryError, *, store: Store, clock: Clock, result: Delivered
) -> None:
    """Record that a message will not be tried again.

    A webhook is switched off with it; a mail address that does not exist is sent no further one.
    What the message was to tell is told by the next digest, unless it may have arrived after all.
    """
    gone = isinstance(fault, PermanentFailure) and fault.gone
    answer = f"{fault} (the receiver asks not to be sent anything)" if gone else str(fault)
    store.record_failure(
        message.id,
        answer=answer,
        state=MessageState.FAILED,
        next_attempt_at=None,
        at=clock.now(),
    )
    result.failed += 1
    result.problems.append(answer)
    if message.channel.kind is ChannelKind.WEBHOOK:
        switch_off(message, answer, store=store, clock=clock, result=result)
    elif isinstance(fault, PermanentFailure) and fault.address:
        result.refused.append((message, answer))


def suspend_refused(*, store: Store, clock: Clock, result: Delivered) -> None:
    """Send nothing more to addresses that do not exist, unless the server says so of most.

    Then it is the server that is wrong, not the addresses: a relay that was set up anew may know
    nobody. The mails have failed and are told of; what they told comes again.
    """
    if len(result.refused) > MANY and len(result.refused) > result.sent:
        result.problems.append(
            f"the mail server says of {len(result.refused)} addresses at once that they do not "
            "exist, so it is believed of none; check its settings"
        )
        return
    for message, answer in result.refused:
        if suspend(message.subscriber_id, message.channel, answer, store=store, clock=clock):
            off = ChannelOff(
                subscriber_id=message.subscriber_id,
                channel=message.channel,
                since=clock.now(),
                because=answer,
            )
            result.suspended.append(off)
            result.problems.append(f"{message.channel.target} is sent no more mail: {answer}")


def suspend(
    subscriber_id: str, channel: Channel, because: str, *, store: Store, clock: Clock
) -> bool:
    """Send no more digests to an address, until a person or its owner says otherwise.

    False where none are sent there: a mail that asked for a confirmation went to it.
    """
    wanted = any(wish.channel.key == channel.key for wish in store.subscriptions(subscriber_id))
    if wanted:
        store.switch_off(subscriber_id, channel.key, because=because, at=clock.now())
    return wanted
