"""From a stored notice to the opportunity it belongs to: link, merge, judge, tell apart.

Called for every new notice, in order of arrival, inside the caller's transaction; `rebuild` calls
it for all of them again and must end in the same state.
"""

from collections.abc import Iterable, Sequence

from aggregator import changes, doubts, identity, link, merge, relevance
from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import (
    Candidate,
    JudgedOpportunity,
    Judgement,
    Link,
    LinkWord,
    Notice,
    Opportunity,
    Rejection,
    ReviewItem,
    Stage,
    StoredNotice,
    Verdict,
)
from aggregator.relevance import Profile
from aggregator.store import Store

MOST_COMPARED = 12
"""Notices of like calls that are looked at for a re-run."""


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
    keys = link.all_keys(notice)
    candidates = store.sharing(keys.sought)
    joins, before, known = belongs(notice, keys, candidates, store=store)
    if not before:
        opportunity_id = known or identity.mint(notice.source_id, notice.notice_id)
        members: Sequence[StoredNotice] = (stored,)
        links: tuple[Link, ...] = ()
    else:
        opportunity_id = before[0].opportunity.id
        members = in_order([*(n for j in before for n in j.opportunity.notices), stored])
        links = all_links(before, stored, joins)
    opportunity = merge.opportunity(opportunity_id, members, links)
    judgement = judge(opportunity, before[0] if before else None, profile)
    for younger in before[1:]:
        store.add_alias(younger.opportunity.id, opportunity_id, stored.retrieved_at)
        store.remove_opportunity(younger.opportunity.id)
    store.set_identity(notice.source_id, notice.notice_id, opportunity_id)
    store.keep_link_keys(stored.number, keys.kept)
    store.save_opportunity(opportunity, judgement)
    old = before[0].opportunity if before else None
    store.add_events(changes.events(old, opportunity, stored))
    if candidates:
        own = {opportunity_id, *(judged.opportunity.id for judged in before)}
        others = [one for one in candidates if one.opportunity_id not in own]
        likely = keep_likely(opportunity, stored, others, store=store)
    else:
        likely = ()
    if judgement.verdict is not Verdict.NO:
        tell_reruns(opportunity, stored, old, store=store)
    narrow = narrowly_judged(opportunity, stored, judgement, before, profile)
    if likely or narrow or notice.flags or opportunity.standing.stage is Stage.UNKNOWN:
        store.keep_review_items((*likely, *narrow, *doubts.of(stored, opportunity.standing)))


def narrowly_judged(
    opportunity: Opportunity,
    stored: StoredNotice,
    judgement: Judgement,
    before: Sequence[JudgedOpportunity],
    profile: Profile,
) -> tuple[ReviewItem, ...]:
    """A new verdict of core or related by so little that a person should look."""
    least = {
        Verdict.CORE: profile.rules.scoring.core,
        Verdict.RELATED: profile.rules.scoring.related,
    }
    verdict = judgement.verdict
    if verdict not in least or (before and before[0].judgement.verdict is verdict):
        return ()
    return doubts.relevance(stored, opportunity, judgement, least[verdict])


def tell_reruns(
    opportunity: Opportunity, stored: StoredNotice, old: Opportunity | None, *, store: Store
) -> None:
    """Where this looks like the re-run of what came to nothing, or the other way round, say so.

    Asked when a call begins and when one is cancelled. old: as it stood before the notice.
    """
    store.keep_link_keys(stored.number, link.again.keys(stored.notice))
    now = opportunity.standing.stage
    if (old and old.standing.stage is now) or now not in link.again.ASKED:
        return
    others = like_calls(opportunity, stored, store=store)
    if now is Stage.CANCELLED:
        pairs = [([opportunity], other) for other in others]
    else:
        pairs = [(others, opportunity)] if others else []
    for earlier, later in pairs:
        if not store.reruns_of(later.id, as_later=True) and (
            found := link.again.found(earlier, later)
        ):
            first = next(one for one in earlier if one.id == found.earlier_id)
            told = changes.rerun(later, first, stored, sure=found.confidence, why=found.evidence)
            numbers = later.notices[0].number, first.notices[0].number
            store.keep_rerun(*numbers, found.confidence, found.evidence)
            store.add_events([told])


