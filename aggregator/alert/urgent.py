"""What cannot wait for the next regular digest: changes of what is followed, close deadlines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import cadence, match
from aggregator.alert.due import next_due
from aggregator.alert.finding import Finding
from aggregator.digest import act_by
from aggregator.model import DigestItem, Subscription

LEAST_NOTICE = timedelta(hours=24)
"""A deadline that leaves less than a day once the next digest is out is told before."""


@dataclass(frozen=True, kw_only=True)
class Urgent:
    """What is told now. withheld: whether a change waits for the next working day."""

    items: tuple[DigestItem, ...]
    withheld: bool


def urgent(finding: Finding, subscriptions: Sequence[Subscription]) -> Urgent:
    """The part of the news that breaks the cadence.

    Changes of what the reader follows go out on working days only, deadlines on any day.
    """
    followed = {one.opportunity_id for one in finding.store.follows(finding.subscriber.id)}
    working = cadence.is_working(finding.now)
    found, withheld = [], False
    for until, group in by_next_due(finding, subscriptions):
        for item in finding.news(group):
            changed = item.opportunity.id in followed and is_changed(item)
            if (changed and working) or is_close(item, until, finding.now):
                found.append(item)
            elif changed:
                withheld = True
    return Urgent(items=tuple(found), withheld=withheld)


def by_next_due(
    finding: Finding, subscriptions: Sequence[Subscription]
) -> Iterator[tuple[datetime, tuple[Subscription, ...]]]:
    """The subscriptions grouped by when they are due next."""
    groups: dict[datetime, list[Subscription]] = {}
    for subscription in subscriptions:
        groups.setdefault(next_due(finding, subscription), []).append(subscription)
    for until, group in sorted(groups.items()):
        yield until, tuple(group)


def is_changed(item: DigestItem) -> bool:
    """Whether something was published that changes it; a reminder is no change."""
    return any(event.kind in match.CHANGES and not event.backfill for event in item.events)


def is_close(item: DigestItem, next_digest: datetime, now: datetime) -> bool:
    """Whether its date would be past, or nearly, when the next digest comes."""
    date = act_by(item.opportunity, item.stage)
    if date is None or not date.is_limit:
        return False
    return now < date.instant < next_digest + LEAST_NOTICE
