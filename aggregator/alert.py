"""From events to messages in the outbox, and from the outbox to the readers.

Composing: for one subscriber and channel at a time, in one transaction: what was not told yet and
matches becomes a digest, its message goes into the outbox and every event told goes into the
ledger by its id. Delivering: a message is claimed (pending → sending, consent checked again), sent,
and recorded; after a crash a message in `sending` is looked up where the channel can be asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator import digest, match, moderate, schedule, stage
from aggregator.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownIdentifier
from aggregator.fit import fit
from aggregator.model import (
    Channel,
    Delivery,
    Digest,
    DigestItem,
    DigestKind,
    DigestRun,
    Event,
    Host,
    JudgedOpportunity,
    Match,
    Message,
    MessageState,
    Receipt,
    Subscriber,
    SubscriberState,
    Subscription,
    Verdict,
)
from aggregator.ports import Clock, Notifier
from aggregator.store import Store
from aggregator.summary import summary

BRAKE = 150
"""A digest with more news than this is held for a person to release: such a
flood is more likely a source republishing its archive than a busy day."""

SETTLE = timedelta(hours=1)
"""How long a message stays unsure, where the channel cannot be asked, before it is sent once more
with the same id."""


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A digest that was (or in a dry run would be) put into the outbox."""

    digest: Digest
    message: Message
    held: bool
    told: tuple[tuple[str, str], ...]
    """(event id, opportunity id) of everything this digest tells, for the ledger."""


@dataclass(kw_only=True)
class Delivered:
    """What became of the outbox in one go."""

    sent: int = 0
    waiting: int = 0
    dropped: int = 0
    failed: int = 0
    held: int = 0
    problems: list[str] = field(default_factory=list)


def compose(
    *,
    store: Store,
    host: Host,
    hour: int,
    now: datetime,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    dry_run: bool = False,
    only_due: bool = False,
) -> tuple[Composed, ...]:
    """Compose for every subscriber and channel what there is to tell.

    names: source id -> its name for readers. labels: service type -> its name in plain words.
    only_due: leave channels alone whose cadence is not due since their last digest run.
    """
    composed = []
    for subscriber in store.subscribers():
        if subscriber.state is not SubscriberState.CONFIRMED:
            continue
        for channel, subscriptions in by_channel(store.subscriptions(subscriber.id)):
            task = Composing(
                store=store,
                host=host,
                hour=hour,
                now=now,
                subscriber=subscriber,
                channel=channel,
                names=names,
                labels=labels,
            )
            one = task.compose(subscriptions, dry_run=dry_run, only_due=only_due)
            if one is not None:
                composed.append(one)
    return tuple(composed)


def by_channel(
    subscriptions: Iterable[Subscription],
) -> Iterator[tuple[Channel, tuple[Subscription, ...]]]:
    """The subscriptions grouped by where they go: one digest for each channel."""
    groups: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        groups.setdefault(subscription.channel.key, []).append(subscription)
    for group in groups.values():
        yield group[0].channel, tuple(group)


