"""People's decisions about what is one procurement and what is not.

A decision is between notices and outlives every rebuild. Joining: the older id stays, the younger
becomes an alias. Parting: each half takes the id of its first notice; who watched or was told of
the whole has both. Nothing is told twice by it, and nothing that was still to be told is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator import identity, link
from aggregator.derive import derive, in_order
from aggregator.errors import FairNoticeError, StoreError, UnknownIdentifier
from aggregator.model import (
    Candidate,
    LinkDecision,
    Notice,
    NoticeKey,
    Opportunity,
    ReviewItem,
    ReviewKind,
    StoredNotice,
)
from aggregator.ports import Clock
from aggregator.relevance import Profile
from aggregator.store import Store

YES, NO, LATER = "yes", "no", "later"
GOING, STAYING = "going", "staying"


class NotLinked(FairNoticeError):
    """A decision about links that makes no sense: already one, nothing to part."""


@dataclass(frozen=True, kw_only=True)
class Relinked:
    """What a decision did. ids: the opportunities that hold the notices now."""

    decision: LinkDecision
    ids: tuple[str, ...]


def join(
    one: str, other: str, *, by: str, store: Store, clock: Clock, profile: Profile
) -> Relinked:
    """Two opportunities are one from now on. Raises UnknownIdentifier, NotLinked.

    one, other: what a person calls them: id, alias, ocid, notice id.
    """
    first = store.find_opportunity(one).opportunity
    second = store.find_opportunity(other).opportunity
    if first.id == second.id:
        raise NotLinked(f"“{one}” and “{other}” are one opportunity already: {first.id}.")
    decision = LinkDecision(
        together=True,
        ones=keys_of(first.notices),
        others=keys_of(second.notices),
        by=by,
        at=clock.now(),
    )
    with store.transaction():
        return again([first, second], decision, store=store, profile=profile)


def part(
    text: str,
    notice: str | None = None,
    *,
    by: str,
    store: Store,
    clock: Clock,
    profile: Profile,
) -> Relinked:
    """Part what does not belong together. Raises UnknownIdentifier, NotLinked.

    notice: the notice that goes (notice id, ocid, or source/notice id), or another opportunity
    that is probably the same and is not. Without it: a person's last joining of this opportunity
    is undone, or else everything it is probably the same as is another one.
    """
    opportunity = store.find_opportunity(text).opportunity
    if notice is not None:
        going = named(opportunity.notices, notice)
        if not going:
            return refuse(opportunity, [neighbour(opportunity, notice, store)], by, store, clock)
    else:
        going = joined_last(opportunity, store)
        if not going:
            likely = [one.other_id for one in store.likely_links_of(opportunity.id)]
            return refuse(opportunity, likely, by, store, clock)
    going = with_followers(opportunity.notices, going)
    staying = tuple(key for key in keys_of(opportunity.notices) if key not in going)
    if not staying:
        raise NotLinked(f"{opportunity.id} has no other notice from which this could be parted.")
    decision = LinkDecision(
        together=False, ones=tuple(going), others=staying, by=by, at=clock.now()
    )
    with store.transaction():
        return again([opportunity], decision, store=store, profile=profile)


def answer(
    item_id: str, said: str, *, by: str, store: Store, clock: Clock, profile: Profile
) -> ReviewItem:
    """Settle a review item with yes or no, or put it off with later.

    Yes to a likely link joins the two, no keeps them apart. Raises UnknownIdentifier, NotLinked.
    """
    item = store.review_item(item_id)
    if said == LATER:
        store.answer_review(item.id, said, by=by, at=clock.now(), settled=False)
        return store.review_item(item.id)
    with store.transaction():
        if item.kind is ReviewKind.LIKELY_LINK:
            settle_link(item, said, by=by, store=store, clock=clock, profile=profile)
        store.answer_review(item.id, said, by=by, at=clock.now())
    return store.review_item(item.id)


def settle_link(
    item: ReviewItem, said: str, *, by: str, store: Store, clock: Clock, profile: Profile
) -> None:
    """What yes or no to a likely link means."""
    places = [store.whereabouts(key) for key in item.subjects]
    if None in places:
        raise UnknownIdentifier(f"A notice of review item {item.id} is not stored any more.")
    one, other = (place or "" for place in places)
    if said == YES and one != other:
        join(one, other, by=by, store=store, clock=clock, profile=profile)
    elif said == NO and one != other:
        refuse(store.opportunity(one).opportunity, [other], by, store, clock)
    elif said == NO:
        part(one, "/".join(item.subjects[0]), by=by, store=store, clock=clock, profile=profile)


def refuse(
    opportunity: Opportunity, others: Sequence[str], by: str, store: Store, clock: Clock
) -> Relinked:
    """Opportunities that are probably the same are not; both stay as they are."""
    if not others:
        raise NotLinked(
            f"{opportunity.id} was not joined by a person and is not probably the same as another. "
            "Name the notice that does not belong to it: `fairnotice unlink ID NOTICE`."
        )
    found = [store.opportunity(other).opportunity for other in others]
    decision = LinkDecision(
        together=False,
        ones=keys_of(opportunity.notices),
        others=keys_of(stored for other in found for stored in other.notices),
        by=by,
        at=clock.now(),
    )
    with store.transaction():
        store.keep_link_decision(decision)
        settle_reviews(decision, store)
    return Relinked(decision=decision, ids=(opportunity.id, *(other.id for other in found)))


def again(
    affected: Sequence[Opportunity], decision: LinkDecision, *, store: Store, profile: Profile
) -> Relinked:
    """Derive the affected opportunities again under the decision."""
    if store.rebuilding():
        raise StoreError("A rebuild was cut short. Run `fairnotice rebuild` first.")
    notices = in_order(stored for one in affected for stored in one.notices)
    store.keep_link_decision(decision)
    former = store.begin_relinking([one.id for one in affected])
    store.drop_likely_links([stored.number for stored in notices])
    store.drop_reruns([stored.number for stored in notices])
    for stored in notices:
        keys = (*link.all_keys(stored.notice).kept, *link.again.keys(stored.notice))
        store.drop_link_keys(stored.number, keys)
    if not decision.together:
        give_ids(affected[0], notices, decision, store)
    faults = derive(notices, store=store, profile=profile)
    if faults:
        raise StoreError(f"The notices could not be linked anew: {faults[0].reason}.")
    ids = tuple(dict.fromkeys(place for n in notices if (place := place_of(n.notice, store))))
    for gone in [one.id for one in affected if one.id not in ids]:
        store.add_alias(gone, ids[0], decision.at)
    one_since = {name: told_as_one_since(name, notices, store) for name in ids}
    store.finish_relinking(former)
    if not decision.together:
        for name in ids:
            if name != affected[0].id:
                store.copy_follows(affected[0].id, name)
                store.copy_told(former.names, name, one_since[name])
    settle_reviews(decision, store)
    return Relinked(decision=decision, ids=ids)


def give_ids(
    whole: Opportunity,
    notices: Sequence[StoredNotice],
    decision: LinkDecision,
    store: Store,
) -> None:
    """Each half has the id of its first notice; notices that had an id of it by themselves keep
    it, since the rules that joined them are asked again."""
    for keys in (decision.ones, decision.others):
        own = [stored for stored in notices if key_of(stored.notice) in keys]
        minted = {identity.mint(*key_of(stored.notice)) for stored in own}
        name = whole.id if whole.id in minted else identity.mint(*key_of(own[0].notice))
        strays = [key for key in keys if store.identity_of(*key) not in minted]
        store.give_identity(strays, name)


def told_as_one_since(
    opportunity_id: str, notices: Sequence[StoredNotice], store: Store
) -> datetime:
    """From when on telling of the whole told of this half: its arrival, or when it was joined."""
    arrived = next(n for n in notices if place_of(n.notice, store) == opportunity_id).retrieved_at
    joined = store.alias_since(opportunity_id)
    return max(arrived, joined) if joined else arrived


def with_followers(
    notices: Sequence[StoredNotice], going: Iterable[NoticeKey]
) -> tuple[NoticeKey, ...]:
    """The notices that go, with those that a certain rule joins to them and not to the rest.

    The earliest of the others stays, since there must be something to be parted from.
    """
    gone = set(going)
    stays = next((key for key in keys_of(in_order(notices)) if key not in gone), None)
    while True:
        follower = next(
            (
                key
                for stored in notices
                if (key := key_of(stored.notice)) not in gone
                and key != stays
                and follows(stored, notices, gone)
            ),
            None,
        )
        if follower is None:
            return tuple(key for key in keys_of(notices) if key in gone)
        gone.add(follower)


def follows(stored: StoredNotice, notices: Sequence[StoredNotice], gone: set[NoticeKey]) -> bool:
    """Whether the rules join a notice to those that go alone."""
    key = key_of(stored.notice)
    candidates = [
        Candidate(
            opportunity_id=GOING if key_of(other.notice) in gone else STAYING,
            stored=other,
            keys=(),
        )
        for other in notices
        if key_of(other.notice) != key
    ]
    joins = link.decide(stored.notice, candidates)
    return {found.opportunity_id for found in joins} == {GOING}


def joined_last(opportunity: Opportunity, store: Store) -> tuple[NoticeKey, ...]:
    """The notices that a person's last decision brought to this opportunity, if one did."""
    own = set(keys_of(opportunity.notices))
    for decision in reversed(store.link_decisions()):
        ones, others = own.intersection(decision.ones), own.intersection(decision.others)
        if ones and others:
            return tuple(sorted(others)) if decision.together else ()
    return ()


