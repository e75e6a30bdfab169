"""Handing mails to a server."""

import asyncio
import email
import shutil
import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aggregator.deliver.smtp import MailServer, Security, SmtpNotifier
from aggregator.deliver.throttle import Throttle
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import Message
from aggregator.testing import FrozenClock, utc
from deliver.messages import SENDER, a_mail, a_mail_to
from deliver.servers import BODY, HANG_UP, scripted, sink

pytestmark = pytest.mark.enable_socket

CLOCK = FrozenClock(utc(2026, 11, 23, 9))


def notifier(port: int, **changes: Any) -> SmtpNotifier:
    own = {name: changes.pop(name) for name in ("journal", "throttle") if name in changes}
    server = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "timeout": 5,
        "settle": 5,
        **changes,
    }
    return SmtpNotifier(MailServer(**server), sender=SENDER, clock=CLOCK, **own)


async def attempt(answers: Mapping[str, list[str]], message: Message | None = None) -> Exception:
    async with scripted(answers) as server, notifier(server.port) as mail:
        with pytest.raises((PermanentFailure, TemporaryFailure)) as caught:
            await mail.send(message or a_mail())
    return caught.value


async def test_the_server_gets_exactly_the_mail_and_one_recipient() -> None:
    async with sink() as server, notifier(server.port) as mail:
        receipt = await mail.send(a_mail())
    (envelope,) = server.envelopes
    assert envelope.mail_from == "alerts@vale-cvs.example.org"
    assert envelope.rcpt_tos == ["director@example.org"]
    parsed = email.message_from_bytes(envelope.content)
    assert parsed["Message-ID"] == "<msg-k3v9a2@vale-cvs.example.org>"
    text = parsed.get_payload()[0].get_payload(decode=True).decode()
    assert text.splitlines() == a_mail().text.splitlines()
    assert (receipt.accepted, receipt.answer, receipt.at) == (True, "250 taken", CLOCK.now())


async def test_many_mails_use_one_connection() -> None:
    async with scripted() as server, notifier(server.port, per_minute=None) as mail:
        for number in range(20):
            await mail.send(a_mail(id=f"msg-{number}"))
    assert (server.connections, server.taken) == (1, 20)
    assert server.commands[0] == "EHLO vale-cvs.example.org"
    assert server.commands[-1] == "QUIT"


async def test_a_connection_that_died_meanwhile_is_opened_again() -> None:
    async with scripted({"MAIL": ["250 fine", HANG_UP]}) as server, notifier(server.port) as mail:
        await mail.send(a_mail())
        await mail.send(a_mail(id="msg-2"))
    assert (server.connections, server.taken) == (2, 2)


@pytest.mark.parametrize("verb", ["RCPT", "DATA", BODY])
async def test_a_final_refusal_concerns_one_mail_and_the_next_one_goes(verb: str) -> None:
    answers = {verb: ["550 5.1.1 no such user"]}
    async with scripted(answers) as server, notifier(server.port) as mail:
        with pytest.raises(PermanentFailure, match="no such user"):
            await mail.send(a_mail())
        await mail.send(a_mail(id="msg-2"))
    assert server.connections == 1


@pytest.mark.parametrize("verb", ["GREETING", "MAIL", "RCPT", "DATA", BODY])
@pytest.mark.parametrize("answer", ["451 greylisted, come back", "421 too busy"])
async def test_a_passing_refusal_is_worth_another_try(verb: str, answer: str) -> None:
    failure = await attempt({verb: [answer]})
    assert isinstance(failure, TemporaryFailure)
    assert not failure.unsure


async def test_after_421_the_next_mail_opens_a_new_connection() -> None:
    async with scripted({"RCPT": ["421 closing"]}) as server, notifier(server.port) as mail:
        with pytest.raises(TemporaryFailure):
            await mail.send(a_mail())
        await mail.send(a_mail(id="msg-2"))
    assert (server.connections, server.taken) == (2, 1)


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT"])
async def test_a_line_that_breaks_before_the_mail_is_surely_not_sent(verb: str) -> None:
    failure = await attempt({verb: [HANG_UP, HANG_UP], "HELO": [HANG_UP]})
    assert isinstance(failure, TemporaryFailure)
    assert not failure.unsure


@pytest.mark.parametrize("verb", ["DATA", BODY])
@pytest.mark.parametrize("answer", [HANG_UP, "nonsense", "999 what"])
async def test_a_line_that_breaks_after_handing_over_leaves_it_unsure(
    verb: str, answer: str
) -> None:
    failure = await attempt({verb: [answer]})
    assert isinstance(failure, TemporaryFailure)
    assert failure.unsure