def like_calls(
    opportunity: Opportunity, stored: StoredNotice, *, store: Store
) -> list[Opportunity]:
    """Other opportunities with like titles and buyers, but for what is probably the same."""
    candidates = store.sharing(link.again.sought(stored.notice), limit=MOST_COMPARED)
    names = dict.fromkeys(
        one.opportunity_id
        for one in candidates
        if one.opportunity_id != opportunity.id
        and link.again.like_titles(stored.notice.facts, one.stored.notice.facts)
    )
    if not names:
        return []
    alike = {one.other_id for one in store.likely_links_of(opportunity.id)}
    return [store.opportunity(name).opportunity for name in names if name not in alike]


def belongs(
    notice: Notice, keys: link.Keys, candidates: Sequence[Candidate], *, store: Store
) -> tuple[tuple[link.Join, ...], list[JudgedOpportunity], str | None]:
    """The joins of a notice, the opportunities it belongs to, the oldest first, and the id it has.

    What a person said outweighs every rule: two that were parted stay apart, whatever arrives.
    """
    certain = [one for one in candidates if not set(keys.certain).isdisjoint(one.keys)]
    joins = link.decide(notice, certain) if certain else ()
    known = store.identity_of(notice.source_id, notice.notice_id)
    words = store.link_words(notice.source_id, notice.notice_id)
    if words:
        joins, known = heeding(words, joins, known, store=store)
    found = dict.fromkeys([*([known] if known else []), *(join.opportunity_id for join in joins)])
    before = [judged for name in found if (judged := present(store, name))]
    if len(before) > 1:
        before = without_parted(before, store=store)
        before.sort(key=lambda judged: judged.opportunity.notices[0].number)
    held = {judged.opportunity.id for judged in before}
    kept = tuple(join for join in joins if store.resolve(join.opportunity_id) in held)
    return kept, before, known


def heeding(
    words: Sequence[LinkWord], joins: Sequence[link.Join], known: str | None, *, store: Store
) -> tuple[tuple[link.Join, ...], str | None]:
    """The joins with those that people asked for and without those they refused."""
    places = [(word, store.whereabouts(word.other)) for word in words]
    apart = {place for word, place in places if place and not word.together}
    asked = [
        link.Join(
            opportunity_id=place,
            rule=link.PEOPLE,
            evidence=f"{word.by} says that this and {word.other[0]} {word.other[1]} are one",
        )
        for word, place in places
        if place and word.together
    ]
    heeded = tuple(join for join in (*asked, *joins) if join.opportunity_id not in apart)
    return heeded, None if known in apart else known


def without_parted(found: Sequence[JudgedOpportunity], *, store: Store) -> list[JudgedOpportunity]:
    """Those of the opportunities that no person parted from one named before."""
    kept: list[JudgedOpportunity] = []
    for judged in found:
        name = judged.opportunity.id
        if not any(store.kept_apart(name, other.opportunity.id) for other in kept):
            kept.append(judged)
    return kept


def keep_likely(
    opportunity: Opportunity, stored: StoredNotice, others: Sequence[Candidate], *, store: Store
) -> tuple[ReviewItem, ...]:
    """Remember which other opportunities are probably the same; gives what a person may settle.

    Two opportunities are linked once, however many of their notices are alike.
    """
    found = link.likely.decide(stored.notice, others)
    if not found:
        return ()
    linked = {one.other_id for one in store.likely_links_of(opportunity.id)}
    new = [
        one
        for one in found
        if one.opportunity_id not in linked
        and not store.kept_apart(opportunity.id, one.opportunity_id)
    ]
    store.keep_likely_links(stored.number, [(one.number, one.rule, one.evidence) for one in new])
    numbered = {one.stored.number: one.stored.notice for one in others}
    return tuple(doubts.likely_link(stored, numbered[one.number], one.evidence) for one in new)


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
