"""A day-old copy restored and started: nothing told again, everything since told once."""

import asyncio
import random
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import backups, service
from aggregator.errors import MailHeld
from tests.drills.world import World
from tests.kills.harness import publish

WAYS = ("same home", "new home with journal", "new home without", "by hand", "copy")


@dataclass
class Outcome:
    way: str
    again: int
    """Mails sent before a person released it."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mails: int = 0

    @property
    def sound(self) -> bool:
        return self.mails > 0 and not self.again and not self.lost and not self.doubled


def drill(folder: Path, way: str, seed: int) -> Outcome:
    rng = random.Random(seed)
    world = World(folder / "home", datetime.now(UTC) - timedelta(days=20), seed=seed)
    for _ in range(rng.randint(1, 3)):
        world.day()
    backup, _ = backups.make(
        world.instance.database,
        files=service.files_of(world.instance),
        folder=folder / "backups",
        now=world.now,
    )
    if rng.random() < 0.5:  # something was on its way when the backup was made
        publish(world.portal, rng)
    for _ in range(rng.randint(1, 3)):
        world.day()
    last_mail = world.now
    bring_back(world, backup.folder, way)
    publish(world.portal, rng)
    before = world.mails()
    for _ in range(2):
        held_cycle(world)
    again = world.mails() - before
    release(world, folder, way, last_mail)
    world.cycle()
    for _ in range(2):
        world.day()
    figures = world.counted()
    return Outcome(way, again, figures.lost, figures.doubled, figures.mails)


def bring_back(world: World, backup: Path, way: str) -> None:
    now = datetime.now(UTC)
    old = world.home
    if way == "same home":
        service.restore(backup, old, replace=True, now=now)
    elif way == "by hand":
        for path in old.glob("fairnotice.db-*"):
            path.unlink()
        shutil.copy(backup / backups.DATABASE, old / backups.DATABASE)
    elif way == "copy":
        shutil.copytree(old, old.parent / "copy", copy_function=shutil.copy2)
        shutil.rmtree(old / "outbox")
        world.outboxes = []
        world.moved_to(old.parent / "copy")
    else:
        world.moved_to(old.parent / "new")
        service.restore(backup, world.home, now=now)


def held_cycle(world: World) -> None:
    """What the service does by the clock while all mail is held."""
    with suppress(MailHeld), world.instance.store() as store:
        world.collect(store)
        with suppress(MailHeld):
            service.compose(world.instance, store, now=world.now)
        asyncio.run(service.deliver(world.instance, store, now=world.now))


def release(world: World, folder: Path, way: str, last_mail: datetime) -> None:
    with world.instance.store() as store:
        asyncio.run(
            service.release(
                world.instance,
                store,
                now=world.now,
                sent=[folder / "home"] if way == "new home with journal" else (),
                told_until=last_mail if way == "new home without" else None,
                moved=way == "copy",
            )
        )
