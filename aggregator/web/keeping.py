"""Preferences, and the way out: behind links that only the reader has."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from aggregator import consent, moderate, service
from aggregator.deliver import checked_address
from aggregator.errors import ExpiredToken, PermanentFailure, UnknownIdentifier
from aggregator.model import Subscriber, SubscriberState, Subscription, Wish
from aggregator.preview import near_misses
from aggregator.store import Store
from aggregator.tokens import Purpose
from aggregator.web.joining import (
    Asked,
    ManyTyped,
    Typed,
    form_values,
    may_try,
    too_many,
)
from aggregator.web.render import here, pages
from aggregator.web.site import Site
from aggregator.web.stories import line_of
from aggregator.web.wishes import CADENCES, in_words

router = APIRouter()
SEE_OTHER = 303
SENT = "We have sent a mail to that address. Nothing changes until its button is pressed."
DONE = {
    "changed": "Saved. The next mail goes by it, and brings what is open now and new to you.",
    "paused": "Paused. You will get no mails until you start them again.",
    "resumed": "Started again.",
    "address": SENT,
    "colleague": SENT,
    "ended": "That one has ended. The others go on.",
    "last": "That is the only one you have. To end it, stop all mails below.",
    "organisation": "Saved.",
}
WRONG_ADDRESS = "Enter an email address in the correct format, like name@example.org"
Word = Annotated[str, Form(max_length=100)]


def own_id(request: Request, token: str) -> str:
    """Whose preferences a link leads to. Raises BadToken."""
    site = here(request)
    return site.keys.read(Purpose.PREFERENCES, token, now=site.now).subscriber_id


def reader(store: Store, subscriber_id: str) -> Subscriber:
    """The subscriber. Raises ExpiredToken where they stopped, or were erased."""
    try:
        found = store.subscriber(subscriber_id)
    except UnknownIdentifier:
        raise ExpiredToken("There are no preferences any more.") from None
    if found.state is SubscriberState.ENDED:
        raise ExpiredToken("There are no preferences any more.")
    return found


def back(token: str, done: str) -> Response:
    """To the preferences, saying what was done; a reload does nothing twice."""
    return RedirectResponse(f"/preferences/{token}?done={done}", status_code=SEE_OTHER)


@router.get("/preferences/{token}")
def preferences(request: Request, token: str, done: str = "") -> Response:
    """Everything a reader can change."""
    return overview(request, token, done=DONE.get(done))


def overview(
    request: Request,
    token: str,
    *,
    done: str | None = None,
    status: int = 200,
    problem: tuple[str, str, str] | None = None,
) -> Response:
    """The page of preferences. problem: form, words, and what was typed."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        subscriber = reader(store, subscriber_id)
        wishes = store.subscriptions(subscriber_id)
        known = store.organisation(subscriber.organisation_id or "")
        colleagues = [store.subscriber(one).email for one in store.colleagues(subscriber_id)]
    return pages(request).show(
        "preferences",
        status=status,
        token=token,
        email=subscriber.email,
        paused=subscriber.state is SubscriberState.PAUSED,
        wishes=[(one.id, wish_pairs(one, site)) for one in wishes],
        organisation=known.name if known else "",
        colleagues=colleagues,
        done=done,
        problem=problem,
    )


def wish_pairs(one: Subscription, site: Site) -> tuple[tuple[str, str], ...]:
    """A subscription as pairs for a list."""
    often = ("How often", CADENCES.get(one.cadence, str(one.cadence).replace("_", " ")))
    return (*in_words(one.criteria, labels=site.labels), often)


@router.get("/preferences/{token}/change/{wish_id}")
def change_page(request: Request, token: str, wish_id: str) -> Response:
    """The form of one subscription, filled in."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        found = wish_of(store, subscriber_id, wish_id)
    asked = Asked.of(Wish(criteria=found.criteria, cadence=found.cadence))
    return pages(request).show("change", token=token, wish_id=wish_id, **form_values(asked, site))


def wish_of(store: Store, subscriber_id: str, wish_id: str) -> Subscription:
    """One of a reader's own subscriptions. Raises UnknownIdentifier."""
    for one in store.subscriptions(subscriber_id):
        if one.id == wish_id:
            return one
    raise UnknownIdentifier("There is no such subscription.")


@router.post("/preferences/{token}/change/{wish_id}")
def change(
    request: Request,
    token: str,
    wish_id: str,
    types: ManyTyped = [],  # noqa: B006 - FastAPI copies it
    places: Typed = "",
    words: Typed = "",
    without: Typed = "",
    verdicts: Typed = "core",
    cadence: Typed = "",
) -> Response:
    """Let one subscription ask for something else."""
    site, subscriber_id = here(request), own_id(request, token)
    asked = Asked(types, places, words, without, verdicts, cadence)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        before = wish_of(store, subscriber_id, wish_id)
    criteria = asked.criteria(site.labels, before.criteria)
    if isinstance(criteria, tuple):
        values = form_values(asked, site, criteria)
        return pages(request).show("change", status=400, token=token, wish_id=wish_id, **values)
    wish = Wish(criteria=criteria, cadence=asked.how_often(before.cadence))
    with site.stores.here() as store:
        reader(store, subscriber_id)
        consent.change(subscriber_id, wish_id, wish, store=store, clock=site.clock)
    return back(token, "changed")


