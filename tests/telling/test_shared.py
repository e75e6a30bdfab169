"""What is shared by all readers in one go, while somebody else writes."""

from pathlib import Path

from aggregator.alert.shared import Shared
from aggregator.model import Verdict
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_judgement, a_stored_notice, an_event, an_opportunity


def test_another_process_that_writes_meanwhile_does_not_stop_a_dry_run(
    tmp_path: Path, clock: FrozenClock
) -> None:
    """Kills with two processes at once found it: "object of type 'NoneType' has no len()"."""
    with Store.open(tmp_path / "fn.db") as store, Store.open(tmp_path / "fn.db") as other:
        kept = a_stored_notice()
        with store.transaction():
            store.add_notices(
                [kept.notice], payload_id=None, retrieved_at=clock.now(), backfill=False
            )
            store.save_opportunity(an_opportunity(), a_judgement())
        shared = Shared(store=store, now=clock.now(), labels={})
        found = []
        for judged in shared.live((Verdict.CORE,)):
            other.add_events([an_event(id=f"event-{len(found)}")])
            found.append(shared.prospect(judged).opportunity.id)
    assert found == ["fn-example"]
