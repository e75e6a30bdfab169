"""One trial: many children killed, then the count."""

import asyncio
import email
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

from aggregator import alert, collect, relevance
from aggregator.deliver import FileOutbox, MailServer, Router, Security, Sender, SmtpNotifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Host,
    Parsed,
    RawPayload,
    Subscriber,
    SubscriberState,
    Subscription,
)
from aggregator.ports import Notifier, Source
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from tests.collect.portal import Portal, a_release, a_source
from tests.kills.sink import Sink

READERS = 3
MEASURE_EVERY = 12
"""After so many children one runs undisturbed, so that kills fall all over the cycle, which grows
longer with the story."""

TITLE = re.compile(r"Crisis café number (\d+)")
SENDER = Sender(address="notices@example.org", name="Arden Voluntary Action")
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
SETTLE = 0.02
"""Seconds the mail server gets to finish what a killed child had handed over."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    home: Path
    kills: int
    seconds: float = 1e9
    seed: int = 1
    channel: str = "file"
    never_ask: bool = False
    """A planted fault: after a kill the mail server is not asked what it took."""


@dataclass
class Figures:
    kills: int = 0
    finished: int = 0
    opportunities: int = 0
    mails: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.kills > 0 and self.mails > 0 and not self.lost and not self.doubled

    def as_record(self) -> dict[str, object]:
        return {
            "kills": self.kills,
            "finished_before_the_kill": self.finished,
            "opportunities": self.opportunities,
            "mails": self.mails,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "examples": [*self.lost[:3], *self.doubled[:3]],
        }


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


def cycle(home: Path, portal: Portal, notifier: Notifier) -> None:
    """What a child does: collect, compose, deliver."""
    profile = relevance.load_profile()
    with Store.open(home / "fairnotice.db", check=False) as store:

        async def act() -> None:
            await collect.run(
                [a_source()],
                store=store,
                fetch=portal,
                read=read,
                clock=portal.clock,
                profile=profile,
            )
            result = alert.compose(
                store=store, host=HOST, hour=7, now=portal.clock.now(), names={}, labels={}
            )
            assert not result.problems, result.problems
            await alert.deliver(store=store, notifier=notifier, clock=portal.clock)

        asyncio.run(act())


def subscribe(home: Path, portal: Portal) -> None:
    """Some readers before anything was collected."""
    now = portal.clock.now()
    with Store.open(home / "fairnotice.db") as store, store.transaction():
        for number in range(READERS):
            address = f"reader{number}@example.org"
            store.add_subscriber(
                Subscriber(
                    id=f"reader-{number}",
                    email=address,
                    state=SubscriberState.CONFIRMED,
                    created_at=now,
                    consent=Consent(given_at=now, how="in a test", wording="1"),
                )
            )
            store.add_subscription(
                Subscription(
                    id=f"want-{number}",
                    subscriber_id=f"reader-{number}",
                    criteria=Criteria(),
                    channel=Channel(kind=ChannelKind.EMAIL, target=address),
                    created_at=now,
                    cadence=Cadence.DAILY,
                )
            )


def publish(portal: Portal, rng: random.Random) -> None:
    """Time passes and the portal publishes one or two notices more."""
    for _ in range(rng.choice((1, 1, 2))):
        portal.clock.advance(minutes=rng.randrange(5, 90))
        number = len(portal.releases) + 1
        moment = portal.clock.now().replace(microsecond=0)
        portal.releases[moment] = a_release(number, moment)
    portal.clock.advance(minutes=1)


def killed(home: Path, portal: Portal, notifier: Notifier, after: float) -> bool:
    """Fork a child for one cycle and kill it; False where it had finished before."""
    child = os.fork()
    if child == 0:
        try:
            cycle(home, portal, notifier)
        except BaseException:  # noqa: BLE001 - a forked child must never return into the parent
            os._exit(1)
        os._exit(0)
    time.sleep(after)
    gone, status = os.waitpid(child, os.WNOHANG)
    if gone:
        assert os.WIFEXITED(status), "the cycle crashed by itself"
        assert os.WEXITSTATUS(status) == 0, "the cycle failed by itself"
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    time.sleep(SETTLE)
    return True


async def never(_: str) -> bool:
    """A server that claims to have taken nothing."""
    return False


@contextmanager
def channel(plan: Plan, clock: FrozenClock) -> Iterator[tuple[Notifier, Path]]:
    """The way out, and the folder or journal in which the mails can be counted."""
    if plan.channel == "file":
        outbox = plan.home / "outbox"
        yield Router(email=FileOutbox(outbox, sender=SENDER, clock=clock)), outbox
        return
    with closing(Sink(plan.home / "journal")) as sink:
        server = MailServer(
            host="127.0.0.1", port=sink.port, security=Security.NONE, per_minute=None
        )
        journal = never if plan.never_ask else sink.has
        smtp = SmtpNotifier(server, sender=SENDER, clock=clock, journal=journal)
        yield Router(email=smtp), sink.folder


def trial(plan: Plan) -> Figures:
    """Kill, then count."""
    rng = random.Random(plan.seed)
    start = utc(2026, 11, 2, 9)
    portal = Portal(clock=FrozenClock(start), releases={}, page=20)
    relevance.load_profile()
    subscribe(plan.home, portal)
    figures, began = Figures(), time.monotonic()
    with channel(plan, portal.clock) as (notifier, folder):
        longest = measured(plan.home, portal, notifier, rng)
        while figures.kills < plan.kills and time.monotonic() - began < plan.seconds:
            if (figures.kills + figures.finished) % MEASURE_EVERY == MEASURE_EVERY - 1:
                longest = measured(plan.home, portal, notifier, rng)
            publish(portal, rng)
            if killed(plan.home, portal, notifier, rng.uniform(0, longest)):
                figures.kills += 1
            else:
                figures.finished += 1
        for _ in range(2):
            portal.clock.advance(minutes=2)
            undisturbed(plan.home, portal, notifier)
        count(figures, portal, folder)
    return figures


def measured(home: Path, portal: Portal, notifier: Notifier, rng: random.Random) -> float:
    """A little more than one undisturbed cycle takes."""
    publish(portal, rng)
    began = time.monotonic()
    undisturbed(home, portal, notifier)
    return (time.monotonic() - began) * 1.1


def undisturbed(home: Path, portal: Portal, notifier: Notifier) -> None:
    """One whole cycle in a child of its own."""
    child = os.fork()
    if child == 0:
        cycle(home, portal, notifier)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the undisturbed cycle failed"


def count(figures: Figures, portal: Portal, folder: Path) -> None:
    """Every opportunity in exactly one mail to every reader."""
    told: Counter[tuple[str, int]] = Counter()
    for path in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        figures.mails += 1
        for number in set(TITLE.findall(body.get_content())):
            told[(str(mail["To"]), int(number))] += 1
    figures.opportunities = len(portal.releases)
    for reader in range(READERS):
        for number in range(1, len(portal.releases) + 1):
            times = told[(f"reader{reader}@example.org", number)]
            if times != 1:
                where = figures.lost if times == 0 else figures.doubled
                where.append(f"reader {reader}, notice {number}: {times} times")
