"""Against the replay of the real portals: whatever they publish, we read, politely.

The replay is a server outside this repository; without it these tests are skipped.
"""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import AnswerError
from aggregator.fetch import FetchPolicy, PoliteFetcher
from aggregator.limited import Limited
from aggregator.model import Notice, Parsed, RawPayload, Rejection, Window
from aggregator.sources import Adapter
from sources.goldens import adapters

PLACES = {
    "find-a-tender": "fts",
    "contracts-finder": "cf",
    "atamis-health-family": "atamis",
    "wordpress-example": "wordpress",
}


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Replay:
    url: str

    def control(self, call: str, method: str = "GET") -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/control/{call}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def services(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.control("stats")["services"]
        return found

    def adapter(self, source_id: str) -> Adapter:
        return replace(adapters()[source_id], base_url=f"{self.url}/{PLACES[source_id]}")


@pytest.fixture
def replay(shared: Path) -> Iterator[Replay]:
    program = shared / "replay" / "replay.py"
    options = ["--port", "0", "--pace", "fast", "--page", "10", "--now=-72h"]
    with subprocess.Popen(
        [sys.executable, str(program), *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            first_line = process.stdout.readline()
            yield Replay(first_line.split()[2].rstrip("/"))
        finally:
            process.terminate()


@dataclass
class Reading:
    """What one source gave."""

    notices: list[Notice]
    rejections: list[Rejection]
    calls: int = 0
    failures: int = 0


def read_by(adapter: Adapter, payload: RawPayload) -> Parsed:
    return adapter.read(payload)


async def read_all(
    adapter: Adapter, window: Window, fetch: PoliteFetcher, limited: Limited
) -> Reading:
    """A small loop in the place of `collect`: an answer that cannot be read is asked again."""
    waiting = deque((request, 1) for request in adapter.requests(window))
    reading = Reading([], [])
    while waiting:
        request, attempt = waiting.popleft()
        reading.calls += 1
        payload = await fetch.fetch(request)
        try:
            if adapter.parses_untrusted_markup:
                parsed = await limited.run(read_by, adapter, payload)
            else:
                parsed = adapter.read(payload)
        except AnswerError:
            reading.failures += 1
            if attempt == 8:
                raise
            waiting.append((request, attempt + 1))
            continue
        quiet = request.window and not (parsed.notices or parsed.rejections or parsed.requests)
        if quiet and attempt == 1:
            waiting.append((request, 2))
        reading.notices += parsed.notices
        reading.rejections += parsed.rejections
        waiting.extend((further, 1) for further in parsed.requests)
    return reading


async def read_everything(
    replay: Replay, now: datetime, places: Iterable[str] = PLACES
) -> dict[str, Reading]:
    sources = {source_id: replay.adapter(source_id) for source_id in places}
    policies = {
        source_id: FetchPolicy(
            pace=0.18,
            attempts=12,
            forbidden_means_throttled=adapter.forbidden_means_throttled,
        )
        for source_id, adapter in sources.items()
    }
    window = Window(start=now - timedelta(days=33), end=now)
    with Limited() as limited:
        async with PoliteFetcher(policies, clock=SystemClock()) as fetch:
            readings = await asyncio.gather(
                *(read_all(adapter, window, fetch, limited) for adapter in sources.values())
            )
    return dict(zip(sources, readings, strict=True))


def kept(reading: Reading) -> set[str]:
    return {notice.notice_id for notice in reading.notices}


@pytest.mark.replay
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
async def test_everything_that_is_published_is_read_and_nothing_is_rejected(
    replay: Replay,
) -> None:
    clock = datetime.fromisoformat(replay.control("stats")["clock"])
    readings = await read_everything(replay, clock)
    services = replay.services()
    for source_id, service in PLACES.items():
        stats, reading = services[service], readings[source_id]
        assert stats["available"] > 0
        assert stats["served"] == stats["available"], f"{source_id}: {stats['missing']}"
        assert len(kept(reading)) == stats["available"]
        assert reading.rejections == []
    assert services["fts"]["429"] <= 3, "we are throttled more often than a polite caller"
    assert services["cf"]["403"] <= 3


FEW_CALLS = [source_id for source_id in PLACES if source_id != "contracts-finder"]


@pytest.mark.replay
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
async def test_faults_of_all_kinds_lose_nothing(replay: Replay) -> None:
    faults = "truncate=0.2,badjson=0.2,reset=0.1,html200=0.1,status=503:0.1"
    replay.control(f"fault?spec={faults}", method="POST")
    clock = datetime.fromisoformat(replay.control("stats")["clock"])
    readings = await read_everything(replay, clock, FEW_CALLS)
    for source_id in FEW_CALLS:
        available = replay.services()[PLACES[source_id]]["available"]
        assert len(kept(readings[source_id])) == available, source_id
