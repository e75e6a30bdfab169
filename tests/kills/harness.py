"""One trial: many children killed, then the count."""

import asyncio
import gc
import os
import random
import signal
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path

from aggregator import collect, relevance, service, tick
from aggregator.deliver import FileOutbox, MailServer, Router, Security, Sender, SmtpNotifier
from aggregator.errors import AlreadyRunning
from aggregator.model import Parsed, RawPayload
from aggregator.ports import Clock, Notifier, Source
from aggregator.store import Store
from tests.collect.portal import a_source
from tests.kills.compositions import PRODUCT, Composition
from tests.kills.sink import Sink
from tests.kills.world import Count, World, count, emptied

SENDER = Sender(address="notices@example.org", name="Arden Voluntary Action")
KILLS_A_LIFE = 40
TWO_AT_ONCE = 0.15
"""The share of trials in which two processes are at work at the same time."""

AIMED = 0.5
"""The share of kills that are aimed at what the mail server sees: a mail begun, a mail taken."""

AFTER_A_SIGHT = 0.004
"""Seconds within which the kill follows what was aimed at."""

MEASURE_EVERY = 15
"""After so many attempts one cycle runs undisturbed and is timed."""

MOST_CYCLES = 8
LONGEST = 20.0
"""Seconds that any cycle may take."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """stop_early: at the end of the first life that was not sound."""

    home: Path
    kills: int
    seconds: float = 1e9
    seed: int = 1
    channel: str = "smtp"
    composition: Composition = PRODUCT
    stop_early: bool = False
    kills_a_life: int = KILLS_A_LIFE


@dataclass
class Figures:
    kills: int = 0
    aimed: int = 0
    two_at_once: int = 0
    finished: int = 0
    lives: int = 0
    opportunities: int = 0
    mails: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.kills > 0 and self.mails > 0 and not self.lost and not self.doubled

    def add(self, counted: Count) -> None:
        self.lives += 1
        self.opportunities += counted.opportunities
        self.mails += counted.mails
        self.lost += counted.lost
        self.doubled += counted.doubled

    def as_record(self) -> dict[str, object]:
        return {
            "kills": self.kills,
            "aimed_at_the_mail_server": self.aimed,
            "two_processes_at_once": self.two_at_once,
            "finished_before_the_kill": self.finished,
            "lives": self.lives,
            "opportunities": self.opportunities,
            "mails": self.mails,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "examples": [*self.lost[:3], *self.doubled[:3]],
            "seconds": round(self.seconds, 1),
        }


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


def cycle(world: World, composition: Composition, sight: "Sight") -> None:
    """What a child does: collect, tell, and collect again beside the telling."""
    with Store.open(world.home / "fairnotice.db", check=False) as store:

        async def act() -> None:
            await collecting(world, store)
            world.clock.advance(minutes=1)
            async with sight.notifying(world.clock, composition) as notifier:
                await asyncio.gather(
                    composition.tell(store, notifier, world.clock, world.home),
                    collecting(world, store),
                )

        asyncio.run(act())


async def collecting(world: World, store: Store) -> None:
    """Read the portal, unless another process is at it."""
    source, profile = a_source(), relevance.load_profile()
    with suppress(AlreadyRunning), service.only_one(world.home, f"collect {source.id}"):
        await collect.run(
            [source], store=store, fetch=world.portal, read=read, clock=world.clock, profile=profile
        )
    tick.run(store=store, clock=world.clock)


async def never(_: str) -> bool:
    """A server that claims to have taken nothing."""
    return False


class Sight:
    """The way out: how mails leave, where they can be counted, what can be seen meanwhile."""

    def __init__(self, folder: Path, sink: Sink | None) -> None:
        self.folder, self.sink = folder, sink

    @asynccontextmanager
    async def notifying(self, clock: Clock, composition: Composition) -> AsyncIterator[Notifier]:
        if self.sink is None:
            yield Router(email=FileOutbox(self.folder, sender=SENDER, clock=clock))
            return
        server = MailServer(
            host="127.0.0.1", port=self.sink.port, security=Security.NONE, per_minute=None
        )
        journal = self.sink.has if composition.asks else never
        async with SmtpNotifier(server, sender=SENDER, clock=clock, journal=journal) as smtp:
            yield Router(email=smtp)

    def settle(self) -> None:
        if self.sink is not None:
            self.sink.settle()
            self.sink.drain()

    def clear(self) -> None:
        if self.sink is None:
            emptied(self.folder)
        else:
            self.sink.clear()


@contextmanager
def way_out(plan: Plan) -> Iterator[Sight]:
    if plan.channel == "file":
        yield Sight(plan.home / "outbox", None)
        return
    with closing(Sink(plan.home / "journal")) as sink:
        yield Sight(sink.folder, sink)


def trial(plan: Plan) -> Figures:
    """Lives until there were enough kills, or time is over."""
    rng, figures, began = random.Random(plan.seed), Figures(), time.monotonic()
    with way_out(plan) as sight:
        warmed(plan, sight)
        until = began + plan.seconds
        killer = Killer(plan=plan, sight=sight, rng=rng, figures=figures, until=until)
        while killer.goes_on:
            killer.live()
            if plan.stop_early and not figures.sound:
                break
    figures.seconds = time.monotonic() - began
    return figures


def warmed(plan: Plan, sight: Sight) -> None:
    """Carry out cycles in this process, so that its children find everything loaded and ready."""
    world = World(emptied(plan.home / "life"), random.Random(plan.seed))
    world.subscribe()
    for _ in range(3):
        world.publish()
        cycle(world, PRODUCT, sight)
    sight.settle()
    sight.clear()
    gc.collect()
    gc.freeze()  # the children share these pages instead of copying them


@dataclass
class Killer:
    """Carries out lives and keeps what was learnt of how long a cycle takes."""

    plan: Plan
    sight: Sight
    rng: random.Random
    figures: Figures
    until: float
    longest: float = 0.0
    attempts: int = 0

    @property
    def goes_on(self) -> bool:
        return self.figures.kills < self.plan.kills and time.monotonic() < self.until

    def live(self) -> None:
        """An empty database, kills, two undisturbed cycles, the count."""
        world = World(emptied(self.plan.home / "life"), self.rng)
        world.subscribe()
        if self.plan.composition.prepare:
            self.plan.composition.prepare(world.home / "fairnotice.db")
        self.sight.clear()
        enough = self.figures.kills + self.plan.kills_a_life
        while self.figures.kills < enough and self.goes_on:
            world.publish()
            if not self.longest or self.attempts % MEASURE_EVERY == 0:
                self.measure(world)
            else:
                self.attempt(world)
            self.attempts += 1
        finish(world, self.plan.composition, self.sight)
        self.figures.add(count(world, self.sight.folder))

    def measure(self, world: World) -> None:
        """Let one cycle run undisturbed, so that kills fall all over its length."""
        began = time.monotonic()
        undisturbed(world, self.plan.composition, self.sight)
        self.longest = (time.monotonic() - began) * 1.1

    def attempt(self, world: World) -> None:
        """Fork one or two children for a cycle each and kill them, unless they finish before."""
        many = 2 if self.rng.random() < TWO_AT_ONCE else 1
        children = [forked(world, self.plan.composition, self.sight) for _ in range(many)]
        aimed = self.wait_a_while(children)
        killed = sum(end(child) for child in children) > 0
        self.sight.settle()
        if killed:
            self.figures.kills += 1
            self.figures.aimed += aimed
            self.figures.two_at_once += many - 1
        else:
            self.figures.finished += 1

    def wait_a_while(self, children: list["Child"]) -> bool:
        """Until a random moment, or shortly after a random sight of the mail server."""
        gone = children[0].pidfd
        sink = self.sight.sink
        if sink is None or self.rng.random() >= AIMED:
            wait([gone], timeout=self.rng.uniform(0, self.longest))
            return False
        for _ in range(self.rng.randrange(1, 7)):
            ready = wait([sink.events, gone], timeout=LONGEST)
            if sink.events not in ready:
                return False
            sink.events.recv_bytes()
        wait([gone], timeout=self.rng.uniform(0, AFTER_A_SIGHT))
        return True


@dataclass(frozen=True)
class Child:
    pid: int
    pidfd: int


def forked(world: World, composition: Composition, sight: Sight) -> Child:
    """A child that carries out one cycle and is gone."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            cycle(world, composition, sight)
            status = 0
        except BaseException:  # noqa: BLE001 - a forked child never returns into the parent
            traceback.print_exc()
        finally:
            os._exit(status)
    return Child(pid, os.pidfd_open(pid))


def end(child: Child) -> bool:
    """Kill it; False where it had finished before."""
    gone, status = os.waitpid(child.pid, os.WNOHANG)
    if not gone:
        os.kill(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
    os.close(child.pidfd)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, "the cycle crashed by itself"
        return True
    assert os.WEXITSTATUS(status) == 0, "the cycle failed by itself"
    return False


def undisturbed(world: World, composition: Composition, sight: Sight) -> None:
    """One whole cycle in a child of its own."""
    child = forked(world, composition, sight)
    assert wait([child.pidfd], timeout=LONGEST), "the undisturbed cycle does not end"
    assert not end(child)
    sight.settle()


def finish(world: World, composition: Composition, sight: Sight) -> None:
    """Undisturbed cycles until one sends nothing more: a digest holds fifty opportunities."""
    for _ in range(MOST_CYCLES):
        before = len(list(sight.folder.glob("*.eml")))
        world.clock.advance(minutes=2)
        undisturbed(world, composition, sight)
        if len(list(sight.folder.glob("*.eml"))) == before:
            return
