"""What notices, hosts and hurried people may do to a bulletin, and what must not come of it."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator import bulletin, publish
from aggregator.errors import FairNoticeError, ParsingError
from aggregator.model import (
    Bulletin,
    BulletinEntry,
    BulletinSection,
    Edition,
    Host,
    OwnLine,
    PrintedChange,
    PrintedSource,
    WordKind,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from bulletin.made import FIRST, HOST, SECOND, arrives, asked, composed, published, titles

ALLOWED = {"table", "tbody", "tr", "td", "h1", "h2", "h3", "p", "strong", "br", "ul", "li", "a"}
ATTRIBUTES = {
    "style", "href", "dir", "lang", "role", "cellspacing", "cellpadding", "border",
}  # fmt: skip
HOSTILE = (
    "</h3></td></table><script>alert(1)</script>",
    '" style="display:none" onmouseover="alert(1)',
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "<img src=https://evil.example/x.gif>",
    "<!--", "]]>", "&lt;b&gt; &amp;nbsp;", "\x00\x0b\x1f\ufffe\uffff",
    "a" * 30_000, "Z̷̡̛" + "\u0336" * 500,
)  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def is_harmless(content: str) -> bool:
    """Only our elements and attributes, links of the web alone."""
    for element in BeautifulSoup(content, "lxml").body.find_all(True):  # type: ignore[union-attr]
        assert element.name in ALLOWED, element.name
        assert set(element.attrs) <= ATTRIBUTES, element.attrs
        assert re.match(r"https?://", str(element.get("href", "https://"))), element["href"]
        assert "url(" not in str(element.get("style", ""))
    return True


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_a_notice_stay_words(store: Store, text: str) -> None:
    arrives(
        store, 1, FIRST, title=f"Mental health crisis café {text}",
        description=f"Mental health support {text}", how_to_take_part=text, reason_ended=text,
        url='javascript:alert(1)//"><script>',
    )  # fmt: skip
    edition = published(store, FIRST)
    assert is_harmless(bulletin.fragment(edition, HOST))
    plain = bulletin.text(edition, HOST)
    assert len(plain) < 5_000
    assert not re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff]", plain)
    etree.fromstring(bulletin.feed([edition], HOST, base_url="https://example.org"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_the_host_stay_words(store: Store, text: str) -> None:
    publish.add(
        f"Clinic {text[:300]}", by=text, store=store, clock=FrozenClock(FIRST),
        address="https://example.org/?a=1&b=%22%3E",
    )  # fmt: skip
    edition = published(store, FIRST)
    odd = replace(HOST, name=f"CVS {text}", contact=text, base_url="https://example.org")
    assert is_harmless(bulletin.fragment(edition, odd))
    assert "<script>" not in bulletin.page(edition, odd)
    etree.fromstring(bulletin.feed([edition], odd, base_url="https://example.org"))
    assert len(store.host_words()[0].by) <= 80


def test_four_hundred_items_keep_to_what_mail_programs_show(store: Store) -> None:
    for number in range(1, 401):
        arrives(
            store, number, FIRST, title="Mental health crisis café " + f"{number} " * 60,
            description="Mental health counselling for adults. " * 200,
        )  # fmt: skip
    edition = published(store, FIRST)
    pasted = bulletin.fragment(edition, HOST)
    assert len(pasted.encode()) < 90_000
    assert "360 more had no room here" in pasted
    assert sum(len(one.entries) for one in edition.bulletin.sections) == 40
    assert len(bulletin.feed([edition] * 12, HOST, base_url="https://example.org")) < 2_000_000


def test_a_week_with_nothing_says_so_and_is_kept(store: Store) -> None:
    edition = published(store, FIRST)
    for content in (bulletin.fragment(edition, HOST), bulletin.text(edition, HOST)):
        assert bulletin.NOTHING in content
        assert "Not everything is advertised" in content
    assert "Week of Monday 16 November 2026.\n" in bulletin.text(edition, HOST)
    assert store.printed_weeks() == ("2026-W47",)


def test_a_title_in_welsh_is_marked_as_welsh(store: Store) -> None:
    title = "Cymorth iechyd meddwl – mental health support i bobl ifanc"
    arrives(store, 1, FIRST, title=title, language="cy")
    arrives(store, 2, FIRST, language='cy"><script>')
    pasted = bulletin.fragment(published(store, FIRST), HOST)
    assert f'lang="cy" style="{bulletin.Look.of(HOST).h3}"><a' in pasted
    assert title in pasted
    assert is_harmless(pasted)


def test_signs_that_turn_the_direction_of_reading_are_gone(store: Store) -> None:
    arrives(store, 1, FIRST, title="Mental health \u202eknab\u202c café \u2067abc \u200fשלום")
    publish.add("\u202eevil line", by="Ann", store=store, clock=FrozenClock(FIRST))
    edition = published(store, FIRST)
    for content in (bulletin.fragment(edition, HOST), bulletin.text(edition, HOST)):
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", content)
    assert 'dir="auto"' in bulletin.fragment(edition, HOST)
    assert "שלום" in bulletin.text(edition, HOST)


def test_two_who_publish_at_once_make_one_edition(tmp_path: Path) -> None:
    file = tmp_path / "fairnotice.db"
    with Store.open(file) as store:
        arrives(store, 1, FIRST)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def go() -> None:
        with Store.open(file) as own:
            request = asked(own, FIRST)
            start.wait()
            try:
                outcomes.append(publish.publish(**request).bulletin.week)
            except FairNoticeError:
                outcomes.append("refused")

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["2026-W47", *["refused"] * 3]
    with Store.open(file) as store:
        assert len(store.editions(published=False)) == 1


def test_a_fault_while_publishing_leaves_nothing_behind(store: Store) -> None:
    arrives(store, 1, FIRST)
    publish.add("Clinic", by="Ann", store=store, clock=FrozenClock(FIRST))
    edition = composed(store, FIRST)
    (told,) = edition.bulletin.told
    spoilt = replace(edition.bulletin, told=(told, told), week="2026-W50")
    with pytest.raises(FairNoticeError, match="would tell them twice"):
        store.keep_edition(
            Edition(bulletin=spoilt, id="urn:uuid:other", published_at=utc(2026, 12, 7, 7))
        )
    assert store.edition("2026-W50") is None
    assert store.host_words()[0].week is None
    assert titles(published(store, FIRST))


def test_what_the_host_says_while_it_is_composed_is_not_passed_over(store: Store) -> None:
    arrives(store, 1, FIRST)
    clock = FrozenClock(FIRST)

    class Interrupted(dict[str, str]):
        """Names of sources, asked for in the middle of composing."""

        def get(self, *_: object) -> None:  # type: ignore[override]
            if not store.host_words():
                publish.add("At the last moment", by="Ann", store=store, clock=clock)

    with pytest.raises(FairNoticeError, match="just now; try again"):
        published(store, FIRST, names=Interrupted())
    assert store.editions(published=False) == ()
    assert published(store, FIRST).bulletin.own[0].words == "At the last moment"


def test_a_clock_set_back_prints_nothing_twice(store: Store) -> None:
    arrives(store, 1, FIRST)
    assert titles(published(store, SECOND)) == {"Open now": ["Mental health crisis café 1"]}
    assert titles(published(store, FIRST)) == {}


def test_a_pin_on_what_is_gone_hurts_nobody(store: Store) -> None:
    arrives(store, 1, FIRST)
    publish.pick("000001-2026", WordKind.PIN, by="A", store=store, clock=FrozenClock(FIRST))
    (found,) = store.opportunities()
    store.remove_opportunity(found.opportunity.id)
    assert titles(published(store, FIRST)) == {}
    assert store.host_words()[0].week is None


@pytest.mark.parametrize(
    "week", ["", "2026", "2026-W00", "2026-W54", "2026-W1", "W48", "2026-w48", "0-W01", "2026-W48 ",
             "²026-W48", "10000-W01", "2026-W٤٨"]
)  # fmt: skip
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(ParsingError, match="is no week"):
        bulletin.monday_of(week)


def test_weeks_go_on_over_the_turn_of_the_year() -> None:
    assert bulletin.week_of(utc(2026, 12, 31, 12)) == "2026-W53"
    assert bulletin.week_after("2026-W53") == "2027-W01"
    assert bulletin.week_of(utc(2026, 6, 21, 23, 30)) == "2026-W26"  # Monday on UK clocks


words = st.text(max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_an_edition_holds_is_written_harmlessly(data: st.DataObject) -> None:
    entry = BulletinEntry(
        opportunity_id=data.draw(words),
        title=data.draw(words),
        stage=data.draw(words),
        buyer=data.draw(st.none() | words),
        when=data.draw(st.none() | words),
        changes=(PrintedChange(words=data.draw(words), before=data.draw(st.none() | words)),),
        lines=tuple(data.draw(st.lists(words, max_size=2))),
        sources=(PrintedSource(name=data.draw(words), words=data.draw(words)),),
    )
    edition = Edition(
        id="urn:uuid:0",
        published_at=FIRST,
        bulletin=Bulletin(
            week="2026-W47",
            day="Monday 16 November 2026",
            composed_at=FIRST,
            own=(OwnLine(words=data.draw(words)),),
            sections=(BulletinSection(heading=data.draw(words), entries=(entry,)),),
        ),
    )
    host = Host(name=data.draw(words), contact=data.draw(words))
    assert is_harmless(bulletin.fragment(edition, host))
    etree.fromstring(bulletin.feed([edition], host, base_url="https://example.org"))
