"""Sending by a mail server: one connection kept, one mail at a time, never faster than allowed.

SMTP alone cannot give exactly-once: when the line breaks after the whole mail was handed over,
nobody knows whether the server took it. Such a failure is marked `unsure`, and a host that can
read its server's journal is asked by `was_sent`.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

import aiosmtplib

from aggregator.deliver.dkim import Signer
from aggregator.deliver.email import Sender, message_id, recipient, to_bytes
from aggregator.deliver.throttle import Throttle
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import Message, Receipt
from aggregator.parsing.mail_status import Blame, judged
from aggregator.ports import Clock

PERMANENT = range(500, 600)
REPLY = range(400, 600)
CLOSING = aiosmtplib.SMTPStatus.domain_unavailable
LONGEST_ANSWER = 300

Journal = Callable[[str], Awaitable[bool | None]]
"""Asked for a Message-ID ("<…@…>"): whether the server took that mail, None when unknown."""


Envelope = Callable[[str], str]
"""Gives the envelope sender for a message's id, so that bounces can be told apart."""


class Security(StrEnum):
    """How the connection is protected. NONE is for a relay on the same machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """Where mail is handed in. per_minute: None for no limit. hello: our name in EHLO.

    timeout: seconds for each answer. settle: seconds for the answer to a mail handed over whole;
    RFC 5321 section 4.5.3.2.6 gives a server ten minutes, and whoever hangs up earlier sends twice.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    per_minute: int | None = 30
    timeout: float = 60.0
    settle: float = 600.0
    hello: str | None = None
    certificates: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass
class SmtpNotifier:
    """Hands mails to one server. Use as an async context manager, or call `close` at the end."""

    server: MailServer
    _: KW_ONLY
    sender: Sender
    clock: Clock
    journal: Journal | None = None
    throttle: Throttle | None = None
    envelope: Envelope | None = None
    signer: Signer | None = None
    _client: aiosmtplib.SMTP | None = field(default=None, init=False, repr=False)
    _may_send: bool = field(default=False, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._limit = self.throttle or Throttle(per_minute=self.server.per_minute)

    async def send(self, message: Message) -> Receipt:
        """Hand in once.

        Raises PermanentFailure when the server refuses this address or this mail for good (5xx),
        TemporaryFailure for everything that may pass: 4xx, connection trouble, full mailboxes, and
        refusals that concern our own sign-in or sender, because no reader is to lose a mail over a
        setting.
        """
        to, mail = recipient(message), to_bytes(message, self.sender)
        mail = self.signer.signed(mail) if self.signer else mail
        back_to = self.envelope(message.id) if self.envelope else self.sender.address
        async with self._turn:
            await self.turn(message)
            self._may_send = False
            answer = await self._hand_in(back_to, to, mail)
        return Receipt(message_id=message.id, at=self.clock.now(), accepted=True, answer=answer)

    async def turn(self, message: Message) -> None:
        """Return when the server takes one more mail; `send` then goes without waiting."""
        if not self._may_send:
            await self._limit.turn()
            self._may_send = True

    async def was_sent(self, message: Message) -> bool | None:
        """What the server's journal says; None without one."""
        if self.journal is None:
            return None
        return await self.journal(message_id(message, self.sender))

    async def close(self) -> None:
        """Say goodbye to the server."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=5)
            client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _hand_in(self, back_to: str, to: str, mail: bytes) -> str:
        client = await self._envelope(back_to, to)
        try:
            reply = await client.data(mail, timeout=self.server.settle)
        except aiosmtplib.SMTPResponseException as refusal:
            await self._after_refusal(client, refusal)
            if refusal.code not in REPLY:
                raise _broken("answered something that is no answer", refusal) from refusal
            raise _refusal("the mail", refusal) from refusal
        except (aiosmtplib.SMTPException, OSError) as trouble:
            await self.close()
            raise _broken("went away while the mail was handed over", trouble) from trouble
        except asyncio.CancelledError:
            client.close()
            raise
        return f"{reply.code} {reply.message}"[:LONGEST_ANSWER]

    async def _envelope(self, back_to: str, to: str) -> aiosmtplib.SMTP:
        """A client that has named sender and recipient; reconnects once when the old line is dead.

        Nothing of the mail has been handed over yet, so a second try here cannot double it.
        """
        if self._client is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                return await self._name_both(back_to, to)
            await self.close()
        try:
            return await self._name_both(back_to, to)
        except (aiosmtplib.SMTPException, OSError) as trouble:
            await self.close()
            raise TemporaryFailure(f"the mail server hung up: {trouble}", away=True) from trouble

    async def _name_both(self, back_to: str, to: str) -> aiosmtplib.SMTP:
        client = await self._connected()
        try:
            await client.mail(back_to)
            await client.rcpt(to)
        except aiosmtplib.SMTPSenderRefused as refusal:
            await self._after_refusal(client, refusal)
            raise _our_fault("does not take our sender address", refusal) from refusal
        except aiosmtplib.SMTPRecipientRefused as refusal:
            await self._after_refusal(client, refusal)
            raise _refusal("this address", refusal) from refusal
        return client

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = _client(self.server, self.server.hello or self.sender.domain)
        try:
            await client.connect()
            await client.ehlo()
        except aiosmtplib.SMTPAuthenticationError as refusal:
            raise _our_fault("refuses our user name and password", refusal) from refusal
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            client.close()
            where = f"{self.server.host} port {self.server.port}"
            problem = f"no connection to the mail server {where}: {trouble}"
            raise TemporaryFailure(problem, away=True) from trouble
        self._client = client
        return client

    async def _after_refusal(
        self, client: aiosmtplib.SMTP, refusal: aiosmtplib.SMTPResponseException
    ) -> None:
        """Bring the connection back to its start, or drop it where the server said goodbye."""
        if refusal.code in REPLY and refusal.code != CLOSING and client.is_connected:
            try:
                await client.rset()
            except (aiosmtplib.SMTPException, OSError):
                await self.close()
        else:
            await self.close()


def _client(server: MailServer, hello: str) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        local_hostname=hello,
        timeout=server.timeout,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=server.certificates,
    )


def _refusal(
    what: str, refusal: aiosmtplib.SMTPResponseException
) -> TemporaryFailure | PermanentFailure:
    """What a refusal of a recipient or a mail means for the next try.

    A relay that does not take us as its customer answers 5xx to every address: that is no fault of
    the address, and one mail more would be refused as well.
    """
    words = f"the mail server refuses {what}: {_answer(refusal)}"
    blame = judged(refusal.message, code=refusal.code).blame
    if refusal.code not in PERMANENT or blame is Blame.PASSING:
        return TemporaryFailure(words, away=refusal.code == CLOSING)
    if blame is Blame.OURS:
        return _our_fault(f"refuses {what}", refusal)
    return PermanentFailure(words, address=blame is Blame.ADDRESS)


def _our_fault(what: str, refusal: aiosmtplib.SMTPResponseException) -> TemporaryFailure:
    return TemporaryFailure(
        f"the mail server {what}: {_answer(refusal)}; check the mail settings of this host",
        away=True,
    )


def _broken(how: str, trouble: Exception) -> TemporaryFailure:
    return TemporaryFailure(f"the mail server {how}: {trouble}", unsure=True)


def _answer(refusal: aiosmtplib.SMTPResponseException) -> str:
    return f"{refusal.code} {' '.join(refusal.message.split())}"[:LONGEST_ANSWER]
