"""Cut bodies, bombs, redirects and dead lines: nothing of it passes for an answer."""

import asyncio
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib

import httpx
import pytest

from aggregator.errors import (
    CutShort,
    FetchError,
    RedirectRefused,
    TooLarge,
    Unreachable,
)
from aggregator.fetch import FetchPolicy, PoliteFetcher
from aggregator.testing import FrozenClock
from fetch.portals import Portal, answer, raw_server, request, whole

BODY = b'{"releases": [' + b'{"ocid": "ocds-h6vhtk-000001"},' * 400 + b"{}]}"
PACKED = gzip.compress(BODY, mtime=0)
GZIP = {"content-encoding": "gzip"}


async def test_gzip_is_undone() -> None:
    pieces = [PACKED[at : at + 7] for at in range(0, len(PACKED), 7)]
    async with Portal([answer(200, *pieces, headers=GZIP)]).fetcher() as fetcher:
        assert (await fetcher.fetch(request())).body == BODY


async def test_several_gzip_members_and_padding_are_one_body() -> None:
    packed = gzip.compress(BODY) + gzip.compress(b"") + gzip.compress(b"end") + b"\0" * 8
    async with Portal([answer(200, packed, headers=GZIP)]).fetcher() as fetcher:
        assert (await fetcher.fetch(request())).body == BODY + b"end"


@pytest.mark.parametrize("kept", range(0, len(PACKED), 5))
async def test_gzip_cut_anywhere_is_cut_short(kept: int) -> None:
    portal = Portal([answer(200, PACKED[:kept], headers=GZIP)])
    async with portal.fetcher(attempts=1) as fetcher:
        with pytest.raises(CutShort):
            await fetcher.fetch(request())


async def test_damaged_gzip_is_cut_short() -> None:
    damaged = PACKED[:40] + b"\xff\xff\xff" + PACKED[43:]
    portal = Portal([answer(200, damaged, headers=GZIP)])
    async with portal.fetcher(attempts=2) as fetcher:
        with pytest.raises(CutShort, match="damaged"):
            await fetcher.fetch(request())
    assert len(portal.calls) == 2


async def test_fewer_bytes_than_promised_are_asked_for_again() -> None:
    cut = answer(200, BODY[:100], headers={"content-length": str(len(BODY))})
    portal = Portal([cut, whole(BODY)])
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).body == BODY
    assert len(portal.calls) == 2


async def test_a_line_that_breaks_in_the_body_is_cut_short() -> None:
    portal = Portal([answer(200, BODY[:100], httpx.ReadError("reset"))])
    async with portal.fetcher(attempts=2) as fetcher:
        with pytest.raises(CutShort, match="broke off"):
            await fetcher.fetch(request())
    assert len(portal.calls) == 2


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress", "x"])
async def test_an_encoding_we_did_not_offer_is_refused_unread(encoding: str) -> None:
    pieces = AssertionError("the body was read")
    portal = Portal([answer(200, pieces, headers={"content-encoding": encoding})])
    async with portal.fetcher() as fetcher:
        with pytest.raises(FetchError, match="not asked for"):
            await fetcher.fetch(request())


def bomb(megabytes: int) -> bytes:
    packer, zeros = zlib.compressobj(9, wbits=31), b"\0" * 2**20
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


async def test_a_gzip_bomb_is_stopped_at_the_cap() -> None:
    packed = bomb(300)
    tracemalloc.start()
    try:
        async with Portal([answer(200, packed, headers=GZIP)]).fetcher(max_bytes=2**20) as fetcher:
            with pytest.raises(TooLarge, match="1,048,576 bytes"):
                await fetcher.fetch(request())
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


async def test_a_bomb_on_a_redirect_is_not_even_read() -> None:
    unread = AssertionError("the body was read")
    portal = Portal([answer(302, unread, headers={"location": "/new", **GZIP}), whole()])
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200


