"""Verdicts by people: whether an opportunity is about what we look for, and whether it is for us.

They are kept as data and can be shared as labels. What a subscriber says changes what that
subscriber is told and nothing else; what a moderator says is shown beside the judgement. Neither
changes the judgement: one person's slip would hide a tender from everybody.
"""

from collections.abc import Iterator

from aggregator import doubts
from aggregator.errors import UnknownIdentifier
from aggregator.model import Answer, Notice, Opportunity, PersonVerdict, Subscriber
from aggregator.ports import Clock
from aggregator.quality import Label
from aggregator.store import Store


def say(
    text: str,
    answer: Answer,
    *,
    store: Store,
    clock: Clock,
    moderator: str | None = None,
    subscriber: str | None = None,
    note: str | None = None,
) -> PersonVerdict:
    """Keep what a moderator (by name) or a subscriber (by address or id) says.

    text: whatever names one opportunity. Exactly one of the two persons is given. Raises
    UnknownIdentifier.
    """
    with store.transaction():
        judged = store.find_opportunity(text)
        found = judged.opportunity
        verdict = PersonVerdict(
            opportunity_id=found.id,
            answer=answer,
            at=clock.now(),
            moderator=moderator,
            subscriber_id=known_subscriber(subscriber, store).id if subscriber else None,
            note=" ".join(note.split()) or None if note else None,
        )
        store.say_verdict(verdict)
        if moderator:
            notice, at = spoken_of(found), verdict.at
            doubt = doubts.disagreement(notice, judged.judgement, answer, by=moderator, at=at)
            store.keep_review_items([doubt] if doubt else [])
    return verdict


def known_subscriber(text: str, store: Store) -> Subscriber:
    """A subscriber by address or id. Raises UnknownIdentifier."""
    found = store.subscriber_by_email(text)
    if found is None:
        found = next((one for one in store.subscribers() if one.id == text), None)
    if found is None:
        raise UnknownIdentifier(
            f"nobody is subscribed as {text}; `fairnotice subscribe list` shows who is"
        )
    return found


def not_for(subscriber_id: str, *, store: Store) -> frozenset[str]:
    """The opportunities a subscriber wants to hear no more of; a later yes takes one back."""
    return frozenset(
        verdict.opportunity_id
        for verdict in store.verdicts_by(subscriber_id)
        if verdict.answer is Answer.NOT_FOR_US
    )


def labels(store: Store) -> Iterator[Label]:
    """All verdicts as labels that can be shared: they say what kind of person spoke, not who.

    Opportunities that a rebuild did not find again are left out.
    """
    for verdict in store.verdicts():
        try:
            judged = store.opportunity(verdict.opportunity_id)
        except UnknownIdentifier:
            continue
        notice = spoken_of(judged.opportunity)
        yield Label(
            verdict=verdict.answer,
            source=notice.source_id,
            notice_id=notice.notice_id,
            ocid=notice.ocid,
            by="moderator" if verdict.moderator else "subscriber",
            address=notice.url,
        )


def spoken_of(opportunity: Opportunity) -> Notice:
    """The notice a verdict stands for: the one whose title the opportunity shows, else the last."""
    stated = opportunity.provenance.get("title")
    for stored in reversed(opportunity.notices):
        if stated == f"{stored.notice.source_id}/{stored.notice.notice_id}":
            return stored.notice
    return opportunity.latest
