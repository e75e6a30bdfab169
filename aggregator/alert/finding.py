"""What there is to tell one reader on one channel: the news, and what is open already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import match, moderate, stage
from aggregator.alert.reader import Reader
from aggregator.errors import UnknownIdentifier
from aggregator.fit import fit
from aggregator.model import (
    DigestItem,
    Event,
    JudgedOpportunity,
    Match,
    Subscription,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class Finding(Reader):
    """Goes through what happened and through what is open; changes nothing."""

    def open_now(self, subscriptions: Sequence[Subscription]) -> list[DigestItem]:
        """Everything live that meets a subscription, with all its events as told.

        What did not fit into the first digest comes in the next ones, until nothing is left out.
        """
        told = self.store.told_opportunities(self.subscriber.id, self.channel.key)
        not_now = moderate.not_for(self.subscriber.id, store=self.store).union(
            told, self.store.held_opportunities()
        )
        items = []
        for judged in self.shared.live(verdicts_of(subscriptions)):
            if judged.opportunity.id in not_now:
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

    def why(
        self, judged: JudgedOpportunity, subscriptions: Sequence[Subscription]
    ) -> tuple[str, ...] | None:
        """The reasons of the first subscription an opportunity meets."""
        for subscription in subscriptions:
            why = self.shared.reasons(judged, subscription)
            if why is not None:
                return why
        return None

    def news(self, subscriptions: Sequence[Subscription]) -> list[DigestItem]:
        """What has not been told on this channel and concerns the subscriber."""
        subscriber_id, key = self.subscriber.id, self.channel.key
        start = self.store.channel_start(subscriber_id, key) or 0
        told = self.store.told_opportunities(subscriber_id, key)
        followed = {f.opportunity_id for f in self.store.follows(subscriber_id)}
        again = self.store.reruns_of_followed(subscriber_id)
        by_opportunity: dict[str, list[Event]] = {}
        unconcerned = Verdict.NO in verdicts_of(subscriptions)
        for event in self.store.untold_events(
            subscriber_id, key, after_number=start, unconcerned=unconcerned
        ):
            by_opportunity.setdefault(self.store.resolve(event.opportunity_id), []).append(event)
        for opportunity_id in moderate.not_for(subscriber_id, store=self.store):
            by_opportunity.pop(opportunity_id, None)
        for opportunity_id in self.store.held_opportunities() - followed - set(told):
            by_opportunity.pop(opportunity_id, None)  # nor by a reminder of its deadline
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
                followed_before=opportunity_id in again,
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
        followed_before: bool = False,
    ) -> list[Match]:
        """Every event that any of the subscriptions wants to hear of.

        A chance that was over before it was told is none: who was never told is not told of it.
        """
        standing = stage.at(judged.opportunity, self.now)
        is_over = standing.stage in match.LIVE and not stage.is_live(judged.opportunity, self.now)
        if is_over and not told and not followed:
            return []
        concerned = [
            one
            for one in subscriptions
            if told or followed or followed_before or self.shared.reasons(judged, one) is not None
        ]
        found = [
            match.match(
                event,
                judged.opportunity,
                judged.judgement,
                standing.stage,
                subscription,
                told=told,
                followed=followed,
                followed_before=followed_before,
                now=self.now,
                labels=self.labels,
            )
            for subscription in concerned
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
            summary=self.shared.summary(judged),
            fit=self.suits(judged),
        )

    def suits(self, judged: JudgedOpportunity) -> tuple[str, ...]:
        """How it would suit the reader's organisation, where that said something of itself."""
        provider = self.subscriber.provider
        if provider is None or not stage.is_live(judged.opportunity, self.now):
            return ()
        found = fit(judged.opportunity, judged.judgement, provider, self.now, labels=self.labels)
        return found.lines()


def was_in_what_we_told(event: Event, told_at: datetime | None) -> bool:
    """Whether a change found only now, by a repair, was in the facts when we told of them last."""
    return event.backfill and told_at is not None and event.at <= told_at


def verdicts_of(subscriptions: Iterable[Subscription]) -> tuple[Verdict, ...]:
    """Every verdict any of them wants; a filter that names none wants all."""
    wanted = [one.criteria.verdicts or tuple(Verdict) for one in subscriptions]
    return tuple(dict.fromkeys(verdict for verdicts in wanted for verdict in verdicts))
