"""Does this concern this reader, and why.

Two questions. `meets`: does an opportunity, as it stands, pass a filter? `match`: is an event to
be told to a subscriber? A reader who was never told of an opportunity is told when it meets the
filter, whatever the event was. One who was told hears of what changes it (a moved deadline, the
next stage, a cancellation), also when it no longer passes the filter, because they may be writing
a bid. Follows hear everything.

What is not stated passes: an award without a value or a place is more often a careless notice
than a wrong one, and a false alarm costs two minutes where a missed tender may cost a service.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from aggregator.model import (
    Criteria,
    Event,
    EventKind,
    Facts,
    Judgement,
    Lot,
    Match,
    Money,
    Opportunity,
    Place,
    Stage,
    StatedTime,
    Subscription,
    Verdict,
)
from aggregator.parsing import places
from aggregator.parsing.text import buyer_name, fold

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
    {EventKind.CHANGED, EventKind.CANCELLED, EventKind.REOPENED, EventKind.MOVED_ON}
)
CLOCK = frozenset({EventKind.DEADLINE_NEAR, EventKind.CLOSED, EventKind.GONE_QUIET})
LISTING = frozenset({EventKind.NO_LONGER_LISTED, EventKind.LISTED_AGAIN})
"""Of concern only to those who know of the opportunity."""

REMINDER = timedelta(days=7)
NEXT_REMINDER = timedelta(days=3)
"""Followers are reminded 14, 7, 3 and 1 days before a deadline. Somebody who was only told is
reminded once, at 7 days: with 18 days between notice and deadline not rare, more would be noise."""

NO_LABELS: Mapping[str, str] = {}

FOLLOWED = "you follow it"
TOLD_BEFORE = "you were told of it before"

PURPOSE = {
    Verdict.CORE: "mental health is its purpose",
    Verdict.RELATED: "mental health is part of it",
    Verdict.POSSIBLE: "it may be about mental health",
    Verdict.NO: "you asked for everything",
}


def match(
    event: Event,
    opportunity: Opportunity,
    judgement: Judgement,
    stage: Stage,
    subscription: Subscription,
    *,
    told: bool,
    followed: bool,
    labels: Mapping[str, str] = NO_LABELS,
) -> Match | None:
    """The match of an event with a subscription, None when it is not to be told.

    stage: as of now. told: whether this subscriber was told of the opportunity on this channel.
    labels: service type -> its name for readers, from the profile.
    A backfilled event never makes anything new; a live opportunity that was never told is matched
    all the same, to be shown as already open.
    """
    if followed and is_for_followers(event, stage, told=told):
        why: tuple[str, ...] | None = (FOLLOWED,)
    elif told:
        why = (TOLD_BEFORE,) if is_for_told(event, opportunity, stage, subscription) else None
    elif event.kind in LISTING or (event.backfill and stage not in LIVE):
        why = None
    else:
        why = meets(opportunity, judgement, stage, subscription.criteria, labels=labels)
    return None if why is None else Match(subscription_id=subscription.id, event=event, why=why)


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


def meets(
    opportunity: Opportunity,
    judgement: Judgement,
    stage: Stage,
    criteria: Criteria,
    *,
    labels: Mapping[str, str] = NO_LABELS,
) -> tuple[str, ...] | None:
    """Why an opportunity passes a filter, in words; None when it does not."""
    facts = opportunity.facts
    if criteria.verdicts and judgement.verdict not in criteria.verdicts:
        return None
    if criteria.stages and stage not in criteria.stages:
        return None
    if criteria.kinds and facts.kind is not None and facts.kind not in criteria.kinds:
        return None
    why = [purpose(facts, judgement)]
    for reason in (
        by_type(judgement, criteria.types, labels),
        by_buyer(facts, criteria.buyers),
        by_value(facts.value, criteria.least_value, criteria.most_value),
        by_place(facts, criteria.places),
        by_words(facts, criteria),
    ):
        if reason is None:
            return None
        why.extend(words for words in (reason,) if words)
    return tuple(why)


def purpose(facts: Facts, judgement: Judgement) -> str:
    """The verdict with its strongest ground and the lots that carry it."""
    words = PURPOSE[judgement.verdict]
    ground = next((one.words for one in judgement.reasons if one.points > 0), None)
    if ground and judgement.verdict is not Verdict.NO:
        words = f"{words} ({ground})"
    lots = lot_names(facts, judgement) if len(facts.lots) > 1 else ""
    return f"{words} in {lots}" if lots else words


def lot_names(facts: Facts, judgement: Judgement) -> str:
    """ "lot 2 “Advocacy” and lot 3": the lots that carry the verdict."""
    named = [lot_name(lot) for lot in facts.lots if lot.id in judgement.lots]
    if len(named) > 3:  # noqa: PLR2004 - more would hide the rest of the line
        return f"{', '.join(named[:3])} and {len(named) - 3} more lots"
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def lot_name(lot: Lot) -> str:
    """ "lot 2 “Advocacy”"; ids such as "LOT-0002" are kept as they were published."""
    name = f"lot {lot.id}" if not lot.id.casefold().startswith("lot") else lot.id
    return f"{name} “{lot.title}”" if lot.title else name


# Each criterion gives its reason in words, "" when it was not set, None when it is not met.


def by_type(
    judgement: Judgement, wanted: tuple[str, ...], labels: Mapping[str, str] = NO_LABELS
) -> str | None:
    """One of the wanted service types was found."""
    if not wanted:
        return ""
    found = [one for one in judgement.types if one in wanted]
    if not found:
        return None
    named = (labels.get(one) or one.replace("_", " ") for one in found[:2])
    return f"you asked for “{'” and “'.join(named)}”"


def by_buyer(facts: Facts, wanted: tuple[str, ...]) -> str | None:
    """A buyer's name holds a wanted one as whole words: "Northmoor" finds Northmoor Council."""
    if not wanted:
        return ""
    for buyer in facts.buyers:
        name = f" {buyer_name(buyer.name)} "
        if any(f" {one} " in name for one in map(buyer_name, wanted) if one):
            return f"you asked for {buyer.name}"
    return None


