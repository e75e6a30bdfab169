"""The bulletin as pages, files and feed: published editions only, for ever at one address."""

import warnings
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from aggregator import bulletin, newsdesk, publish
from aggregator.model import Host
from aggregator.testing import FrozenClock, utc
from web.sites import NOW, TITLES, TheSite

MONDAY = NOW


@pytest.fixture
def site(tmp_path: Path) -> TheSite:
    made = TheSite(tmp_path / "home")
    with made.store() as store:
        publish.add("Clinic <b>on</b> Tuesday", by="Ann", store=store, clock=FrozenClock(MONDAY))
        newsdesk.print_edition(made.instance, store, now=MONDAY)
    return made


async def test_the_latest_edition_is_at_the_short_address_and_at_its_own(site: TheSite) -> None:
    latest, own = await site.get("/bulletin"), await site.get("/bulletin/2026-W48")
    for page in (latest, own):
        assert page.status_code == 200
        assert TITLES[1] in page.text
        assert "Clinic &lt;b&gt;on&lt;/b&gt; Tuesday" in page.text
        assert "Monday 23 November 2026" in page.text


async def test_drafts_and_weeks_that_are_none_are_not_found(site: TheSite) -> None:
    with site.store() as store:
        newsdesk.compose(site.instance, store, now=MONDAY)
        assert store.edition("2026-W49") is not None
    for week in ("2026-W49", "2026-W01", "W48", "..%2Fetc", "2026-W48%00", "x" * 500):
        for end in ("", "/text", "/to-paste"):
            answer = await site.get(f"/bulletin/{week}{end}")
            assert answer.status_code == 404, week
            assert "Page not found" in answer.text


async def test_an_edition_stays_as_it_was_published(site: TheSite) -> None:
    before = (await site.get("/bulletin/2026-W48/text")).text
    with site.store() as store:
        site.clock.moment = utc(2026, 11, 30, 9)
        site.arrives(store, 1, version="v2", title="Another name by now")
        newsdesk.print_edition(site.instance, store, now=site.clock.moment)
    assert (await site.get("/bulletin/2026-W48/text")).text == before
    assert "Another name by now" in (await site.get("/bulletin")).text
    assert 'href="/bulletin/2026-W48"' in (await site.get("/bulletin")).text


async def test_the_file_to_paste_is_downloaded_and_has_no_style_sheet(site: TheSite) -> None:
    answer = await site.get("/bulletin/2026-W48/to-paste")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.startswith("<table")
    assert "Clinic &lt;b&gt;on&lt;/b&gt; Tuesday" in answer.text


async def test_the_feed_is_valid_and_its_ids_are_stable(site: TheSite) -> None:
    first = await site.get("/bulletin.atom")
    assert first.headers["Content-Type"].startswith("application/atom+xml")
    with site.store() as store:
        site.clock.moment = utc(2026, 11, 30, 9)
        site.arrives(store, 9)
        newsdesk.print_edition(site.instance, store, now=site.clock.moment)
    second = await site.get("/bulletin.atom")
    one, two = read(first.content), read(second.content)
    assert [e.id for e in two.entries][1:] == [e.id for e in one.entries]
    assert [e.link for e in two.entries] == [
        f"{site.base}/bulletin/2026-W49", f"{site.base}/bulletin/2026-W48",
    ]  # fmt: skip
    assert one.feed.id == two.feed.id
    assert all(e.id.startswith("urn:uuid:") for e in two.entries)
    assert "<h1" in two.entries[0].content[0].value
    assert two.entries[1].updated == "2026-11-23T09:00:00+00:00"


def read(content: bytes) -> feedparser.FeedParserDict:
    """The feed, strictly: what RFC 4287 asks of it."""
    root = etree.fromstring(content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    for element in (root, *root.findall("a:entry", names)):
        for required in ("id", "title", "updated"):
            assert len(element.findall(f"a:{required}", names)) == 1
    assert root.find("a:link[@rel='self']", names) is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = feedparser.parse(content)
    assert not found.bozo
    return found


def test_a_feed_without_editions_is_one_all_the_same() -> None:
    host = Host(name="Vale\x0b of Arden", contact="help@example.org")
    content = bulletin.feed((), host, base_url="https://example.org")
    assert content == bulletin.feed((), host, base_url="https://example.org")
    assert read(content).entries == []


async def test_before_the_first_edition_the_page_says_so(tmp_path: Path) -> None:
    empty = TheSite(tmp_path / "other")
    page = await empty.get("/bulletin")
    assert page.status_code == 200
    assert "There is none yet" in page.text
