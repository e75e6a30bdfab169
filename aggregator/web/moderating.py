"""What moderators look after: what waits for an answer, held mail, verdicts, members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from aggregator import answering, held, members, moderators, relevance, relink, stage
from aggregator.digest.clean import one_line
from aggregator.errors import UnknownIdentifier
from aggregator.held import NotWaiting
from aggregator.model import Answer, JudgedOpportunity, ReviewItem, ReviewKind
from aggregator.relink import NotLinked
from aggregator.store import Store
from aggregator.web.render import here, pages
from aggregator.web.shelf import Shelf, sheet
from aggregator.web.signing_in import Moderated, send_link_soon, signed_out, who
from aggregator.web.stories import Line, day_words, line_of

router = APIRouter(prefix="/moderate", route_class=Moderated)
SEE_OTHER, CONFLICT = 303, 409
Word = Annotated[str, Form(max_length=400)]
Number = Annotated[int, Query(ge=1, le=100_000)]
Short = Annotated[str, Query(max_length=40)]
MOST_LINES = 25

LABELS = {
    ReviewKind.LIKELY_LINK: ("Probably one", "They are one", "They are two"),
    ReviewKind.RELEVANCE: ("Close call", "Yes, it is", "No, it is not"),
    ReviewKind.DISAGREEMENT: ("Rules in doubt", "The rules miss something", "The rules are fine"),
    ReviewKind.SOURCE: ("Source", "Seen to", "Nothing is wrong"),
    ReviewKind.IMPOSSIBLE_DATE: ("Odd date", "It is odd", "It is right"),
    ReviewKind.ODD_VALUE: ("Odd value", "It is odd", "It is right"),
    ReviewKind.UNKNOWN_NOTICE_TYPE: ("Unknown kind", "Seen", "Nothing to do"),
}
"""A kind of review item -> its name, and what yes and no say."""

DONE = {
    "yes": "Answered yes.", "no": "Answered no.", "later": "Put behind the others.",
    "undone": "Taken back.", "released": "Released. It goes out with the next delivery.",
    "all": "Released. They go out with the next delivery.",
    "dropped": "Dropped. What it was to tell is told to nobody.",
    "said-yes": "Noted: it is about mental health.",
    "said-no": "Noted: it is not about mental health.",
    "link": "We have sent you a mail. Open the link in it, press the button, and come back here.",
    "elsewhere": "Your other browsers are signed out.",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A review item as its page shows it. about: opportunities, id and title."""

    item: ReviewItem
    label: str
    yes: str
    no: str
    day: str
    about: tuple[tuple[str, str], ...]


class Paged:
    """A list with nothing asked for but the page."""

    def __init__(self, **kept: str) -> None:
        self.kept = kept

    def query(self, page: int) -> str:
        """The part of an address that leads to another page."""
        return "?" + "&".join(
            f"{name}={value}" for name, value in (*self.kept.items(), ("page", page))
        )


def show(
    request: Request, name: str, *, status: int = 200, done: str = "", **values: Any
) -> Response:
    """A page for moderators."""
    return pages(request).show(
        f"moderate/{name}", status=status, by=who(request).moderator, done=DONE.get(done), **values
    )


def back(path: str) -> Response:
    """To a page, saying what was done; a reload does nothing twice."""
    return RedirectResponse(path, status_code=SEE_OTHER, headers={"Cache-Control": "no-store"})


def cannot(request: Request, why: Exception) -> Response:
    """What was asked for does not fit how things stand."""
    return pages(request).fault(CONFLICT, "That could not be done", str(why))


@router.get("")
def overview(request: Request, done: Short = "") -> Response:
    """What waits, and who is signed in."""
    site = here(request)
    with site.stores.here() as store:
        own = [one for one in store.sessions() if one.moderator == who(request).moderator]
        return show(
            request,
            "overview",
            done=done,
            questions=len(store.review_items()),
            waiting=len(held.waiting(store)),
            counts=store.member_counts(),
            sessions=len(own),
            record=[
                (day_words(one.at), one.by, f"{one.act} {one.subject}", one.because)
                for one in store.moderations(limit=10)
            ],
        )


@router.get("/review")
def review(
    request: Request, page: Number = 1, settled: Short = "", done: Short = "", item: Short = ""
) -> Response:
    """What waits for an answer, or what was answered."""
    site = here(request)
    with site.stores.here() as store:
        every = store.review_items(settled=bool(settled))
        found, number = sheet(list(reversed(every)) if settled else every, page)
        return show(
            request,
            "review",
            done=done,
            answered=item if done in ("yes", "no", "later") else "",
            settled=bool(settled),
            questions=[question(one, store) for one in found],
            sheet=number,
            asked=Paged(**({"settled": "1"} if settled else {})),
        )


