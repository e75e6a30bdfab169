"""Feeds from anywhere: what is cut, ended or no feed is never a feed without news."""

import pickle
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregator.errors import AnswerError, Blocked, MissingStructure, ParserStopped, Undecodable
from aggregator.limited import Limited
from aggregator.model import Parsed, ProcurementKind, RawPayload
from aggregator.sources import Adapter
from sources.answers import an_adapter, an_answer

FEED = an_adapter("feed", path="/feed/", kind_of_notice="grant", buyer="Northmoor Foundation")


def rss(*items: str, encoding: str = "UTF-8", end: str = "</rss>") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
        f"<title>Northmoor</title><link>https://portal.example</link>{''.join(items)}</channel>{end}"
    )


def item(number: int = 1, **parts: str) -> str:
    values = {
        "title": f"Grant {number}",
        "link": f"https://portal.example/{number}",
        "guid": f"grant-{number}",
        "pubDate": "Thu, 19 Nov 2026 09:30:00 +0000",
        "description": "Up to £2,000 for groups.",
        **parts,
    }
    return f"<item>{''.join(f'<{name}>{text}</{name}>' for name, text in values.items())}</item>"


def read(body: str | bytes, **headers: str) -> Parsed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FEED.read(an_answer(FEED, body, headers=named))


def test_an_entry_is_a_notice_of_the_kind_and_buyer_that_the_entry_names() -> None:
    (notice,) = read(rss(item())).notices
    assert notice.notice_id == "grant-1"
    assert notice.facts.kind is ProcurementKind.GRANT
    assert notice.facts.title == "Grant 1"
    assert [buyer.name for buyer in notice.facts.buyers] == ["Northmoor Foundation"]
    assert notice.url == "https://portal.example/1"


def test_a_changed_text_is_a_new_version_and_a_changed_date_is_none() -> None:
    (first,) = read(rss(item())).notices
    (redated,) = read(rss(item(pubDate="Fri, 20 Nov 2026 09:30:00 +0000"))).notices
    (rewritten,) = read(rss(item(description="Up to £3,000 for groups."))).notices
    assert first.version == redated.version != rewritten.version


@pytest.mark.parametrize(
    ("summary", "flags"),
    [
        ("For groups. Deadline: Noon on Friday 18th December", "Noon on Friday 18th December"),
        ("For groups. Closing date: ongoing", "ongoing"),
        ("For groups. Deadline: 18 December 2026", None),
        ("For groups. No deadline is set.", None),
    ],
)
def test_a_deadline_that_cannot_be_read_is_shown_as_published(
    summary: str, flags: str | None
) -> None:
    (notice,) = read(rss(item(description=summary))).notices
    assert notice.flags == ((f"deadline as published: “{flags}”",) if flags else ())


def test_a_publication_date_that_cannot_be_read_is_shown_as_published() -> None:
    (notice,) = read(rss(item(pubDate="last week"))).notices
    assert notice.published is None
    assert notice.flags == ("publication date as published: “last week”",)


WHOLE = rss(*(item(number) for number in range(4)))


@pytest.mark.parametrize("kept", range(60, len(WHOLE), 23))
def test_a_feed_cut_anywhere_is_undecodable(kept: int) -> None:
    with pytest.raises(Undecodable, match="before its end"):
        read(WHOLE[:kept])


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", MissingStructure),
        ("{}", MissingStructure),
        ("<html><body>Welcome</body></html>", MissingStructure),
        ("<html><body>Access denied</body></html>", Blocked),
        ("<html><form>Before you continue, accept cookies</form></html>", Blocked),
        (rss(), MissingStructure),
        (rss(item(title="This feed has ended")), MissingStructure),
        ("<feed></feed>", MissingStructure),
        ("<sitemap></rss>", MissingStructure),
        (rss(item(title=""), item(2, title="")), MissingStructure),
    ],
)
def test_what_is_no_feed_is_an_error(body: str, error: type[AnswerError]) -> None:
    with pytest.raises(error):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        rss(item(), end="</rss>\n<!-- cached - by - a plugin -->\n<!-- twice -->  "),
        rss(item(), end="</RSS>"),
        rss(item()).encode("utf-16"),
        rss(item(), encoding="UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + rss(item()).encode(),
        rss(item(), encoding="windows-1252").encode("cp1252"),
        rss(item(), encoding="no-such-thing").encode(),
    ],
)
def test_endings_and_encodings_of_all_sorts_are_read(body: str | bytes) -> None:
    (notice,) = read(body).notices
    assert notice.facts.description == "Up to £2,000 for groups."


