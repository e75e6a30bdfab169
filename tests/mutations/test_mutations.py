"""A slice of the changes; `make mutations` makes all of them."""

import pytest

from tests.mutations.changes import Change
from tests.mutations.harness import Figures, judge, pages, trial

pytestmark = pytest.mark.slow


def test_what_portals_do_to_their_pages_is_noticed_in_one_reading() -> None:
    figures = trial(count=500, seed=20261121)
    assert figures.total == 500
    assert figures.errors > 100
    assert figures.share >= 0.99, figures.unnoticed
    assert figures.harmful_share >= 0.975, figures.unnoticed


def test_the_count_sees_what_a_reader_would_miss() -> None:
    golden = next(one for one in pages() if one.name == "csv-example/ordinary")
    before = golden.adapter.read(golden.payload())
    quietly = golden.payload().body.replace(b"Wellbeing fund", b"Something else")
    figures = Figures()
    judge(figures, golden, Change("a title quietly replaced", quietly), before)
    assert figures.unnoticed == ["csv-example/ordinary: a title quietly replaced"]
    assert figures.share == 0
