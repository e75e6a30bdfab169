"""The host's weekly bulletin as pages, files to take away, and a feed. Drafts are not here."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aggregator import bulletin
from aggregator.errors import UnknownIdentifier
from aggregator.model import Edition
from aggregator.web.render import here, pages

router = APIRouter()
MOST_EARLIER = 52
FOR_A_WHILE = {"Cache-Control": "public, max-age=900"}


@router.get("/bulletin")
def latest(request: Request) -> Response:
    """The newest edition with all earlier ones below, or that there is none yet."""
    with here(request).stores.here() as store:
        weeks = store.printed_weeks()
        edition = store.edition(weeks[0]) if weeks else None
    return shown(request, edition, weeks)


@router.get("/bulletin.atom")
def feed(request: Request) -> Response:
    """The editions for feed readers."""
    site = here(request)
    with site.stores.here() as store:
        editions = store.editions(limit=bulletin.MOST_EDITIONS)
    content = bulletin.feed(editions, site.host, base_url=site.links.base_url)
    return Response(content, media_type="application/atom+xml", headers=FOR_A_WHILE)


@router.get("/bulletin/{week}")
def of_a_week(request: Request, week: str) -> Response:
    """One edition, as it was published."""
    with here(request).stores.here() as store:
        weeks = store.printed_weeks()
    return shown(request, published(request, week), weeks)


@router.get("/bulletin/{week}/text")
def as_text(request: Request, week: str) -> Response:
    """One edition as plain text."""
    content = bulletin.text(published(request, week), here(request).host)
    return Response(content, media_type="text/plain", headers=FOR_A_WHILE)


@router.get("/bulletin/{week}/to-paste")
def to_paste(request: Request, week: str) -> Response:
    """One edition as a file to paste into a newsletter tool.

    It is downloaded, not opened here: its style stands on its elements, which our pages allow
    nobody.
    """
    edition = published(request, week)
    name = f"bulletin-{edition.bulletin.week}-to-paste.html"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        bulletin.fragment(edition, here(request).host),
        media_type="text/html",
        headers={**FOR_A_WHILE, **disposition},
    )


def published(request: Request, week: str) -> Edition:
    """The edition of a week. Raises UnknownIdentifier where none is published."""
    with here(request).stores.here() as store:
        edition = store.edition(week)
    if edition is None or edition.published_at is None:
        raise UnknownIdentifier(f"there is no bulletin of {week[:20]}")
    return edition


def shown(request: Request, edition: Edition | None, weeks: tuple[str, ...]) -> Response:
    """The page of an edition. weeks: of all that are published, newest first."""
    site = here(request)
    own = edition.bulletin.week if edition else None
    earlier = [
        (bulletin.address_of(week), bulletin.in_words(week))
        for week in weeks[: MOST_EARLIER + 1]
        if week != own
    ]
    return pages(request).show(
        "bulletin",
        bulletin=edition.bulletin if edition else None,
        title=bulletin.title(edition.bulletin) if edition else "Weekly bulletin",
        path=bulletin.address_of(own) if own else None,
        nothing=bulletin.NOTHING,
        waiting=bulletin.waiting(edition.bulletin.left_out) if edition else None,
        others=earlier,
        feed=bulletin.FEED,
        base=site.links.base_url,
    )
