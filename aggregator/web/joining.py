"""Signing up: what you do, where, how often; a preview; an address; one mail; one press."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from aggregator import consent, relevance, service
from aggregator.criteria import Problem
from aggregator.deliver import checked_address
from aggregator.errors import MailHeld, PermanentFailure, StoreError
from aggregator.model import Cadence, Criteria, OptInKind, SubscriberState, Wish
from aggregator.preview import preview
from aggregator.screen import log
from aggregator.tokens import Purpose
from aggregator.web.guard import Tries
from aggregator.web.render import here, pages
from aggregator.web.site import Site
from aggregator.web.wishes import (
    BREADTHS,
    CADENCES,
    GROUPS,
    criteria_from,
    in_words,
)

router = APIRouter()
SEE_OTHER, TOO_MANY = 303, 429
MANY = 60

Many = Annotated[list[str], Query(max_length=MANY)]
ManyTyped = Annotated[list[str], Form(max_length=MANY)]
Line = Annotated[str, Query(max_length=1000)]
Typed = Annotated[str, Form(max_length=1000)]


class Asked:
    """The first form as typed, to be shown again and to be read."""

    def __init__(
        self,
        types: Sequence[str] = (),
        places: str = "",
        words: str = "",
        without: str = "",
        verdicts: str = "core",
        cadence: str = Cadence.DAILY,
    ) -> None:
        self.types, self.places, self.words, self.without = types, places, words, without
        self.verdicts, self.cadence = verdicts, cadence

    @classmethod
    def of(cls, wish: Wish) -> "Asked":
        """The form that asks for what is asked for already."""
        from aggregator.parsing import places as regions

        criteria = wish.criteria
        return cls(
            types=criteria.types,
            places=", ".join(regions.name(code) or code for code in criteria.places),
            words=", ".join(criteria.words),
            without=", ".join(criteria.without_words),
            verdicts="related" if len(criteria.verdicts) > 1 else "core",
            cadence=wish.cadence,
        )

    def fields(self) -> list[tuple[str, str]]:
        """Name and value of each field that says something."""
        singles = (
            ("places", self.places), ("words", self.words), ("without", self.without),
            ("verdicts", self.verdicts), ("cadence", self.cadence),
        )  # fmt: skip
        return [("types", one) for one in self.types] + [pair for pair in singles if pair[1]]

    def query(self) -> str:
        """The same as part of an address."""
        return "?" + urlencode(self.fields())

    def criteria(
        self, labels: dict[str, str], before: Criteria | None = None
    ) -> Criteria | tuple[Problem, ...]:
        """The filter, or what is wrong. before: the one that is changed."""
        form = {
            "types": list(self.types), "places": self.places, "words": self.words,
            "without": self.without, "verdicts": self.verdicts,
        }  # fmt: skip
        return criteria_from(form, types=labels, before=before)

    def how_often(self, otherwise: Cadence = Cadence.DAILY) -> Cadence:
        """The cadence chosen; the other one where none of the form's was."""
        return next((one for one in CADENCES if one == self.cadence), otherwise)


