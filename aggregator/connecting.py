"""Connections to public addresses only: a name is resolved once, judged, and then connected.

Whoever may choose an address (a subscriber's webhook, a portal's redirect) could otherwise make us
knock at doors inside the network we run in. The judging stands below TLS, at the connection itself,
so no spelling of an address, no redirect and no name whose answers change gets around it.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any

import httpcore
import httpx

from aggregator.parsing.ip_addresses import Address, is_loopback, is_public, literal

SECONDS_PER_ADDRESS = 5.0
"""How long one of several addresses of a host is tried before the next."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name. Raises socket.gaierror."""


class AddressRefused(httpcore.ConnectError):
    """The host's address is not one of the public internet, or its port is not allowed."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name as the system gives them, in its order."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to this machine only where it is named in `this_machine`.

    this_machine: hosts ("127.0.0.1", "localhost") that may be, and then must be, this machine.
    ports: the only ports allowed, None for any; they do not bind `this_machine`.
    resolver, lines: for tests.
    """

    def __init__(
        self,
        *,
        this_machine: Collection[str] = (),
        ports: Collection[int] | None = None,
        resolver: Resolve = resolve,
        lines: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self.this_machine, self.ports = frozenset(this_machine), ports
        self.resolver = resolver
        self.lines: httpcore.AsyncNetworkBackend = lines or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A line to the first address that takes it. Raises httpcore.ConnectError."""
        addresses = await self.judged(host, port)
        for address in addresses[:-1]:
            try:
                return await self.lines.connect_tcp(
                    str(address), port, SECONDS_PER_ADDRESS, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self.lines.connect_tcp(
            str(addresses[-1]), port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise AddressRefused("no address of the internet")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between its own tries."""
        await self.lines.sleep(seconds)

    async def judged(self, host: str, port: int) -> tuple[Address, ...]:
        """The addresses to connect to; one bad answer among several condemns the host.

        Raises AddressRefused, or httpcore.ConnectError where the name has no address.
        """
        own = host in self.this_machine
        try:
            named = literal(host)
            answers = (
                [named] if named else [*map(ipaddress.ip_address, await self._names(host, port))]
            )
        except ValueError as fault:
            raise AddressRefused(f"{host}: {fault}") from fault
        wanted = is_loopback if own else is_public
        if not answers or not all(map(wanted, answers)):
            raise AddressRefused(f"{host} is no address of the public internet")
        if not own and self.ports is not None and port not in self.ports:
            raise AddressRefused(f"{host}: port {port} is not allowed")
        return tuple(answers)

    async def _names(self, host: str, port: int) -> Sequence[str]:
        try:
            return await self.resolver(host, port)
        except (socket.gaierror, UnicodeError) as fault:
            raise httpcore.ConnectError(f"{host}: name not found") from fault


def transport(
    backend: httpcore.AsyncNetworkBackend, *, verify: ssl.SSLContext | None = None
) -> httpx.AsyncHTTPTransport:
    """A transport of httpx (HTTP/1.1, certificates checked) whose lines `backend` makes."""
    context = verify or trusting(None)
    made = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
    made._pool = httpcore.AsyncConnectionPool(
        ssl_context=context, max_connections=20, keepalive_expiry=5.0, network_backend=backend
    )
    return made


def trusting(bundle: str | None) -> ssl.SSLContext:
    """The usual certificates, and those of the file `bundle` besides."""
    if bundle is None:
        return _usual()
    context = httpx.create_ssl_context(trust_env=False)
    context.load_verify_locations(cafile=bundle)
    return context


@cache
def _usual() -> ssl.SSLContext:
    """One for all connections: reading the certificates holds everything else up for a while."""
    return httpx.create_ssl_context(trust_env=False)


def was_refused(fault: BaseException) -> bool:
    """Whether a failed connection was never tried, because of its address."""
    reason: BaseException | None = fault
    while reason is not None:
        if isinstance(reason, AddressRefused):
            return True
        reason = reason.__cause__ or reason.__context__
    return False
