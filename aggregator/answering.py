"""What a moderator answers and takes back, carried out and put on record."""

from aggregator import moderate, relink
from aggregator.errors import UnknownIdentifier
from aggregator.model import Answer, Moderation, ModerationAct, ReviewItem, ReviewKind
from aggregator.ports import Clock
from aggregator.relevance import Profile
from aggregator.store import Store

SAYS = {relink.YES: Answer.YES, relink.NO: Answer.NO}


def answer(
    item_id: str, said: str, *, by: str, store: Store, clock: Clock, profile: Profile
) -> ReviewItem:
    """Settle a review item with yes or no, or put it off with later.

    Yes or no to whether something is about mental health is kept as that person's verdict too.
    Raises UnknownIdentifier, NotLinked.
    """
    with store.transaction():
        item = relink.answer(item_id, said, by=by, store=store, clock=clock, profile=profile)
        place = opportunity_of(item, store)
        if place and said in SAYS:
            moderate.say(place, SAYS[said], store=store, clock=clock, moderator=by)
        note(ModerationAct.ANSWERED, item.id, said, by, store, clock)
    return item


def undo(item_id: str, *, by: str, store: Store, clock: Clock, profile: Profile) -> ReviewItem:
    """Take the answer to a review item back. Raises UnknownIdentifier, NotLinked."""
    with store.transaction():
        before = store.review_item(item_id)
        item = relink.undo(before.id, store=store, clock=clock, profile=profile)
        if (place := opportunity_of(item, store)) and before.by:
            store.take_back_verdict(place, before.by)
        note(ModerationAct.UNDONE, item.id, before.answer, by, store, clock)
    return item


def opportunity_of(item: ReviewItem, store: Store) -> str | None:
    """The opportunity of which the item asks whether it is about mental health, if it does."""
    if item.kind is not ReviewKind.RELEVANCE:
        return None
    return store.whereabouts(item.subjects[0])


def say(text: str, said: Answer | None, *, by: str, store: Store, clock: Clock) -> str:
    """What a moderator says of an opportunity, or with None takes back; gives its present id.

    Raises UnknownIdentifier.
    """
    with store.transaction():
        found = store.find_opportunity(text).opportunity.id
        if said is None:
            if not store.take_back_verdict(found, by):
                raise UnknownIdentifier("You have said nothing of this one that could be undone.")
            note(ModerationAct.UNDONE, found, "verdict", by, store, clock)
        else:
            moderate.say(found, said, store=store, clock=clock, moderator=by)
            note(ModerationAct.SAID, found, str(said), by, store, clock)
    return found


def note(
    act: ModerationAct, subject: str, because: str | None, by: str, store: Store, clock: Clock
) -> None:
    """A line in the record."""
    store.record_moderation(
        Moderation(at=clock.now(), by=by, act=act, subject=subject, because=because)
    )
