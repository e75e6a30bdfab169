"""From values to a page: the templates, what all of them share, and how a fault reads."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

from aggregator.model import Host
from aggregator.web.site import Site

STYLE = "fairnotice.css"
DEFAULT_BRAND, DEFAULT_ON_DARK = "#1f5c4d", "#6fb59f"


@cache
def environment() -> Environment:
    """Our templates and the components they are made of; every value is escaped."""
    made = Environment(
        loader=PrefixLoader(
            {
                "pages": PackageLoader("aggregator.web", "templates"),
                "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
            }
        ),
        autoescape=True,
        undefined=ChainableUndefined,  # the components ask for parameters that are not given
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["style"] = f"/static/{version()}/{STYLE}"
    return made


@cache
def style() -> bytes:
    """The built style sheet."""
    return (resources.files("aggregator.web") / "static" / STYLE).read_bytes()


@cache
def version() -> str:
    """Part of the address of the style, so that a new one is fetched and an old one kept."""
    return hashlib.sha256(style()).hexdigest()[:12]


def brand_style(host: Host) -> str:
    """The host's colours, for the custom properties the style is written with."""
    brand = host.colours.brand if host.colours else DEFAULT_BRAND
    on_dark = host.colours.on_dark if host.colours else DEFAULT_ON_DARK
    return f":root{{--fn-brand-day:{brand};--fn-brand-night:{on_dark}}}\n"


@dataclass(frozen=True)
class Pages:
    """Renders the pages of one site."""

    site: Site

    def show(self, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The page of this name; no cache on the way keeps it."""
        template = environment().get_template(f"pages/{name}.html.j2")
        text = template.render(host=self.site.host, **values)
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})

    def fault(self, status: int, title: str, *words: str, **values: Any) -> HTMLResponse:
        """A page that says what went wrong and what to do."""
        return self.show("fault", status=status, title=title, words=words, **values)


def here(request: Request) -> Site:
    """The site that serves a request."""
    found: Site = request.app.state.site
    return found


def pages(request: Request) -> Pages:
    """What renders the pages of the site that serves a request."""
    return Pages(here(request))
