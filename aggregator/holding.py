"""After a restore, and in a copy: hold all mail, find out what was told meanwhile, let it go."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from aggregator import binding, consent, identity
from aggregator.alert import Composed
from aggregator.deliver import Entry, channel_mark
from aggregator.errors import DeliveryError, MailHeld
from aggregator.model import (
    Channel,
    ChannelKind,
    Event,
    EventKind,
    HoldKind,
    MailHold,
    Message,
    Opportunity,
    SentElsewhere,
    SubscriberState,
)
from aggregator.ports import Clock, Notifier
from aggregator.store import Store

CLOCK_KINDS = (EventKind.DEADLINE_NEAR, EventKind.CLOSED, EventKind.GONE_QUIET)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WHY = {
    HoldKind.COPY: "this folder is a copy of an instance that may still be sending",
    HoldKind.OLDER: "this database is older than what was sent from here: it was put back by hand",
}
OR_A_TIME = (
    "--told-until TIME counts as told what was published by then; collect first, and look with "
    "fairnotice digest --dry-run at what would be told."
)
WHAT_TO_DO = (
    "Collecting goes on, nothing is composed or sent. Look with fairnotice doctor; when this is "
    "the one that is to send, and no other: fairnotice restore --release"
)


def may_mail(home: Path, database: Path, *, store: Store, clock: Clock) -> None:
    """Raises MailHeld for a restored database, a copy, or one put back by hand."""
    hold = store.mail_hold()
    if hold is None:
        found = binding.suspicion(home, database, store)
        found = found and binding.suspicion(home, database, store)  # it may just be renewed
        if found is None:
            return
        hold = MailHold(
            kind=found,
            since=clock.now(),
            because=WHY[found],
            known_until=store.last_sending_at() or LONG_AGO,
        )
        store.hold_mail(hold)
    raise MailHeld(f"All mail is held: {hold.because}. {WHAT_TO_DO}")


def must_know(hold: MailHold, *, journals: bool, named: bool, moved: bool) -> None:
    """Raises MailHeld where nobody could say what was told since the database knows."""
    if named:
        return
    if hold.kind is HoldKind.COPY and not moved:
        raise MailHeld(
            f"All mail is held: {hold.because}. Switch the other one off for good. If it was moved "
            "here and has sent nothing since, add --moved; else name its journal of sent mails "
            f"(--sent FILE, its sent.jsonl) or the time of the last mail. {OR_A_TIME}"
        )
    if not journals and hold.kind is not HoldKind.COPY:
        raise MailHeld(
            f"Nobody can say what was told since {hold.known_until:%-d %B %Y at %H:%M} UTC: the "
            "journal of sent mails is not here. Name it where the old disk can still be read "
            f"(--sent FILE, its sent.jsonl), or the time of the last mail. {OR_A_TIME}"
        )


@dataclass(kw_only=True)
class Reconciled:
    """What was found out before mail goes again.

    told: events entered as told. probable: messages of which nobody knows whether they left, taken
    as told. unknown: sent to subscribers this database does not know. unclear: stopped messages
    whose channel cannot be asked. stopped: people who had ended their wishes since the backup.
    """

    messages: int = 0
    told: int = 0
    probable: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unclear: list[Message] = field(default_factory=list)
    released: int = 0
    stopped: int = 0


async def reconcile(
    entries: Iterable[Entry], *, store: Store, notifier: Notifier, clock: Clock
) -> Reconciled:
    """Enter what the journal says was sent, and ask the channels about what was on its way.

    Doing it twice changes nothing the second time.
    """
    result = Reconciled()
    known = {one.id for one in store.subscribers()}
    for entry in entries:
        if entry.taken is not False:
            await enter(entry, known, store=store, notifier=notifier, result=result)
    for message in store.stopped_messages():
        sent = await asked(message, notifier)
        if sent:
            store.note_sent(store.sending(message, clock.now()))
            result.messages += 1
        elif sent is None:
            result.unclear.append(message)
    return result


async def enter(
    entry: Entry, known: set[str], *, store: Store, notifier: Notifier, result: Reconciled
) -> None:
    """One message of the journal into outbox and ledger."""
    sent = entry.sent
    keys = store.channel_keys(sent.subscriber_id) if sent.subscriber_id in known else frozenset()
    key = next((key for key in sorted(keys) if channel_mark(key) == sent.channel), None)
    key = key or (only_address(sent.subscriber_id, store) if keys else None)
    if key is None:
        result.unknown.append(sent.message_id)
        return
    sent = replace(sent, channel=key)
    taken = entry.taken or await probably_sent(sent, notifier)
    if taken is False:
        return
    if taken is None:
        result.probable.append(sent.message_id)
    told = store.note_sent(sent)
    result.told += told
    result.messages += told > 0


def only_address(subscriber_id: str, store: Store) -> str | None:
    """The one channel of a subscriber, None where there are several.

    A mail by a channel that the backup does not know went to where they moved since: the journal
    keeps no addresses, and whom it told, it told.
    """
    keys = {one.channel.key for one in store.subscriptions(subscriber_id)}
    return keys.pop() if len(keys) == 1 else None


def ended(store: Store) -> frozenset[str]:
    """Ids of those who want nothing any more."""
    return frozenset(one.id for one in store.subscribers() if one.state is SubscriberState.ENDED)


def stop_again(subscriber_ids: Iterable[str], *, store: Store, clock: Clock) -> int:
    """End what a backup brought back of people who had ended it; says for how many."""
    back = {one.id for one in store.subscribers()} - ended(store)
    again = sorted(back.intersection(subscriber_ids))
    for subscriber_id in again:
        consent.stop(subscriber_id, "ended before a restore", store=store, clock=clock)
    return len(again)


async def asked(message: Message, notifier: Notifier) -> bool | None:
    """Whether the channel has it; None where it cannot be asked."""
    try:
        return await notifier.was_sent(message)
    except (DeliveryError, OSError):
        return None


async def probably_sent(sent: SentElsewhere, notifier: Notifier) -> bool | None:
    """What the channel says of a message that was leaving when the process died."""
    kind, _, target = sent.channel.partition(":")
    channel = Channel(kind=ChannelKind(kind), target=target)
    message = Message(
        id=sent.message_id, subscriber_id=sent.subscriber_id, channel=channel, created_at=sent.at
    )
    return await asked(message, notifier)


def tell_until(moment: datetime, composed: Iterable[Composed], *, store: Store) -> int:
    """Enter as told what was published by then and would be told now; gives how many events.

    For hosts that have neither journal nor outbox: a person knows when the last mail went.
    """
    return sum(store.note_sent(sent) for one in composed if (sent := published_by(moment, one)))


def published_by(moment: datetime, composed: Composed) -> SentElsewhere | None:
    """The part of a digest whose notices were published by then, as if it had been sent then."""
    run = composed.digest.run
    events = tuple(
        (event.id, item.opportunity.id)
        for section in composed.digest.sections
        for item in section.items
        for event in item.events
        if published(event, item.opportunity) <= moment
    )
    if not events:
        return None
    made_of = (run.subscriber_id, run.channel.key, moment.isoformat(), "told until", *events[0])
    return SentElsewhere(
        message_id=identity.message_id(*made_of),
        subscriber_id=run.subscriber_id,
        channel=run.channel.key,
        at=moment,
        due_at=moment,
        events=events,
    )


def published(event: Event, opportunity: Opportunity) -> datetime:
    """When an event could be known: its notice's publication, or its own moment."""
    for stored in opportunity.notices:
        notice = stored.notice
        if (notice.source_id, notice.notice_id) == (event.source_id, event.notice_id):
            if event.kind in CLOCK_KINDS:
                break
            return notice.published.instant if notice.published else event.at
    return event.at
