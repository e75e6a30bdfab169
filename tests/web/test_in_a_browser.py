"""The pages as Chromium shows them, and the first-release journey with JavaScript off."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from aggregator import answering, members, moderators
from aggregator.model import Answer, Cadence, Criteria, SubscriberState
from aggregator.testing import a_stated_time, utc
from aggregator.tokens import Purpose
from web.sites import ANN, MO, TITLES, TheSite, link_in, mails

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.network]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VIEWS = [(320, "light"), (800, "dark")]  # colours do not hang on the width, nor widths on colours
PATIENCE = 120_000.0
"""Milliseconds a page may take on a busy machine."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip("there is no Chromium here")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=executable, args=flags, timeout=PATIENCE
        )
        yield opened
        opened.close()


class Served:
    """A site behind a real server on loopback."""

    def __init__(self, home: Path) -> None:
        self.site = TheSite(home)
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.site.app, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.socket.close()


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    assert browser.is_connected()
    running = Served(tmp_path / "home")
    yield running
    running.stop()


def paths_of(site: TheSite) -> dict[str, str]:
    """Every page in the states a reader meets."""
    ann = site.joins()
    site.clock.advance(days=1)
    with site.store() as store:
        site.arrives(store, 1, version="v2", deadline=a_stated_time(utc(2026, 12, 11, 12)))
        for number in range(10, 34):
            site.arrives(store, number)
        story = next(
            one.opportunity.id for one in store.opportunities() if len(one.opportunity.notices) == 2
        )
        wish = store.subscriptions(ann)[0].id
    own = site.path(Purpose.PREFERENCES, ann)
    return {
        "open now": "/",
        "filter with mistakes": "/?place=Narnia&before=2026-99-99",
        "story": f"/opportunities/{story}",
        "own story": site.path(Purpose.STORY, ann, story),
        "sign up": "/sign-up?types=crisis&places=Leeds&words=hub",
        "sign up with a mistake": "/sign-up/preview?places=Narnia&types=crisis",
        "preview": "/sign-up/preview?types=crisis",
        "check your inbox": "/check-your-inbox",
        "preferences": f"{own}?done=changed",
        "change": f"{own}/change/{wish}",
        "erase": f"{own}/erase",
        "stop": site.path(Purpose.STOP, ann),
        "sources": "/sources",
        "near misses": "/near-misses",
        "privacy": "/privacy",
        "complain": "/complain",
        "accessibility": "/accessibility",
        "my link": "/my-link",
        "broken link": "/stop/broken",
    }


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_page_is_accessible_and_fits(
    browser: Browser, served: Served, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for name, path in paths_of(served.site).items():
        page.goto(f"{served.base}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["passes"], "axe looked at nothing"
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate(SMALL_TARGETS) == [], name
    assert all(url.startswith(served.base) for url in asked), "something was fetched elsewhere"
    assert not [one for one in complaints if "Content Security Policy" in one]
    context.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_page_of_moderators_is_accessible_and_fits(
    browser: Browser, served: Served, width: int, scheme: str
) -> None:
    site = served.site
    paths = moderators_paths(site)
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        extra_http_headers=site.cookie(),
    )
    page = context.new_page()
    for called, path in paths.items():
        page.goto(f"{served.base}{path}")
        assert ("Sign in as a moderator" in page.title()) == (called == "sign in")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, called
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["passes"], "axe looked at nothing"
        assert found.violations_count == 0, f"{called}: {found.generate_report()}"
        assert page.evaluate(SMALL_TARGETS) == [], called
        if folder := os.environ.get("PICTURES"):
            file = f"{called.replace(' ', '-')}-{width}-{scheme}.png"
            page.screenshot(path=f"{folder}/{file}", full_page=True)
    context.close()


def moderators_paths(site: TheSite) -> dict[str, str]:
    """Every page for moderators in the states they meet."""
    ann = site.joins()
    message = site.holds("director@northmoor-minds.example.org")
    site.asks_about(1)
    site.asks_about(2)
    own = site.first_id()
    with site.store() as store:
        told = moderators.link(MO, base_url=site.base, store=store, clock=site.clock)
        answering.say(own, Answer.YES, by=MO, store=store, clock=site.clock)
        group, _ = members.set_group(
            "Crisis forum", Criteria(), Cadence.DAILY, by=MO, store=store, clock=site.clock
        )
        store.join_group(ann, group.id)
    return {
        "sign in": "/moderate/sign-in",
        "check inbox": "/moderate/check-inbox",
        "enter": told.removeprefix(site.base),
        "overview": "/moderate?done=released",
        "questions": "/moderate/review?done=no&item=rv-abcdefg2",
        "answered": "/moderate/review?settled=1",
        "held mail": "/moderate/held",
        "a mail": f"/moderate/held/{message}",
        "verdicts": "/moderate/opportunities",
        "verdict": f"/moderate/opportunities/{own}",
        "members": "/moderate/members",
        "member": f"/moderate/members/{ann}",
    }


SMALL_TARGETS = """
[...document.querySelectorAll('button, summary, nav a, .fn-foot li a, input:not([type=hidden])')]
  .filter(one => !one.closest('.fn-trap') && one.checkVisibility())
  .map(one => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([html]) => html)
"""


def test_the_first_release_journey_without_javascript(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, site = context.new_page(), served.site
    page.set_default_timeout(PATIENCE)
    page.goto(served.base)
    page.get_by_role("link", name="Get these by mail").click()
    page.get_by_text("Crisis and suicide").first.click()
    page.get_by_label("Somewhere safe to go").check()
    page.get_by_label("Places, parted by commas").fill("Leeds")
    page.get_by_role("button", name="See what it would bring").click()
    assert page.get_by_role("link", name=TITLES[1]).is_visible()
    page.get_by_label("Email address").fill(ANN)
    page.get_by_role("button", name="Send me the mail").click()
    assert page.get_by_role("heading", name="Check your inbox").is_visible()
    with site.store() as store:
        (question,) = mails(store)
    page.goto(served.base + link_in(question.text or "").removeprefix(site.base))
    page.get_by_role("button", name="Yes, start my mails").click()
    assert page.get_by_role("heading", name="Your mails have started").is_visible()
    assert TITLES[1] in wait_for_open_now(site)
    with site.store() as store:
        (ann,) = store.subscribers()
    page.goto(served.base + site.path(Purpose.STORY, ann.id, site.first_id()))
    page.get_by_role("button", name="Follow this").click()
    assert page.get_by_text("You follow this now").is_visible()
    page.get_by_role("button", name="Not for us").click()
    assert page.get_by_text("You will hear no more of this one").is_visible()
    page.goto(served.base + site.path(Purpose.STOP, ann.id))
    page.get_by_role("button", name="Stop all mails").click()
    assert page.get_by_role("heading", name="Your mails have stopped").is_visible()
    with site.store() as store:
        assert store.subscriber(ann.id).state is SubscriberState.ENDED
        assert [one.opportunity_id for one in store.follows(ann.id)] == [site.first_id()]
    assert context.cookies() == []
    context.close()


def wait_for_open_now(site: TheSite) -> str:
    """The first digest, composed behind the page that confirms."""
    for _ in range(2000):
        with site.store() as store:
            if digests := [one for one in mails(store) if one.html]:
                return digests[0].text or ""
        time.sleep(0.05)
    raise AssertionError("no first digest was composed")


def test_the_keyboard_reaches_everything_in_order(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{served.base}/my-link")
    seen = []
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    assert seen[0] == "Skip to main content"
    assert seen.index("email") < seen.index("Send me the link")
    assert "website" not in seen
    context.close()