@router.get("/preferences/{token}/near-misses")
def nearly(request: Request, token: str) -> Response:
    """What the reader's filters narrowly leave out."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        filters = [one.criteria for one in store.subscriptions(subscriber_id)]
        found = near_misses(
            filters, store=store, now=site.now,
            left_out=moderate.not_for(subscriber_id, store=store),
        )  # fmt: skip
    items = [(line_of(one.judged, site), f"it would have come, but {one.but}") for one in found]
    return pages(request).show("own_near_misses", token=token, items=items)


@router.post("/preferences/{token}/end/{wish_id}")
def end_one(request: Request, token: str, wish_id: str) -> Response:
    """End one of several subscriptions."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        ended = consent.drop_wish(subscriber_id, wish_id, store=store, clock=site.clock)
    return back(token, "ended" if ended else "last")


@router.post("/preferences/{token}/pause")
def pause(request: Request, token: str, act: Word = "pause") -> Response:
    """Pause, or go on."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        if act == "resume":
            consent.resume(subscriber_id, store=store, clock=site.clock)
        else:
            consent.pause(subscriber_id, store=store, clock=site.clock)
    return back(token, "resumed" if act == "resume" else "paused")


@router.post("/preferences/{token}/address")
def change_address(request: Request, token: str, email: Typed = "") -> Response:
    """Ask another address whether mails shall come there."""
    return asking(request, token, "address", email)


@router.post("/preferences/{token}/colleague")
def invite(request: Request, token: str, email: Typed = "") -> Response:
    """Ask a colleague whether they want the same mails."""
    return asking(request, token, "colleague", email)


def asking(request: Request, token: str, what: str, typed: str) -> Response:
    """Send one question to an address; the answer here is the same whoever's it is."""
    site, subscriber_id = here(request), own_id(request, token)
    try:
        address = checked_address(typed.strip())
    except PermanentFailure:
        problem = (what, WRONG_ADDRESS, typed)
        return overview(request, token, status=400, problem=problem)
    if not may_try(request, address):
        return too_many(request)
    act = consent.ask_to_move if what == "address" else consent.invite
    with site.stores.here() as store:
        reader(store, subscriber_id)
        act(
            subscriber_id, address,
            store=store, clock=site.clock, host=site.host, links=site.links,
        )  # fmt: skip
    return back(token, what)


@router.post("/preferences/{token}/organisation")
def organisation(request: Request, token: str, name: Word = "") -> Response:
    """What the organisation is called."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        if name.strip():
            consent.name_organisation(subscriber_id, name, store=store)
    return back(token, "organisation")


@router.post("/preferences/{token}/export")
def export(request: Request, token: str, form: Word = "json") -> Response:
    """Everything held on the reader, as a file."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        reader(store, subscriber_id)
        held = store.held_on(subscriber_id)
    kind = "csv" if form == "csv" else "json"
    content = consent.as_csv(held) if kind == "csv" else consent.as_json(held)
    return Response(
        content.encode(errors="replace"),
        media_type="text/csv; charset=utf-8" if kind == "csv" else "application/json",
        headers={
            "Content-Disposition": f'attachment; filename="fair-notice.{kind}"',
            "Cache-Control": "no-store",
        },
    )


@router.get("/preferences/{token}/erase")
def erase_page(request: Request, token: str) -> Response:
    """Are you sure?"""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        subscriber = reader(store, subscriber_id)
    return pages(request).show("erase", token=token, email=subscriber.email)


@router.post("/preferences/{token}/erase")
def erase(request: Request, token: str) -> Response:
    """Forget the reader."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        if any(one.id == subscriber_id for one in store.subscribers()):
            service.erase(site.instance, store, subscriber_id, clock=site.clock)
    return pages(request).show("erased")


@router.get("/stop/{token}")
def stop_page(request: Request, token: str) -> Response:
    """One button. Says nothing of who the reader is: mails are passed on."""
    site = here(request)
    own = site.keys.read(Purpose.STOP, token, now=site.now)
    with site.stores.here() as store:
        stopped = is_stopped(store, own.subscriber_id)
    return pages(request).show("stop", token=token, stopped=stopped)


def is_stopped(store: Store, subscriber_id: str) -> bool:
    """Whether there is nothing to stop any more."""
    try:
        return store.subscriber(subscriber_id).state is SubscriberState.ENDED
    except UnknownIdentifier:
        return True


@router.post("/stop/{token}")
def stop(request: Request, token: str) -> Response:
    """Stop all mails: from the page, or from a mail program by RFC 8058 whatever its body says."""
    site = here(request)
    own = site.keys.read(Purpose.STOP, token, now=site.now)
    how = "pressed the button behind the link in a mail, or in the mail program (RFC 8058)"
    with site.stores.here() as store:
        consent.stop(own.subscriber_id, how, store=store, clock=site.clock)
    return pages(request).show("stop", token=token, stopped=True)


@router.post("/preferences/{token}/stop")
def stop_here(request: Request, token: str) -> Response:
    """Stop all mails from the preferences."""
    site, subscriber_id = here(request), own_id(request, token)
    with site.stores.here() as store:
        consent.stop(subscriber_id, "the preferences page", store=store, clock=site.clock)
    own = site.keys.sign(Purpose.STOP, subscriber_id, now=site.now)
    return pages(request).show("stop", token=own, stopped=True)
