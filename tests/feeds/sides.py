"""The two that are measured, each in a process of its own: three polls, seconds and memory.

The first poll finds everything new, the second nothing, the third an entry in every twentieth feed.
"""

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.feeds.watching import Watch

POLLS = ("first", "unchanged", "some new")
ENTRY = """\
- {{id: feed-{n}, kind: feed, name: Feed {n}, base_url: "{url}", pace: 0.0001, path: /feed/{n},
   kind_of_notice: news}}
"""


def main(side: str, url: str, count: int, folder: Path) -> None:
    """Print what three polls took."""
    poll, found = SIDES[side](url, count, folder)
    seconds, processor, watch = {}, {}, Watch()
    for name in POLLS:
        if name == "some new":
            urllib.request.urlopen(f"{url}/turn").read()
        started, before = time.perf_counter(), watch.seconds
        poll()
        seconds[name] = round(time.perf_counter() - started, 2)
        processor[name] = round(watch.seconds - before, 2)
    watch.stop()
    told = {"seconds": seconds, "processor_seconds": processor}
    print(json.dumps({**told, "megabytes": watch.memory // 1024, "entries": found()}))


def ours(url: str, count: int, folder: Path) -> tuple[Callable[[], object], Callable[[], int]]:
    """`fairnotice collect` as it is: queues, robots.txt, payloads, judging, a limited child."""
    from aggregator import service
    from aggregator.app import Instance

    sources = folder / "sources.yaml"
    sources.write_text("".join(ENTRY.format(n=n, url=url) for n in range(count)))
    instance = Instance.at(folder / "home", sources)

    def poll() -> None:
        with instance.store() as store:
            runs = asyncio.run(service.collect(instance, store))
        bad = [run.error for run in runs if run.outcome != "complete"]
        assert not bad, bad[:3]

    def found() -> int:
        with instance.store() as store:
            return sum(1 for _ in store.stored_notices())

    return poll, found


def readers(
    url: str, count: int, folder: Path, workers: int = 1
) -> tuple[Callable[[], object], Callable[[], int]]:
    """reader.update_feeds, which stores entries and judges nothing."""
    from reader import make_reader

    reader = make_reader(str(folder / "reader.db"))
    for n in range(count):
        reader.add_feed(f"{url}/feed/{n}")

    def poll() -> None:
        reader.update_feeds(scheduled=False, workers=workers)
        broken = sum(1 for _ in reader.get_feeds(broken=True))
        assert not broken, broken

    return poll, lambda: reader.get_entry_counts().total or 0


SIDES = {
    "fair-notice": ours,
    "reader": readers,
    "reader, 10 workers": lambda u, c, f: readers(u, c, f, workers=10),
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