@dataclass(frozen=True, kw_only=True)
class Composing:
    """One digest for one subscriber and channel."""

    store: Store
    host: Host
    hour: int
    now: datetime
    subscriber: Subscriber
    channel: Channel
    names: Mapping[str, str]
    labels: Mapping[str, str]

    def compose(
        self, subscriptions: Sequence[Subscription], *, dry_run: bool, only_due: bool
    ) -> Composed | None:
        """The digest, put into outbox and ledger; None where there is nothing to tell."""
        due = self.due(subscriptions) if only_due else (self.now, tuple(subscriptions))
        if due is None:
            return None
        due_at, wanted = due
        run = DigestRun(subscriber_id=self.subscriber.id, channel=self.channel, due_at=due_at)
        if dry_run:
            return self.render(run, wanted)
        with self.store.transaction():
            if not self.store.begin_digest_run(run, self.now):
                return None
            composed = self.render(run, wanted)
            if composed is not None:
                self.commit(composed)
            if self.is_first and not (composed and composed.digest.left_out):
                self.store.set_channel_start(
                    self.subscriber.id, self.channel.key, self.store.last_event_number()
                )
        return composed

    def due(
        self, subscriptions: Sequence[Subscription]
    ) -> tuple[datetime, tuple[Subscription, ...]] | None:
        """The newest due instant not yet served, with the subscriptions that are due at it.

        A new channel is due at once: its first digest says what is open now. What did not fit into
        it is told to all subscriptions, since after it only what is new is looked at.
        """
        last = self.store.last_digest_run(self.subscriber.id, self.channel.key, until=self.now)
        if last is None:
            return self.now, tuple(subscriptions)
        times = [
            (schedule.latest_due(one.cadence, hour=self.hour, now=self.now), one)
            for one in subscriptions
        ]
        fresh = [(at, one) for at, one in times if at > last]
        if not fresh:
            return None
        wanted = subscriptions if self.is_first else [one for _, one in fresh]
        return max(at for at, _ in fresh), tuple(wanted)

    @property
    def is_first(self) -> bool:
        """Whether this channel was never told anything."""
        return self.store.channel_start(self.subscriber.id, self.channel.key) is None

    def render(self, run: DigestRun, subscriptions: Sequence[Subscription]) -> Composed | None:
        """The digest and its message, without any effect."""
        if self.is_first:
            kind, items = DigestKind.OPEN_NOW, self.open_now(subscriptions)
        else:
            kind, items = DigestKind.UPDATE, self.news(subscriptions)
        composed = digest.compose(run, kind, items, now=self.now)
        if composed is None:
            return None
        opportunity_of = {event.id: item.opportunity.id for item in items for event in item.events}
        return Composed(
            digest=composed,
            message=digest.render(composed, self.host, names=self.names),
            held=kind is DigestKind.UPDATE and len(items) > BRAKE,
            told=tuple((event_id, opportunity_of[event_id]) for event_id in composed.event_ids),
        )

    def open_now(self, subscriptions: Sequence[Subscription]) -> list[DigestItem]:
        """Everything live that meets a subscription, with all its events as told.

        What did not fit into the first digest comes in the next ones, until nothing is left out.
        """
        told = self.store.told_opportunities(self.subscriber.id, self.channel.key)
        not_now = moderate.not_for(self.subscriber.id, store=self.store).union(told)
        items = []
        for judged in self.store.opportunities(verdicts=verdicts_of(subscriptions)):
            opportunity = judged.opportunity
            if opportunity.id in not_now or not stage.is_live(opportunity, self.now):
                continue
            why = self.why(judged, subscriptions)
            if why is not None:
                events = self.store.events_of(judged.opportunity.id)
                items.append(self.item(judged, tuple(events), why, known=False))
        return items

    def why(
        self, judged: JudgedOpportunity, subscriptions: Sequence[Subscription]
    ) -> tuple[str, ...] | None:
        """The reasons of the first subscription an opportunity meets."""
        standing = stage.at(judged.opportunity, self.now)
        for subscription in subscriptions:
            why = match.meets(
                judged.opportunity,
                judged.judgement,
                standing.stage,
                subscription.criteria,
                labels=self.labels,
            )
            if why is not None:
                return why
        return None

    def news(self, subscriptions: Sequence[Subscription]) -> list[DigestItem]:
        """What has not been told on this channel and concerns the subscriber."""
        subscriber_id, key = self.subscriber.id, self.channel.key
        start = self.store.channel_start(subscriber_id, key) or 0
        told = self.store.told_opportunities(subscriber_id, key)
        followed = {f.opportunity_id for f in self.store.follows(subscriber_id)}
        by_opportunity: dict[str, list[Event]] = {}
        unconcerned = Verdict.NO in verdicts_of(subscriptions)
        for event in self.store.untold_events(
            subscriber_id, key, after_number=start, unconcerned=unconcerned
        ):
            by_opportunity.setdefault(self.store.resolve(event.opportunity_id), []).append(event)
        for opportunity_id in moderate.not_for(subscriber_id, store=self.store):
            by_opportunity.pop(opportunity_id, None)
        items = []
        for opportunity_id, events in by_opportunity.items():
            judged = self.known(opportunity_id)
            if judged is None:
                continue
            told_at = told.get(opportunity_id)
            matches = self.matches(
                judged,
                [event for event in events if not was_in_what_we_told(event, told_at)],
                subscriptions,
                told=opportunity_id in told,
                followed=opportunity_id in followed,
            )
            if matches:
                why = tuple(dict.fromkeys(words for one in matches for words in one.why))
                told_by = {one.event.id: one.event for one in matches}
                known = opportunity_id in told or opportunity_id in followed
                items.append(self.item(judged, tuple(told_by.values()), why, known=known))
        return items

    def known(self, opportunity_id: str) -> JudgedOpportunity | None:
        """The opportunity, None when it is gone."""
        try:
            return self.store.opportunity(opportunity_id)
        except UnknownIdentifier:
            return None

    def matches(
        self,
        judged: JudgedOpportunity,
        events: Sequence[Event],
        subscriptions: Sequence[Subscription],
        *,
        told: bool,
        followed: bool,
    ) -> list[Match]:
        """Every event that any of the subscriptions wants to hear of.

        A chance that was over before it was told is none: who was never told is not told of it.
        """
        standing = stage.at(judged.opportunity, self.now)
        is_over = standing.stage in match.LIVE and not stage.is_live(judged.opportunity, self.now)
        if is_over and not told and not followed:
            return []
        found = [
            match.match(
                event,
                judged.opportunity,
                judged.judgement,
                standing.stage,
                subscription,
                told=told,
                followed=followed,
                labels=self.labels,
            )
            for subscription in subscriptions
            for event in events
        ]
        return [one for one in found if one is not None]

    def item(
        self,
        judged: JudgedOpportunity,
        events: tuple[Event, ...],
        why: tuple[str, ...],
        *,
        known: bool,
    ) -> DigestItem:
        """A line of the digest."""
        opportunity, judgement = judged.opportunity, judged.judgement
        return DigestItem(
            opportunity=opportunity,
            judgement=judgement,
            stage=stage.at(opportunity, self.now).stage,
            events=events,
            why=why,
            known=known,
            summary=summary(opportunity, judgement, now=self.now, labels=self.labels, alone=False),
            fit=self.suits(judged),
        )

    def suits(self, judged: JudgedOpportunity) -> tuple[str, ...]:
        """How it would suit the reader's organisation, where that said something of itself."""
        provider = self.subscriber.provider
        if provider is None or not stage.is_live(judged.opportunity, self.now):
            return ()
        found = fit(judged.opportunity, judged.judgement, provider, self.now, labels=self.labels)
        return found.lines()

    def commit(self, composed: Composed) -> None:
        """Message into the outbox, events into the ledger, by id."""
        state = MessageState.HELD if composed.held else MessageState.PENDING
        self.store.enqueue(composed.message, state=state, at=self.now)
        self.store.tell(
            self.subscriber.id,
            self.channel.key,
            composed.told,
            message_id=composed.message.id,
            at=self.now,
        )


