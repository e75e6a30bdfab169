"""A portal, readers and a count for other tests of what survives (power cuts, drills)."""

import email
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

from aggregator.deliver import Sender
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
from aggregator.ports import Source
from aggregator.store import Store
from tests.collect.portal import Portal, a_release

READERS = 3
TITLE = re.compile(r"Crisis café number (\d+)")
SENDER = Sender(address="notices@example.org", name="Arden Voluntary Action")
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")


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
