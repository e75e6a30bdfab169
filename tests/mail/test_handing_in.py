"""What mail servers answer, and what that means for the mail, the address and us."""

import base64
import time
from functools import partial
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aggregator import alert, consent, verp
from aggregator.deliver import (
    DkimSigner,
    MailServer,
    Router,
    Security,
    SmtpNotifier,
    Throttle,
    checked_address,
)
from aggregator.deliver.email import to_bytes
from aggregator.errors import DeliveryError, PermanentFailure, TemporaryFailure
from aggregator.model import Message
from aggregator.parsing.mail_status import Blame, judged
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from aggregator.tokens import Keys
from deliver.messages import SENDER, a_mail, a_mail_to
from deliver.servers import BODY, HANG_UP, scripted, sink
from mail.conformance import faults
from mail.readers import a_mail_for, a_reader

pytestmark = pytest.mark.enable_socket

CLOCK = FrozenClock(utc(2026, 11, 23, 9))
KEYS = Keys(("a key of this test that is quite long enough",))
STOP = {
    "List-Unsubscribe": f"<https://alerts.example.org/stop/{'x' * 300}>, <mailto:stop@example.org>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def notifier(port: int, **changes: Any) -> SmtpNotifier:
    own = {name: changes.pop(name) for name in ("envelope", "signer") if name in changes}
    settings: dict[str, Any] = {"timeout": 5, "settle": 5, "per_minute": None, **changes}
    server = MailServer(host="127.0.0.1", port=port, security=Security.NONE, **settings)
    return SmtpNotifier(server, sender=SENDER, clock=CLOCK, **own)


async def refused(verb: str, answer: str, message: Message | None = None) -> DeliveryError:
    async with scripted({verb: [answer]}) as server, notifier(server.port) as mail:
        with pytest.raises(DeliveryError) as caught:
            await mail.send(message or a_mail())
    return caught.value


@pytest.mark.parametrize(
    ("verb", "answer", "blame"),
    [
        ("RCPT", "550 5.1.1 User unknown", "address"),
        ("RCPT", "550 No such user here", "address"),
        ("RCPT", "553 5.1.2 unknown domain", "address"),
        ("RCPT", "550 5.2.1 mailbox disabled", "address"),
        ("RCPT", "552 5.2.2 mailbox full", "passing"),
        ("RCPT", "452 4.2.2 over quota", "passing"),
        ("RCPT", "451 4.7.1 Greylisted, come back in 300 seconds", "passing"),
        ("RCPT", "450 4.2.0 mailbox busy", "passing"),
        ("RCPT", "554 5.7.1 Relay access denied", "ours"),
        ("RCPT", "530 5.7.0 Authentication required", "ours"),
        ("RCPT", "550 5.1.8 Sender address rejected", "ours"),
        ("RCPT", "550 blocked by local policy", "mail"),
        ("RCPT", "500 what?", "mail"),
        ("RCPT", "501 5.5.4 bad argument", "mail"),
        ("RCPT", "503 5.5.1 bad sequence", "mail"),
        ("DATA", "554 5.5.1 no valid recipients", "mail"),
        ("DATA", "451 4.3.0 try later", "passing"),
        (BODY, "554 5.7.1 rejected as spam", "mail"),
        (BODY, "552 5.3.4 message too large", "mail"),
        (BODY, "550 5.7.26 unauthenticated mail", "ours"),
        (BODY, "452 4.3.1 insufficient system storage", "passing"),
        (BODY, "421 4.3.2 shutting down", "passing"),
        (BODY, "550 5.1.1 User unknown", "address"),
    ],
)
async def test_every_class_of_answer_has_its_consequence(
    verb: str, answer: str, blame: str
) -> None:
    fault = await refused(verb, answer)
    if blame in {"address", "mail"}:
        assert isinstance(fault, PermanentFailure)
        assert fault.address is (blame == "address")
    else:
        assert isinstance(fault, TemporaryFailure)
        assert not fault.unsure
        assert fault.away is (blame == "ours" or answer.startswith("421"))


@pytest.mark.parametrize(
    ("words", "blame"),
    [
        ("550 5.7.1 no such recipient", Blame.ADDRESS),
        ("the address you gave us is fine", Blame.UNCLEAR),
        ("554 5.1.1 mailbox over quota", Blame.PASSING),
        ("550 5.7.515 access denied", Blame.OURS),
        ("version 5.1.1.2 of 192.5.1.1", Blame.UNCLEAR),
        ("", Blame.UNCLEAR),
        ("5.999.999 nonsense", Blame.UNCLEAR),
    ],
)
def test_words_and_codes_are_judged_with_care(words: str, blame: Blame) -> None:
    assert judged(words).blame is blame


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT"])
async def test_a_server_that_hangs_up_is_away(verb: str) -> None:
    answers = {verb: [HANG_UP, HANG_UP], "HELO": [HANG_UP]}
    async with scripted(answers) as server, notifier(server.port) as mail:
        with pytest.raises(TemporaryFailure) as caught:
            await mail.send(a_mail())
    assert caught.value.away
    assert not caught.value.unsure


async def test_a_slow_yes_is_waited_for_because_hanging_up_would_send_twice() -> None:
    class Slow:
        async def handle_DATA(self, *_: object) -> str:
            import asyncio

            await asyncio.sleep(1.3)
            return "250 taken at last"

    async with sink() as server, notifier(server.port, timeout=1.0) as mail:
        server.handle_DATA = Slow().handle_DATA  # type: ignore[method-assign]
        receipt = await mail.send(a_mail())
    assert receipt.answer == "250 taken at last"


async def test_421_in_the_middle_of_many_leaves_the_rest_for_later() -> None:
    answers = {"MAIL": ["250 fine", "421 too many"]}
    async with scripted(answers) as server, notifier(server.port) as mail:
        await mail.send(a_mail())
        with pytest.raises(TemporaryFailure):
            await mail.send(a_mail(id="msg-2"))
        await mail.send(a_mail(id="msg-3"))
    assert (server.connections, server.taken) == (2, 2)


async def test_no_command_is_sent_ahead_of_an_answer() -> None:
    answers = {"EHLO": ["250-mail.example.org\r\n250 SIZE 1000000"]}
    async with scripted(answers) as server, notifier(server.port) as mail:
        await mail.send(a_mail())
    verbs = [command.split()[0] for command in server.commands]
    assert verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_every_mail_has_its_own_envelope_and_one_visible_sender() -> None:
    envelope = partial(verp.envelope, "bounces@vale-cvs.example.org", keys=KEYS)
    async with sink() as server, notifier(server.port, envelope=envelope) as mail:
        await mail.send(a_mail())
        await mail.send(a_mail(id="msg-2"))
    senders = [one.mail_from for one in server.envelopes]
    assert senders == [
        f"bounces+{verp.tokens(name, KEYS)[0]}@vale-cvs.example.org"
        for name in ("msg-k3v9a2", "msg-2")
    ]
    assert all(b"From: Vale of Arden CVS <alerts@" in one.content for one in server.envelopes)


@pytest.mark.parametrize(
    "address", ["dŵr@example.org", "δοκιμή@example.org", "a\u200b@example.org"]
)
def test_a_mailbox_in_another_script_is_refused_in_words_when_entered(address: str) -> None:
    with pytest.raises(PermanentFailure, match="letters or signs that mail servers do not take"):
        checked_address(address)


def test_a_domain_in_another_script_is_written_as_mail_servers_read_it() -> None:
    raw = to_bytes(a_mail_to("swyddfa@môn.example"), SENDER)
    assert b"\r\nTo: swyddfa@xn--mn-8ja.example\r\n" in raw


@pytest.mark.parametrize(
    "text",
    ["x" * 5000, "é" * 5000, "a\0b", ".\r\n.\r\n", "From x\n" * 3, "\ud7ff" * 2000, " " * 3000],
)
async def test_no_text_makes_a_line_too_long_or_a_nul_and_all_of_it_arrives(text: str) -> None:
    raw = to_bytes(a_mail(text=text, html=f"<p>{text}</p>"), SENDER)
    assert faults(raw) == []
    async with sink() as server, notifier(server.port) as mail:
        await mail.send(a_mail(text=text, html=f"<p>{text}</p>"))
    assert server.envelopes[0].content == raw


async def test_whoever_stops_while_their_mail_waits_for_its_turn_gets_none() -> None:
    now = 0.0
    with Store.open(None) as store:
        readers = [a_reader(store, CLOCK, f"r{number}@example.org") for number in range(4)]
        for one in readers:
            a_mail_for(store, one, f"to-{one.id}", CLOCK.now())

        async def sleep(seconds: float) -> None:
            nonlocal now
            now += seconds
            consent.stop(readers[3].id, "pressed stop", store=store, clock=CLOCK)

        throttle = Throttle(per_minute=3, monotonic=lambda: now, sleep=sleep)
        async with scripted() as server:
            settings = MailServer(host="127.0.0.1", port=server.port, security=Security.NONE)
            smtp = SmtpNotifier(settings, sender=SENDER, clock=CLOCK, throttle=throttle)
            async with smtp:
                router = Router(email=smtp)
                result = await alert.deliver(store=store, notifier=router, clock=CLOCK)
    assert (result.sent, result.dropped, server.taken) == (3, 1, 3)
    assert now == 60


# ------------------------------------------------------------------------------------- DKIM


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def signer(key: rsa.RSAPrivateKey) -> DkimSigner:
    return DkimSigner(domain="vale-cvs.example.org", selector="fn", key=pem(key))


def verifies(raw: bytes, key: rsa.RSAPrivateKey) -> bool:
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def record(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"fn._domainkey.vale-cvs.example.org."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    return bool(dkim.verify(raw, dnsfunc=record))


async def test_a_signed_mail_is_in_order_and_its_signature_holds(key: rsa.RSAPrivateKey) -> None:
    async with sink() as server, notifier(server.port, signer=signer(key)) as mail:
        await mail.send(a_mail(headers=STOP, subject="Ŵ" * 80))
    raw = server.envelopes[0].content
    assert faults(raw) == []
    assert verifies(raw, key)
    tags = raw.partition(b" bh=")[0].rpartition(b"h=")[2].replace(b";", b"")
    names = {name.strip().decode() for name in tags.split(b":")}
    assert {"from", "list-unsubscribe", "list-unsubscribe-post"} <= names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/stop/", b"/evil/"),
        (b"One-Click", b"One-Clack"),
        (b"From: Vale", b"From: Eve <eve@example.org>\r\nFrom: Vale"),
        (b"crisis", b"crises"),
        (b"To: director", b"To: director2"),
    ],
)
def test_whatever_is_changed_on_the_way_breaks_the_signature(
    key: rsa.RSAPrivateKey, old: bytes, new: bytes
) -> None:
    text = "a crisis café\n"
    raw = signer(key).signed(to_bytes(a_mail(headers=STOP, text=text), SENDER))
    assert verifies(raw, key)
    assert old in raw
    assert not verifies(raw.replace(old, new, 1), key)


def test_a_key_that_cannot_sign_is_refused_when_it_is_read() -> None:
    for wrong in (b"", b"no key", b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA"):
        with pytest.raises(ValueError, match="is no private key"):
            DkimSigner(domain="example.org", selector="fn", key=wrong)
    assert "PRIVATE" not in repr(DkimSigner.__dataclass_fields__["key"].default)


async def test_the_handing_in_of_a_hundred_mails_takes_no_time_of_its_own() -> None:
    began = time.monotonic()
    async with scripted() as server, notifier(server.port) as mail:
        for number in range(100):
            await mail.send(a_mail(id=f"msg-{number}"))
    assert (server.connections, server.taken) == (1, 100)
    assert time.monotonic() - began < 40  # half a second each would be a pause
