"""What is the same for all readers, read and worded once in a go instead of once for each.

It is thrown away as soon as anything was written that could change it: what a reader is told and
the number up to which they count as told must come from one state of the store.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aggregator import match, stage
from aggregator.errors import FairNoticeError
from aggregator.model import Criteria, JudgedOpportunity, SubscriberState, Subscription, Verdict
from aggregator.store import Store
from aggregator.summary import summary

OF_CONCERN = (Verdict.CORE, Verdict.RELATED, Verdict.POSSIBLE)
MOST_KEPT = 20_000
"""Opportunities of concern that are kept in memory; beyond that each reader's go reads its own."""


@dataclass(kw_only=True)
class Shared:
    """Live opportunities of concern, their summaries, whose filters they pass, as of a moment."""

    store: Store
    now: datetime
    labels: Mapping[str, str]
    state: tuple[int, int] | None = None
    kept: list[JudgedOpportunity] | None = None
    summaries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prospects: dict[str, match.Prospect] = field(default_factory=dict)
    indexed: dict[str, Subscription] | None = None
    index: match.Index | None = None
    passes: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def live(self, verdicts: Sequence[Verdict]) -> Iterator[JudgedOpportunity]:
        """What a reader can still act on, of these verdicts, the latest changed first."""
        self.renew()
        if Verdict.NO in verdicts:
            found = self.store.opportunities(verdicts=verdicts)
            yield from (one for one in found if stage.is_live(one.opportunity, self.now))
            return
        if self.kept is None:
            found = self.store.opportunities(verdicts=OF_CONCERN)
            self.kept = [one for one in found if stage.is_live(one.opportunity, self.now)]
        yield from (one for one in self.kept if one.judgement.verdict in verdicts)
        if len(self.kept) > MOST_KEPT:
            self.kept = None

    def summary(self, judged: JudgedOpportunity) -> tuple[str, ...]:
        """An opportunity in two lines."""
        self.renew()
        known = self.summaries.get(judged.opportunity.id)
        if known is None:
            known = summary(
                judged.opportunity, judged.judgement, now=self.now, labels=self.labels, alone=False
            )
            self.summaries[judged.opportunity.id] = known
        return known

    def prospect(self, judged: JudgedOpportunity) -> match.Prospect:
        """An opportunity as filters look at it; its texts are folded once for all readers."""
        self.renew()
        known = self.prospects.get(judged.opportunity.id)
        if known is None:
            known = match.Prospect(
                opportunity=judged.opportunity,
                judgement=judged.judgement,
                stage=stage.at(judged.opportunity, self.now).stage,
                now=self.now,
            )
            if len(self.prospects) < MOST_KEPT:
                self.prospects[judged.opportunity.id] = known
        return known

    def reasons(
        self, judged: JudgedOpportunity, subscription: Subscription
    ) -> tuple[str, ...] | None:
        """Why an opportunity passes the filter of a subscription, None where it does not.

        All filters are asked at once; one that was changed since is asked by itself.
        """
        seen = self.prospect(judged)
        index, indexed = self.filters()
        if indexed.get(subscription.id) != subscription:
            return match.reasons(seen, subscription.criteria, self.labels)
        passed = self.passes.get(judged.opportunity.id)
        if passed is None:
            passed = {one.id: why for one, why in index.meeting(seen)}
            if len(self.passes) < MOST_KEPT:
                self.passes[judged.opportunity.id] = passed
        return passed.get(subscription.id)

    def filters(self) -> tuple[match.Index, Mapping[str, Subscription]]:
        """The filters of all who are sent digests, as they were when first needed in this go."""
        if self.index is None or self.indexed is None:
            found = [one for one in subscriptions_of_all(self.store) if is_sound(one.criteria)]
            self.index = match.Index(found, labels=self.labels)
            self.indexed = {one.id: one for one in found}
        return self.index, self.indexed

    def renew(self) -> None:
        """Forget everything where the store holds another state of the news by now."""
        state = self.store.state_of_news()
        if state != self.state:
            self.state, self.kept = state, None
            self.summaries.clear()
            self.prospects.clear()
            self.passes.clear()


def subscriptions_of_all(store: Store) -> Iterator[Subscription]:
    """Those of everybody who is sent digests. One that cannot be read is left to its own digest."""
    for subscriber in store.subscribers():
        if subscriber.state is SubscriberState.CONFIRMED:
            with suppress(FairNoticeError):
                yield from store.subscriptions(subscriber.id)


def is_sound(criteria: Criteria) -> bool:
    """Whether numbers can be held against all bounds; else only its own digest may fail."""
    bounds = (
        criteria.least_value, criteria.most_value, criteria.least_year, criteria.most_year,
    )  # fmt: skip
    return all(bound is None or bound.is_finite() for bound in bounds)