def by_value(value: Money | None, least: Decimal | None, most: Decimal | None) -> str | None:
    """The value lies within the bounds; one that is not stated, or not in pounds, passes."""
    if least is None and most is None:
        return ""
    amount = None
    if value is not None and value.currency == "GBP":
        amount = value.amount if value.amount is not None else value.gross
    if amount is None:
        return "value not stated"
    if (least is not None and amount < least) or (most is not None and amount > most):
        return None
    return "the value is within your bounds"


def by_place(facts: Facts, wanted: tuple[str, ...]) -> str | None:
    """A place of delivery lies in a wanted one, or holds it; without a known place it passes."""
    if not wanted:
        return ""
    known = [code for place in all_places(facts) if (code := code_of(place))]
    if not known:
        return "place not stated"
    for code in known:
        for one in wanted:
            if places.within(code, one):
                return f"in {places.name(one) or one}"
    return None


def code_of(place: Place) -> str | None:
    """The region's code as published, else by postcode, else by the name of a large region."""
    if place.code:
        return place.code
    by_postcode = places.of_postcode(place.postcode) if place.postcode else None
    return by_postcode or (places.of_name(place.name) if place.name else None)


def all_places(facts: Facts) -> Iterator[Place]:
    """The places of the whole, then those of its lots."""
    yield from facts.places
    for lot in facts.lots:
        yield from lot.places


def by_words(facts: Facts, criteria: Criteria) -> str | None:
    """At least one of the words occurs and none of the unwanted ones."""
    if not criteria.words and not criteria.without_words:
        return ""
    text = whole_words(" . ".join(texts(facts)))
    if any(occurs(word, text) for word in criteria.without_words):
        return None
    if not criteria.words:
        return ""
    found = next((word for word in criteria.words if occurs(word, text)), None)
    return None if found is None else f"it mentions “{found}”"


def texts(facts: Facts) -> Iterable[str]:
    """Title, description, and those of the lots."""
    parts = [facts.title, facts.description]
    for lot in facts.lots:
        parts += [lot.title, lot.description]
    return filter(None, parts)


NO_WORD = re.compile(r"[^\w.]+|(?<!\d)\.|\.(?!\d)")


def whole_words(text: str) -> str:
    """Folded words with one space on either side of each, so that “art” is not in “part”."""
    return f" {' '.join(NO_WORD.sub(' ', fold(text)).split())} "


@lru_cache(maxsize=4096)
def term(word: str) -> str:
    """A wanted word or phrase in the form in which texts are searched."""
    return whole_words(word)


def occurs(word: str, text: str) -> bool:
    """Whether a word or phrase stands in `whole_words`; one without letters never does."""
    wanted = term(word)
    return bool(wanted.strip()) and wanted in text
