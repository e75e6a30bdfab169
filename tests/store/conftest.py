"""A store in memory, a file for one, and a payload to hang notices on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.store import Store
from aggregator.testing import utc
from store.made import a_payload


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fairnotice.db"


@pytest.fixture
def run_id(store: Store) -> int:
    return store.begin_run("find-a-tender", utc(2026, 11, 23, 6), window=None, backfill=False)


@pytest.fixture
def payload_id(store: Store, run_id: int) -> int:
    return store.keep_payload(a_payload(), run_id=run_id, backfill=False)
