"""One recording, many images."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cuts.images import Disk, Figures, faults, lay_out
from tests.cuts.recording import Acknowledged, Step, Tracker, record

MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Recording:
    start: dict[str, bytes]
    steps: list[Step]
    mails: dict[str, bytes]

    @property
    def commits(self) -> int:
        return sum(isinstance(step, Acknowledged) for step in self.steps)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: images are many."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def recorded(*, cycles: int, synchronous: str) -> Recording:
    """Record some cycles on a fresh home."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve() / "home"
        home.mkdir()
        child = [sys.executable, "-m", "tests.cuts.child", "prepare", str(home)]
        subprocess.run(child, check=True)
        start = {path.name: path.read_bytes() for path in home.iterdir()}
        tracker = Tracker(home, {name: number for number, name in enumerate(sorted(start))})
        trace = Path(folder) / "trace"
        record(home, trace, cycles=cycles, synchronous=synchronous)
        steps = list(tracker.steps(trace))
        mails = {path.stem: path.read_bytes() for path in home.glob("outbox/*.eml")}
        return Recording(start, steps, mails)


def disk_of(recording: Recording) -> Disk:
    names = sorted(recording.start)
    return Disk(
        contents={number: recording.start[name] for number, name in enumerate(names)},
        names={name: number for number, name in enumerate(names)},
    )


def check(recording: Recording, images: int, seed: int, seconds: float) -> Figures:
    """Images after every step, again and again with other halves, until there are enough."""
    figures, rng, ends = Figures(), random.Random(seed), time.monotonic() + seconds
    with scratch() as folder:
        while figures.images < images and time.monotonic() < ends:
            disk, first = disk_of(recording), figures.images == 0
            for step in recording.steps:
                disk.take(step)
                if isinstance(step, Acknowledged) and not first:
                    continue  # changes no file
                for chosen in (None, rng) if first else (rng,):
                    if figures.images >= images or time.monotonic() > ends:
                        break
                    lay_out(folder / "image", disk.image(chosen))
                    figures.add(faults(folder / "image", disk.acknowledged, recording.mails))
    return figures


def checked(recording: Recording, *, images: int, processes: int, seconds: float = 1e9) -> Figures:
    """The same in several processes."""
    share = -(-images // processes)
    total = Figures()
    with ProcessPoolExecutor(processes) as pool:
        works = [pool.submit(check, recording, share, seed, seconds) for seed in range(processes)]
        for work in works:
            found = work.result()
            total.images += found.images
            total.wrong += found.wrong
            total.examples = [*total.examples, *found.examples][:10]
    return total