async def test_countless_empty_gzip_members_are_damage() -> None:
    packed = gzip.compress(b"") * 3000
    portal = Portal([answer(200, packed, headers=GZIP)])
    async with portal.fetcher(attempts=1) as fetcher:
        with pytest.raises(CutShort, match="damaged"):
            await fetcher.fetch(request())


@pytest.mark.parametrize(
    "response",
    [
        answer(200, headers={"content-length": "5000000000"}),
        answer(200, *[b"x" * 1000] * 20),
        answer(200, b"x" * 1000, headers={"content-length": "many"}),
    ],
)
async def test_the_cap_holds_for_plain_bodies(response: httpx.Response) -> None:
    portal = Portal([response])
    async with portal.fetcher(max_bytes=999) as fetcher:
        with pytest.raises(TooLarge):
            await fetcher.fetch(request())
    assert len(portal.calls) == 1


async def test_an_exactly_full_body_is_taken() -> None:
    async with Portal([answer(200, PACKED, headers=GZIP)]).fetcher(max_bytes=len(BODY)) as fetcher:
        assert (await fetcher.fetch(request())).body == BODY


# -- redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_is_followed_at_our_pace(status: int) -> None:
    portal = Portal([answer(status, headers={"location": "/moved?page=2"}), whole()])
    async with portal.fetcher() as fetcher:
        payload = await fetcher.fetch(request())
    assert str(portal.calls[1].url) == "https://tenders.northmoor.example/moved?page=2"
    assert payload.request == request()
    assert portal.gaps == [12.0]


async def test_an_upgrade_to_https_is_followed() -> None:
    portal = Portal([answer(301, headers={"location": "https://northmoor.example/x"}), whole()])
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request("http://northmoor.example/x"))).status == 200


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/list",
        "//elsewhere.example/list",
        "http://tenders.northmoor.example/list",
        "https://tenders.northmoor.example:8443/list",
        "https://user@elsewhere.example/",
        "https://tenders.northmoor.example@elsewhere.example/",
        "http://127.0.0.1/",
        "ftp://tenders.northmoor.example/list",
        "file:///etc/passwd",
        "/list",
        "",
    ],
)
async def test_a_redirect_elsewhere_down_or_to_itself_is_refused(location: str) -> None:
    portal = Portal([answer(302, headers={"location": location})])
    async with portal.fetcher() as fetcher:
        with pytest.raises(RedirectRefused):
            await fetcher.fetch(request())
    assert len(portal.calls) == 1


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "https://[", "https://a b/", "https://\x00/", "/\x7f"]
)
async def test_a_redirect_to_nonsense_is_an_error_of_fetching(location: str) -> None:
    portal = Portal([answer(302, headers={"location": location})])
    async with portal.fetcher(attempts=1) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(request())
    assert {call.url.host for call in portal.calls} == {"tenders.northmoor.example"}


async def test_a_redirect_without_an_address_is_refused() -> None:
    async with Portal([answer(302)]).fetcher() as fetcher:
        with pytest.raises(RedirectRefused):
            await fetcher.fetch(request())


async def test_a_chain_of_redirects_ends_after_five() -> None:
    def onward(asked: httpx.Request) -> httpx.Response:
        return answer(302, headers={"location": asked.url.path + "x"})

    portal = Portal([onward])
    async with portal.fetcher() as fetcher:
        with pytest.raises(RedirectRefused, match="more than 5 times"):
            await fetcher.fetch(request())
    assert len(portal.calls) == 6


# -- no connection ------------------------------------------------------------------------------


def failed(reason: Exception) -> httpx.ConnectError:
    fault = httpx.ConnectError("All connection attempts failed")
    fault.__cause__ = reason
    return fault


