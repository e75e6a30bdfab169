"""robots.txt by RFC 9309: asked for first, kept for a day, obeyed, and never guessed."""

import gzip
from datetime import timedelta
from typing import Any

import httpx
import pytest

from aggregator.errors import Disallowed, FetchError, RobotsUnknown, Throttled, Unreachable
from aggregator.fetch import robots
from aggregator.model import RobotsCopy
from aggregator.store import Store
from aggregator.testing import utc
from fetch.portals import Portal, answer, request, whole

NOW = utc(2026, 11, 23, 9)


def text(lines: str, **headers: str) -> httpx.Response:
    return whole(lines.encode(), **headers)


def rules(lines: str | bytes) -> robots.Rules:
    body = lines if isinstance(lines, bytes) else lines.encode()
    copy = RobotsCopy(origin="https://northmoor.example", status=200, body=body, fetched_at=NOW)
    return robots.rules(copy)


def may_read(lines: str | bytes, path: str) -> bool:
    try:
        rules(lines).permit(httpx.URL(f"https://northmoor.example{path}"))
    except Disallowed:
        return False
    return True


STAR = "User-agent: *\n"


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("", "/list", True),
        (STAR + "Disallow:", "/list", True),
        (STAR + "Disallow: /", "/list", False),
        (STAR + "Disallow: /list", "/list?page=2", False),
        (STAR + "Disallow: /list", "/News", True),
        (STAR + "Disallow: /\nAllow: /list", "/list", True),
        (STAR + "Allow: /list\nDisallow: /list/private", "/list/private/1", False),
        (STAR + "Disallow: /*.pdf$", "/files/a.pdf", False),
        (STAR + "Disallow: /*.pdf$", "/files/a.pdf?v=1", True),
        (STAR + "Disallow: /*?page=", "/list?page=2", False),
        (STAR + "Disallow: /caf%C3%A9", "/caf%C3%A9/1", False),
        (STAR + "Disallow: /café", "/caf%C3%A9/1", False),
        (STAR + "Disallow: /\n\nUser-agent: FairNotice\nAllow: /", "/list", True),
        (STAR + "Allow: /\n\nUser-agent: fairnotice\nDisallow: /", "/list", False),
        (STAR + "Disallow: /\n\nUser-agent: Googlebot\nAllow: /", "/list", False),
        ("User-agent: Googlebot\nDisallow: /", "/list", True),
        ("\ufeff" + STAR + "Disallow: /", "/list", False),
        (STAR.replace("\n", "\r\n") + "Disallow: /\r\n", "/list", False),
        (STAR.replace("\n", "\r") + "Disallow: /\r", "/list", False),
        ("user-AGENT:*\ndisallow:/list # not for programs", "/list", False),
        ("<html><body>Not found</body></html>", "/list", True),
        (b"\xff\xfe\x00\x80" * 50, "/list", True),
    ],
)
def test_what_a_file_says_is_read_as_the_rfc_says(
    lines: str | bytes, path: str, *, allowed: bool
) -> None:
    assert may_read(lines, path) is allowed


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("Crawl-delay: 10", 10.0),
        ("Crawl-delay: 3600", 60.0),
        ("Request-rate: 1/30s", 30.0),
        *[(line, 0.0) for line in ("Crawl-delay: -5", "Crawl-delay: soon", "Crawl-delay: 1e999")],
        *[(line, 0.0) for line in ("Crawl-delay: nan", "Request-rate: 0/5", "Request-rate: 1/0")],
    ],
)
def test_a_crawl_delay_is_a_pace_of_a_minute_at_most(lines: str, delay: float) -> None:
    assert rules(STAR + lines).crawl_delay == delay


async def test_it_is_asked_for_first_and_once_a_day() -> None:
    portal = Portal([whole()], robots=text(STAR + "Disallow: /private"))
    async with portal.fetcher() as fetcher:
        for hours in (0, 1, 22, 2):
            portal.time.now += hours * 3600
            await fetcher.fetch(request())
    assert len(portal.robots_asked_at) == 2
    assert portal.robots_asked_at[0] == portal.called_at[0] - 12.0, "it takes a turn like any call"


