"""The application: its pages, their faults, and what stands before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.app import Instance, SystemClock
from aggregator.ports import Clock
from aggregator.web import browsing, joining, keeping, stories
from aggregator.web.faults import add_faults
from aggregator.web.guard import Tries, guarded
from aggregator.web.render import Pages
from aggregator.web.shelf import NEARLY, SHOWN, Shelf
from aggregator.web.site import Site, site_of

FALLBACK = "http://127.0.0.1:8000"
THREADS = 6


def application(
    instance: Instance, *, clock: Clock | None = None, fallback: str = FALLBACK
) -> ASGIApp:
    """The pages of an instance, for an ASGI server.

    fallback: the address that mails name while the host has set no base_url.
    """
    site = site_of(instance, clock=clock or SystemClock(), fallback=fallback)
    https = site.links.base_url.startswith("https:")
    return guarded(routes(site), https=https, denied=from_elsewhere(site))


def routes(site: Site) -> FastAPI:
    """The routes alone, without headers and limits in front: what schemas are read from."""
    app = FastAPI(
        title="Fair Notice", docs_url=None, redoc_url=None, openapi_url=None, lifespan=few_threads
    )
    app.state.site = site
    app.state.open, app.state.nearly = Shelf(SHOWN), Shelf(NEARLY)
    app.state.tries = Tries()
    for part in (browsing, stories, joining, keeping):
        app.include_router(part.router)
    add_faults(app)
    return app


@asynccontextmanager
async def few_threads(_: FastAPI) -> AsyncIterator[None]:
    """Serve with few threads: each keeps a connection with a cache of its own."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def from_elsewhere(site: Site) -> ASGIApp:
    """Answers a form that another site tried to send in a reader's name."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        page: Response = Pages(site).fault(
            403,
            "This came from another site",
            "For your safety we take forms from our own pages only. Open the page here and try "
            "again. Nothing was changed.",
        )
        await page(scope, receive, send)

    return answer
