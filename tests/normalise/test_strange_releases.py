"""Whatever a service publishes becomes a notice or a rejection, and never an accident."""

import time
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RecordError
from aggregator.model import Notice
from aggregator.normalise import Dialect, notice_from_release
from normalise.releases import (
    CONTRACTS_FINDER,
    EARLY_ENGAGEMENT,
    FIND_A_TENDER,
    SCOTLAND,
    SCOTTISH,
    UK4,
    UK7,
    Release,
    changed,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            *("0001-01-01T00:00:00Z", "9999-12-31", "31/02/2026", "2026-13-45", "\ud800", "\x00"),
            *("&#0;", "<b", "http://[", "https://exa mple.org", "1e9999", 10**400, -(10**400)),
            *(float("inf"), float("nan"), "x" * 5_000, "UKE42", "B4 7DJ", "85312320-5"),
        ]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["1", "2", "id", "name", "amount", "endDate", "region", "description"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
SHAPES = [
    *((UK4, FIND_A_TENDER), (UK7, FIND_A_TENDER)),
    *((EARLY_ENGAGEMENT, CONTRACTS_FINDER), (SCOTTISH, SCOTLAND)),
]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a release."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            found += places_in(inner, (*path, step))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Release, Dialect]:
    """A valid release with one to four of its values replaced by anything."""
    shape, dialect = draw(st.sampled_from(SHAPES))
    release = deepcopy(shape)
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        *path, last = draw(st.sampled_from(places_in(release)))
        target: Any = release
        for step in path:
            target = target[step]
        target[last] = draw(JSON)
    return release, dialect


def strings_in(value: object) -> list[str]:
    """Every text of a notice."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for inner in value for text in strings_in(inner)]
    names = getattr(value, "__dataclass_fields__", ())
    return [text for name in names for text in strings_in(getattr(value, name))]


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_a_mutated_release_becomes_a_notice_or_a_rejection(case: tuple[Release, Dialect]) -> None:
    release, dialect = case
    before = deepcopy(release)
    try:
        notice = notice_from_release(release, dialect)
    except RecordError:
        return
    assert isinstance(notice, Notice)
    assert all(text for text in strings_in(notice))
    assert str(release) == str(before), "a release is never changed by reading it"


@settings(deadline=None)
@given(JSON)
def test_anything_at_all_is_a_rejection_or_a_notice(value: object) -> None:
    with pytest.raises(RecordError):
        notice_from_release(value, FIND_A_TENDER)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key", ["planning", "tender", "parties", "buyer", "awards", "contracts", "links", "tag"]
)
@pytest.mark.parametrize(
    "value", ["text", 5, True, 1.5, [], {}, [None], ["a", 5], [[]], {"1": {}}, {"1": "a"}, [{}]]
)
def test_a_section_of_the_wrong_shape_spoils_only_itself(key: str, value: object) -> None:
    notice = notice_from_release(changed(UK4, key, value), FIND_A_TENDER)
    assert notice.notice_id == "000123-2026"
    assert key == "tender" or notice.facts.title == "Crisis café for adults"


def test_every_oddity_is_told_with_its_place() -> None:
    release = changed(UK4, "tender.lots.0.value", "plenty")
    release = changed(release, "tender.lots.0.suitability.vcse", "perhaps")
    release = changed(release, "parties.1", 7)
    assert notice_from_release(release, FIND_A_TENDER).flags == (
        "parties: entry 2 is a number, left out",
        "tender, lots 1, value: a text where an object is expected, left out",
        "tender, lots 1, suitability, vcse: a text where yes or no is expected, left out",
    )


def test_a_lot_whose_id_comes_twice_is_taken_once() -> None:
    release = changed(UK4, "tender.lots", [{"id": "1", "title": "a"}, {"id": 1, "title": "b"}])
    notice = notice_from_release(release, FIND_A_TENDER)
    assert [lot.title for lot in notice.facts.lots] == ["a"]
    assert "comes twice" in notice.flags[0]


@pytest.mark.parametrize("release", [None, [], "text", 5, True])
def test_what_is_no_object_is_rejected(release: Any) -> None:
    with pytest.raises(RecordError, match="is no object"):
        notice_from_release(release, FIND_A_TENDER)


@pytest.mark.parametrize("identity", [None, "", "  ", [], {}, True, "x" * 301])
def test_without_any_id_a_release_is_rejected(identity: object) -> None:
    release = changed(changed(UK4, "ocid", None), "id", identity)
    with pytest.raises(RecordError, match="neither id nor ocid"):
        notice_from_release(release, FIND_A_TENDER)


def test_a_release_about_nothing_by_nobody_is_rejected() -> None:
    with pytest.raises(RecordError, match="no title, no description and no buyer"):
        notice_from_release({"id": "1", "tender": {"title": "<br/>"}}, FIND_A_TENDER)


def test_a_buyer_alone_is_enough() -> None:
    notice = notice_from_release({"id": 1, "buyer": {"name": "Northmoor Council"}}, FIND_A_TENDER)
    assert notice.notice_id == "1"
    assert notice.published is None


def test_endless_nesting_is_rejected() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RecordError, match="nested too deeply"):
        notice_from_release({**UK4, "extra": deep}, FIND_A_TENDER)


def test_an_enormous_release_takes_no_long_time() -> None:
    release = deepcopy(UK4)
    item = release["tender"]["items"][0]
    release["tender"]["items"] = [{**item, "relatedLot": str(n)} for n in range(2_000)]
    lot = release["tender"]["lots"][0]
    release["tender"]["lots"] = [{**lot, "id": str(n)} for n in range(2_000)]
    release["tender"]["description"] = "<p>&amp;" * 200_000
    started = time.process_time()
    notice = notice_from_release(release, FIND_A_TENDER)
    assert time.process_time() - started < 5
    assert len(notice.facts.lots) == 2_000
    assert len(notice.facts.description or "") <= 100_000