async def test_what_it_forbids_is_never_called_and_told_in_words() -> None:
    portal = Portal([whole()], robots=text(STAR + "Disallow: /list"))
    async with portal.fetcher() as fetcher:
        with pytest.raises(Disallowed, match=r"asks programs not to read .*robots: api"):
            await fetcher.fetch(request())
    assert portal.calls == []


async def test_a_redirect_to_what_it_forbids_is_not_followed() -> None:
    there = answer(302, headers={"location": "/private/list"})
    portal = Portal([there], robots=text(STAR + "Disallow: /private"))
    async with portal.fetcher() as fetcher:
        with pytest.raises(Disallowed):
            await fetcher.fetch(request())
    assert [call.url.path for call in portal.calls] == ["/list"]


async def test_its_crawl_delay_holds_where_it_is_longer_than_our_pace() -> None:
    portal = Portal([whole()], robots=text(STAR + "Crawl-delay: 30"))
    async with portal.fetcher(pace=5.0) as fetcher:
        for _ in range(3):
            await fetcher.fetch(request())
    assert portal.gaps == [30.0, 30.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_where_there_is_none_everything_is_allowed(status: int) -> None:
    portal = Portal([whole()], robots=answer(status))
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200


@pytest.mark.parametrize("status", [500, 502, 503, 599, 429])
async def test_a_host_in_trouble_is_asked_nothing_else(status: int) -> None:
    portal = Portal([whole()], robots=answer(status))
    async with portal.fetcher(attempts=2) as fetcher:
        with pytest.raises(RobotsUnknown, match=r"robots\.txt"):
            await fetcher.fetch(request())
        asked = len(portal.robots_asked_at)
        with pytest.raises((RobotsUnknown, Throttled)):
            await fetcher.fetch(request("https://tenders.northmoor.example/next", "other"))
    assert portal.calls == []
    assert asked == len(portal.robots_asked_at) == 2, "it is not asked again at once either"


async def test_a_host_that_recovers_is_read_again() -> None:
    said = [answer(503), answer(503), text(STAR)]
    portal = Portal([whole()], robots=lambda _: said.pop(0))
    async with portal.fetcher(attempts=2) as fetcher:
        with pytest.raises(RobotsUnknown):
            await fetcher.fetch(request())
        portal.time.now += 700
        assert (await fetcher.fetch(request())).status == 200


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("slow"), httpx.ConnectTimeout("slow")])
async def test_a_host_that_does_not_answer_it_is_asked_nothing_else(fault: Exception) -> None:
    portal = Portal([whole()], robots=fault)
    async with portal.fetcher(attempts=2) as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.fetch(request())
    assert portal.calls == []


async def test_it_is_read_for_512_kilobytes_and_no_further() -> None:
    padding = (b"# " + b"x" * 1021 + b"\n") * 500
    late = padding + (STAR + "Disallow: /list\n").encode() + padding
    endless = [late, AssertionError("more was read")]
    portal = Portal([whole()], robots=answer(200, *endless))
    async with portal.fetcher() as fetcher:
        with pytest.raises(Disallowed):
            await fetcher.fetch(request())


async def test_gzip_is_undone_and_a_bomb_is_only_begun() -> None:
    packed = gzip.compress((STAR + "Disallow: /list\n").encode() + b"\n" * 50_000_000)
    portal = Portal([whole()], robots=answer(200, packed, headers={"content-encoding": "gzip"}))
    async with portal.fetcher() as fetcher:
        with pytest.raises(Disallowed):
            await fetcher.fetch(request())


def moved(hops: int, then: httpx.Response) -> Any:
    """A robots.txt that is found after so many redirects, over two hosts."""

    def found(asked: httpx.Request) -> httpx.Response:
        at = int(asked.url.params.get("at", 0))
        if at == hops:
            return httpx.Response(200, headers=then.headers, stream=then.stream)
        host = ("tenders", "www")[at % 2]
        place = f"https://{host}.northmoor.example/robots.txt?at={at + 1}"
        return answer(301, headers={"location": place})

    return found


