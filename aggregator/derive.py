"""From a stored notice to the opportunity it belongs to: link, merge, judge, tell apart.

Called for every new notice, in order of arrival, inside the caller's transaction; `rebuild` calls
it for all of them again and must end in the same state.
"""

from collections.abc import Iterable, Sequence

from aggregator import changes, identity, link, merge, relevance
from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import (
    JudgedOpportunity,
    Judgement,
    Link,
    Opportunity,
    Rejection,
    StoredNotice,
)
from aggregator.relevance import Profile
from aggregator.store import Store


def derive(
    stored: Iterable[StoredNotice], *, store: Store, profile: Profile
) -> tuple[Rejection, ...]:
    """Bring opportunities, judgements and events up to date with these notices.

    A notice that a fault of ours keeps from being understood never holds up the others: it stays
    stored, and comes back as a rejection that says why.
    """
    failed = []
    for notice in stored:
        try:
            with store.transaction():
                derive_one(notice, store=store, profile=profile)
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - one of the four borders: one record
            failed.append(rejection(notice, fault))
    return tuple(failed)


def rejection(stored: StoredNotice, fault: Exception) -> Rejection:
    """A stored notice that became no opportunity; `rebuild` tries it again."""
    notice = stored.notice
    return Rejection(
        source_id=notice.source_id,
        field="opportunity",
        reason=f"unexpected {type(fault).__name__}: {fault}",
        content=f"stored notice {stored.number}".encode(),
        record_id=notice.notice_id,
    )


def derive_one(stored: StoredNotice, *, store: Store, profile: Profile) -> None:
    """The same for one notice."""
    notice = stored.notice
    keys = link.keys(notice)
    joins = link.decide(notice, store.sharing(keys))
    known = store.identity_of(notice.source_id, notice.notice_id)
    found = dict.fromkeys([*([known] if known else []), *(join.opportunity_id for join in joins)])
    before = [judged for name in found if (judged := present(store, name))]
    if not before:
        opportunity_id = known or identity.mint(notice.source_id, notice.notice_id)
        members: Sequence[StoredNotice] = (stored,)
        links: tuple[Link, ...] = ()
    else:
        before.sort(key=lambda judged: judged.opportunity.notices[0].number)
        opportunity_id = before[0].opportunity.id
        members = in_order([*(n for j in before for n in j.opportunity.notices), stored])
        links = all_links(before, stored, joins)
    opportunity = merge.opportunity(opportunity_id, members, links)
    judgement = judge(opportunity, before[0] if before else None, profile)
    for younger in before[1:]:
        store.add_alias(younger.opportunity.id, opportunity_id, stored.retrieved_at)
        store.remove_opportunity(younger.opportunity.id)
    store.set_identity(notice.source_id, notice.notice_id, opportunity_id)
    store.keep_link_keys(stored.number, keys)
    store.save_opportunity(opportunity, judgement)
    old = before[0].opportunity if before else None
    store.add_events(changes.events(old, opportunity, stored))


def present(store: Store, opportunity_id: str) -> JudgedOpportunity | None:
    """The opportunity as it stands, None where it is known by name only (during a rebuild)."""
    try:
        return store.opportunity(opportunity_id)
    except UnknownIdentifier:
        return None


def in_order(notices: Iterable[StoredNotice]) -> tuple[StoredNotice, ...]:
    """Each notice once, in order of arrival."""
    by_number = {notice.number: notice for notice in notices}
    return tuple(by_number[number] for number in sorted(by_number))


def all_links(
    before: Sequence[JudgedOpportunity], stored: StoredNotice, joins: Sequence[link.Join]
) -> tuple[Link, ...]:
    """The links known so far and the strongest new one."""
    links = dict.fromkeys(known for judged in before for known in judged.opportunity.links)
    if joins:
        best = min(joins, key=lambda join: join.rule)
        notice = stored.notice
        new = Link(
            source_id=notice.source_id,
            notice_id=notice.notice_id,
            rule=best.rule,
            evidence=best.evidence,
        )
        links.setdefault(new)
    return tuple(links)


def judge(
    opportunity: Opportunity, before: JudgedOpportunity | None, profile: Profile
) -> Judgement:
    """The judgement on the opportunity; the one before it where nothing judged has changed."""
    subject = relevance.subject_of(opportunity.facts)
    if before and relevance.subject_of(before.opportunity.facts) == subject:
        return before.judgement
    return relevance.judge(subject, profile)