def question(item: ReviewItem, store: Store) -> Question:
    """A review item with what it is about."""
    label, yes, no = LABELS[item.kind]
    places = () if item.kind is ReviewKind.SOURCE else item.subjects
    found = dict.fromkeys(place for key in places if (place := store.whereabouts(key)))
    return Question(
        item=item,
        label=label,
        yes=yes,
        no=no,
        day=day_words(item.found_at),
        about=tuple((one, title_of(store.opportunity(one))) for one in found),
    )


def title_of(judged: JudgedOpportunity) -> str:
    """What an opportunity is called."""
    return one_line(judged.opportunity.facts.title, 120) or "no title"


@router.post("/review/{item_id}")
def answer(request: Request, item_id: str, act: Word = "", settled: Word = "") -> Response:
    """Yes, no, later, or undo."""
    site, by = here(request), who(request).moderator
    if act not in (relink.YES, relink.NO, relink.LATER, "undo"):
        return pages(request).fault(400, "We could not read that", "Go back and try again.")
    profile = relevance.load_profile()
    try:
        with site.stores.here() as store:
            if act == "undo":
                item = answering.undo(
                    item_id, by=by, store=store, clock=site.clock, profile=profile
                )
            else:
                item = answering.answer(
                    item_id, act, by=by, store=store, clock=site.clock, profile=profile
                )
    except NotLinked as fault:
        return cannot(request, fault)
    tail = "&settled=1" if settled else ""
    return back(f"/moderate/review?done={'undone' if act == 'undo' else act}&item={item.id}{tail}")


@router.get("/held")
def held_mail(request: Request, page: Number = 1, done: Short = "") -> Response:
    """Mail that waits for a person."""
    site = here(request)
    with site.stores.here() as store:
        found, number = sheet(held.waiting(store), page)
    rows = [(one, held.age_words(one.since, site.now), held.told_words(one)) for one in found]
    some = any(one.is_held for one in found)
    return show(request, "held", done=done, rows=rows, sheet=number, asked=Paged(), some=some)


@router.post("/held")
def release_all(request: Request) -> Response:
    """Let everything go that is held."""
    site = here(request)
    with site.stores.here() as store:
        held.release_all(by=who(request).moderator, store=store, clock=site.clock)
    return back("/moderate/held?done=all")


@router.get("/held/{message_id}")
def one_mail(request: Request, message_id: str) -> Response:
    """One mail with its text."""
    return mail_page(request, message_id)


def mail_page(request: Request, message_id: str, problem: str | None = None) -> Response:
    """One mail with its text and what can be done with it."""
    site = here(request)
    with site.stores.here() as store:
        found = held.look(message_id, store=store)
        record = store.moderations(subject=message_id)
    message = found.delivery.message
    text = message.text or message.json_body or ""
    return show(
        request,
        "mail",
        status=400 if problem else 200,
        one=found,
        id=message.id,
        age=held.age_words(found.since, site.now),
        told=held.told_words(found),
        now=held.state_words(found),
        parts=[part.splitlines() for part in text.split("\n\n") if part.strip()],
        record=[(day_words(one.at), one.by, str(one.act), one.because) for one in record],
        can_drop=found.delivery.state in held.LOOKED_AT,
        problem=problem,
    )


