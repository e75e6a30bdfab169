"""Pages anybody may open: what is open, near misses, sources, privacy. They only look."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from aggregator import checkup, consent, doctor, health, match, stage
from aggregator.criteria import Problem, criteria_from
from aggregator.model import Criteria, JudgedOpportunity
from aggregator.web.render import brand_style, here, pages, style
from aggregator.web.shelf import SHOWN, Shelf, sheet
from aggregator.web.stories import line_of

router = APIRouter()
LONG = 200
STALE = timedelta(hours=26)

Typed = Annotated[str, Query(max_length=LONG)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What a reader looks for on the list, as typed."""

    words: str = ""
    place: str = ""
    type: str = ""
    before: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return any((self.words, self.place, self.type, self.before))

    def query(self, page: int) -> str:
        """The part of an address that asks for the same on another page."""
        typed = {"words": self.words, "place": self.place, "type": self.type, "before": self.before}
        kept = {name: value for name, value in typed.items() if value}
        return "?" + urlencode({**kept, "page": page})


@router.get("/")
def home(
    request: Request,
    words: Typed = "",
    place: Typed = "",
    type: Typed = "",  # noqa: A002 - the name of the field in the address
    before: Typed = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is open now, most urgent first, with simple filters."""
    site = here(request)
    asked = Filter(words=words, place=place, type=type, before=before)
    problems: list[Problem] = []
    criteria, until = wanted(asked, site.labels, problems)
    shelf: Shelf = request.app.state.open
    with site.stores.here() as store:
        found = [one for one in shelf.live(store, site.now) if fits(one, criteria, until, site.now)]
    shown, number = sheet(found, page)
    return pages(request).show(
        "home",
        items=[line_of(one, site) for one in shown],
        sheet=number,
        asked=asked,
        problems=problems,
        labels=sorted(site.labels.items(), key=lambda pair: pair[1].casefold()),
        now=site.now,
    )


def wanted(
    asked: Filter, labels: dict[str, str], problems: list[Problem]
) -> tuple[Criteria, datetime | None]:
    """The filter as criteria, with the moment before which it has to close."""
    until = None
    if asked.before.strip():
        try:
            day = date.fromisoformat(asked.before.strip())
            until = datetime.combine(day, time(23, 59), UTC)
        except ValueError:
            words = "Give the date as year-month-day, for example 2026-12-24."
            problems.append(Problem(field="before", words=words))
    form = {"places": asked.place, "words": asked.words}
    found = criteria_from(form, types=labels)
    if isinstance(found, tuple):
        problems += found
        found = Criteria()
    types = (asked.type,) if asked.type in labels else ()
    return replace(found, verdicts=SHOWN, types=types, stages=()), until


def fits(
    judged: JudgedOpportunity, criteria: Criteria, until: datetime | None, now: datetime
) -> bool:
    """Whether an opportunity meets the filter and closes in time."""
    opportunity = judged.opportunity
    standing = stage.at(opportunity, now)
    if until is not None:
        closes = stage.urgency(opportunity, now)[1]
        if not now <= closes <= until:
            return False
    return match.meets(opportunity, judged.judgement, standing.stage, criteria) is not None


@router.get("/near-misses")
def near_misses(request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """What may be about mental health and is not counted as such: to look through."""
    site = here(request)
    shelf: Shelf = request.app.state.nearly
    with site.stores.here() as store:
        found = shelf.live(store, site.now)
    shown, number = sheet(found, page)
    items = [(line_of(one, site), reasons_of(one)) for one in shown]
    return pages(request).show("near_misses", items=items, sheet=number, asked=Filter())


def reasons_of(judged: JudgedOpportunity) -> str:
    """Why it was nearly taken."""
    return "; ".join(reason.words for reason in judged.judgement.reasons[:3])


@router.get("/sources")
def sources(request: Request) -> Response:
    """Where we look, and how the reading of each place goes, in words that blame nobody."""
    site = here(request)
    on = site.instance.chosen(())
    with site.stores.here() as store:
        states = checkup.states(on, store=store, now=site.now)
    rows = [
        (entry, state.needs_a_look, health.sentence(state))
        for entry, state in zip(on, states, strict=True)
    ]
    return pages(request).show(
        "sources",
        rows=sorted(rows, key=lambda row: not row[1]),
        off=[entry for entry in site.instance.entries if not entry.enabled],
        summary=health.summary(states),
    )


def is_well(read_at: datetime | None, now: datetime) -> bool:
    """Whether a source was read within about a day."""
    return read_at is not None and now - read_at < STALE


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """What is kept about a reader, for what, how long, and what they can do."""
    host = here(request).host
    return pages(request).show("privacy", words=consent.sign_up_words(host))


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """How these pages were tested, and what was not."""
    return pages(request).show("accessibility")


@router.get("/health")
def alive(request: Request) -> Response:
    """For monitors: 200 while the database answers and something was read within a day."""
    site = here(request)
    with site.stores.here() as store:
        runs = [store.runs(entry.id, limit=10) for entry in site.instance.chosen(())]
    times = [good.finished_at for some in runs if (good := doctor.last_good(some))]
    latest = max((at for at in times if at), default=None)
    well = is_well(latest, site.now)
    state = {
        "well": well,
        "sources": len(runs),
        "last_read": latest.isoformat() if latest else None,
    }
    return JSONResponse(state, status_code=200 if well else 503,
                        headers={"Cache-Control": "no-store"})  # fmt: skip


@router.get("/static/{version}/fairnotice.css")
def style_sheet(version: str) -> Response:
    """The built style; its address changes with it, so that it can be kept for a year."""
    del version
    keep = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(style(), media_type="text/css", headers=keep)


@router.get("/brand.css")
def brand(request: Request) -> Response:
    """The host's colours."""
    keep = {"Cache-Control": "public, max-age=300"}
    return Response(brand_style(here(request).host), media_type="text/css", headers=keep)


@router.get("/logo")
def logo(request: Request) -> Response:
    """The host's logo; empty where it has none, or where the file is gone."""
    name = here(request).host.logo
    kind = "image/png" if name and name.lower().endswith(".png") else "image/jpeg"
    try:
        with open(name or "", "rb") as file:
            return Response(file.read(), media_type=kind)
    except OSError:
        return Response(status_code=404)


@router.get("/robots.txt")
def robots() -> Response:
    """Search engines stay away from links that are somebody's own."""
    kept = "".join(f"Disallow: /{name}/\n" for name in ("story", "stop", "preferences", "confirm"))
    return Response(f"User-agent: *\n{kept}", media_type="text/plain")
