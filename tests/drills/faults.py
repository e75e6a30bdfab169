"""The disk fails at one call of a cycle: full, faulty, read-only. Then it is well again."""

import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import relevance
from aggregator.errors import FairNoticeError
from tests.drills.world import World
from tests.kills.harness import publish

FAULTS = (
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("fdatasync,fsync", "EIO"),
    ("write", "ENOSPC"),
    ("openat", "EROFS"),
    ("openat", "EACCES"),
    ("rename", "EROFS"),
    ("pread64,read", "EIO"),
    ("ftruncate,unlink", "EIO"),
)
CLEAN, TOLD, CRASHED = 0, 3, 4
UNPLANNED = re.compile(r"Traceback")


@dataclass
class Faults:
    points: int = 0
    hit: int = 0
    """Points at which the injected fault was met and said, or survived."""
    words: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mails: int = 0
    damaged: int = 0

    @property
    def sound(self) -> bool:
        return self.mails > 0 and not (self.crashed or self.lost or self.doubled or self.damaged)


def child(world: World, ready: int, said: Path) -> None:
    """One cycle in a process of its own, once the parent has set the trap."""
    os.read(ready, 1)
    try:
        world.cycle()
    except FairNoticeError as fault:
        said.write_text(f"{type(fault).__name__}: {fault}")
        os._exit(TOLD)
    except BaseException as fault:  # noqa: BLE001 - a forked child must never return
        said.write_text(f"{type(fault).__name__}: {fault!r}")
        os._exit(CRASHED)
    os._exit(CLEAN)


def trapped(world: World, calls: str, error: str, when: str, said: Path) -> int:
    """Run one cycle with a fault at the chosen call; gives the child's exit status."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(writing)
        child(world, reading, said)
    os.close(reading)
    home = world.home
    paths = [home, home / "outbox", *(home / name for name in NAMES)]
    # Files whose names are not known yet (mails) are reached by their folder's calls.
    trap = ["strace", "-f", "-q", "-o", "/dev/null", "-e", f"trace={calls}"]
    trap += ["-e", f"inject={calls}:error={error}:when={when}"]
    for path in paths:
        trap += ["-P", str(path)]
    tracer = subprocess.Popen([*trap, "-p", str(process)], stderr=subprocess.DEVNULL)
    wait_for_tracer(process)
    os.write(writing, b"1")
    os.close(writing)
    _, status = os.waitpid(process, 0)
    tracer.wait(30)
    return os.waitstatus_to_exitcode(status)


NAMES = ("fairnotice.db", "fairnotice.db-wal", "sent.jsonl", "instance", ".instance.unfinished")


def wait_for_tracer(process: int) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        state = Path(f"/proc/{process}/status").read_text()
        if not re.search(r"TracerPid:\s+0\b", state):
            return
        time.sleep(0.002)
    raise TimeoutError("strace did not attach")


def undisturbed(world: World) -> None:
    """The same in a child, so that the parent never opens the database."""
    process = os.fork()
    if process == 0:
        try:
            world.cycle()
        except BaseException as fault:  # noqa: BLE001
            print(f"undisturbed: {fault!r}", flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    assert status == 0, "the cycle after a fault failed"


def drill(folder: Path, points: int, *, seed: int = 1, seconds: float = 1e9) -> Faults:
    rng, result = random.Random(seed), Faults()
    world = World(folder / "home", datetime.now(UTC) - timedelta(days=400), seed=seed)
    relevance.load_profile()
    undisturbed(world)
    ends, said = time.monotonic() + seconds, folder / "said"
    while result.points < points and time.monotonic() < ends:
        publish(world.portal, rng)
        calls, error = FAULTS[result.points % len(FAULTS)]
        first = rng.randint(1, 12 if rng.random() < 0.5 else 60)
        when = f"{first}+" if rng.random() < 0.5 else str(first)
        said.unlink(missing_ok=True)
        status = trapped(world, calls, error, when, said)
        result.points += 1
        words = said.read_text() if said.exists() else ""
        if status == TOLD:
            result.hit += 1
            result.words[re.sub(r"/\S+", "…", words)[:110]] += 1
        elif status != CLEAN:
            result.crashed.append(f"{calls} {error} {when}: {status} {words}"[:300])
        world.portal.clock.advance(hours=1)
    for _ in range(2):
        world.portal.clock.advance(hours=6)
        undisturbed(world)
    judge(world, result)
    return result


def judge(world: World, result: Faults) -> None:
    with world.instance.store() as store:
        result.damaged += store.damage is not None
        store.check_whole()
    figures = world.counted()
    result.lost, result.doubled, result.mails = figures.lost, figures.doubled, figures.mails


def strace_is_here() -> bool:
    return shutil.which("strace") is not None
