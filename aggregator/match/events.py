"""Is an event to be told to a subscriber, and why.

A reader who was never told of an opportunity is told when it meets the filter, whatever the event
was. One who was told hears of what changes it (a moved deadline, the next stage, a cancellation),
also when it no longer passes the filter, because they may be writing a bid. Follows hear
everything.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from aggregator.match.filters import NO_LABELS, grounds, sentence
from aggregator.match.prospect import Prospect
from aggregator.model import (
    Event,
    EventKind,
    Judgement,
    Match,
    Opportunity,
    Stage,
    StatedTime,
    Subscription,
)

LIVE = frozenset(
    {
        Stage.PIPELINE,
        Stage.ENGAGEMENT,
        Stage.PLANNED,
        Stage.INTENDED_DIRECT,
        Stage.OPEN,
        Stage.STANDING,
    }
)
"""Stages in which a provider can still do something about it."""

CHANGES = frozenset(
    {
        EventKind.CHANGED,
        EventKind.CANCELLED,
        EventKind.REOPENED,
        EventKind.MOVED_ON,
        EventKind.RERUN,
    }
)
CLOCK = frozenset({EventKind.DEADLINE_NEAR, EventKind.CLOSED, EventKind.GONE_QUIET})
LISTING = frozenset({EventKind.NO_LONGER_LISTED, EventKind.LISTED_AGAIN})
"""Of concern only to those who know of the opportunity."""

REMINDER = timedelta(days=7)
NEXT_REMINDER = timedelta(days=3)
"""Followers are reminded 14, 7, 3 and 1 days before a deadline. Somebody who was only told is
reminded once, at 7 days: with 18 days between notice and deadline not rare, more would be noise."""

FOLLOWED = "you follow it"
FOLLOWED_BEFORE = "you follow what it may be the re-run of"
TOLD_BEFORE = "you were told of it before"


def match(
    event: Event,
    opportunity: Opportunity,
    judgement: Judgement,
    stage: Stage,
    subscription: Subscription,
    *,
    told: bool,
    followed: bool,
    followed_before: bool = False,
    now: datetime | None = None,
    labels: Mapping[str, str] = NO_LABELS,
) -> Match | None:
    """The match of an event with a subscription, None when it is not to be told.

    stage: as of now. told: whether this subscriber was told of the opportunity on this channel.
    followed_before: whether the subscriber follows what this may be the re-run of.
    now: for the days left; without it they are counted from the event. labels: service type ->
    its name for readers, from the profile.
    A backfilled event never makes anything new; a live opportunity that was never told is matched
    all the same, to be shown as already open.
    """
    again = followed_before and event.kind is EventKind.RERUN and not event.backfill
    if again and not (followed or told):
        return known_match(event, subscription, FOLLOWED_BEFORE)
    seen = Prospect(opportunity=opportunity, judgement=judgement, stage=stage, now=now or event.at)
    return match_seen(event, seen, subscription, told=told, followed=followed, labels=labels)


def match_seen(
    event: Event,
    seen: Prospect,
    subscription: Subscription,
    *,
    told: bool,
    followed: bool,
    labels: Mapping[str, str] = NO_LABELS,
) -> Match | None:
    """The same for an opportunity made ready."""
    if followed and is_for_followers(event, seen.stage, told=told):
        return known_match(event, subscription, FOLLOWED)
    if told:
        hears = is_for_told(event, seen.opportunity, seen.stage, subscription)
        return known_match(event, subscription, TOLD_BEFORE) if hears else None
    if not may_be_new(event, seen.stage):
        return None
    found = grounds(seen, subscription.criteria, labels)
    if found is None:
        return None
    why, because = found
    return Match(subscription_id=subscription.id, event=event, why=why, because=because)


def known_match(event: Event, subscription: Subscription, why: str) -> Match:
    """The match with somebody who knows of it already."""
    return Match(subscription_id=subscription.id, event=event, why=(why,), because=sentence(why))


def may_be_new(event: Event, stage: Stage) -> bool:
    """Whether an event can tell of what was not told before."""
    if event.kind in LISTING:
        return False
    return stage in LIVE or not event.backfill


def is_for_followers(event: Event, stage: Stage, *, told: bool) -> bool:
    """Whether a follower hears of it: everything but signing, which only starts a quiet clock."""
    if event.kind is EventKind.APPEARED:
        return not told
    if event.kind in CLOCK:
        return not event.backfill
    return not is_signing(event, stage)


def is_for_told(
    event: Event, opportunity: Opportunity, stage: Stage, subscription: Subscription
) -> bool:
    """Whether somebody who was told of the opportunity hears of this as well."""
    if event.kind is EventKind.DEADLINE_NEAR:
        return not event.backfill and is_reminder(event, opportunity)
    asked_for = Stage.IN_CONTRACT in subscription.criteria.stages
    return event.kind in CHANGES | LISTING and (asked_for or not is_signing(event, stage))


def is_signing(event: Event, stage: Stage) -> bool:
    """Whether it only says that the contract is now signed."""
    if event.kind is not EventKind.MOVED_ON:
        return False
    return (event.new or stage) == Stage.IN_CONTRACT


def is_reminder(event: Event, opportunity: Opportunity) -> bool:
    """Whether it is the one reminder for those who do not follow."""
    date = reminded_of(event, opportunity)
    return date is not None and NEXT_REMINDER < date.instant - event.at <= REMINDER


def reminded_of(event: Event, opportunity: Opportunity) -> StatedTime | None:
    """The date a reminder is about: the engagement's, or the deadline."""
    if event.field == "engagement_deadline" and opportunity.facts.engagement_deadline:
        return opportunity.facts.engagement_deadline
    return opportunity.deadline