def test_an_atom_entry_is_dated_by_its_update() -> None:
    (notice,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>tag:a,2005:/b</id>'
        "<title>B</title><updated>2026-07-01T00:15:01+01:00</updated>"
        '<link href="/b"/></entry></feed>'
    ).notices
    assert notice.published is not None
    assert notice.published.instant.isoformat() == "2026-06-30T23:15:01+00:00"
    assert notice.url == "https://portal.example/b"


def test_an_rdf_feed_is_read() -> None:
    (notice,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://portal.example">'
        '<title>T</title></channel><item rdf:about="https://portal.example/1"><title>One</title>'
        "<link>https://portal.example/1</link></item></rdf:RDF>"
    ).notices
    assert notice.notice_id == "https://portal.example/1"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "https://a b/",
     "https://user@portal.example/", "https://[", "https://x/" + "y" * 3000],
)  # fmt: skip
def test_a_link_that_nobody_should_follow_is_left_out(link: str) -> None:
    (notice,) = read(rss(item(link=link))).notices
    assert notice.url is None
    assert "no link that can be followed" in notice.flags


def test_links_to_other_hosts_are_left_out_where_hosts_are_named() -> None:
    feed = an_adapter("feed", path="/feed/", kind_of_notice="news", link_hosts=["portal.example"])
    parsed = feed.read(
        an_answer(feed, rss(item(), item(2, link="https://portal.example.evil.example/2")))
    )
    assert [notice.url for notice in parsed.notices] == ["https://portal.example/1", None]


def test_a_feed_that_cannot_be_read_to_its_last_entry_says_so() -> None:
    broken = rss(item(), "<item><title>A & B</title><guid>2</guid><item></item>", item(3))
    parsed = read(broken)
    assert {notice.notice_id for notice in parsed.notices} >= {"grant-1", "grant-3"}
    assert all("not well-formed" in " ".join(notice.flags) for notice in parsed.notices)


@pytest.mark.parametrize(
    "options",
    [
        {"path": "/feed/"},
        {"path": "feed/", "kind_of_notice": "grant"},
        {"path": "/a b", "kind_of_notice": "grant"},
        {"path": "/feed/", "kind_of_notice": "tender"},
        {"path": "/feed/", "kind_of_notice": "grant", "pth": "/x"},
    ],
)
def test_wrong_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        an_adapter("feed", **options)


# -- strangers ----------------------------------------------------------------------------------


def read_by(adapter: Adapter, payload: RawPayload) -> Parsed:
    return adapter.read(payload)


async def test_a_feed_is_read_in_a_limited_child() -> None:
    with Limited() as limited:
        payload = an_answer(FEED, WHOLE)
        assert await limited.run(read_by, FEED, payload) == FEED.read(payload)
        with pytest.raises(MissingStructure):
            await limited.run(read_by, FEED, an_answer(FEED, "<html></html>"))


async def test_bombs_are_stopped_and_the_next_feed_is_read() -> None:
    attributes = " ".join(f'a{number}="x"' for number in range(60_000))
    bombs = [
        rss(f"<item {attributes}><title>x</title></item>"),
        rss(item(author="a" * 60_000 + "@")),
    ]
    with Limited(seconds=1) as limited:
        for bomb in bombs:
            with pytest.raises(ParserStopped):
                await limited.run(read_by, FEED, an_answer(FEED, bomb))
        parsed = await limited.run(read_by, FEED, an_answer(FEED, WHOLE))
    assert len(parsed.notices) == 4


def test_deep_nesting_is_no_surprise() -> None:
    with suppress(AnswerError):
        read(rss("<item><title>x</title><guid>1</guid>" + "<b>" * 3000 + "</b>" * 3000 + "</item>"))


@given(st.binary(max_size=200))
def test_no_bytes_are_a_surprise(noise: bytes) -> None:
    with suppress(AnswerError):
        read(rss(item()).encode().replace(b"Grant 1", noise))


@pytest.mark.parametrize("declared", ["utf-8\x00", "ut\xea", "utf-16", "idna", "punycode", "rot13"])
def test_a_declaration_that_is_none_is_no_surprise(declared: str) -> None:
    with suppress(AnswerError):
        read(rss(item(), encoding=declared).encode("latin-1"))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32))
def test_no_damage_to_a_feed_is_a_surprise(seed: int) -> None:
    rng, body = random.Random(seed), bytearray(WHOLE.encode())
    for _ in range(rng.randrange(1, 12)):
        body[rng.randrange(len(body))] = rng.randrange(256)
    with suppress(AnswerError):
        parsed = read(bytes(body))
        assert not any("unexpected" in rejection.reason for rejection in parsed.rejections)


def test_an_adapter_travels_to_a_child_and_back() -> None:
    assert pickle.loads(pickle.dumps(FEED)) == FEED
