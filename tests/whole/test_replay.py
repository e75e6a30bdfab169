"""The real product against a server that behaves like the real portals, traps and all.

The replay is a program outside this repository; without it these tests are skipped.
"""

import json
import subprocess
import sys
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from aggregator import service, stage, subscribe
from aggregator.app import Instance, SystemClock
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Event,
    MessageState,
    Opportunity,
    Outcome,
    Stage,
    Verdict,
)
from aggregator.store import Store

pytestmark = [pytest.mark.replay, pytest.mark.enable_socket, pytest.mark.timeout(400)]

OURS = Path(__file__).resolve().parents[2] / "sources.yaml"
PLACES = {
    "find-a-tender": "fts",
    "contracts-finder": "cf",
    "public-contracts-scotland": "pcs",
    "sell2wales": "s2w",
    "atamis-health-family": "atamis",
    "wordpress-example": "wordpress",
}


MONTHLY = ("public-contracts-scotland", "sell2wales")


@dataclass(frozen=True)
class Replay:
    url: str

    def control(self, call: str, method: str = "GET") -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/control/{call}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def figures(self, name: str) -> dict[str, int]:
        return {
            source: self.control("stats")["services"][place][name]
            for source, place in PLACES.items()
        }


@pytest.fixture
def replay(shared: Path) -> Iterator[Replay]:
    program = [sys.executable, str(shared / "replay" / "replay.py")]
    options = ["--port", "0", "--pace", "fast", "--page", "25", "--now=-72h"]
    with subprocess.Popen([*program, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Replay(process.stdout.readline().split()[2].rstrip("/"))
        finally:
            process.terminate()


@pytest.fixture
def instance(tmp_path: Path, replay: Replay) -> Instance:
    """Our own sources.yaml, its addresses and paces changed."""
    yaml = YAML()
    entries = [entry for entry in yaml.load(OURS) if entry["id"] in PLACES]
    for entry in entries:
        entry.update(base_url=f"{replay.url}/{PLACES[entry['id']]}", pace=0.175, enabled=True)
        if entry["kind"] in MONTHLY:
            entry["notice_types"] = [2, 21]  # type 2 alone was recorded
    path = tmp_path / "sources.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(entries, file)
    return Instance.at(tmp_path / "home", path)


def stored(store: Store) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    count = 0
    for notice in store.stored_notices():
        found[notice.notice.source_id].add(notice.notice.notice_id)
        count += 1
    assert count == sum(len(ids) for ids in found.values()), "one version each"
    return found


def everything_is_stored(replay: Replay, store: Store) -> None:
    available = replay.figures("available")
    assert {source: len(ids) for source, ids in stored(store).items()} == available


async def test_what_the_portals_publish_is_stored_and_told_once(
    replay: Replay, instance: Instance
) -> None:
    with instance.store() as store:
        runs = await service.collect(instance, store)
        assert {run.outcome for run in runs} == {Outcome.COMPLETE}
        everything_is_stored(replay, store)
        assert replay.figures("served") == replay.figures("available")

        runs = await service.collect(instance, store)
        assert {run.new_notices for run in runs} == {0}

        everything = Criteria(verdicts=tuple(Verdict), stages=tuple(Stage))
        channel = Channel(kind=ChannelKind.EMAIL, target="reader@example.org")
        subscribe.add(
            "reader@example.org",
            criteria=everything,
            channel=channel,
            cadence=Cadence.DAILY,
            store=store,
            clock=SystemClock(),
        )
        told = everything_told(instance, store)
        assert told
        before = stored(store)
        last = store.last_event_number()

        replay.control("advance?hours=48", "POST")
        await service.collect(instance, store)
        everything_is_stored(replay, store)
        assert any(len(ids) > len(before[source]) for source, ids in stored(store).items())
        news = everything_told(instance, store)
        assert not set(news) & set(told)
        now = datetime.now(UTC)
        for event in store.events_after(last):
            if not event.backfill and stage.is_live(opportunity_of(store, event), now):
                assert event.id in news
        assert store.deliveries(states=(MessageState.FAILED,)) == ()

        state = store.digest_of_state()
        assert (await service.rebuild(instance, store)).state == state


def everything_told(instance: Instance, store: Store) -> list[str]:
    """Events told by digest after digest, until there is nothing more to tell; each once."""
    told: list[str] = []
    for _ in range(30):
        composed = service.compose(instance, store, now=datetime.now(UTC)).composed
        if not composed:
            break
        told += [event_id for one in composed for event_id in one.digest.event_ids]
    assert len(told) == len(set(told))
    return told


def opportunity_of(store: Store, event: Event) -> Opportunity:
    return store.opportunity(event.opportunity_id).opportunity


FAULTS = "status=503:0.05,truncate=0.08,reset=0.08,html200=0.08,empty200=0.08"


async def test_with_every_fault_on_all_is_there_in_the_end_and_nothing_doubled(
    replay: Replay, instance: Instance
) -> None:
    with instance.store() as store:
        replay.control(f"fault?spec={FAULTS}", "POST")
        await service.collect(instance, store)
        replay.control("fault?spec=", "POST")
        for _ in range(2):
            runs = await service.collect(instance, store)
        assert {run.outcome for run in runs} == {Outcome.COMPLETE}
        everything_is_stored(replay, store)


@pytest.mark.parametrize(
    "fault", ["status=503", "status=403", "truncate", "badjson", "reset", "html200", "empty200"]
)
async def test_no_fault_costs_a_notice_of_scotland_or_wales(
    fault: str, replay: Replay, instance: Instance
) -> None:
    with instance.store() as store:
        spec = f"{fault}:0.6" if "=" in fault else f"{fault}=0.6"
        replay.control(f"fault?spec=pcs:{spec},s2w:{spec}", "POST")
        runs = await service.collect(instance, store, names=MONTHLY)
        replay.control("fault?spec=", "POST")
        for _ in range(2):
            runs = await service.collect(instance, store, names=MONTHLY)
        assert {run.outcome for run in runs} == {Outcome.COMPLETE}
        available = replay.figures("available")
        known = {(one.notice.source_id, one.notice.notice_id) for one in store.stored_notices()}
        found = Counter(source for source, _ in known)  # a repaired amount is a version of its own
        assert found == {source: available[source] for source in MONTHLY}


async def test_the_outage_of_the_welsh_api_is_named_and_nothing_is_lost(
    replay: Replay, instance: Instance
) -> None:
    with instance.store() as store:
        replay.control("fault?spec=s2w-500", "POST")
        scotland, wales = await service.collect(instance, store, names=MONTHLY)
        assert scotland.outcome is Outcome.COMPLETE
        assert wales.outcome is Outcome.FAILED
        assert "outage of the Sell2Wales API" in (wales.error or "")
        assert "notice type 2 (contract notice)" in (wales.error or "")
        assert store.coverage("sell2wales") == ()
        replay.control("fault?spec=", "POST")
        (wales,) = await service.collect(instance, store, names=["sell2wales"])
        assert wales.outcome is Outcome.COMPLETE
        assert len(stored(store)["sell2wales"]) == replay.figures("available")["sell2wales"]


async def test_what_was_withdrawn_is_found_by_the_second_pass(
    replay: Replay, tmp_path: Path
) -> None:
    yaml = YAML()
    entries = [one for one in yaml.load(OURS) if one["id"] == "contracts-finder-withdrawn"]
    entries[0].update(base_url=f"{replay.url}/cf", pace=0.175, enabled=True)
    path = tmp_path / "sources.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(entries, file)
    instance = Instance.at(tmp_path / "home", path)
    with instance.store() as store:
        (run,) = await service.collect(instance, store)
        assert (run.outcome, run.rejections) == (Outcome.COMPLETE, 0)
        notices = [one.notice for one in store.stored_notices()]
        assert len(notices) == run.notices > 0
        assert {stage.read(notice).stage for notice in notices} == {Stage.CANCELLED}
        (run,) = await service.collect(instance, store)
        assert run.new_notices == 0
        state = store.digest_of_state()
        assert (await service.rebuild(instance, store)).state == state


async def test_scottish_and_welsh_procurements_of_concern_are_asked_for_again(
    replay: Replay, instance: Instance
) -> None:
    with instance.store() as store:
        await service.collect(instance, store, names=MONTHLY)
        before = stored(store)
        runs = await service.reread(instance, store, names=MONTHLY, windows=False)
        assert {run.source_id for run in runs} <= set(MONTHLY)
        assert {run.outcome for run in runs} == {Outcome.COMPLETE}
        assert sum(run.notices for run in runs) >= sum(run.requests for run in runs) > 0
        assert {run.new_notices for run in runs} == {0}
        assert stored(store) == before
