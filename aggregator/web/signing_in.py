"""Moderators sign in by a mailed link; what only they may see stands behind `Moderated`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from anyio import from_thread, to_thread
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from aggregator import moderators, service
from aggregator.deliver import checked_address
from aggregator.errors import DeliveryError, FairNoticeError, PermanentFailure
from aggregator.model import Message, Session
from aggregator.screen import log
from aggregator.web.joining import may_try, too_many
from aggregator.web.render import here, pages
from aggregator.web.site import Site

router = APIRouter()
SEE_OTHER, GONE, UNAVAILABLE = 303, 410, 503
SIGN_IN = "/moderate/sign-in"
SAFE_COOKIE, PLAIN_COOKIE = "__Host-fairnotice", "fairnotice"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Typed = Annotated[str, Form(max_length=1000)]


class Moderated(APIRoute):
    """A route that only a moderator gets to, before anything of the request is read.

    Whoever is not signed in is answered alike, whatever they ask for.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The handler behind the door."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            session = await run_in_threadpool(session_of, request)
            if session is None:
                return to_sign_in()
            request.state.session = session
            return await inner(request)

        return handler


def to_sign_in() -> Response:
    """The answer to whoever is not signed in."""
    return RedirectResponse(SIGN_IN, status_code=SEE_OTHER, headers={"Cache-Control": "no-store"})


def cookie_of(site: Site) -> str | None:
    """The name of the cookie; None where it would travel in the open."""
    address = urlsplit(site.links.base_url)
    if address.scheme == "https":
        return SAFE_COOKIE
    return PLAIN_COOKIE if address.hostname in LOOPBACK else None


def secret_of(request: Request) -> str:
    """What the browser keeps, "" where it keeps nothing."""
    name = cookie_of(here(request))
    return request.cookies.get(name, "") if name else ""


def session_of(request: Request) -> Session | None:
    """Who asks, None where nobody is signed in."""
    site, secret = here(request), secret_of(request)
    if not secret:
        return None
    with site.stores.here() as store:
        return moderators.present(
            secret, moderators=site.instance.settings.moderators, store=store, clock=site.clock
        )


def who(request: Request) -> Session:
    """The moderator behind a request that came through `Moderated`."""
    found: Session = request.state.session
    return found


@router.get(SIGN_IN)
def sign_in_page(request: Request) -> Response:
    """A form for the address."""
    if cookie_of(here(request)) is None:
        return pages(request).fault(
            UNAVAILABLE,
            "These pages need https",
            "Nobody can sign in while the address of this site begins with http. Put a proxy with "
            "TLS before it and set host: base_url in fairnotice.yaml.",
        )
    return pages(request).show("moderate/sign_in", address="", problem=None)


@router.post(SIGN_IN)
def ask(request: Request, email: Typed = "", website: Typed = "") -> Response:
    """Send a link, if it is a moderator's address; say and do the same if it is not."""
    try:
        address = checked_address(email.strip())
    except PermanentFailure:
        words = "Enter an email address in the correct format, like name@example.org"
        return pages(request).show("moderate/sign_in", status=400, address=email, problem=words)
    if not may_try(request, address):
        return too_many(request)
    if not website and cookie_of(here(request)):
        send_link_soon(request, address)
    return RedirectResponse("/moderate/check-inbox", status_code=SEE_OTHER)


@router.get("/moderate/check-inbox")
def check_inbox(request: Request) -> Response:
    """What to do now; the same whoever's address it was."""
    return pages(request).show("moderate/check_inbox")


@router.get(SIGN_IN + "/{token}")
def link_page(request: Request, token: str) -> Response:
    """One button, whatever the link is worth: scanners open it too."""
    return pages(request).show("moderate/enter", token=token[: moderators.LONGEST])


@router.post(SIGN_IN + "/{token}")
def enter(request: Request, token: str) -> Response:
    """Use the link up and begin a session."""
    site, cookie = here(request), cookie_of(here(request))
    with site.stores.here() as store:
        begun = cookie and moderators.sign_in(
            token,
            moderators=site.instance.settings.moderators,
            store=store,
            clock=site.clock,
            former=secret_of(request),
        )
    if not cookie or not begun:
        return pages(request).show("moderate/gone", status=GONE)
    answer = RedirectResponse("/moderate", status_code=SEE_OTHER)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(cookie, begun.secret, **cookie_rules(cookie))
    return answer


def cookie_rules(cookie: str) -> dict[str, Any]:
    """How long the cookie is kept, and that nothing but our own pages gets to it."""
    return {
        "max_age": int(moderators.AT_MOST.total_seconds()),
        "path": "/",
        "secure": cookie == SAFE_COOKIE,
        "httponly": True,
        "samesite": "lax",
    }


def signed_out(request: Request) -> Response:
    """End this browser's session."""
    site, cookie = here(request), cookie_of(here(request))
    with site.stores.here() as store:
        moderators.sign_out(secret_of(request), store=store)
    answer = RedirectResponse("/", status_code=SEE_OTHER)
    if cookie:
        rules = cookie_rules(cookie)
        answer.set_cookie(cookie, "", **{**rules, "max_age": 0})
    return answer


def send_link_soon(request: Request, address: str) -> None:
    """Look whose address it is, and send, beside the answer: its time tells nothing."""
    from_thread.run_sync(start, request.app.state.sending, here(request), address)


def start(sending: set[asyncio.Task[None]], site: Site, address: str) -> None:
    """Begin the sending beside the requests, and keep hold of it until it is done."""
    task = asyncio.get_running_loop().create_task(send_link(site, address))
    sending.add(task)
    task.add_done_callback(sending.discard)


async def send_link(site: Site, address: str) -> None:
    """Send a moderator the link; nothing where it is nobody's who may sign in."""
    try:
        message = await to_thread.run_sync(link_mail, site, address)
        if message is not None:
            await service.send_now(site.instance, message, clock=site.clock)
    except (DeliveryError, FairNoticeError, OSError) as fault:
        log.error("a link to sign in could not be sent", fault=type(fault).__name__)


def link_mail(site: Site, address: str) -> Message | None:
    """The mail with a link that works from now on, None for nobody's address. Raises MailHeld."""
    moderator = moderators.known(address, site.instance.settings.moderators)
    if moderator is None:
        return None
    with site.stores.here() as store:
        service.may_mail(site.instance, store)
        link = moderators.link(
            moderator, base_url=site.links.base_url, store=store, clock=site.clock
        )
    return moderators.mail(moderator, link, host=site.host, now=site.now)
