"""What a process and all that it starts use of processor and memory, from /proc (Linux)."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.2
TICKS = os.sysconf("SC_CLK_TCK")
PARENT, USER, SYSTEM = 1, 11, 12
"""Fields of /proc/PID/stat behind the name of the program."""


class Watch:
    """Looks at this process and its descendants until it is stopped.

    A worker that ends between two looks is counted as it was at the last one.
    """

    def __init__(self) -> None:
        self.cpu: dict[int, float] = {}
        self.memory = 0
        self._stop = threading.Event()
        threading.Thread(target=self._go_on, daemon=True).start()

    def stop(self) -> None:
        """Look for the last time."""
        self._stop.set()
        self.look()

    @property
    def seconds(self) -> float:
        """Processor seconds of all so far."""
        self.look()
        return sum(self.cpu.values())

    def look(self) -> None:
        """Note what all of them use now."""
        pids = list(family(os.getpid()))
        for pid, stat in pids:
            self.cpu[pid] = (int(stat[USER]) + int(stat[SYSTEM])) / TICKS
        self.memory = max(self.memory, sum(memory(pid) for pid, _ in pids))

    def _go_on(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()


def family(root: int) -> Iterator[tuple[int, list[str]]]:
    """A process and its descendants, each with the fields of its stat file."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid in stats:
            yield pid, stats[pid]
        waiting += [child for child, stat in stats.items() if int(stat[PARENT]) == pid]


def memory(pid: int) -> int:
    """Kilobytes that are its own and its share of what it shares (proportional set size)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