def form_values(asked: Asked, site: Site, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """What the form of a wish is drawn from."""
    return {
        "asked": asked,
        "problems": list(problems),
        "groups": [
            (name, [(one, site.labels[one]) for one in types if one in site.labels])
            for name, types in GROUPS.items()
        ],
        "cadences": CADENCES,
        "breadths": BREADTHS,
    }


@router.get("/sign-up")
def sign_up(
    request: Request,
    types: Many = [],  # noqa: B006 - FastAPI copies it
    places: Line = "",
    words: Line = "",
    without: Line = "",
    verdicts: Line = "core",
    cadence: Line = Cadence.DAILY,
) -> Response:
    """What you do, where, and how often."""
    asked = Asked(types, places, words, without, verdicts, cadence)
    if not places and not types and (place := here(request).host.place):
        asked.places = place
    return pages(request).show("sign_up", **form_values(asked, here(request)))


@router.get("/sign-up/preview")
def look(
    request: Request,
    types: Many = [],  # noqa: B006
    places: Line = "",
    words: Line = "",
    without: Line = "",
    verdicts: Line = "core",
    cadence: Line = Cadence.DAILY,
) -> Response:
    """What the filter would have brought in the last year, and the form for the address."""
    asked = Asked(types, places, words, without, verdicts, cadence)
    return preview_page(request, asked)


def preview_page(
    request: Request, asked: Asked, *, address: str = "", problem: str | None = None
) -> Response:
    """The preview with the form for the address; the first form again where it cannot be read."""
    site = here(request)
    criteria = asked.criteria(site.labels)
    if isinstance(criteria, tuple):
        return pages(request).show("sign_up", status=400, **form_values(asked, site, criteria))
    with site.stores.here() as store:
        shown = preview(
            criteria, store=store, now=site.now, labels=site.labels,
            profile=relevance.load_profile(),
        )  # fmt: skip
    return pages(request).show(
        "preview",
        status=400 if problem else 200,
        asked=asked,
        shown=shown,
        pairs=in_words(criteria, labels=site.labels),
        often=CADENCES[asked.how_often()],
        words=consent.sign_up_words(site.host),
        address=address,
        problem=problem,
    )


@router.post("/sign-up")
def ask(
    request: Request,
    types: ManyTyped = [],  # noqa: B006
    places: Typed = "",
    words: Typed = "",
    without: Typed = "",
    verdicts: Typed = "core",
    cadence: Typed = Cadence.DAILY,
    email: Typed = "",
    website: Typed = "",
) -> Response:
    """Ask the owner of the address, whoever typed it. website: a trap that no person sees."""
    site = here(request)
    asked = Asked(types, places, words, without, verdicts, cadence)
    criteria = asked.criteria(site.labels)
    if isinstance(criteria, tuple):
        return preview_page(request, asked)
    try:
        address = checked_address(email.strip())
    except PermanentFailure:
        words_ = "Enter an email address in the correct format, like name@example.org"
        return preview_page(request, asked, address=email, problem=words_)
    if not may_try(request, address):
        return too_many(request)
    if not website:
        wish = Wish(criteria=criteria, cadence=asked.how_often())
        with site.stores.here() as store:
            consent.ask(
                address, wish, store=store, clock=site.clock, host=site.host, links=site.links
            )
    return RedirectResponse("/check-your-inbox", status_code=SEE_OTHER)


def may_try(request: Request, address: str) -> bool:
    """Whether this client, and this address, were not used too often."""
    tries: Tries = request.app.state.tries
    client = request.client.host if request.client else "nobody"
    return tries.allowed({"client": client, "address": address.casefold()})


def too_many(request: Request) -> Response:
    """Please wait."""
    answer = pages(request).fault(
        TOO_MANY, "Please wait a little", "Too many tries came at once. Try again in an hour."
    )
    answer.headers["Retry-After"] = "3600"
    return answer


@router.get("/check-your-inbox")
def check_inbox(request: Request) -> Response:
    """What to do now; the same whoever's address it was."""
    return pages(request).show("check_inbox")


@router.get("/confirm/{token}")
def confirm_page(request: Request, token: str) -> Response:
    """What is about to begin, with the button; scanners may open it as often as they like."""
    site = here(request)
    own = site.keys.read(Purpose.CONFIRM, token, now=site.now)
    with site.stores.here() as store:
        opt_in = consent.waiting_for(own, store=store)
        wish = consent.wish_of(opt_in, consent.group_of(opt_in, store))
    if opt_in.confirmed_at is not None:
        return confirmed_page(request, own.subscriber_id, again=True)
    wish = wish or Wish(criteria=Criteria())
    return pages(request).show(
        "confirm",
        token=token,
        pairs=in_words(wish.criteria, labels=site.labels),
        often=CADENCES.get(wish.cadence, str(wish.cadence)),
        words=consent.shown(opt_in.wording).of(site.host),
    )


@router.post("/confirm/{token}")
def confirm(request: Request, token: str) -> Response:
    """Begin; the first digest is composed at once."""
    site = here(request)
    own = site.keys.read(Purpose.CONFIRM, token, now=site.now)
    with site.stores.here() as store:
        done = consent.confirm(own, store=store, clock=site.clock, host=site.host, keys=site.keys)
    answer = confirmed_page(request, own.subscriber_id, again=done.again)
    if not done.again:
        answer.background = BackgroundTask(first_digest, site, own.subscriber_id)
    return answer


def first_digest(site: Site, subscriber_id: str) -> None:
    """ "Open now", without waiting for the next round of digests, which would do it otherwise."""
    try:
        with site.stores.here() as store:
            service.open_now(site.instance, store, subscriber_id, now=site.now)
    except (MailHeld, StoreError) as fault:
        log.warning("the first digest waits for the next round", why=str(fault))


def confirmed_page(request: Request, subscriber_id: str, *, again: bool) -> Response:
    """It has begun."""
    site = here(request)
    own = site.keys.sign(Purpose.PREFERENCES, subscriber_id, now=site.now)
    return pages(request).show("confirmed", again=again, preferences=f"/preferences/{own}")


@router.get("/address/{token}")
def address_page(request: Request, token: str) -> Response:
    """The new address, with the button."""
    site = here(request)
    own = site.keys.read(Purpose.ADDRESS, token, now=site.now)
    with site.stores.here() as store:
        opt_in = consent.waiting_for(own, store=store)
    moved = opt_in.confirmed_at is not None or opt_in.kind is not OptInKind.ADDRESS
    return pages(request).show("address", token=token, address=opt_in.address, moved=moved)


@router.post("/address/{token}")
def move(request: Request, token: str) -> Response:
    """Send digests to the new address from here on."""
    site = here(request)
    own = site.keys.read(Purpose.ADDRESS, token, now=site.now)
    with site.stores.here() as store:
        opt_in = consent.waiting_for(own, store=store)
        taken = store.subscriber_by_email(opt_in.address or "")
        if (
            taken is not None
            and taken.state is not SubscriberState.PENDING
            and (taken.id != own.subscriber_id)
        ):
            return pages(request).fault(
                409,
                "This address has mails of its own",
                "Stop those first, from one of them, or erase that address on its preferences "
                "page. Then ask for the change again. Nothing was changed.",
            )
        consent.confirm(own, store=store, clock=site.clock, host=site.host, keys=site.keys)
    return pages(request).show("address", token=token, address=opt_in.address, moved=True)


@router.get("/my-link")
def my_link(request: Request) -> Response:
    """For who lost the link to their preferences."""
    return pages(request).show("my_link", address="", problem=None)


@router.post("/my-link")
def send_my_link(request: Request, email: Typed = "", website: Typed = "") -> Response:
    """Send it to the address, if it is known; say the same if it is not."""
    site = here(request)
    try:
        address = checked_address(email.strip())
    except PermanentFailure:
        words = "Enter an email address in the correct format, like name@example.org"
        return pages(request).show("my_link", status=400, address=email, problem=words)
    if not may_try(request, address):
        return too_many(request)
    if not website:
        with site.stores.here() as store:
            consent.send_link(
                address, store=store, clock=site.clock, host=site.host, links=site.links
            )
    return RedirectResponse("/check-your-inbox?for=link", status_code=SEE_OTHER)
