"""Our own line being down is told apart from a portal's trouble."""

import socket

import httpx
import pytest

from aggregator.errors import OwnNetworkDown, Refused, Unreachable
from aggregator.fetch import has_route
from aggregator.fetch.network import OwnNetwork
from aggregator.fetch.queue import HostQueues
from fetch.portals import FakeTime, Portal, answer, request, whole

OTHERS = ("tenders.northmoor.example", "grants.arden.example")
ELSEWHERE = "https://grants.arden.example/feed"


def no_line() -> httpx.ConnectError:
    fault = httpx.ConnectError("All connection attempts failed")
    fault.__cause__ = socket.gaierror(-3, "Temporary failure in name resolution")
    return fault


async def test_one_silent_host_is_at_fault_itself() -> None:
    portal = Portal([no_line()], others=OTHERS)
    async with portal.fetcher() as fetcher:
        with pytest.raises(Unreachable) as caught:
            await fetcher.fetch(request())
    assert not isinstance(caught.value, OwnNetworkDown)


async def test_when_nobody_can_be_reached_it_is_us() -> None:
    portal = Portal([no_line()], others=OTHERS)
    async with portal.fetcher() as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.fetch(request())
        portal.time.now += 61
        with pytest.raises(OwnNetworkDown, match=r"^This machine seems to be offline"):
            await fetcher.fetch(request(ELSEWHERE))


async def test_any_answer_even_a_no_says_that_our_line_is_there() -> None:
    portal = Portal([no_line(), answer(404), no_line()], others=OTHERS)
    async with portal.fetcher() as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.fetch(request())
        with pytest.raises(Refused):
            await fetcher.fetch(request(ELSEWHERE))
        with pytest.raises(Unreachable) as caught:
            await fetcher.fetch(request(ELSEWHERE))
    assert not isinstance(caught.value, OwnNetworkDown)


@pytest.mark.parametrize(("opens", "down"), [(set(), True), ({"grants.arden.example"}, False)])
async def test_others_are_knocked_at_once_a_minute(opens: set[str], *, down: bool) -> None:
    knocked: list[str] = []

    async def reach(host: str) -> bool:
        knocked.append(host)
        return host in opens

    time = FakeTime()
    queues = HostQueues(monotonic=time.monotonic)
    network = OwnNetwork(queues, (*OTHERS, "a.example", "b.example"), reach)
    assert await network.is_down("tenders.northmoor.example") is down
    assert await network.is_down("tenders.northmoor.example") is down
    assert len(knocked) == 3
    assert "tenders.northmoor.example" not in knocked
    time.now += 61
    await network.is_down("tenders.northmoor.example")
    assert len(knocked) == 6


@pytest.mark.enable_socket
def test_asking_for_a_route_sends_nothing_and_answers() -> None:
    assert has_route() in {True, False}


async def test_the_network_coming_back_ends_it() -> None:
    portal = Portal([no_line(), no_line(), whole()], others=OTHERS)
    async with portal.fetcher() as fetcher:
        for url in (ELSEWHERE, "https://tenders.northmoor.example/list"):
            with pytest.raises(Unreachable):
                await fetcher.fetch(request(url))
            portal.time.now += 61
        assert (await fetcher.fetch(request())).status == 200
    assert portal.queues.silent == set()
