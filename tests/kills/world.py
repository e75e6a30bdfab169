"""What surrounds the process that is killed: a portal, some readers, and the count."""

import email
import random
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Host,
    Subscriber,
    SubscriberState,
    Subscription,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from tests.collect.portal import Portal, a_release

READERS = 3
START = utc(2026, 11, 2, 9)
TITLE = re.compile(r"Crisis café number (\d+)")
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")


@dataclass
class World:
    """The portal and the folder of one life."""

    home: Path
    rng: random.Random
    portal: Portal = field(
        default_factory=lambda: Portal(clock=FrozenClock(START), releases={}, page=20)
    )

    @property
    def clock(self) -> FrozenClock:
        return self.portal.clock

    def publish(self) -> None:
        """Time passes; the portal publishes one or two notices, and another one in a moment."""
        for _ in range(self.rng.choice((1, 1, 2))):
            self.clock.advance(minutes=self.rng.randrange(5, 90))
            self.add(0)
        self.clock.advance(minutes=1)
        if self.rng.random() < 0.5:
            self.add(30)

    def add(self, seconds: int) -> None:
        number = len(self.portal.releases) + 1
        moment = self.clock.now().replace(microsecond=0)
        moment = moment.replace(second=seconds)
        self.portal.releases[moment] = a_release(number, moment)

    def subscribe(self) -> None:
        """Some readers before anything was collected."""
        with Store.open(self.home / "fairnotice.db") as store, store.transaction():
            for number in range(READERS):
                store.add_subscriber(a_reader(number))
                store.add_subscription(a_wish(number))


def a_reader(number: int) -> Subscriber:
    return Subscriber(
        id=f"reader-{number}",
        email=f"reader{number}@example.org",
        state=SubscriberState.CONFIRMED,
        created_at=START,
        consent=Consent(given_at=START, how="in a test", wording="1"),
    )


def a_wish(number: int) -> Subscription:
    return Subscription(
        id=f"want-{number}",
        subscriber_id=f"reader-{number}",
        criteria=Criteria(),
        channel=Channel(kind=ChannelKind.EMAIL, target=f"reader{number}@example.org"),
        created_at=START,
        cadence=Cadence.DAILY,
    )


@dataclass
class Count:
    """What arrived, and what did not or did twice."""

    opportunities: int = 0
    mails: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def count(world: World, folder: Path) -> Count:
    """Every opportunity in exactly one mail to every reader."""
    told: Counter[tuple[str, int]] = Counter()
    result = Count(opportunities=len(world.portal.releases))
    for path in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        result.mails += 1
        told.update((str(mail["To"]), int(n)) for n in set(TITLE.findall(body.get_content())))
    for reader in range(READERS):
        for number in range(1, result.opportunities + 1):
            times = told[(f"reader{reader}@example.org", number)]
            if times != 1:
                where = result.lost if times == 0 else result.doubled
                where.append(f"reader {reader}, notice {number}: {times} times")
    return result


def emptied(folder: Path) -> Path:
    """The folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
