"""Filters that were saved before are read as they were meant; what is not known is said."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given

from aggregator.errors import StoreError
from aggregator.model import Criteria, Sort, Stage, Verdict
from aggregator.store import Store
from aggregator.testing import a_subscriber, a_subscription
from tests.matching.samples import criteria

OF_THE_FIRST_VERSION = {
    "verdicts": ["core", "related"],
    "types": ["crisis"],
    "places": ["TLE42"],
    "stages": ["open"],
    "kinds": [],
    "words": ["café"],
    "without_words": [],
    "buyers": [],
    "least_value": None,
    "most_value": "1000.50",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "kept.db") as store:
        store.add_subscriber(a_subscriber())
        store.add_subscription(a_subscription())
    return tmp_path / "kept.db"


def kept_as(path: Path, saved: object) -> Criteria:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE subscriptions SET criteria = ?", (json.dumps(saved),))
    db.close()
    with Store.open(path) as store:
        (subscription,) = store.subscriptions()
    return subscription.criteria


def test_a_filter_of_the_first_version_means_what_it_meant(path: Path) -> None:
    read = kept_as(path, OF_THE_FIRST_VERSION)
    assert read.verdicts == (Verdict.CORE, Verdict.RELATED)
    assert read.stages == (Stage.OPEN,)
    assert str(read.most_value) == "1000.50"
    assert read == Criteria(**{name: getattr(read, name) for name in OF_THE_FIRST_VERSION})
    assert kept_as(path, {}) == Criteria()


@pytest.mark.parametrize("unknown", [{"moon": "full"}, {"moon": None, "tide": 3}])
def test_a_wish_of_a_later_version_is_named_and_not_passed_over(path: Path, unknown) -> None:
    with pytest.raises(StoreError, match="later version") as caught:
        kept_as(path, OF_THE_FIRST_VERSION | unknown)
    assert all(name in str(caught.value) for name in unknown)
    assert "want-1" in str(caught.value)


@pytest.mark.parametrize(
    "saved", [{"sorts": ["auction"]}, {"words": 3}, [], "x", None, {"days_left": "soon"}]
)
def test_a_filter_that_cannot_be_read_names_its_subscription(path: Path, saved: object) -> None:
    with pytest.raises(StoreError, match="want-1"):
        kept_as(path, saved)


@given(criteria)
def test_every_filter_comes_back_as_it_was_saved(values) -> None:
    wanted = Criteria(**values)
    with Store.open(None) as store:
        store.add_subscriber(a_subscriber())
        store.add_subscription(a_subscription(criteria=wanted))
        assert store.subscriptions()[0].criteria == wanted


def test_a_sort_is_kept_by_its_word() -> None:
    assert [str(one) for one in Sort] == ["tender", "grant", "engagement", "award"]
