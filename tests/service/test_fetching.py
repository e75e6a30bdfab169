"""How sources.yaml becomes the manners of fetching."""

from pathlib import Path

from aggregator import app
from aggregator.app import Instance
from aggregator.config import SourceEntry
from aggregator.testing import FrozenClock


def entry(name: str, url: str, pace: float, **changes: object) -> SourceEntry:
    return SourceEntry.model_validate(
        {"id": name, "kind": "feed", "name": name, "base_url": url, "pace": pace, **changes}
    )


def test_the_longest_pace_of_all_sources_of_a_host_holds() -> None:
    slow = entry("slow", "https://tenders.northmoor.example/a", 12)
    quick = entry("quick", "https://tenders.northmoor.example/b", 2)
    other = entry("other", "https://grants.arden.example", 5)
    every = (slow, quick, other)
    assert [app.policy(one, every).pace for one in every] == [12, 12, 5]


def test_robots_and_certificates_go_from_the_entry_to_the_policy() -> None:
    api = entry("api", "https://a.example", 5, robots="api", robots_reason="it is about the pages")
    assert not app.policy(api, [api]).obeys_robots
    own = entry("own", "https://b.example", 5, ca_bundle="portal.pem")
    assert app.policy(own, [own]).ca_bundle == Path("portal.pem")
    assert app.policy(own, [own]).obeys_robots


def test_all_runs_of_a_process_share_the_queues_of_the_instance(
    tmp_path: Path, clock: FrozenClock
) -> None:
    instance = Instance.at(tmp_path)
    first, second = (app.fetcher(instance.entries, instance, clock) for _ in range(2))
    assert first._queues is second._queues is instance.queues
