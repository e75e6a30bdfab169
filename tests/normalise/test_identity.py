"""Ids and versions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RecordError
from aggregator.identity import content_version, event_id, message_id, mint, release_version

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_the_order_of_keys_makes_no_new_version() -> None:
    one = {"a": 1, "b": {"c": [1, 2], "d": None}}
    other = {"b": {"d": None, "c": [1, 2]}, "a": 1}
    assert content_version(one) == content_version(other)


def test_the_order_of_a_list_does() -> None:
    assert content_version([1, 2]) != content_version([2, 1])


def test_a_release_that_is_only_dated_anew_is_no_new_version() -> None:
    release = {"id": "1", "date": "2026-01-01T00:00:00Z", "tender": {"title": "Crisis café"}}
    again = {**release, "date": "2026-02-01T00:00:00Z"}
    edited = {**release, "tender": {"title": "Crisis cafés"}}
    assert release_version(release) == release_version(again)
    assert release_version(release) != release_version(edited)


def test_a_version_is_sixteen_hex_digits_and_never_changes() -> None:
    assert content_version({"title": "Crisis café"}) == "3b410c27d19f606d"


@given(JSON)
def test_anything_json_can_say_has_a_version(content: object) -> None:
    assert re.fullmatch("[0-9a-f]{16}", content_version(content))


def test_what_is_nested_without_end_is_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RecordError, match="nested too deeply"):
        content_version(deep)


def test_half_a_surrogate_pair_has_a_version() -> None:
    assert content_version({"title": "a\ud800"}) != content_version({"title": "a"})


def test_an_opportunity_id_can_be_read_out_on_the_phone() -> None:
    assert re.fullmatch(r"fn-[0-9a-hjkmnp-tv-z]{10}", mint("find-a-tender", "000123-2026"))


def test_ids_are_the_same_on_every_run() -> None:
    assert mint("find-a-tender", "000123-2026") == "fn-62mv2gzrsg"
    assert event_id("version", "appeared") == "a986dc1064f9898e0af22e0b"
    assert message_id("sub-1", "2026-11-23") == "0a980aeabbd9147f04e6d3921cd7abed"


def test_parts_of_an_id_never_run_together() -> None:
    assert mint("ab", "c") != mint("a", "bc")
    assert event_id("ab", "c") != event_id("a", "bc")
    assert event_id("a") != event_id("a", "")
    assert event_id("a", "b") != message_id("a", "b")[:24]


def test_ids_seldom_meet() -> None:
    assert len({mint("find-a-tender", f"{number:06}-2026") for number in range(20_000)}) == 20_000
