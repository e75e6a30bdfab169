"""One daily cycle of an instance, measured while its store and its readers double.

A cycle is what one day brings: its notices are stored, linked and judged, the clock's events are
made, and the morning's digests are composed and delivered. Processor seconds are counted, not those
on the wall, so that what else the machine does is left out; the program works on one core at a
time, so on an idle machine both are nearly the same.
"""

import asyncio
import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import alert, relevance, service, subscribe, tick
from aggregator.deliver import FileOutbox, Sender
from aggregator.derive import derive
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Host,
    Notice,
    Place,
)
from aggregator.ports import Notifier
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_buyer, a_notice, a_stated_time

A_DAY = 1_000
"""Notices in a day: more than all public portals of the UK publish on most days."""

FOR_US = 25
"""One in so many is about mental health."""

OPEN_FOR = timedelta(days=30)
START = datetime(2026, 9, 7, 6, tzinfo=UTC)
HOST = Host(name="Vale of Arden CVS", contact="help@example.org")
PLACES = ("UKC11", "UKD33", "UKE42", "UKF14", "UKG31", "UKH11", "UKI31", "UKJ11", "UKK11", "UKL11")
SERVICES = ("Crisis café", "Peer support", "Counselling", "Mental health advocacy")
OTHERS = (
    "Highway resurfacing",
    "School meals",
    "Boiler replacement",
    "Cloud hosting",
    "Roof repairs",
)
TEXT = (
    "the service will provide support to people in the area and their families working with "
    "partners price quality value term extension portal documents submission supply delivery"
)
WORDS = TEXT.split()


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much an instance holds, and how many it writes to each day."""

    notices: int
    readers: int

    def doubled(self) -> "Size":
        """Twice of both."""
        return Size(notices=self.notices * 2, readers=self.readers * 2)


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """One measured day, in processor seconds. first: the first digests of all readers together,
    which is no part of a day. mails: of the morning."""

    size: Size
    mails: int
    collect: float
    tick: float
    compose: float
    deliver: float
    first: float
    wall: float
    megabytes: float
    peak_megabytes: float

    @property
    def seconds(self) -> float:
        """The whole cycle."""
        return self.collect + self.tick + self.compose + self.deliver


def grown(limit: float, start: Size, folder: Path) -> Iterator[Cycle]:
    """Cycles at doubling sizes, the last one being the first that takes longer than `limit`."""
    size = start
    while True:
        cycle = measured(size, folder / f"{size.notices}")
        yield cycle
        if cycle.seconds > limit:
            return
        size = size.doubled()


def measured(size: Size, folder: Path) -> Cycle:
    """One cycle at one size, in a folder of its own."""
    folder.mkdir()
    days = -(-size.notices // A_DAY)
    clock = FrozenClock(START)
    with Store.open(folder / "fairnotice.db") as store:
        for day in range(days):
            clock.moment = START + timedelta(days=day)
            arrive(store, day, min(A_DAY, size.notices - day * A_DAY), clock.now())
        tick.run(store=store, clock=clock)
        join(store, size.readers, clock)
        first = clocked(lambda: all_that_is_open(store, clock))
        clock.moment = next_working_day(clock.now())
        began = time.perf_counter()
        collect = clocked(lambda: arrive(store, days, A_DAY, clock.now()))
        ticked = clocked(lambda: tick.run(store=store, clock=clock))
        clock.moment = clock.now().replace(hour=8)
        told: list[int] = []
        composed = clocked(lambda: told.append(compose(store, clock)))
        outbox = FileOutbox(folder / "outbox", sender=SENDER, clock=clock)
        deliver = clocked(lambda: send_all(store, outbox, clock))
        return Cycle(
            size=size, mails=told[0], collect=collect, tick=ticked, compose=composed,
            deliver=deliver, first=first, wall=time.perf_counter() - began,
            megabytes=(folder / "fairnotice.db").stat().st_size / 1e6,
            peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )  # fmt: skip


SENDER = Sender(address="help@example.org", name=HOST.name, reply_to=None)


def clocked(act: Callable[[], object]) -> float:
    """Processor seconds of this process that an act takes."""
    began = time.process_time()
    act()
    return time.process_time() - began


def next_working_day(now: datetime) -> datetime:
    """The next morning on which digests go out."""
    later = now + timedelta(days=1)
    while later.weekday() > 4:
        later += timedelta(days=1)
    return later


def arrive(store: Store, day: int, count: int, now: datetime) -> None:
    """A day's notices, stored, linked and judged, a hundred in one transaction."""
    rng = random.Random(day)
    profile = relevance.load_profile()
    for start in range(0, count, 100):
        notices = [
            a_days_notice(rng, day, start + place, now) for place in range(min(100, count - start))
        ]
        with store.transaction():
            added = store.add_notices(notices, payload_id=None, retrieved_at=now, backfill=False)
            derive(added, store=store, profile=profile)


def a_days_notice(rng: random.Random, day: int, place: int, now: datetime) -> Notice:
    """A made-up notice; each place has the same share of those about mental health."""
    number = day * A_DAY + place
    ours, turn = place % FOR_US == 0, place // FOR_US
    subject = rng.choice(SERVICES if ours else OTHERS)
    area = PLACES[turn % len(PLACES)]
    text = " ".join(rng.choices(WORDS, k=120))
    return a_notice(
        notice_id=f"{number:07}-2026",
        ocid=f"ocds-h6vhtk-{number:07x}",
        version=str(number),
        title=f"{subject}, area {number}",
        description=f"{subject} {'for people with depression or anxiety' if ours else ''}. {text}.",
        buyers=(a_buyer(f"Council {number % 400}"),),
        places=(Place(code=area),),
        url=f"https://example.org/Notice/{number:07}-2026",
        published=a_stated_time(now),
        deadline=a_stated_time(now + OPEN_FOR),
    )


def join(store: Store, readers: int, clock: FrozenClock) -> None:
    """Readers of one place each, who hear of it daily."""
    for number in range(readers):
        address = f"reader{number}@example.org"
        subscribe.add(
            address,
            criteria=Criteria(places=(PLACES[number % len(PLACES)],)),
            channel=Channel(kind=ChannelKind.EMAIL, target=address),
            cadence=Cadence.DAILY,
            store=store,
            clock=clock,
        )


def compose(store: Store, clock: FrozenClock) -> int:
    """The digests that are due; how many."""
    result = alert.compose(
        store=store, host=HOST, hour=7, now=clock.now(), names={}, labels=service.type_labels(),
        only_due=True,
    )  # fmt: skip
    if result.problems:
        raise AssertionError(result.problems[0])
    return len(result.composed)


def all_that_is_open(store: Store, clock: FrozenClock) -> None:
    """First digests on as many mornings as it takes until everybody was told all that is open."""
    while compose(store, clock):
        send_all(store, RecordingNotifier(clock), clock)
        clock.moment = next_working_day(clock.now())


def send_all(store: Store, notifier: Notifier, clock: FrozenClock) -> None:
    """Everything that is due; the service does that in goes of a hundred, one each minute."""
    while store.due_messages(clock.now()):
        asyncio.run(alert.deliver(store=store, notifier=notifier, clock=clock))
