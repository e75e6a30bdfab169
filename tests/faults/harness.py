"""Every fault of the replay in turn: what health calls it after one run and after two, and whether
everything is there once it is over."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from aggregator import app, checkup, collect, relevance
from aggregator.app import Instance
from aggregator.fetch import PoliteFetcher
from aggregator.fetch.queue import HostQueues
from aggregator.model import FindingKind as Kind
from aggregator.model import Health
from aggregator.store import Store

OURS = Path(__file__).resolve().parents[2] / "sources.yaml"
PLACES = {
    "find-a-tender": "fts",
    "contracts-finder": "cf",
    "atamis-health-family": "atamis",
    "wordpress-example": "wordpress",
    "public-contracts-scotland": "pcs",
    "sell2wales": "s2w",
}
PACE = 0.175
LONGEST_WAIT = 0.3

EXPECTED: Mapping[str, frozenset[Kind]] = {
    "status=503:1": frozenset({Kind.UNAVAILABLE, Kind.THROTTLED}),
    "status=500:1": frozenset({Kind.UNAVAILABLE}),
    "status=403:1": frozenset({Kind.REFUSED, Kind.THROTTLED, Kind.BLOCK_PAGE}),
    "status=404:1": frozenset({Kind.MOVED}),
    "status=429:1": frozenset({Kind.THROTTLED}),
    "truncate=1": frozenset({Kind.CUT}),
    "reset=1": frozenset({Kind.UNREACHABLE, Kind.CUT}),
    "html200=1": frozenset({Kind.BLOCK_PAGE, Kind.CHANGED_PAGE, Kind.CUT}),
    "empty200=1": frozenset({Kind.EMPTY, Kind.CHANGED_PAGE}),
    "badjson=1": frozenset(),
    "slow=2.0": frozenset({Kind.SLOW}),
}
"""fault -> the findings that name it. badjson spoils one number of an answer: that is a matter of
one record, which is mended and flagged, so that nothing is said of the source."""

REMARKS = frozenset({Kind.SLOW})
"""Findings that are no reason to call a source unwell."""


@dataclass(frozen=True)
class Row:
    """What became of one fault at one source. runs: runs until it was named, None if never."""

    fault: str
    source: str
    runs: int | None
    state: str
    words: str
    lost: int
    met: bool = True
    """False where all answers were “unchanged since then”: one without a body cannot be spoilt."""

    @property
    def sound(self) -> bool:
        silent = not self.met or not EXPECTED[self.fault]
        return self.lost == 0 and (self.runs is not None or silent)


class ReplayClock:
    """The replay's time: so far behind ours, less what it was advanced."""

    def __init__(self, behind: timedelta) -> None:
        self.behind = behind

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind


@dataclass
class Replay:
    url: str
    clock: ReplayClock

    def control(self, call: str) -> dict[str, object]:
        method = "GET" if call == "stats" else "POST"
        request = urllib.request.Request(f"{self.url}/control/{call}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, object] = json.load(answer)
        return found

    def advance(self, hours: int) -> None:
        self.control(f"advance?hours={hours}")
        self.clock.behind -= timedelta(hours=hours)

    def service(self, place: str) -> Mapping[str, Any]:
        services: Mapping[str, Mapping[str, Any]] = self.control("stats")["services"]  # type: ignore[assignment]
        return services[place]


@contextmanager
def replaying(shared: Path, *, behind_hours: int) -> Iterator[Replay]:
    program = [sys.executable, str(shared / "replay" / "replay.py"), "--port", "0"]
    options = ["--pace", "fast", "--page", "25", f"--now=-{behind_hours}h"]
    with subprocess.Popen([*program, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[2].rstrip("/")
            yield Replay(url, ReplayClock(timedelta(hours=behind_hours)))
        finally:
            process.terminate()


def instance_at(home: Path, replay: Replay) -> Instance:
    """Our own sources.yaml, its addresses and paces changed."""
    yaml = YAML()
    entries = [entry for entry in yaml.load(OURS) if entry["id"] in PLACES]
    for entry in entries:
        entry.update(base_url=f"{replay.url}/{PLACES[entry['id']]}", pace=PACE, enabled=True)
    path = home.parent / "sources.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(entries, file)
    return Instance.at(home, path)


async def impatient(seconds: float) -> None:
    """Keeps the pace, but waits between attempts only briefly."""
    await asyncio.sleep(min(seconds, LONGEST_WAIT))


async def one_run(instance: Instance, store: Store, replay: Replay) -> tuple[Health, ...]:
    """One run of all sources, and how they stand after it."""
    entries = instance.chosen(())
    policies = {entry.id: replace(app.policy(entry, entries), attempts=2) for entry in entries}
    queues = HostQueues(sleep=impatient)
    fetcher = PoliteFetcher(policies, clock=replay.clock, queues=queues, this_machine={"127.0.0.1"})
    async with fetcher as fetch, app.reading() as read:
        await collect.run(app.build_sources(entries), store=store, fetch=fetch, read=read,
                          clock=replay.clock, profile=relevance.load_profile())  # fmt: skip
    return checkup.update(entries, store=store, now=replay.clock.now())


async def trial(shared: Path, folder: Path, faults: Sequence[str]) -> list[Row]:
    """All these faults, one after another, on one instance."""
    rows: list[Row] = []
    with replaying(shared, behind_hours=24 + 4 * len(faults)) as replay:
        instance = instance_at(folder / "home", replay)
        with instance.store() as store:
            for _ in range(6):
                await one_run(instance, store, replay)
            for fault in faults:
                replay.advance(4)
                rows += await under(fault, instance, store, replay)
    return rows


async def under(fault: str, instance: Instance, store: Store, replay: Replay) -> list[Row]:
    """Two runs with the fault, two without."""
    replay.control(f"fault?spec={fault}")
    seen = [await one_run(instance, store, replay) for _ in range(2)]
    met = {
        entry.id: not all(run.unchanged for run in store.figures(entry.id, limit=2))
        for entry in instance.chosen(())
    }
    replay.control("fault?spec=")
    for _ in range(2):
        await one_run(instance, store, replay)
    rows = (row(fault, states, store, replay) for states in zip(*seen, strict=True))
    return [replace(one, met=met[one.source]) for one in rows]


def row(fault: str, states: Sequence[Health], store: Store, replay: Replay) -> Row:
    """What the two runs called it, and how many notices are missing afterwards."""
    source_id = states[0].source_id
    named = [number for number, one in enumerate(states, 1) if names(fault, one)]
    last = states[-1]
    unwell = EXPECTED[fault] <= REMARKS or last.needs_a_look
    stored = {one.notice.notice_id for one in store.stored_notices()
              if one.notice.source_id == source_id}  # fmt: skip
    return Row(
        fault=fault,
        source=source_id,
        runs=named[0] if named and unwell else None,
        state=last.state,
        words=last.because,
        lost=max(0, replay.service(PLACES[source_id])["available"] - len(stored)),
    )


def names(fault: str, state: Health) -> bool:
    """Whether one of the findings stands for the fault."""
    return any(one.kind in EXPECTED[fault] for one in state.findings)
