"""An instance with readers, a portal that goes on publishing, and a count of what was told."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from aggregator import collect, relevance, service
from aggregator.app import Instance
from aggregator.config import load_settings
from aggregator.errors import StoreError
from aggregator.store import Store
from aggregator.testing import FrozenClock
from tests.collect.portal import Portal, a_source
from tests.kills.harness import Figures, count, publish, read, subscribe

SETTINGS = "host: {name: Arden Voluntary Action, contact: hello@example.org}\n"


@dataclass
class World:
    """`outboxes`: every folder into which mail went, over restores into other homes."""

    home: Path
    start: datetime
    seed: int = 1
    portal: Portal = field(init=False)
    outboxes: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.portal = Portal(clock=FrozenClock(self.start), releases={}, page=50)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "fairnotice.yaml").write_text(SETTINGS)
        subscribe(self.home, self.portal)
        self.moved_to(self.home)

    def moved_to(self, home: Path) -> None:
        self.home = home
        if home / "outbox" not in self.outboxes:
            self.outboxes.append(home / "outbox")

    @property
    def instance(self) -> Instance:
        return Instance(home=self.home, settings=load_settings(self.home, {}), entries=())

    @property
    def now(self) -> datetime:
        return self.portal.clock.now()

    def mails(self) -> int:
        return sum(1 for folder in self.outboxes for _ in folder.glob("*.eml"))

    def collect(self, store: Store) -> None:
        asyncio.run(
            collect.run(
                [a_source()],
                store=store,
                fetch=self.portal,
                read=read,
                clock=self.portal.clock,
                profile=relevance.load_profile(),
            )
        )

    def cycle(self) -> None:
        """Collect, compose, deliver; raises what they raise."""
        with self.instance.store() as store:
            self.collect(store)
            result = service.compose(self.instance, store, now=self.now)
            asyncio.run(service.deliver(self.instance, store, now=self.now))
        if result.problems:
            raise StoreError(result.problems[0])

    def day(self) -> None:
        """A day in which the portal publishes and mail goes out."""
        publish(self.portal, self.rng)
        self.cycle()
        self.portal.clock.moment += timedelta(hours=self.rng.randint(12, 24))

    def counted(self) -> Figures:
        """What was told to whom, over all outboxes."""
        figures = Figures(kills=1)
        gathered = self.home.parent / "all mails"
        gathered.mkdir(exist_ok=True)
        names: Counter[str] = Counter()
        for folder in self.outboxes:
            for path in folder.glob("*.eml"):
                names[path.name] += 1
                (gathered / f"{names[path.name]}-{path.name}").write_bytes(path.read_bytes())
        count(figures, self.portal, gathered)
        return figures
