"""From events to messages in the outbox.

For one subscriber and channel at a time, in one transaction: what was not told yet and matches
becomes a digest, its message goes into the outbox and every event told goes into the ledger by its
id.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import digest, match, moderate, schedule, stage
from aggregator.errors import FairNoticeError, UnknownIdentifier
from aggregator.fit import fit
from aggregator.model import (
    Channel,
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
    Subscriber,
    SubscriberState,
    Subscription,
    Verdict,
)
from aggregator.store import Store
from aggregator.summary import summary

BRAKE = 150
"""A digest with more news than this is held for a person to release: such a
flood is more likely a source republishing its archive than a busy day."""


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A digest that was (or in a dry run would be) put into the outbox."""

    digest: Digest
    message: Message
    held: bool
    told: tuple[tuple[str, str], ...]
    """(event id, opportunity id) of everything this digest tells, for the ledger."""


@dataclass(frozen=True, kw_only=True)
class ComposeResult:
    """What one go gave: the digests, and a sentence for each that could not be composed."""

    composed: tuple[Composed, ...] = ()
    problems: tuple[str, ...] = ()


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
) -> ComposeResult:
    """Compose for every subscriber and channel what there is to tell; one fault stops only one.

    names: source id -> its name for readers. labels: service type -> its name in plain words.
    only_due: leave channels alone whose cadence is not due since their last digest run.
    A digest that fails leaves no trace and is composed anew the next time.
    """
    composed: list[Composed] = []
    problems: list[str] = []
    for subscriber in store.subscribers():
        if subscriber.state is not SubscriberState.CONFIRMED:
            continue
        with border(subscriber.email, problems):
            for channel, subscriptions in by_channel(store.subscriptions(subscriber.id)):
                if store.is_off(subscriber.id, channel.key):
                    continue  # told when it is on again, since nothing is marked as told
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
                with border(f"{subscriber.email} by {channel.kind}", problems):
                    one = task.compose(subscriptions, dry_run=dry_run, only_due=only_due)
                    composed += [one] if one else []
    return ComposeResult(composed=tuple(composed), problems=tuple(problems))


@contextmanager
def border(who: str, problems: list[str]) -> Iterator[None]:
    """Keep what goes wrong with one subscriber's digest away from the others'."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001 - one of the four borders: one subscriber's digest
        words = " ".join(str(fault).split())
        why = words if isinstance(fault, FairNoticeError) else f"{type(fault).__name__}: {words}"
        problems.append(f"the digest for {who} could not be composed, tried again later ({why})")


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
            if not (composed and composed.digest.left_out):
                self.open(wanted)
        return composed

    def open(self, subscriptions: Sequence[Subscription]) -> None:
        """From here on these subscriptions hear of what happens."""
        if self.is_first:
            self.store.set_channel_start(
                self.subscriber.id, self.channel.key, self.store.last_event_number()
            )
        self.store.set_opened([one.id for one in subscriptions], self.now)

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
            items += self.already_open(subscriptions, items)
        composed = digest.compose(run, kind, items, now=self.now)
        if composed is None:
            return None
        opportunity_of = {event.id: item.opportunity.id for item in items for event in item.events}
        return Composed(
            digest=composed,
            message=digest.render(composed, self.host, names=self.names),
            held=kind is DigestKind.UPDATE and (is_flood(items) or self.waits_for_a_person()),
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

    def already_open(
        self, subscriptions: Sequence[Subscription], items: Sequence[DigestItem]
    ) -> list[DigestItem]:
        """What is live for subscriptions that came later than the channel's first digest."""
        unopened = self.store.unopened(self.subscriber.id)
        later = [one for one in subscriptions if one.id in unopened]
        known = {item.opportunity.id for item in items}
        return [
            replace(item, events=tuple(replace(event, backfill=True) for event in item.events))
            for item in (self.open_now(later) if later else ())
            if item.opportunity.id not in known
        ]

    def waits_for_a_person(self) -> bool:
        """Whether the beginning of a flood on this channel is still held."""
        held = self.store.deliveries(states=(MessageState.HELD,))
        mine = (self.subscriber.id, self.channel.key)
        return any((one.message.subscriber_id, one.message.channel.key) == mine for one in held)

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
                events_told = tuple(told_by.values())
                items.append(self.item(judged, events_told, why, known=known, told_at=told_at))
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
        told_at: datetime | None = None,
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
            told_at=told_at,
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


def is_flood(items: Iterable[DigestItem]) -> bool:
    """Whether so much is new at once that a person should look first."""
    return sum(any(not event.backfill for event in item.events) for item in items) > BRAKE


def was_in_what_we_told(event: Event, told_at: datetime | None) -> bool:
    """Whether a change found only now, by a repair, was in the facts when we told of them last."""
    return event.backfill and told_at is not None and event.at <= told_at


def verdicts_of(subscriptions: Iterable[Subscription]) -> tuple[Verdict, ...]:
    """Every verdict any of them wants."""
    return tuple(dict.fromkeys(v for one in subscriptions for v in one.criteria.verdicts))
