"""The books compared: what was detected, what the ledger says was told, what was really sent.

It asks the filters and the ledger itself, not the composing, so that an error there is seen. What
is not told has a reason, or is a difference that a person has to look at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from aggregator import match, moderate, stage
from aggregator.alert.composing import by_channel
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Channel,
    Event,
    MessageState,
    Subscriber,
    SubscriberState,
    Subscription,
    TellingState,
)
from aggregator.store import Store

DAYS = 7
"""How far back the nightly comparison looks."""

CHANCES = 2
"""So many regular digests after an event it must have been told. One may go out in the minutes
between an event and its being stored, or be too full."""

FIRST_DIGEST = timedelta(hours=6)
PATIENCE: Mapping[str, timedelta] = {
    MessageState.SENDING: timedelta(hours=2),
    MessageState.UNSURE: timedelta(days=2),
    MessageState.PENDING: timedelta(days=2),
    MessageState.HELD: timedelta(days=1),
}
"""How long a message may stand in a state on its way."""

REMEDY: Mapping[str, str] = {
    MessageState.SENDING: "run: fairnotice deliver, and see whether the service runs",
    MessageState.UNSURE: "run: fairnotice deliver; the channel could not be asked",
    MessageState.PENDING: "run: fairnotice doctor; the channel does not take it",
    MessageState.HELD: "look at it, then: fairnotice deliver --release ID",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing in which the books differ, and what to do about it."""

    words: str
    remedy: str


@dataclass(kw_only=True)
class Reconciled:
    """What the comparison found.

    sent: entries of the ledger whose message was taken. reasons: how many matches or entries are
    not told or not sent, by the reason why.
    """

    sent: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def in_words(self) -> str:
        """In one line."""
        reasons = ", ".join(f"{count} {why}" for why, count in sorted(self.reasons.items()))
        count = len(self.differences)
        found = "the books agree" if not count else f"{count} to look at"
        return (
            f"reconciled: {self.sent} told and sent"
            + (f"; {reasons}" if reasons else "")
            + (f"; {found}")
        )

    def as_json(self) -> str:
        """For programs."""
        return msgspec.json.encode(
            {"sent": self.sent, "reasons": self.reasons, "differences": self.differences}
        ).decode()

    def differs(self, words: str, remedy: str) -> None:
        """Note a difference."""
        self.differences.append(Difference(words=words, remedy=remedy))


def run(*, store: Store, now: datetime, days: int = DAYS) -> Reconciled:
    """Compare everything of the last `days` days; changes nothing."""
    result, since = Reconciled(), now - timedelta(days=days)
    for telling in store.tellings(since):
        compare_sent(telling, result, now=now)
    for subscriber in store.subscribers():
        if subscriber.state is not SubscriberState.CONFIRMED:
            continue
        for channel, subscriptions in by_channel(store.subscriptions(subscriber.id)):
            Comparing(
                store=store,
                now=now,
                since=since,
                subscriber=subscriber,
                channel=channel,
                subscriptions=subscriptions,
                result=result,
            ).compare()
    return result


def compare_sent(telling: TellingState, result: Reconciled, *, now: datetime) -> None:
    """Whether what the ledger says was told by a message was sent, or why not."""
    state, events = telling.state, telling.events
    if state == MessageState.SENT:
        result.sent += events
        return
    patience = PATIENCE.get(state)
    if patience is None:
        why = "wanted no more" if state == MessageState.DROPPED else "perhaps taken, then refused"
        result.reasons[why] += events
    elif now - telling.changed_at <= patience:
        result.reasons["on their way"] += events
    else:
        result.differs(
            f"message {telling.message_id} is {state} since {telling.changed_at:%d %B %H:%M} UTC",
            REMEDY[state],
        )


@dataclass(frozen=True, kw_only=True)
class Comparing:
    """What one channel of one subscriber should have been told."""

    store: Store
    now: datetime
    since: datetime
    subscriber: Subscriber
    channel: Channel
    subscriptions: Sequence[Subscription]
    result: Reconciled

    @property
    def key(self) -> tuple[str, str]:
        """By what the store knows this channel."""
        return self.subscriber.id, self.channel.key

    def compare(self) -> None:
        """Note a reason or a difference for everything that was not told."""
        start = self.store.channel_start(*self.key)
        if self.store.is_off(*self.key):
            self.result.reasons["channel switched off"] += 1
        elif start is None:
            self.compare_first()
        else:
            self.compare_events(self.untold(start))

    def compare_first(self) -> None:
        """Whether somebody confirmed long ago and never had a look taken for them."""
        consent = self.subscriber.consent
        began = max(
            min(one.created_at for one in self.subscriptions),
            consent.given_at if consent else self.subscriber.created_at,
        )
        if self.store.regular_runs(*self.key) or self.now - began <= FIRST_DIGEST:
            self.result.reasons["first digest to come"] += 1
            return
        self.result.differs(
            f"subscriber {self.subscriber.id} waits for the first digest since "
            f"{began:%d %B %H:%M} UTC",
            "see whether the service runs: fairnotice doctor",
        )

    def untold(self, start: int) -> Iterator[Event]:
        """The events of the time that are not in the ledger of this channel."""
        everything = any("no" in one.criteria.verdicts for one in self.subscriptions)
        events = self.store.untold_events(*self.key, after_number=start, unconcerned=everything)
        return (event for event in events if self.since <= event.at <= self.now)

    def compare_events(self, events: Iterable[Event]) -> None:
        """A reason or a difference for each that meets a subscription."""
        told = self.store.told_opportunities(*self.key)
        followed = {one.opportunity_id for one in self.store.follows(self.subscriber.id)}
        refused = set(moderate.not_for(self.subscriber.id, store=self.store))
        runs = self.store.regular_runs(*self.key)
        for event in events:
            name = self.store.resolve(event.opportunity_id)
            if not self.is_wanted(event, name, told=name in told, followed=name in followed):
                continue
            later = sum(begun > event.at for begun in runs)
            if name in refused:
                self.result.reasons["not for them"] += 1
            elif later < CHANCES or self.store.failed_in_a_row(*self.key)[0]:
                self.result.reasons["wait for the next digest"] += 1
            else:
                self.differs(event, name)

    def is_wanted(self, event: Event, name: str, *, told: bool, followed: bool) -> bool:
        """Whether any of the subscriptions is met, and there was time to tell of it."""
        try:
            judged = self.store.opportunity(name)
        except UnknownIdentifier:
            return False
        live = stage.is_live(judged.opportunity, self.now)
        if event.backfill or not (live or told or followed):
            return False
        standing = stage.at(judged.opportunity, self.now).stage
        return any(
            match.match(
                event,
                judged.opportunity,
                judged.judgement,
                standing,
                one,
                told=told,
                followed=followed,
                now=self.now,
            )
            for one in self.subscriptions
        )

    def differs(self, event: Event, name: str) -> None:
        """It meets a subscription, and two digests went out without it."""
        self.result.differs(
            f"{event.kind} of {name} ({event.at:%d %B %H:%M} UTC) meets a subscription of "
            f"{self.subscriber.id}, and two digests went out without it",
            f"look at it with: fairnotice show {name}, and please report it to the project",
        )