async def test_a_server_that_falls_silent_is_given_up_and_unsure() -> None:
    async with (
        scripted({BODY: [""]}) as server,
        notifier(server.port, timeout=1.5, settle=0.3) as mail,
    ):
        with pytest.raises(TemporaryFailure) as caught:
            await mail.send(a_mail())
    assert caught.value.unsure


async def test_a_refused_sender_is_our_fault_and_no_reader_loses_a_mail() -> None:
    failure = await attempt({"MAIL": ["550 relaying denied"]})
    assert isinstance(failure, TemporaryFailure)
    assert "check the mail settings" in str(failure)


async def test_a_wrong_password_is_our_fault_too() -> None:
    answers = {"EHLO": ["250-mail.example.org\r\n250 AUTH PLAIN"], "AUTH": ["535 5.7.8 wrong"]}
    async with scripted(answers) as server:
        mail = notifier(server.port, username="alerts", password="pw")
        with pytest.raises(TemporaryFailure, match="user name and password"):
            await mail.send(a_mail())
    assert server.taken == 0
    assert "pw" not in repr(mail)


async def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked() -> None:
    async with scripted() as server:
        with pytest.raises(TemporaryFailure):
            await notifier(server.port, security=Security.STARTTLS).send(a_mail())
    assert server.taken == 0
    assert not any(command.startswith("MAIL") for command in server.commands)


async def test_nobody_listening_is_one_clear_line() -> None:
    async with scripted() as server:
        port = server.port
    with pytest.raises(TemporaryFailure, match="no connection to the mail server"):
        await notifier(port).send(a_mail())


async def test_two_addresses_never_reach_the_server() -> None:
    async with scripted() as server, notifier(server.port) as mail:
        with pytest.raises(PermanentFailure):
            await mail.send(a_mail_to("a@example.org, b@example.org"))
    assert server.connections == 0


async def test_a_text_with_lines_of_one_dot_arrives_whole() -> None:
    text = "one\n.\n..\n.two\nQUIT\n"
    async with sink() as server, notifier(server.port) as mail:
        await mail.send(a_mail(text=text))
    parsed = email.message_from_bytes(server.envelopes[0].content)
    arrived = parsed.get_payload()[0].get_payload(decode=True).decode()
    assert arrived.splitlines() == text.splitlines()


async def test_the_journal_is_asked_by_message_id() -> None:
    asked = []

    async def journal(message_id: str) -> bool:
        asked.append(message_id)
        return True

    assert await notifier(1, journal=journal).was_sent(a_mail()) is True
    assert asked == ["<msg-k3v9a2@vale-cvs.example.org>"]
    assert await notifier(1).was_sent(a_mail()) is None


async def test_no_more_mails_a_minute_than_the_server_takes() -> None:
    now, sent_at = 0.0, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    throttle = Throttle(per_minute=30, monotonic=lambda: now, sleep=sleep)
    async with scripted() as server, notifier(server.port, throttle=throttle) as mail:
        for number in range(95):
            await mail.send(a_mail(id=f"msg-{number}"))
            sent_at.append(now)
    assert server.taken == 95
    assert max(sum(1 for at in sent_at if start <= at < start + 60) for start in sent_at) == 30
    assert now == 180


async def test_mails_handed_in_at_once_take_turns_on_one_connection() -> None:
    async with sink() as server, notifier(server.port) as mail:
        await asyncio.gather(*(mail.send(a_mail(id=f"msg-{number}")) for number in range(12)))
    assert len({email.message_from_bytes(e.content)["Message-ID"] for e in server.envelopes}) == 12


# ------------------------------------------------------------------------------- encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that nobody but this test trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    key, paper = folder / "key.pem", folder / "paper.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(paper), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return key, paper


def shown(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, paper = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(paper, key)
    return context


async def test_a_mail_travels_encrypted_to_a_server_that_is_trusted(
    certificate: tuple[Path, Path],
) -> None:
    trusted = ssl.create_default_context(cafile=certificate[1])
    async with sink(tls_context=shown(certificate), require_starttls=True) as server:
        mail = notifier(server.port, security=Security.STARTTLS, certificates=trusted)
        async with mail:
            await mail.send(a_mail())
    assert len(server.envelopes) == 1


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    async with sink(tls_context=shown(certificate)) as server:
        mail = notifier(server.port, security=Security.STARTTLS)
        with pytest.raises(TemporaryFailure, match="no connection"):
            await mail.send(a_mail())
    assert not server.envelopes
