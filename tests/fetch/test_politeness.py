"""How portals are asked: named, spaced, conditional, and left alone when they say so."""

import asyncio
from dataclasses import replace
from email.utils import format_datetime

import pytest

from aggregator import __version__
from aggregator.errors import RedirectRefused, Refused, Throttled
from aggregator.fetch import user_agent
from aggregator.model import Validators
from aggregator.testing import FrozenClock, utc
from fetch.portals import Portal, answer, request, whole


async def test_an_answer_comes_with_its_request_time_and_useful_headers(clock: FrozenClock) -> None:
    portal = Portal([whole(b"[]", content_type="application/json", etag='"v1"', set_cookie="a=b")])
    async with portal.fetcher(clock=clock) as fetcher:
        payload = await fetcher.fetch(request())
    assert (payload.status, payload.body) == (200, b"[]")
    assert payload.headers == {"content-type": "application/json", "etag": '"v1"'}
    assert payload.retrieved_at == clock.now()
    assert payload.request == request()


async def test_a_search_is_sent_as_json_with_post() -> None:
    portal = Portal([whole(b"{}")])
    search = replace(request(), content='{"size": 1000}')
    async with portal.fetcher() as fetcher:
        payload = await fetcher.fetch(search, Validators(etag='"old"'))
    (sent,) = portal.calls
    assert (sent.method, sent.content) == ("POST", b'{"size": 1000}')
    assert sent.headers["content-type"] == "application/json"
    assert "if-none-match" not in sent.headers
    assert payload.request == search


async def test_a_search_that_is_redirected_is_not_sent_elsewhere() -> None:
    portal = Portal(
        [answer(307, headers={"location": "https://tenders.northmoor.example/other"}), whole()]
    )
    async with portal.fetcher() as fetcher:
        with pytest.raises(RedirectRefused, match="search"):
            await fetcher.fetch(replace(request(), content="{}"))
    assert len(portal.calls) == 1


async def test_we_give_our_name_and_offer_gzip_only() -> None:
    portal = Portal([whole()])
    async with portal.fetcher() as fetcher:
        await fetcher.fetch(request(headers={"Accept-Encoding": "br", "X-Asked-By": "a test"}))
    sent = portal.calls[0].headers
    assert sent["user-agent"] == (
        f"Mozilla/5.0 (compatible; FairNotice/{__version__}; +https://northmoor.example/contact)"
    )
    assert sent["accept-encoding"] == "gzip"
    assert sent["x-asked-by"] == "a test"


@pytest.mark.parametrize("contact", ["Zoë <z@example.org>\r\nX-Evil: 1", "a;b)(c", "", None])
def test_no_contact_can_break_the_user_agent(contact: str | None) -> None:
    agent = user_agent(contact)
    assert agent.isascii()
    assert agent.isprintable()
    assert agent.count("(") == agent.count(")") == 1


async def test_calls_to_one_host_are_spaced_by_the_pace() -> None:
    portal = Portal([whole()])
    async with portal.fetcher(pace=12.0) as fetcher:
        await asyncio.gather(
            fetcher.fetch(request()),
            fetcher.fetch(request("https://tenders.northmoor.example/second", "other")),
            fetcher.fetch(request("https://tenders.northmoor.example/third")),
        )
    assert portal.gaps == [12.0, 12.0]


async def test_another_host_does_not_wait() -> None:
    portal = Portal([whole()])
    async with portal.fetcher() as fetcher:
        await fetcher.fetch(request())
        await fetcher.fetch(request("https://grants.arden.example/feed", "other"))
    assert portal.gaps == [0.0]


