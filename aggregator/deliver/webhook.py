"""Posting to a webhook by the Standard Webhooks specification.

The receiver sees webhook-id (the same for every try, so that it can drop repeats),
webhook-timestamp (of this try) and webhook-signature over the exact bytes of the body.
"""

import asyncio
import binascii
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpcore
import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from aggregator import connecting
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import Message, Receipt
from aggregator.parsing.ip_addresses import is_public, literal
from aggregator.ports import Clock

TOTAL_SECONDS = 15.0
REPLY_SECONDS = 2.0
LOOK_UP_SECONDS = 5.0
MOST_REPLY = 4096
PORTS = frozenset({80, 443})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_WAIT = 24 * 3600.0
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503


@dataclass(kw_only=True)
class WebhookNotifier:
    """Posts signed digests with its own strict client.

    No redirects, no proxy from the environment, 15 seconds in all, at most 4 KB of the reply read.
    Only public addresses are connected to, judged anew at every connection.
    allow_http: plain http to this machine itself, for the demo. ports: those allowed elsewhere.
    resolver, lines, transport: for tests.
    """

    clock: Clock
    allow_http: bool = False
    total_seconds: float = TOTAL_SECONDS
    ports: frozenset[int] = PORTS
    resolver: connecting.Resolve = connecting.resolve
    lines: httpcore.AsyncNetworkBackend | None = None
    transport: httpx.AsyncBaseTransport | None = None
    _client: httpx.AsyncClient | None = None

    async def send(self, message: Message) -> Receipt:
        """Post once. Raises PermanentFailure (gone=True after 410) or TemporaryFailure."""
        url = checked_url(message.channel.target, allow_http=self.allow_http, ports=self.ports)
        body, headers = self._signed(message)
        try:
            async with asyncio.timeout(self.total_seconds):
                answer = await self._post(url, body, headers)
        except TimeoutError as late:
            raise TemporaryFailure(
                f"the webhook at {url.host} did not answer in {self.total_seconds:g} seconds"
            ) from late
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            raise TemporaryFailure(_cannot_reach(url, trouble)) from trouble
        return Receipt(message_id=message.id, at=self.clock.now(), accepted=True, answer=answer)

    async def was_sent(self, message: Message) -> bool | None:
        """None: a webhook cannot be asked, but it drops a repeat by its webhook-id."""
        return None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _signed(self, message: Message) -> tuple[bytes, dict[str, str]]:
        if message.json_body is None:
            raise PermanentFailure(f"message {message.id} has no body for a webhook")
        now = self.clock.now().astimezone(UTC)
        return message.json_body.encode(), {
            "content-type": "application/json; charset=utf-8",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(
                signer.sign(message.id, now, message.json_body) for signer in _signers(message)
            ),
        }

    async def _post(self, url: httpx.URL, body: bytes, headers: dict[str, str]) -> str:
        async with self._http().stream("POST", url, content=body, headers=headers) as response:
            if response.is_success:
                return f"{response.status_code} {await _beginning(response)}".strip()
            raise self._refusal(url, response)

    def _refusal(
        self, url: httpx.URL, response: httpx.Response
    ) -> PermanentFailure | TemporaryFailure:
        status = response.status_code
        if status == GONE:
            return PermanentFailure(
                f"the webhook at {url.host} asked not to be used again (410)", gone=True
            )
        wait = None
        if status in {TOO_MANY, UNAVAILABLE}:
            wait = retry_after(response.headers.get("retry-after"), self.clock.now())
        words = "points elsewhere, which is not followed" if response.is_redirect else "answered"
        return TemporaryFailure(f"the webhook at {url.host} {words} ({status})", wait=wait)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                follow_redirects=False,
                trust_env=False,
                timeout=self.total_seconds,
                transport=self.transport or connecting.transport(self._backend()),
                headers={"user-agent": "FairNotice-Webhook/1", "accept-encoding": "identity"},
            )
        return self._client

    def _backend(self) -> connecting.PublicOnly:
        return connecting.PublicOnly(
            this_machine=LOOPBACK if self.allow_http else (),
            ports=self.ports,
            resolver=self.resolver,
            lines=self.lines,
        )


