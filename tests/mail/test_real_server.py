"""A real mail server takes our mail, bounces what it cannot deliver, and the bounce is understood.

Skipped where Postfix is not installed; `.ci/run` installs it.
"""

import email
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from aggregator import alert, bounces, subscribe, verp
from aggregator.bounced import Reading
from aggregator.deliver import MailServer, Security, Sender, SmtpNotifier, mails_in
from aggregator.model import MessageState
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from aggregator.tokens import Keys
from tests.mail.conformance import faults
from tests.mail.postfix import DOMAIN, ELSEWHERE, Postfix, postfix
from tests.mail.readers import a_mail_for, a_reader, tells

pytestmark = [pytest.mark.enable_socket, pytest.mark.network]

KEYS = Keys(("a key of this test that is quite long enough",))
SENDER = Sender(address=f"alerts@{DOMAIN}", name="Vale of Arden CVS")
START = utc(2026, 11, 23, 9)


@pytest.fixture(scope="module")
def server() -> Iterator[Postfix]:
    with postfix() as running:
        yield running


def notifier(server: Postfix, clock: FrozenClock, *, asks: bool = False) -> SmtpNotifier:
    async def journal(message_id: str) -> bool:
        return server.took(message_id)

    settings = MailServer(
        host="127.0.0.1",
        port=server.port,
        security=Security.STARTTLS,
        per_minute=None,
        certificates=server.trusted,
    )
    return SmtpNotifier(
        settings,
        sender=SENDER,
        clock=clock,
        journal=journal if asks else None,
        envelope=partial(verp.envelope, f"bounces@{DOMAIN}", keys=KEYS),
    )


async def test_it_takes_our_mail_and_what_bounces_is_read_back_and_believed(
    server: Postfix, clock: FrozenClock
) -> None:
    with Store.open(None) as store:
        known = a_reader(store, clock, f"reader0@{ELSEWHERE}")
        gone = a_reader(store, clock, f"nobody@{ELSEWHERE}")
        for number, one in enumerate((known, gone)):
            a_mail_for(store, one, f"real-{number}", clock.now())
        async with notifier(server, clock) as smtp:
            result = await alert.deliver(store=store, notifier=smtp, clock=clock)
        assert (result.sent, result.failed, result.problems) == (2, 0, [])

        (arrived,) = server.waits_for("reader0", 1, ELSEWHERE)
        head = email.message_from_bytes(arrived)
        token = verp.tokens("real-0", KEYS)[0]
        assert head["Return-Path"] == f"<bounces+{token}@{DOMAIN}>"
        assert head["Message-ID"] == f"<real-0@{DOMAIN}>"
        ours = arrived[arrived.index(b"Message-ID: <real-0") :].replace(b"\n", b"\r\n")
        assert faults(ours) == [], "what arrived is what we sent, below the server's own lines"

        server.waits_for("bounces", 1)
        returned = [bounces.read(raw) for _, raw in mails_in(server.folder_of("bounces"))]
        assert [one.tokens for one in returned] == [(verp.tokens("real-1", KEYS)[0],)]
        reading = Reading(store=store, clock=clock, keys=KEYS, stop=lambda _: False)
        read = reading.run(returned)
        assert (read.given_up, read.not_ours) == ([f"nobody@{ELSEWHERE}"], 0)
        assert store.is_off(gone.id, f"email:nobody@{ELSEWHERE}")
        assert not store.is_off(known.id, f"email:reader0@{ELSEWHERE}")
        assert "unknown user" in store.setbacks(gone.id)[0].words


def child(path: Path, server: Postfix, moment: float) -> None:
    """Delivers until it is killed."""
    import asyncio

    clock = FrozenClock(START)

    async def act() -> None:
        with Store.open(path, check=False) as store:
            async with notifier(server, clock, asks=True) as smtp:
                await alert.deliver(store=store, notifier=smtp, clock=clock)

    asyncio.run(act())


def test_restarted_in_the_middle_of_a_delivery_it_loses_nothing_and_doubles_nothing(
    server: Postfix, tmp_path: Path
) -> None:
    path, clock = tmp_path / "fairnotice.db", FrozenClock(START)
    with Store.open(path) as store:
        for number in range(1, 40):
            one = a_reader(store, clock, f"reader{number}@{ELSEWHERE}")
            a_mail_for(store, one, f"again-{number}", START)
    context = multiprocessing.get_context("fork")
    kills = 0
    for number in range(12):
        worker = context.Process(target=child, args=(path, server, 0.0))
        worker.start()
        time.sleep(0.05 + 0.02 * number)
        if worker.is_alive() and worker.pid:
            os.kill(worker.pid, signal.SIGKILL)
            kills += 1
        worker.join()
        time.sleep(0.3)  # the server finishes what was handed over
    last = context.Process(target=child, args=(path, server, 0.0))
    last.start()
    last.join()
    with Store.open(path) as store:
        states = Counter(one.state for one in store.deliveries())
    assert states == {MessageState.SENT: 39}
    assert kills >= 3
    for number in range(1, 40):
        server.waits_for(f"reader{number}", 1, ELSEWHERE)
    time.sleep(0.5)
    told = {number: len(server.mails_of(f"reader{number}", ELSEWHERE)) for number in range(1, 40)}
    assert {number: times for number, times in told.items() if times != 1} == {}


async def test_a_server_that_is_down_for_a_while_delays_everything_and_loses_nothing(
    server: Postfix, clock: FrozenClock
) -> None:
    with Store.open(None) as store:
        one = a_reader(store, clock, f"reader0@{ELSEWHERE}")
        before = len(server.mails_of("reader0", ELSEWHERE))
        messages = [a_mail_for(store, one, f"later-{n}", clock.now()) for n in range(3)]
        server.run("stop")
        async with notifier(server, clock) as smtp:
            result = await alert.deliver(store=store, notifier=smtp, clock=clock)
            assert (result.sent, result.waiting, len(result.problems)) == (0, 3, 1)
            server.starts()
            clock.advance(minutes=34)
            assert (await alert.deliver(store=store, notifier=smtp, clock=clock)).sent == 3
        assert len(server.waits_for("reader0", before + 3, ELSEWHERE)) == before + 3
        assert all(tells(store, message) for message in messages)
        assert subscribe.find(one.id, store=store) == one
