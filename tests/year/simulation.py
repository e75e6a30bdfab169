"""The year itself: portals, readers, outages, and the real use cases hour by hour."""

import asyncio
import random
import re
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator import alert, collect, relevance, tick
from aggregator.errors import TemporaryFailure, Unreachable
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Host,
    Message,
    Parsed,
    RawPayload,
    Receipt,
    Request,
    Subscriber,
    SubscriberState,
    Subscription,
    Validators,
)
from aggregator.ports import Source
from aggregator.sources.find_a_tender import FindATender
from aggregator.store import Store
from aggregator.testing import FrozenClock
from tests.collect.portal import BASE, Portal, a_release
from tests.year.oracle import Oracle, Tender, Wish
from tests.year.rules import uk_hour

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
TITLE = re.compile(r"Crisis café number (\d+) ")
COLLECT_EVERY = 3
COMPOSE_AT = (7, 9, 12, 16, 19)
READER_HOURS = (7, 9, 12, 16)
TENDERS_A_DAY = 6
WORDS = tuple(f"{a}{b}" for a in ("kes", "mer", "lin", "war", "ros") for b in (
    "tella", "banto", "cordia", "dessom", "fenwick", "gammel", "harrow", "istral", "jodrell",
    "kinver",
))  # fmt: skip
CADENCES = ("daily",) * 6 + ("weekly",) * 2 + ("monthly", "immediate")


class Killed(BaseException):
    """Our process dies in the middle of a delivery."""


@dataclass
class Books:
    """A channel that keeps what it took, fails now and then, and may see our process die."""

    clock: FrozenClock
    chance: random.Random
    oracle: Oracle
    taken: dict[str, str] = field(default_factory=dict)
    deaths: int = 0
    refusals: int = 0

    async def send(self, message: Message) -> Receipt:
        if self.chance.random() < 0.01:
            self.refusals += 1
            raise TemporaryFailure("busy, come back later")
        if self.chance.random() < 0.0005:
            self.deaths += 1
            if self.chance.random() < 0.5:
                self.take(message)
            raise Killed
        self.take(message)
        return Receipt(message_id=message.id, at=self.clock.now(), accepted=True, answer="taken")

    def take(self, message: Message) -> None:
        if message.id in self.taken:
            self.oracle.complain("doubled", f"message {message.id} was handed over twice")
        self.taken[message.id] = message.subscriber_id
        for number in {int(found) for found in TITLE.findall(message.text or "")}:
            self.oracle.heard[(message.subscriber_id, number)].append(message.created_at)

    async def was_sent(self, message: Message) -> bool | None:
        return message.id in self.taken


@dataclass
class Portals:
    """All sources; each may be down for hours or days."""

    clock: FrozenClock
    chance: random.Random
    each: dict[str, Portal]
    down: dict[str, datetime] = field(default_factory=dict)
    waiting: dict[str, list[tuple[datetime, Tender, str]]] = field(default_factory=dict)
    outages: int = 0

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        if self.is_down(request.source_id):
            raise Unreachable("no answer")
        return await self.each[request.source_id].fetch(request, validators)

    def is_down(self, name: str) -> bool:
        return self.clock.now() < self.down.get(name, self.clock.now())

    def fail_at_random(self) -> None:
        """Each source is down about twenty times a year."""
        for name in self.each:
            if not self.is_down(name) and self.chance.random() < 20 / (365 * 24):
                hours = self.chance.choice((1, 2, 5, 12, 30, 80))
                self.down[name] = self.clock.now() + hours * HOUR
                self.outages += 1

    def publish(self, name: str, tender: Tender, what: str, release: dict[str, Any]) -> None:
        portal, moment = self.each[name], self.clock.now().replace(microsecond=0)
        while moment in portal.releases:
            moment -= timedelta(seconds=1)
        release["date"] = moment.isoformat()
        portal.releases[moment] = release
        self.waiting.setdefault(name, []).append((moment, tender, what))

    def known(self) -> None:
        """A collection just went over all sources: what those that answer published is known."""
        now = self.clock.now()
        for name, waiting in self.waiting.items():
            if self.is_down(name):
                continue
            for _, tender, what in waiting:
                if what == "copy" and tender.news:
                    continue
                tender.news.append(now)
                if what == "off":
                    tender.cancelled = now
            waiting.clear()


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


