"""From events to messages in the outbox.

For one subscriber and channel at a time, in one transaction: what was not told yet and matches
becomes a digest, its message goes into the outbox and every event told goes into the ledger by its
id.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import digest
from aggregator.alert.beside import Beside, beside, says_still_watching
from aggregator.alert.due import AT_ONCE, BETWEEN, Due, due
from aggregator.alert.finding import Finding
from aggregator.alert.shared import Shared
from aggregator.alert.urgent import urgent
from aggregator.digest import Links
from aggregator.errors import FairNoticeError
from aggregator.model import (
    Channel,
    Digest,
    DigestItem,
    DigestKind,
    DigestRun,
    Host,
    Message,
    MessageState,
    Subscriber,
    SubscriberState,
    Subscription,
    Watch,
)
from aggregator.store import Store

BRAKE = 150
"""A digest with more news than this is held for a person to release: such a
flood is more likely a source republishing its archive than a busy day."""

LinksFor = Callable[[Subscriber], Links]
"""The addresses of pages for one reader."""


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
    watch: Watch | None = None,
    links: LinksFor | None = None,
    dry_run: bool = False,
    only_due: bool = False,
    only_for: str | None = None,
) -> ComposeResult:
    """Compose for every subscriber and channel what there is to tell; one fault stops only one.

    names: source id -> its name for readers. labels: service type -> its name in plain words.
    watch: how the sources do; None says nothing of them. only_due: leave channels alone whose
    cadence is not due since their last digest run, but for what cannot wait.
    only_for: the id of the one subscriber to compose for.
    A digest that fails leaves no trace and is composed anew the next time.
    """
    shared = Shared(store=store, now=now, labels=labels)
    composed: list[Composed] = []
    problems: list[str] = []
    for subscriber in store.subscribers():
        if subscriber.state is not SubscriberState.CONFIRMED or only_for not in {
            None,
            subscriber.id,
        }:
            continue
        with border(subscriber.email, problems):
            for channel, subscriptions in by_channel(store.subscriptions(subscriber.id)):
                if store.is_off(subscriber.id, channel.key):
                    continue  # told when it is on again, since nothing is marked as told
                with border(f"{subscriber.email} by {channel.kind}", problems):
                    task = Composing(
                        store=store,
                        host=host,
                        hour=hour,
                        now=now,
                        subscriber=subscriber,
                        channel=channel,
                        names=names,
                        labels=labels,
                        shared=shared,
                        watch=watch,
                        links=links(subscriber) if links else None,
                    )
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
class Composing(Finding):
    """One digest for one subscriber and channel."""

    def compose(
        self, subscriptions: Sequence[Subscription], *, dry_run: bool, only_due: bool
    ) -> Composed | None:
        """The digest, put into outbox and ledger; None where there is nothing to tell."""
        asked = Due(at=self.now, subscriptions=tuple(subscriptions), regular=False)
        turn = due(self, subscriptions) if only_due else asked
        if turn is None:
            return None
        run = DigestRun(
            subscriber_id=self.subscriber.id,
            channel=self.channel,
            due_at=turn.at,
            between=turn.between,
        )
        if dry_run:
            return self.between(run, turn)[0] if turn.between else self.whole(run, turn)
        with self.store.transaction():
            if not self.store.begin_digest_run(run, self.now):
                return None
            return self.carry_out_between(run, turn) if turn.between else self.carry_out(run, turn)

    def carry_out(self, run: DigestRun, turn: Due) -> Composed | None:
        """A regular digest with all its effects."""
        composed = self.whole(run, turn)
        if composed is not None:
            self.commit(composed)
        if not (composed and composed.digest.left_out):
            self.open(turn.subscriptions)
        return composed

    def carry_out_between(self, run: DigestRun, turn: Due) -> Composed | None:
        """A digest between two regular ones; what was weighed is not weighed again."""
        composed, withheld = self.between(run, turn)
        if composed is not None:
            self.commit(composed)
        if not withheld and not (composed and composed.digest.left_out):
            self.store.set_looked_up_to(*self.key, BETWEEN, self.store.last_event_number())
        return composed

    def open(self, subscriptions: Sequence[Subscription]) -> None:
        """From here on these subscriptions hear of what happens."""
        number = self.store.last_event_number()
        if self.is_first:
            self.store.set_channel_start(*self.key, number)
        self.store.set_looked_up_to(*self.key, AT_ONCE, number)
        self.store.set_opened([one.id for one in subscriptions], self.now)

    def whole(self, run: DigestRun, turn: Due) -> Composed | None:
        """A regular digest and its message, without any effect."""
        if self.is_first:
            kind, items = DigestKind.OPEN_NOW, self.open_now(turn.subscriptions)
        else:
            kind, items = DigestKind.UPDATE, self.news(turn.subscriptions)
            items += self.already_open(turn.subscriptions, items)
        extra = beside(self) if turn.regular else Beside()
        composed = digest.compose(run, kind, self.grouped(items), now=self.now)
        if composed is None:
            if not turn.regular or not says_still_watching(self, turn.subscriptions, extra):
                return None
            composed = digest.still_watching(run, self.watch or Watch(checked=0), now=self.now)
        composed = replace(
            composed, troubles=extra.troubles, mended=extra.mended, lapsed=extra.lapsed
        )
        held = kind is DigestKind.UPDATE and (is_flood(items) or self.waits_for_a_person())
        return self.rendered(composed, items, held=held)

    def between(self, run: DigestRun, turn: Due) -> tuple[Composed | None, bool]:
        """What cannot wait and its message, and whether something was withheld till later."""
        found = urgent(self, turn.subscriptions)
        composed = digest.compose(run, DigestKind.BETWEEN, self.grouped(found.items), now=self.now)
        if composed is None:
            return None, found.withheld
        held = is_flood(found.items) or self.waits_for_a_person()
        return self.rendered(composed, found.items, held=held), found.withheld

    def grouped(self, items: Sequence[DigestItem]) -> tuple[DigestItem, ...]:
        """The items with what is probably one procurement in one place."""
        likely = {
            item.opportunity.id: self.store.likely_links_of(item.opportunity.id) for item in items
        }
        return digest.grouped(items, likely)

    def rendered(self, composed: Digest, items: Iterable[DigestItem], *, held: bool) -> Composed:
        """The digest with its message and its entries for the ledger."""
        spoken = replace(composed, language=self.subscriber.language)
        opportunity_of = {event.id: item.opportunity.id for item in items for event in item.events}
        return Composed(
            digest=spoken,
            message=digest.render(spoken, self.host, names=self.names, links=self.links),
            held=held,
            told=tuple((event_id, opportunity_of[event_id]) for event_id in spoken.event_ids),
        )

    def waits_for_a_person(self) -> bool:
        """Whether the beginning of a flood on this channel is still held."""
        return self.store.waits_for_a_person(*self.key)

    def commit(self, composed: Composed) -> None:
        """Message into the outbox, events into the ledger, by id."""
        state = MessageState.HELD if composed.held else MessageState.PENDING
        message, content = composed.message, composed.digest
        self.store.enqueue(message, state=state, at=self.now)
        self.store.tell(*self.key, composed.told, message_id=message.id, at=self.now)
        self.store.tell_troubles(
            *self.key, begun=content.troubles, over=content.mended, message_id=message.id
        )
        self.store.lapse_follows(
            self.subscriber.id,
            [one.opportunity_id for one in content.lapsed],
            message_id=message.id,
        )
        self.store.set_said(content.run)


def is_flood(items: Iterable[DigestItem]) -> bool:
    """Whether so much is new at once that a person should look first."""
    return sum(any(not event.backfill for event in item.events) for item in items) > BRAKE