async def check_target(target: str, *, resolver: connecting.Resolve = connecting.resolve) -> None:
    """Refuse an address at subscribing that could never be posted to. Raises PermanentFailure.

    A name that has no address just now is taken: it is judged at every connection again.
    """
    url = checked_url(target)
    guard = connecting.PublicOnly(ports=PORTS, resolver=resolver)
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            await guard.judged(url.host, url.port or 443)
    except connecting.AddressRefused as refused:
        raise PermanentFailure(NOT_PUBLIC) from refused
    except (TimeoutError, httpcore.ConnectError):
        return


def checked_url(
    target: str, *, allow_http: bool = False, ports: frozenset[int] = PORTS
) -> httpx.URL:
    """The address to post to: https, a public host, an allowed port, no user name, nothing odd.

    Raises PermanentFailure. Plain http is only ever taken to this machine, and only if allowed.
    """
    if not target.isascii() or not target.isprintable() or any(odd in target for odd in " \\"):
        raise PermanentFailure("the webhook address holds signs that do not belong in one")
    try:
        url = httpx.URL(target)
    except httpx.InvalidURL as problem:
        raise PermanentFailure(f"the webhook address is not one: {problem}") from problem
    odd = not url.host or url.userinfo or "%" in url.host
    if odd or url.scheme not in {"https", "http"}:
        raise PermanentFailure("the webhook address must look like https://host/path")
    if url.scheme == "http" and not (allow_http and url.host in LOOPBACK):
        raise PermanentFailure("the webhook address must begin with https://")
    if not (allow_http and url.host in LOOPBACK):
        _judge(url, ports)
    return url


NOT_PUBLIC = "the webhook address must be one of the public internet"


def _judge(url: httpx.URL, ports: frozenset[int]) -> None:
    """What can be said of an address without looking its name up. Raises PermanentFailure."""
    try:
        named = literal(url.host)
    except ValueError as problem:
        raise PermanentFailure(f"{NOT_PUBLIC}: {problem}") from problem
    name = url.host.rstrip(".").lower()
    if (named and not is_public(named)) or name == "localhost" or name.endswith(".localhost"):
        raise PermanentFailure(NOT_PUBLIC)
    if (url.port or 443) not in ports:
        raise PermanentFailure("the webhook address must not name another port than 443 or 80")


def _cannot_reach(url: httpx.URL, trouble: Exception) -> str:
    """The same words whether nobody listens, the name is unknown or the address is forbidden, so
    that nobody can map a network with it."""
    reason: BaseException | None = trouble
    while reason is not None:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return f"the webhook at {url.host} has no valid certificate ({reason.verify_message})"
        reason = reason.__cause__ or reason.__context__
    return f"the webhook at {url.host} cannot be reached"


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header (seconds or a date), at most a day."""
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdecimal() else _until(value, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _until(date: str, now: datetime) -> float:
    moment = parsedate_to_datetime(date)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


def _signers(message: Message) -> list[Webhook]:
    """One for each secret in force, the present one first."""
    if not message.channel.secret:
        raise PermanentFailure("the webhook has no secret, so nothing can be signed for it")
    try:
        return [Webhook(one) for one in (message.channel.secret, *message.channel.former_secrets)]
    except (EmptyWebhookSecretError, binascii.Error, ValueError) as problem:
        raise PermanentFailure(
            "the webhook's secret is not of the form whsec_ and base64 text"
        ) from problem


async def _beginning(response: httpx.Response) -> str:
    """The first 4 KB of the reply on one line, the rest is never read; "" if it does not come.

    The status has said all that counts, so a reply that breaks off or trickles is no failure.
    """
    read = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(REPLY_SECONDS):
            async for piece in response.aiter_raw():
                read += piece
                if len(read) >= MOST_REPLY:
                    break
    return " ".join(read[:MOST_REPLY].decode("utf-8", "replace").split())
