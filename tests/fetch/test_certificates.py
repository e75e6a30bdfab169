"""Certificates are always checked; a file of further ones helps where a server forgets to send
the intermediate one."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from aggregator.errors import Unreachable
from aggregator.fetch import FetchPolicy, PoliteFetcher
from aggregator.testing import FrozenClock
from fetch.portals import request

pytestmark = pytest.mark.enable_socket
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@asynccontextmanager
async def https(leaf: trustme.LeafCert, *, whole_chain: bool) -> AsyncIterator[str]:
    """A server on loopback that sends its whole chain of certificates, or forgets the middle."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if whole_chain:
        leaf.configure_cert(context)
    else:
        with leaf.private_key_pem.tempfile() as key, leaf.cert_chain_pems[0].tempfile() as cert:
            context.load_cert_chain(cert, key)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}/list"


def fetcher(clock: FrozenClock, bundle: Path | None) -> PoliteFetcher:
    policy = FetchPolicy(pace=0.001, attempts=1, obeys_robots=False, ca_bundle=bundle)
    other = FetchPolicy(pace=0.001, attempts=1, obeys_robots=False)
    return PoliteFetcher({"list": policy, "other": other}, clock=clock, this_machine={"localhost"})


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "portal.pem"


async def test_a_file_of_certificates_helps_its_own_source_and_no_other(
    bundle: Path, clock: FrozenClock
) -> None:
    root = trustme.CA()
    middle = root.create_child_ca()
    middle.cert_pem.write_to_path(str(bundle))
    root.cert_pem.write_to_path(str(bundle), append=True)
    leaf = middle.issue_cert("localhost")
    async with https(leaf, whole_chain=False) as url, fetcher(clock, bundle) as fetch:
        assert (await fetch.fetch(request(url))).body == b"ok"
        with pytest.raises(Unreachable, match="certificate is not valid"):
            await fetch.fetch(request(url, "other"))


async def test_a_missing_intermediate_is_explained_with_what_to_do(clock: FrozenClock) -> None:
    leaf = trustme.CA().create_child_ca().issue_cert("localhost")
    async with https(leaf, whole_chain=False) as url, fetcher(clock, None) as fetch:
        with pytest.raises(Unreachable, match=r"forgets to send the intermediate.*ca_bundle"):
            await fetch.fetch(request(url))


@pytest.mark.parametrize("name", ["elsewhere.example", "127.0.0.2"])
async def test_the_file_never_switches_the_check_of_the_name_off(
    name: str, bundle: Path, clock: FrozenClock
) -> None:
    root = trustme.CA()
    root.cert_pem.write_to_path(str(bundle))
    async with (
        https(root.issue_cert(name), whole_chain=True) as url,
        fetcher(clock, bundle) as fetch,
    ):
        with pytest.raises(Unreachable, match="certificate is not valid"):
            await fetch.fetch(request(url))


async def test_another_authority_than_that_of_the_file_is_refused(
    bundle: Path, clock: FrozenClock
) -> None:
    trustme.CA().cert_pem.write_to_path(str(bundle))
    leaf = trustme.CA().issue_cert("localhost")
    async with https(leaf, whole_chain=True) as url, fetcher(clock, bundle) as fetch:
        with pytest.raises(Unreachable, match="certificate is not valid"):
            await fetch.fetch(request(url))


async def test_this_machine_is_only_called_where_it_is_named_outright(clock: FrozenClock) -> None:
    policies = {"list": FetchPolicy(pace=0.001, attempts=1, obeys_robots=False)}
    leaf = trustme.CA().issue_cert("localhost")
    async with (
        https(leaf, whole_chain=True) as url,
        PoliteFetcher(
            policies, clock=clock, others=["portal.example.org"], reach=somebody
        ) as fetch,
    ):
        with pytest.raises(Unreachable, match="not one of the public internet"):
            await fetch.fetch(request(url))


async def somebody(_host: str) -> bool:
    return True