async def test_five_redirects_are_followed_and_to_other_hosts_too() -> None:
    portal = Portal([whole()], robots=moved(5, text(STAR + "Disallow: /list")))
    async with portal.fetcher() as fetcher:
        with pytest.raises(Disallowed):
            await fetcher.fetch(request())


async def test_behind_more_than_five_redirects_there_is_none() -> None:
    portal = Portal([whole()], robots=moved(6, text(STAR + "Disallow: /list")))
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200


@pytest.mark.parametrize(
    "location",
    [
        "http://tenders.northmoor.example/robots.txt",
        "ftp://x/",
        "https://u:p@x.example/",
    ],
)
async def test_a_redirect_down_or_to_nonsense_means_nothing_may_be_asked(location: str) -> None:
    portal = Portal([whole()], robots=answer(302, headers={"location": location}))
    async with portal.fetcher(attempts=1) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(request())
    assert portal.calls == []


async def test_a_redirect_to_itself_means_there_is_none() -> None:
    portal = Portal([whole()], robots=answer(302, headers={"location": "/robots.txt"}))
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200
    assert len(portal.robots_asked_at) == 6


async def test_a_redirect_to_the_home_page_means_there_is_none() -> None:
    def moved(asked: httpx.Request) -> httpx.Response:
        return answer(302, headers={"location": "/"})

    portal = Portal([whole(b"<html>Welcome, user-agent of ours</html>"), whole()], robots=moved)
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200


async def test_an_api_that_the_file_does_not_concern_is_called_without_asking() -> None:
    portal = Portal([whole()], robots=AssertionError("robots.txt was asked for"))
    async with portal.fetcher(obeys_robots=False) as fetcher:
        assert (await fetcher.fetch(request())).status == 200


async def test_a_later_run_knows_the_file_and_the_rest_a_host_asked_for() -> None:
    with Store.open(None) as store:
        first = Portal([whole()], robots=text(STAR + "Disallow: /private"), memory=store)
        async with first.fetcher() as fetcher:
            await fetcher.fetch(request())
        later = Portal([answer(429, headers={"retry-after": "7200"})], memory=store)
        later.robots = AssertionError("robots.txt was asked for again")
        later.time.now += 3600
        async with later.fetcher() as fetcher:
            with pytest.raises(Disallowed):
                await fetcher.fetch(request("https://tenders.northmoor.example/private/1"))
            with pytest.raises(Throttled):
                await fetcher.fetch(request())
        after_restart = Portal([whole()], memory=store, robots=later.robots)
        after_restart.time.now += 3600 + 60
        async with after_restart.fetcher() as fetcher:
            with pytest.raises(Throttled, match="left alone for"):
                await fetcher.fetch(request())
            after_restart.time.now += 7200
            assert (await fetcher.fetch(request())).status == 200
        assert len(later.calls) == 1


async def test_two_processes_share_the_turns_of_a_host() -> None:
    with Store.open(None) as store:
        one, two = Portal([whole()], memory=store), Portal([whole()], memory=store)
        async with one.fetcher() as here, two.fetcher() as there:
            await here.fetch(request())
            await there.fetch(request())
    assert two.called_at[0] == one.called_at[0] + 12.0


def test_times_written_by_a_wrong_clock_hold_nobody_up() -> None:
    with Store.open(None) as store:
        store.take_turn("northmoor.example", now=utc(2036, 1, 1), pace=12.0)
        assert store.take_turn("northmoor.example", now=NOW, pace=12.0) == 0.0
        store.rest_host("northmoor.example", until=utc(2036, 1, 1))
        store.rest_host("northmoor.example", until=NOW + timedelta(hours=1))
        assert store.host_rests_until("northmoor.example") == NOW + timedelta(hours=1)


def test_a_copy_from_the_future_is_asked_for_again() -> None:
    copy = RobotsCopy(origin="o", status=200, body=b"", fetched_at=NOW + timedelta(hours=1))
    assert not robots.is_fresh(copy, NOW)
    assert robots.is_fresh(copy, NOW + timedelta(hours=24))
    assert not robots.is_fresh(copy, NOW + timedelta(hours=25))