def named(notices: Sequence[StoredNotice], text: str) -> tuple[NoticeKey, ...]:
    """The notices of an opportunity that a person names."""
    wanted = text.strip()
    return tuple(
        key
        for key in keys_of(notices)
        if wanted in (key[1], "/".join(key))
        or any(key_of(n.notice) == key and n.notice.ocid == wanted for n in notices)
    )


def neighbour(opportunity: Opportunity, text: str, store: Store) -> str:
    """Another opportunity that a person names. Raises UnknownIdentifier, NotLinked."""
    other = store.find_opportunity(text).opportunity
    if other.id == opportunity.id:
        raise NotLinked(
            f"“{text}” means {opportunity.id} as a whole. Name one of its notices: "
            f"{', '.join(key[1] for key in keys_of(opportunity.notices))}."
        )
    return other.id


def settle_reviews(decision: LinkDecision, store: Store) -> None:
    """A decision answers the items that asked for it."""
    for item in store.review_items():
        if item.kind is not ReviewKind.LIKELY_LINK:
            continue
        one, other = item.subjects
        if (one in decision.ones and other in decision.others) or (
            other in decision.ones and one in decision.others
        ):
            said = YES if decision.together else NO
            store.answer_review(item.id, said, by=decision.by, at=decision.at)


def keys_of(notices: Iterable[StoredNotice]) -> tuple[NoticeKey, ...]:
    """Each notice once, whatever its versions, in the order given."""
    return tuple(dict.fromkeys(key_of(stored.notice) for stored in notices))


def key_of(notice: Notice) -> NoticeKey:
    """The key of a notice in all its versions."""
    return notice.source_id, notice.notice_id


def place_of(notice: Notice, store: Store) -> str | None:
    """The opportunity that holds a notice now."""
    return store.whereabouts(key_of(notice))