def was_in_what_we_told(event: Event, told_at: datetime | None) -> bool:
    """Whether a change found only now, by a repair, was in the facts when we told of them last."""
    return event.backfill and told_at is not None and event.at <= told_at


def verdicts_of(subscriptions: Iterable[Subscription]) -> tuple[Verdict, ...]:
    """Every verdict any of them wants."""
    return tuple(dict.fromkeys(v for one in subscriptions for v in one.criteria.verdicts))


async def deliver(*, store: Store, notifier: Notifier, clock: Clock) -> Delivered:
    """Reconcile what a crash left, then send what is due; one failure never stops the rest."""
    result = Delivered()
    for delivery in store.unfinished():
        await reconcile(delivery, store=store, notifier=notifier, clock=clock)
    for delivery in store.due_messages(clock.now()):
        await deliver_one(delivery, store=store, notifier=notifier, clock=clock, result=result)
    result.held = len(store.deliveries(states=(MessageState.HELD,)))
    return result


async def reconcile(delivery: Delivery, *, store: Store, notifier: Notifier, clock: Clock) -> None:
    """Find out what became of a message that was being sent when the process died."""
    message_id, now = delivery.message.id, clock.now()
    sent = await notifier.was_sent(delivery.message)
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
    """Claim, send and record one message."""
    message = store.claim(delivery.message.id, clock.now())
    if message is None:
        result.dropped += 1
        return
    try:
        receipt = await notifier.send(message)
    except TemporaryFailure as fault:
        postpone(delivery, fault, store=store, clock=clock, result=result)
    except DeliveryError as fault:
        give_up(message.id, fault, store=store, clock=clock, result=result)
    except Exception as fault:  # noqa: BLE001 - one of the four borders: one delivery
        postpone(
            delivery,
            TemporaryFailure(f"unexpected {type(fault).__name__}: {fault}"),
            store=store,
            clock=clock,
            result=result,
        )
    else:
        store.record_sent(receipt)
        result.sent += 1


def postpone(
    delivery: Delivery, fault: TemporaryFailure, *, store: Store, clock: Clock, result: Delivered
) -> None:
    """Try again later, or give up when the ladder is at its end.

    Where the message may have been taken, it rests as unsure before it is sent once more.
    """
    now = clock.now()
    later = schedule.next_attempt(delivery.attempts + 1, now=now, wait=fault.wait)
    if fault.unsure and later is not None:
        later = max(later, now + SETTLE)
    if later is None:
        give_up(delivery.message.id, fault, store=store, clock=clock, result=result)
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


def give_up(
    message_id: str, fault: DeliveryError, *, store: Store, clock: Clock, result: Delivered
) -> None:
    """Record that a message will not be tried again."""
    gone = isinstance(fault, PermanentFailure) and fault.gone
    answer = f"{fault} (the receiver asks not to be sent anything)" if gone else str(fault)
    store.record_failure(
        message_id,
        answer=answer,
        state=MessageState.FAILED,
        next_attempt_at=None,
        at=clock.now(),
    )
    result.failed += 1
    result.problems.append(answer)