@dataclass
class Year:
    home: Path
    days: int = 365
    sources: int = 25
    subscribers: int = 2000
    seed: int = 1
    start: datetime = START
    seconds: float = 1e9
    """Of our own time: the year ends early when they are over."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.clock = FrozenClock(self.start)
        names = [f"portal-{number:02d}" for number in range(self.sources)]
        self.adapters = [
            FindATender(id=name, base_url=BASE, options=FindATender.Options()) for name in names
        ]
        self.portals = Portals(
            self.clock,
            self.chance,
            {name: Portal(clock=self.clock, releases={}, page=50) for name in names},
        )
        self.oracle = Oracle()
        self.books = Books(self.clock, self.chance, self.oracle)
        self.agenda: dict[int, list[tuple[str, str, Tender]]] = {}
        self.store = self.open()
        self.asleep_until = self.start
        self.figures: Counter[str] = Counter()
        self.months: list[dict[str, float]] = []

    def open(self) -> Store:
        return Store.open(self.home / "fairnotice.db", check=False)

    def run(self) -> dict[str, Any]:
        """Hour by hour to the end, then the oracle's judgement."""
        began = time.monotonic()
        profile = relevance.load_profile()
        for hour in range(self.days * 24):
            if time.monotonic() - began > self.seconds:
                break
            self.clock.moment = self.start + hour * HOUR
            self.happen(hour)
            if self.clock.now() >= self.asleep_until:
                self.act(hour, profile)
            if hour % (30 * 24) == 30 * 24 - 1:
                self.months.append(self.sizes())
                print(self.months[-1], file=sys.stderr, flush=True)
        self.store.close()
        self.oracle.judge()
        return self.report(time.monotonic() - began)

    def happen(self, hour: int) -> None:
        """What others do: portals publish and fail, people join; and our machine fails."""
        if hour == 1:
            self.join(self.subscribers * 9 // 10)
        elif hour > 1 and hour % 24 == 10 and len(self.oracle.wishes) < self.subscribers:
            self.join(max(1, self.subscribers // 1500))
        self.portals.fail_at_random()
        if hour > 24 and self.chance.random() < TENDERS_A_DAY / 24:
            self.publish(hour)
        for what, name, tender in self.agenda.pop(hour, ()):
            getattr(self, what)(name, tender)
        if self.clock.now() >= self.asleep_until and self.chance.random() < 15 / (365 * 24):
            self.figures["outages_of_ours"] += 1
            self.asleep_until = self.clock.now() + self.chance.choice((1, 3, 9, 30, 70)) * HOUR

    def join(self, many: int) -> None:
        now = self.clock.now()
        with self.store.transaction():
            for _ in range(many):
                number = len(self.oracle.wishes)
                everything = number % 400 == 0
                words = () if everything else tuple(self.chance.sample(WORDS, 1 + number % 2))
                wish = Wish(
                    reader=f"reader-{number}",
                    words=frozenset(words),
                    cadence="daily" if everything else self.chance.choice(CADENCES),
                    hour=self.chance.choice(READER_HOURS),
                    joined=now,
                )
                self.oracle.wishes.append(wish)
                self.subscribe(wish)

    def subscribe(self, wish: Wish) -> None:
        address = f"{wish.reader}@example.org"
        self.store.add_subscriber(
            Subscriber(
                id=wish.reader,
                email=address,
                state=SubscriberState.CONFIRMED,
                created_at=wish.joined,
                consent=Consent(given_at=wish.joined, how="in a test", wording="1"),
            )
        )
        self.store.add_subscription(
            Subscription(
                id=f"wish-of-{wish.reader}",
                subscriber_id=wish.reader,
                criteria=Criteria(words=tuple(sorted(wish.words))),
                channel=Channel(kind=ChannelKind.EMAIL, target=address),
                created_at=wish.joined,
                cadence=Cadence(wish.cadence),
                hour=wish.hour,
            )
        )

    def publish(self, hour: int) -> None:
        """A tender, and what will become of it."""
        now, chance = self.clock.now(), self.chance
        number, name = len(self.oracle.tenders) + 1, chance.choice(list(self.portals.each))
        deadline = now + timedelta(days=chance.randrange(30, 90), hours=3)
        tender = Tender(number, chance.choice(WORDS), deadline, now)
        self.oracle.tenders[number] = tender
        self.portals.publish(name, tender, "new", self.release(tender, deadline))
        for what, share, least, most in (
            ("move", 0.3, 72, 480),
            ("cancel", 0.1, 96, 600),
            ("copy", 0.1, 1, 48),
        ):
            if chance.random() < share:
                at = hour + chance.randrange(least, most)
                self.agenda.setdefault(at, []).append((what, name, tender))

    def release(self, tender: Tender, deadline: datetime, **changes: Any) -> dict[str, Any]:
        title = f"Crisis café number {tender.number} in {tender.word.title()}"
        made = a_release(tender.number, self.clock.now(), title=title, **changes)
        made["tender"]["tenderPeriod"] = {"endDate": deadline.isoformat()}  # type: ignore[index]
        return made

    def again(self, tender: Tender, suffix: str, kind: str, **changes: Any) -> dict[str, Any]:
        """A further notice of the same procurement."""
        deadline = tender.deadlines[-1] if tender.deadlines else tender.deadline
        notice_id = f"{tender.number:06d}{suffix}-2026"
        documents = [{"id": notice_id, "noticeType": kind, "documentType": "tenderNotice"}]
        made = self.release(tender, deadline, documents=documents, **changes)
        return made | {"id": notice_id}

    def move(self, name: str, tender: Tender) -> None:
        if tender.cancelled or any(w[1] is tender and w[2] == "off" for w in self.waits(name)):
            return
        last = tender.deadlines[-1] if tender.deadlines else tender.deadline
        tender.deadlines.append(last + timedelta(days=self.chance.randrange(14, 40)))
        release = self.again(tender, "m", "UK4") | {"tag": ["tenderUpdate"]}
        self.figures["moved"] += 1
        self.portals.publish(name, tender, "moved", release)

    def cancel(self, name: str, tender: Tender) -> None:
        release = self.again(tender, "c", "UK12", status="cancelled")
        self.figures["cancelled"] += 1
        self.portals.publish(name, tender, "off", release | {"tag": ["tenderCancellation"]})

    def copy(self, name: str, tender: Tender) -> None:
        """Another portal publishes the same procurement: the two become one story."""
        other = self.chance.choice([one for one in self.portals.each if one != name])
        self.figures["on_two_portals"] += 1
        self.portals.publish(other, tender, "copy", self.again(tender, "", "UK4"))

    def waits(self, name: str) -> list[tuple[datetime, Tender, str]]:
        return self.portals.waiting.get(name, [])

    def act(self, hour: int, profile: relevance.Profile) -> None:
        """What our process does in an hour in which it lives."""
        if hour % COLLECT_EVERY == 0:
            asyncio.run(self.collect(profile))
            self.portals.known()
        if uk_hour(self.clock.now()) in COMPOSE_AT:
            self.compose()
        try:
            asyncio.run(self.deliver())
        except Killed:
            self.store.close()
            self.store = self.open()

    async def collect(self, profile: relevance.Profile) -> None:
        await collect.run(
            self.adapters,
            store=self.store,
            fetch=self.portals,
            read=read,
            clock=self.clock,
            profile=profile,
        )

    def compose(self) -> None:
        if tick.is_due(self.clock.now(), store=self.store):
            tick.run(store=self.store, clock=self.clock)
        result = alert.compose(
            store=self.store,
            host=HOST,
            hour=7,
            now=self.clock.now(),
            names={},
            labels={},
            only_due=True,
        )
        for problem in result.problems:
            self.oracle.complain("problem", problem)
        self.oracle.runs.append(self.clock.now())

    async def deliver(self) -> None:
        """As the service does every minute, until nothing more is due."""
        while (
            await alert.deliver(store=self.store, notifier=self.books, clock=self.clock)
        ).sent >= 50:
            pass

    def sizes(self) -> dict[str, float]:
        database = sum(path.stat().st_size for path in self.home.glob("fairnotice.db*"))
        with Path("/proc/self/statm").open() as file:
            pages = int(file.read().split()[1])
        return {
            "day": (self.clock.now() - self.start).days + 1,
            "memory_mb": round(pages * resource.getpagesize() / 2**20, 1),
            "database_mb": round(database / 2**20, 1),
            "tenders": len(self.oracle.tenders),
            "messages": len(self.books.taken),
        }

    def report(self, seconds: float) -> dict[str, Any]:
        wrong = self.oracle.wrong
        return {
            "days": round((self.clock.now() - self.start) / timedelta(days=1), 1),
            "sources": self.sources,
            "subscribers": len(self.oracle.wishes),
            "tenders": len(self.oracle.tenders),
            **self.figures,
            "outages_of_sources": self.portals.outages,
            "deaths_in_a_delivery": self.books.deaths,
            "refusals": self.books.refusals,
            "runs": len(self.oracle.runs),
            "messages": len(self.books.taken),
            "tellings_owed": self.oracle.tellings,
            "lost": wrong["lost"],
            "doubled": wrong["doubled"],
            "late": wrong["late"],
            "unwanted": wrong["unwanted"],
            "problems": wrong["problem"],
            "examples": self.oracle.examples,
            "months": self.months,
            "seconds": round(seconds, 1),
        }


def is_sound(report: dict[str, Any]) -> bool:
    """Whether something was owed and nothing went wrong."""
    names = ("lost", "doubled", "late", "unwanted", "problems")
    return report["tellings_owed"] > 0 and not any(report[name] for name in names)