BAD_CERTIFICATE = ssl.SSLCertVerificationError()
BAD_CERTIFICATE.verify_message = "certificate has expired"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name not found"),
        (ConnectionRefusedError(111, "refused"), "it refuses connections"),
        (BAD_CERTIFICATE, "its certificate is not valid (certificate has expired)"),
        (ssl.SSLError("handshake"), "no secure connection could be made"),
        (OSError("network is down"), "no connection"),
    ],
)
async def test_a_failed_connection_is_told_in_words_and_left_to_the_next_run(
    reason: Exception, words: str
) -> None:
    portal = Portal([failed(reason)])
    async with portal.fetcher() as fetcher:
        with pytest.raises(Unreachable) as caught:
            await fetcher.fetch(request("https://www.tenders.northmoor.example/list"))
    assert str(caught.value) == (f"tenders.northmoor.example cannot be reached: {words}.")
    assert len(portal.calls) == 1


async def test_a_line_that_breaks_before_the_answer_is_tried_again() -> None:
    portal = Portal([httpx.RemoteProtocolError("Server disconnected"), whole()])
    async with portal.fetcher() as fetcher:
        assert (await fetcher.fetch(request())).status == 200


@pytest.mark.parametrize("url", ["ftp://northmoor.example/", "northmoor", "https://"])
async def test_an_address_that_is_none_is_told(url: str, clock: FrozenClock) -> None:
    policies = {"list": FetchPolicy(pace=0.01, attempts=1)}
    async with PoliteFetcher(policies, clock=clock, reach=somebody_is_there) as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.fetch(request(url))


# -- real lines on loopback ---------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"


def real_fetcher(clock: FrozenClock, **policy: float) -> PoliteFetcher:
    settings = FetchPolicy(**{"pace": 0.001, "attempts": 1, "obeys_robots": False, **policy})  # type: ignore[arg-type]
    return PoliteFetcher(
        {"list": settings},
        clock=clock,
        this_machine={"127.0.0.1", "localhost"},
        reach=somebody_is_there,
    )


async def somebody_is_there(_host: str) -> bool:
    return True


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "said",
    [
        HEAD + b"Content-Length: 500\r\n\r\n" + BODY[:300],
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n" + BODY[:50],
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-9],
    ],
)
async def test_a_cut_line_never_gives_a_whole_answer(said: bytes, clock: FrozenClock) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()

    async with raw_server(talk) as url, real_fetcher(clock) as fetcher:
        with pytest.raises(CutShort):
            await fetcher.fetch(request(url))


@pytest.mark.enable_socket
async def test_a_reset_line_is_unreachable(clock: FrozenClock) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with raw_server(talk) as url, real_fetcher(clock) as fetcher:
        with pytest.raises(Unreachable, match="broke off"):
            await fetcher.fetch(request(url))


@pytest.mark.enable_socket
@pytest.mark.parametrize("opening", [b"", HEAD + b"X-Slow: ", HEAD + b"\r\n"])
async def test_a_drop_a_time_does_not_keep_us_past_the_deadline(
    opening: bytes, clock: FrozenClock
) -> None:
    """Every single read is quick; only a deadline for the whole call ends it."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(opening)
        for _ in range(5000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with raw_server(talk) as url, real_fetcher(clock, total_seconds=0.3) as fetcher:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="did not finish answering"):
            await fetcher.fetch(request(url))
        assert time.monotonic() - began < 30  # the drops go on for 100 seconds


@pytest.mark.enable_socket
async def test_nobody_listening_is_told_in_words(clock: FrozenClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with real_fetcher(clock) as fetcher:
        with pytest.raises(Unreachable, match="it refuses connections"):
            await fetcher.fetch(request(f"http://127.0.0.1:{port}/"))


@pytest.mark.enable_socket
async def test_a_certificate_that_nobody_vouches_for_is_refused(clock: FrozenClock) -> None:
    trustme = pytest.importorskip("trustme")
    served = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server, real_fetcher(clock) as fetcher:
        with pytest.raises(Unreachable, match="certificate is not valid"):
            await fetcher.fetch(request(f"https://localhost:{port}/"))
    assert served in ([], [b""])
