"""The story of one opportunity: where it stands, what changed, what the buyers published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from aggregator import moderate, stage, subscribe
from aggregator.digest import calendar_file
from aggregator.digest.clean import link, one_line
from aggregator.digest.happening import Happening, happenings
from aggregator.digest.view import Room, View, view
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Answer,
    DigestItem,
    Event,
    JudgedOpportunity,
    LikelyLink,
    Lot,
    Opportunity,
    SubscriberState,
)
from aggregator.parsing import dates, money
from aggregator.store import Store
from aggregator.summary import summary
from aggregator.tokens import Purpose, Token
from aggregator.web.render import here, pages
from aggregator.web.site import Site

router = APIRouter()
ROOM = Room(title=300, opening=1200, detail=2000)
MOST_EVENTS, MOST_LOTS = 40, 30
SEE_OTHER = 303


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An opportunity in a list."""

    id: str
    view: View


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that happened, with its day."""

    day: str
    happened: tuple[Happening, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A notice as the buyer published it."""

    title: str
    day: str
    source: str
    number: str
    address: str | None


def line_of(judged: JudgedOpportunity, site: Site) -> Line:
    """An opportunity as lists show it."""
    return Line(id=judged.opportunity.id, view=view_of(judged, site, ()))


def view_of(judged: JudgedOpportunity, site: Site, events: Sequence[Event]) -> View:
    """The words a reader sees, the same as in a mail."""
    return view(item_of(judged, site, events), site.now, ROOM, site.source_names)


def item_of(judged: JudgedOpportunity, site: Site, events: Sequence[Event]) -> DigestItem:
    """What a digest would be written from."""
    opportunity, judgement = judged.opportunity, judged.judgement
    return DigestItem(
        opportunity=opportunity,
        judgement=judgement,
        stage=stage.at(opportunity, site.now).stage,
        events=tuple(events),
        why=(),
        known=True,
        summary=summary(opportunity, judgement, now=site.now, labels=site.labels),
    )


@router.get("/opportunities/{opportunity_id}")
def opportunity(request: Request, opportunity_id: str) -> Response:
    """The story as anybody may read it."""
    site = here(request)
    with site.stores.here() as store:
        return told(request, store.opportunity(opportunity_id), store)


def told(request: Request, judged: JudgedOpportunity, store: Store, **values: Any) -> Response:
    """The page of a story. values: what its reader can do about it."""
    site, found = here(request), judged.opportunity
    events = store.events_of(found.id)
    standing = stage.at(found, site.now)
    return pages(request).show(
        "story",
        id=found.id,
        view=view_of(judged, site, ()),
        because=one_line(standing.because, 400),
        meaning=stage.explain(standing.stage, found.facts.kind),
        steps=steps_of(judged, events, site),
        published=[
            published(found, number, site) for number in reversed(range(len(found.notices)))
        ],
        lots=[lot_words(lot) for lot in found.facts.lots[:MOST_LOTS]],
        more_lots=max(0, len(found.facts.lots) - MOST_LOTS),
        description=one_line(found.facts.description, 4000),
        likely=[likely_words(one) for one in store.likely_links_of(found.id)],
        has_date=calendar_file(found, now=site.now) is not None,
        reasons=[one.words for one in judged.judgement.reasons[:5]],
        **values,
    )


def steps_of(judged: JudgedOpportunity, events: Sequence[Event], site: Site) -> list[Step]:
    """What happened, the latest first, one step for all of one moment."""
    moments: dict[datetime, list[Event]] = {}
    for event in events:
        moments.setdefault(event.at, []).append(event)
    latest = sorted(moments.items(), reverse=True)[:MOST_EVENTS]
    steps = [
        Step(day=day_words(at), happened=happenings(item_of(judged, site, some)))
        for at, some in latest
    ]
    return [step for step in steps if step.happened]


def published(found: Opportunity, number: int, site: Site) -> Published:
    """One notice with the address of its official page."""
    stored = found.notices[number]
    notice = stored.notice
    return Published(
        title=one_line(notice.facts.title, 200) or "A notice without a title",
        day=day_words(stage.published_at(stored)),
        source=site.source_names.get(notice.source_id, notice.source_id),
        number=one_line(notice.notice_id, 80) or "",
        address=link(notice.url),
    )


def lot_words(lot: Lot) -> tuple[str, str | None]:
    """A lot's title and value."""
    return (
        one_line(lot.title, 200) or f"Lot {lot.id}",
        money.in_words(lot.value) if lot.value else None,
    )


def likely_words(one: LikelyLink) -> tuple[str, str, str]:
    """What it is probably the same as: id, title, why."""
    return one.other_id, one_line(one.title, 200) or "no title", one_line(one.evidence, 300) or ""


def day_words(moment: datetime) -> str:
    """ "23 November 2026", as UK calendars have it."""
    local = dates.to_uk(moment)
    return f"{local.day} {local:%B %Y}"


@router.get("/opportunities/{opportunity_id}/deadline.ics")
def deadline(request: Request, opportunity_id: str) -> Response:
    """The date to know, for a calendar."""
    site = here(request)
    with site.stores.here() as store:
        content = calendar_file(store.opportunity(opportunity_id).opportunity, now=site.now)
    if content is None:
        raise UnknownIdentifier("There is no date to know.")
    name = {"Content-Disposition": 'attachment; filename="deadline.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=name)


def own_story(request: Request, text: str) -> Token:
    """Whose story a link is, and of what. Raises BadToken."""
    site = here(request)
    return site.keys.read(Purpose.STORY, text, now=site.now)


@router.get("/story/{token}")
def story(request: Request, token: str, done: str = "") -> Response:
    """The same story for one reader, with what they can do about it."""
    site, own = here(request), own_story(request, token)
    with site.stores.here() as store:
        judged = store.opportunity(own.subject)
        found = judged.opportunity.id
        try:
            ended = store.subscriber(own.subscriber_id).state is SubscriberState.ENDED
        except UnknownIdentifier:
            ended = True
        if ended:
            return told(request, judged, store)
        return told(
            request,
            judged,
            store,
            token=token,
            done=DONE.get(done),
            followed=found in {one.opportunity_id for one in store.follows(own.subscriber_id)},
            not_for_us=found in moderate.not_for(own.subscriber_id, store=store),
        )


DONE = {
    "followed": "You follow this now. You will be told of everything that happens to it.",
    "unfollowed": "You do not follow this any more.",
    "not-for-us": "Noted. You will hear no more of this one; nobody else is affected.",
    "for-us": "Noted. You will hear of this one again.",
}
ACTS = {"follow": "followed", "unfollow": "unfollowed", "not-for-us": "not-for-us",
        "for-us": "for-us"}  # fmt: skip


@router.post("/story/{token}")
def act(request: Request, token: str, act: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Follow or unfollow; not for us, or for us after all."""
    site, own = here(request), own_story(request, token)
    if act not in ACTS:
        return pages(request).fault(400, "We could not read that", "Go back and try again.")
    with site.stores.here() as store, store.transaction():
        found = store.opportunity(own.subject).opportunity.id
        store.subscriber(own.subscriber_id)
        if act == "follow":
            subscribe.follow(own.subscriber_id, found, store=store, clock=site.clock)
        elif act == "unfollow":
            store.remove_follow(own.subscriber_id, found)
        else:
            answer = Answer.NOT_FOR_US if act == "not-for-us" else Answer.YES
            moderate.say(found, answer, store=store, clock=site.clock, subscriber=own.subscriber_id)
    return RedirectResponse(f"/story/{token}?done={ACTS[act]}", status_code=SEE_OTHER)
