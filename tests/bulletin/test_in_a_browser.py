"""The bulletin as Chromium shows it: page, file of its own, and pasted into a bare mail.

BULLETIN_PICTURES names a folder to put pictures into.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from aggregator import bulletin
from aggregator.bulletin import Look
from aggregator.model import Edition
from aggregator.store import Store
from bulletin.made import HOST, SECOND, a_rich_week
from web.test_in_a_browser import RULES, Served, browser, served

__all__ = ["browser", "served"]

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.network]
VIEWS = [(width, scheme) for width in (320, 800) for scheme in ("light", "dark")]
BARE_MAIL = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" '
    'content="width=device-width"><title>Newsletter</title></head><body><div role="main">'
    "<p>Dear members, here is our newsletter.</p>{}<p>See you soon.</p></div></body></html>"
)
DARK_MAIL = BARE_MAIL.replace("<body>", '<body style="background-color:#101010;color:#eeeeee">')


@pytest.fixture(scope="module")
def edition() -> Edition:
    with Store.open(None) as store:
        return a_rich_week(store)


def documents(edition: Edition) -> dict[str, str]:
    pasted = bulletin.fragment(edition, HOST)
    return {
        "file": bulletin.page(edition, HOST),
        "pasted": BARE_MAIL.format(pasted),
        "pasted-dark": DARK_MAIL.format(pasted),
    }


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_files_are_accessible_and_fit(
    browser: Browser, edition: Edition, tmp_path: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, content in documents(edition).items():
        file = tmp_path / f"{name}.html"
        file.write_text(content, encoding="utf-8")
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["passes"], "axe looked at nothing"
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        keep_picture(page, f"{name}-{width}-{scheme}")
    assert all(url.startswith(tmp_path.as_uri()) for url in asked), "something was fetched"
    context.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_are_accessible_and_fit(
    browser: Browser, served: Served, width: int, scheme: str
) -> None:
    with served.site.store() as store:
        a_rich_week(store, base=100)
    served.site.clock.moment = SECOND
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for name, path in {"page": "/bulletin", "earlier": "/bulletin/2026-W47"}.items():
        page.goto(f"{served.base}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["passes"], "axe looked at nothing"
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        keep_picture(page, f"{name}-{width}-{scheme}")
    assert not [one for one in complaints if "Content Security Policy" in one]
    context.close()


def test_what_is_pasted_reads_in_order_with_all_style_gone(
    browser: Browser, edition: Edition, tmp_path: Path
) -> None:
    bare = bulletin.fragment(edition, HOST)
    for style in vars(Look).values():
        if isinstance(style, property):
            bare = bare.replace(f' style="{style.fget(Look.of(HOST))}"', "")  # type: ignore[misc]
    assert "style=" not in bare
    file = tmp_path / "bare.html"
    file.write_text(BARE_MAIL.format(bare), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    shown = page.evaluate("document.body.innerText")
    places = [shown.index(words) for words in IN_ORDER]
    assert places == sorted(places)
    keep_picture(page, "bare")
    page.close()


IN_ORDER = (
    "Mental-health tenders and grants for Leeds",
    "Bid-writing clinic",
    "Worth a look",
    "Perinatal mental health peer support",
    "Closing soon",
    "Crisis café for adults",
    "About this bulletin",
    "Not everything is advertised",
)


def keep_picture(page: object, name: str) -> None:
    folder = os.environ.get("BULLETIN_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)  # type: ignore[attr-defined]