@router.post("/held/{message_id}")
def decide(request: Request, message_id: str, act: Word = "", because: Word = "") -> Response:
    """Release it, or drop it with a reason."""
    site, by = here(request), who(request).moderator
    if act == "drop" and not because.strip():
        return mail_page(request, message_id, "Say in a few words why it is dropped")
    try:
        with site.stores.here() as store:
            if act == "drop":
                held.drop(message_id, because=because, by=by, store=store, clock=site.clock)
            elif act == "release":
                held.release(message_id, by=by, store=store, clock=site.clock)
            else:
                return pages(request).fault(400, "We could not read that", "Go back and try again.")
    except NotWaiting as fault:
        return cannot(request, fault)
    return back(f"/moderate/held?done={'dropped' if act == 'drop' else 'released'}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An opportunity with what we and the moderators say of it."""

    line: Line
    ours: str
    mine: str | None
    others: tuple[str, ...]


@router.get("/opportunities")
def opportunities(
    request: Request, page: Number = 1, which: Short = "", done: Short = ""
) -> Response:
    """What is shown to everybody, or nearly was: is it about mental health?"""
    site, nearly = here(request), which == "nearly"
    shelf: Shelf = request.app.state.nearly if nearly else request.app.state.open
    with site.stores.here() as store:
        found, number = sheet(shelf.live(store, site.now), page)
        rows = [judged(request, one, store) for one in found]
    return show(
        request, "opportunities", done=done, rows=rows, sheet=number, nearly=nearly,
        asked=Paged(**({"which": "nearly"} if nearly else {})),
    )  # fmt: skip


def judged(request: Request, one: JudgedOpportunity, store: Store) -> Judged:
    """One opportunity with what is said of it."""
    by = who(request).moderator
    said = [verdict for verdict in store.verdicts_of(one.opportunity.id) if verdict.moderator]
    mine = next((str(verdict.answer) for verdict in said if verdict.moderator == by), None)
    reason = one.judgement.reasons[0].words if one.judgement.reasons else "nothing speaks for it"
    return Judged(
        line=line_of(one, here(request)),
        ours=f"{one.judgement.verdict}: {one_line(reason, 200)}",
        mine=mine,
        others=tuple(f"{v.moderator} says {v.answer}" for v in said if v.moderator != by),
    )


@router.get("/opportunities/{opportunity_id}")
def opportunity(request: Request, opportunity_id: str, done: Short = "") -> Response:
    """One opportunity, for a verdict."""
    site = here(request)
    with site.stores.here() as store:
        found = store.opportunity(opportunity_id)
        row = judged(request, found, store)
    standing = stage.at(found.opportunity, site.now)
    reasons = [one.words for one in found.judgement.reasons[:8]]
    return show(
        request, "opportunity", done=done, row=row, reasons=reasons,
        because=one_line(standing.because, 300),
    )  # fmt: skip


@router.post("/opportunities/{opportunity_id}")
def say(request: Request, opportunity_id: str, act: Word = "") -> Response:
    """It is about mental health, it is not, or nothing was said after all."""
    site = here(request)
    said = {"yes": Answer.YES, "no": Answer.NO, "undo": None}
    if act not in said:
        return pages(request).fault(400, "We could not read that", "Go back and try again.")
    with site.stores.here() as store:
        found = answering.say(
            opportunity_id, said[act], by=who(request).moderator, store=store, clock=site.clock
        )
    done = "undone" if act == "undo" else f"said-{act}"
    return back(f"/moderate/opportunities/{found}?done={done}")


@router.get("/members")
def members_page(request: Request, page: Number = 1, done: Short = "") -> Response:
    """Everybody, with where they stand."""
    return members_shown(request, page=page, done=done)


def members_shown(
    request: Request, *, page: int = 1, done: str = "", problem: str | None = None, typed: str = ""
) -> Response:
    """The list of members with the form that finds one."""
    site = here(request)
    with site.stores.here() as store:
        here_now, number = sheet(store.subscribers(), page)
        found = [members.in_list(one, store) for one in here_now]
        counts = store.member_counts()
    return show(
        request, "members", status=404 if problem else 200, done=done, rows=found, sheet=number,
        asked=Paged(), counts=counts, problem=problem, typed=typed,
        fresh=moderators.is_fresh(who(request), site.now),
    )  # fmt: skip


@router.post("/members")
def find_member(request: Request, address: Word = "") -> Response:
    """To the page of an address; posted, so that addresses stand in no history of pages."""
    site = here(request)
    try:
        with site.stores.here() as store:
            found = members.evidence(address.strip(), store=store, keys=site.keys)
    except UnknownIdentifier as fault:
        return members_shown(request, problem=str(fault), typed=address)
    return back(f"/moderate/members/{found.subscriber.id}")


@router.get("/members/{subscriber_id}")
def member(request: Request, subscriber_id: str) -> Response:
    """Who agreed to what, when, how, and the exact words."""
    site = here(request)
    with site.stores.here() as store:
        store.subscriber(subscriber_id)
        found = members.evidence(subscriber_id, store=store, keys=site.keys)
    moments = [(moment_words(one.at), one) for one in found.entries]
    return show(request, "member", found=found, entries=moments)


def moment_words(moment: datetime) -> str:
    """ "23 November 2026, 09:00 UTC"."""
    return f"{day_words(moment)}, {moment:%H:%M} UTC"


@router.post("/export")
def export(request: Request) -> Response:
    """All members as CSV, to whoever signed in within the last quarter of an hour."""
    site, session = here(request), who(request)
    if not moderators.is_fresh(session, site.now):
        return back("/moderate/members")
    with site.stores.here() as store:
        text = members.as_csv(members.listed(store))
        members.note_export(by=session.moderator, store=store, clock=site.clock)
    head = {
        "Content-Disposition": 'attachment; filename="fair-notice-members.csv"',
        "Cache-Control": "no-store",
    }
    content = text.encode("utf-8-sig", errors="replace")
    return Response(content, media_type="text/csv; charset=utf-8", headers=head)


@router.post("/again")
def again(request: Request) -> Response:
    """Send a fresh link to the moderator's own address."""
    send_link_soon(request, who(request).moderator)
    return back("/moderate/members?done=link")


@router.post("/sign-out")
def sign_out(request: Request, every: Word = "") -> Response:
    """End this session, or all others of the same moderator."""
    site, own = here(request), who(request)
    if not every:
        return signed_out(request)
    with site.stores.here() as store:
        others = [
            one.id
            for one in store.sessions()
            if one.moderator == own.moderator and one.id != own.id
        ]
        store.end_sessions(others)
    return back("/moderate?done=elsewhere")


@router.api_route("/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
def nowhere(rest: str) -> Response:
    """Whatever else is asked for: nobody who is not signed in learns what is here."""
    raise UnknownIdentifier(f"There is no page “{rest[:40]}”.")
