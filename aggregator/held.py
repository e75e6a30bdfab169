"""Mail that waits for a person: held, unsure or failed. It is looked at, released or dropped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.errors import FairNoticeError
from aggregator.model import Delivery, MessageState, Moderation, ModerationAct
from aggregator.ports import Clock
from aggregator.store import Store

LOOKED_AT = (MessageState.HELD, MessageState.UNSURE, MessageState.FAILED)
MOST = 1000
FLOOD = "much is new at once, so a person should look first"
TO_NOBODY = "told to nobody"


class NotWaiting(FairNoticeError):
    """A message that cannot be released or dropped as it stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message with what a person needs to decide on it. told: events it tells."""

    delivery: Delivery
    why: str
    since: datetime | None
    told: int
    off: bool

    @property
    def is_held(self) -> bool:
        """Whether it can be released."""
        return self.delivery.state is MessageState.HELD and not self.off


def waiting(store: Store) -> tuple[Waiting, ...]:
    """What a person should look at, the longest first."""
    found = store.deliveries(states=LOOKED_AT, limit=MOST)
    off = {(one.subscriber_id, one.channel.key) for one in store.channels_off()}
    return tuple(with_reason(one, store, off) for one in reversed(found))


def look(message_id: str, *, store: Store) -> Waiting:
    """One message, in whatever state. Raises UnknownIdentifier."""
    off = {(one.subscriber_id, one.channel.key) for one in store.channels_off()}
    return with_reason(store.delivery(message_id), store, off)


def with_reason(delivery: Delivery, store: Store, off: Iterable[tuple[str, str]]) -> Waiting:
    """A message with why it stands where it stands."""
    message = delivery.message
    return Waiting(
        delivery=delivery,
        why=delivery.last_answer or (FLOOD if delivery.state is MessageState.HELD else ""),
        since=delivery.changed_at,
        told=store.told_by(message.id),
        off=(message.subscriber_id, message.channel.key) in off,
    )


def release(message_id: str, *, by: str, store: Store, clock: Clock) -> None:
    """Let a held message go with the next delivery. Raises UnknownIdentifier, NotWaiting."""
    with store.transaction():
        found = look(message_id, store=store)
        if found.off:
            raise NotWaiting(
                f"{message_id} waits because its webhook is switched off; `fairnotice webhook on` "
                "switches it on and sends what waited."
            )
        if not store.release(message_id, clock.now()):
            raise NotWaiting(f"{message_id} is not held: {state_words(found)}")
        note(found, ModerationAct.RELEASED, None, by, store, clock)


def release_all(*, by: str, store: Store, clock: Clock) -> tuple[str, ...]:
    """Let everything go that is held, but for webhooks that are switched off; says what."""
    with store.transaction():
        chosen = [one.delivery.message.id for one in waiting(store) if one.is_held]
        for message_id in chosen:
            release(message_id, by=by, store=store, clock=clock)
    return tuple(chosen)


def drop(message_id: str, *, because: str, by: str, store: Store, clock: Clock) -> Waiting:
    """Let a message never go out; what it was to tell is told to nobody, and does not come again.

    Raises UnknownIdentifier, NotWaiting (also without a reason).
    """
    why = " ".join(because.split())[:400]
    if not why:
        raise NotWaiting("Say why it is dropped; the record keeps it.")
    with store.transaction():
        found = look(message_id, store=store)
        if not store.drop(message_id, because=f"dropped: {why}", at=clock.now()):
            raise NotWaiting(f"{message_id} cannot be dropped: {state_words(found)}")
        note(found, ModerationAct.DROPPED, why, by, store, clock)
    return found


def note(
    found: Waiting, act: ModerationAct, because: str | None, by: str, store: Store, clock: Clock
) -> None:
    """A line in the record."""
    store.record_moderation(
        Moderation(
            at=clock.now(),
            by=by,
            act=act,
            subject=found.delivery.message.id,
            subscriber_id=found.delivery.message.subscriber_id,
            because=because,
        )
    )


WHAT_NOW = {
    MessageState.PENDING: "it goes out with the next delivery.",
    MessageState.SENDING: "it is on its way just now.",
    MessageState.UNSURE: "the channel may have taken it; it is tried once more by itself.",
    MessageState.SENT: "it was sent.",
    MessageState.FAILED: "refused for good; what it told comes with the next digest.",
    MessageState.DROPPED: "it was dropped.",
    MessageState.HELD: "nothing goes out until somebody decides.",
}


def state_words(found: Waiting) -> str:
    """Where a message stands, and what follows."""
    return WHAT_NOW[found.delivery.state]


def told_words(found: Waiting) -> str:
    """What is true of the events in it."""
    count = f"{found.told} event{'' if found.told == 1 else 's'}"
    if found.delivery.state is MessageState.DROPPED and found.told:
        return f"{count} in it: {TO_NOBODY}, and not told again"
    if found.delivery.state is MessageState.FAILED:
        return f"{count} in it count as told" if found.told else "what it told comes again"
    return f"{count} in it"


def age_words(since: datetime | None, now: datetime) -> str:
    """ "3 days", "2 hours", "5 minutes"."""
    passed = max(now - since, timedelta(0)) if since else timedelta(0)
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        count = int(passed.total_seconds() // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
