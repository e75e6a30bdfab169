"""The digest as Chromium shows it: on a small phone and a large screen, light and dark."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from aggregator import digest
from aggregator.model import DigestKind
from alerts.samples import HOST, NOW, a_full_day, a_run

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VIEWS = [(width, scheme) for width in (320, 800) for scheme in ("light", "dark")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip("there is no Chromium here")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=flags)
        yield opened
        opened.close()


@pytest.fixture(params=VIEWS, ids=lambda view: f"{view[0]} px, {view[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    shown = context.new_page()
    shown.set_default_timeout(120_000)  # of a busy machine
    shown.requested = []  # type: ignore[attr-defined]
    shown.on("request", lambda asked: shown.requested.append(asked.url))  # type: ignore[attr-defined]
    composed = digest.compose(a_run(), DigestKind.UPDATE, a_full_day(), now=NOW)
    assert composed is not None
    shown.set_content(digest.render(composed, HOST).html or "")
    yield shown
    context.close()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_is_fetched_from_anywhere(page: Page) -> None:
    assert page.requested == []  # type: ignore[attr-defined]
    assert page.evaluate("document.scripts.length + document.images.length") == 0


def test_axe_finds_nothing_to_complain_about(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.response["passes"], "axe looked at nothing"
    assert found.violations_count == 0, found.generate_report()


def test_text_is_large_enough_to_read(page: Page) -> None:
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('p, li')]"
        ".map(part => parseFloat(getComputedStyle(part).fontSize)))"
    )
    assert smallest >= 16