async def test_validators_are_sent_and_304_is_an_answer_without_body() -> None:
    portal = Portal([answer(304, headers={"etag": '"v1"'})])
    async with portal.fetcher() as fetcher:
        known = Validators(etag='"v1"', last_modified="Mon, 23 Nov 2026 08:00:00 GMT")
        payload = await fetcher.fetch(request(), known)
    assert (payload.status, payload.body) == (304, b"")
    assert portal.calls[0].headers["if-none-match"] == '"v1"'
    assert portal.calls[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 08:00:00 GMT"


async def test_an_etag_that_cannot_be_sent_back_is_left_out() -> None:
    portal = Portal([whole()])
    async with portal.fetcher() as fetcher:
        await fetcher.fetch(request(), Validators(etag='"Zoë"'))
    assert "if-none-match" not in portal.calls[0].headers


async def test_304_that_nobody_asked_for_is_refused() -> None:
    async with Portal([answer(304)]).fetcher() as fetcher:
        with pytest.raises(Refused, match="304"):
            await fetcher.fetch(request())


MONDAY = utc(2026, 11, 23, 9)
IN_TWO_MINUTES = format_datetime(utc(2026, 11, 23, 9, 2), usegmt=True)
LONG_PAST = "Mon, 23 Nov 2020 09:00:00 GMT"


@pytest.mark.parametrize(
    ("served", "waited"),
    [
        ("120", 120.0),
        ("120.5", 120.5),
        (" 30 ", 60.0),
        ("3", 60.0),  # less than a minute: a minute
        ("0", 60.0),
        ("-5", 60.0),
        (IN_TWO_MINUTES, 120.0),
        (LONG_PAST, 60.0),
        ("Mon, 23 Nov 2026 09:02:00 -0000", 120.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_what_a_server_asks_for_is_waited(status: int, served: str, waited: float) -> None:
    portal = Portal([answer(status, headers={"retry-after": served}), whole()])
    async with portal.fetcher(clock=FrozenClock(MONDAY)) as fetcher:
        assert (await fetcher.fetch(request())).status == 200
    assert portal.gaps == [waited]


async def test_a_retry_date_is_read_against_the_clock_of_the_server() -> None:
    """Its clock may be years away from ours, and the wait is still two minutes."""
    headers = {
        "retry-after": "Fri, 01 Jan 2027 00:02:00 GMT",
        "date": "Fri, 01 Jan 2027 00:00:00 GMT",
    }
    portal = Portal([answer(503, headers=headers), whole()])
    async with portal.fetcher() as fetcher:
        await fetcher.fetch(request())
    assert portal.gaps == [120.0]


@pytest.mark.parametrize(
    "served", ["soon", "", "12:00", "٣", "1e3", "Mon, 99 Nov 2026 09:00:00 GMT", "9" * 4000]
)
async def test_a_retry_time_that_is_none_leaves_our_own_spacing(served: str) -> None:
    portal = Portal([answer(503, headers={"retry-after": served.encode()}), whole()])
    async with portal.fetcher() as fetcher:
        await fetcher.fetch(request())
    assert portal.gaps == [24.0]


@pytest.mark.parametrize("served", ["3600", "999999999999", "Fri, 01 Jan 2038 00:00:00 GMT"])
async def test_a_wait_beyond_our_patience_is_left_to_a_later_run(served: str) -> None:
    portal = Portal([answer(429, headers={"retry-after": served})])
    async with portal.fetcher() as fetcher:
        with pytest.raises(Throttled) as caught:
            await fetcher.fetch(request())
        assert len(portal.calls) == 1
        assert caught.value.wait == min(float(served) if served.isdigit() else 1e9, 86_400.0)
        with pytest.raises(Throttled, match="left alone"):
            await fetcher.fetch(request("https://tenders.northmoor.example/next", "other"))
    assert len(portal.calls) == 1, "a host that wants rest is not called for another source either"


async def test_forbidden_means_too_many_calls_where_the_policy_says_so() -> None:
    """Contracts Finder answers 403 and asks for five minutes."""
    portal = Portal([answer(403), whole()])
    async with portal.fetcher(forbidden_means_throttled=True) as fetcher:
        assert (await fetcher.fetch(request())).status == 200
    assert portal.gaps == [300.0]


async def test_a_smaller_pace_shortens_the_rest() -> None:
    portal = Portal([answer(403), whole()])
    async with portal.fetcher(pace=0.2, forbidden_means_throttled=True) as fetcher:
        await fetcher.fetch(request())
    assert portal.gaps == pytest.approx([5.0])


async def test_a_portal_that_throttles_for_ever_is_given_up() -> None:
    portal = Portal([answer(403)])
    async with portal.fetcher(forbidden_means_throttled=True) as fetcher:
        with pytest.raises(Throttled) as caught:
            await fetcher.fetch(request())
    assert sum(portal.time.slept) <= 900
    assert caught.value.status == 403
    assert "left alone for 5 minutes" in str(caught.value)


async def test_forbidden_elsewhere_is_a_plain_no() -> None:
    portal = Portal([answer(403)])
    async with portal.fetcher() as fetcher:
        with pytest.raises(Refused, match="data centres") as caught:
            await fetcher.fetch(request())
    assert not isinstance(caught.value, Throttled)
    assert len(portal.calls) == 1


async def test_a_server_in_trouble_is_asked_less_and_less_often_then_left() -> None:
    portal = Portal([answer(502)])
    async with portal.fetcher() as fetcher:
        with pytest.raises(Refused, match="502") as caught:
            await fetcher.fetch(request())
    assert portal.gaps == [24.0, 48.0, 96.0, 192.0]
    assert not isinstance(caught.value, Throttled)


@pytest.mark.parametrize("status", [400, 401, 404, 405, 410, 418, 206, 204, 599])
async def test_other_statuses_are_final(status: int) -> None:
    portal = Portal([answer(status)])
    async with portal.fetcher() as fetcher:
        with pytest.raises(Refused, match=str(status)) as caught:
            await fetcher.fetch(request())
    assert caught.value.status == status
    assert len(portal.calls) == 1
