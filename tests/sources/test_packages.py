"""Packages as portals serve them: dirt is repaired, a bad record stays alone, a cut is refused."""

import json
import math
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import AnswerError, Blocked, MissingStructure, Undecodable
from aggregator.model import Parsed
from aggregator.sources.dirty_json import read_package, read_record, records, repaired
from sources.answers import an_adapter, an_answer
from sources.test_windows import package

PORTAL = an_adapter("find-a-tender")


def read(body: bytes) -> Parsed:
    return PORTAL.read(an_answer(PORTAL, body))


GOOD = package(5)


@pytest.mark.parametrize("kept", range(1, len(GOOD), 7))
def test_a_package_cut_anywhere_is_undecodable(kept: int) -> None:
    with pytest.raises(Undecodable):
        read(GOOD[:kept])


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Undecodable),
        (b"  \n", Undecodable),
        (b"<html>blocked</html>", Blocked),
        (b"\n  <!DOCTYPE html>", Blocked),
        (b"[]", MissingStructure),
        (b"null", MissingStructure),
        (b'"maintenance"', MissingStructure),
        (b"{}", MissingStructure),
        (b'{"releases": null}', MissingStructure),
        (b'{"releases": "none"}', MissingStructure),
        (b'{"releases": 7}', MissingStructure),
        (b"Rate limit of 12 exceeded.", Undecodable),
        (b"[" * 100_000, AnswerError),
        (b'{"x":' * 100_000, AnswerError),
        (b'{"releases": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", AnswerError),
        (GOOD + GOOD, Undecodable),
    ],
)
def test_what_is_no_package_is_never_an_empty_one(body: bytes, error: type[AnswerError]) -> None:
    with pytest.raises(error):
        read(body)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert len(read(b"\xef\xbb\xbf" + GOOD).notices) == 5


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("000", 0),
        ("0005", 5),
        ("-007.50", -7.5),
        ("0.5", 0.5),
        ("10005", 10005),
        ("1e05", 1e5),
        ("00", 0),
        ("NaN", math.inf),
        ("-Infinity", math.inf),
    ],
)
def test_a_number_with_leading_zeros_loses_only_those(written: str, value: object) -> None:
    body = repaired(f'{{"amount": {written}, "text": "call {written}, or: {written}"}}'.encode())
    assert json.loads(body) == {"amount": value, "text": f"call {written}, or: {written}"}


texts = st.text(st.characters(codec="utf-8"), max_size=60)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(trees, st.booleans())
def test_repairing_sound_json_changes_nothing(tree: object, ascii_only: bool) -> None:
    sound = json.dumps(tree, ensure_ascii=ascii_only)
    assert json.loads(repaired(sound.encode())) == tree


@pytest.mark.parametrize("number", [b"1e9999", b"Infinity", b"-Infinity", b"NaN"])
def test_no_limit_costs_no_notice(number: bytes) -> None:
    """Find a Tender has "maximumLotsBidPerSupplier": 1e9999."""
    parsed = read(GOOD.replace(b'"title": "Notice 2"', b'"title": "Notice 2", "most": ' + number))
    assert len(parsed.notices) == 5
    (flag,) = parsed.notices[2].flags
    assert flag == "the number 1e9999 is impossible and was left out"


def test_an_impossible_number_is_left_out_and_said() -> None:
    record, flags = read_record(b'{"value": {"amount": 1e9999}, "title": "Caf\xe9"}')
    assert record == {"value": {"amount": None}, "title": "Caf\ufffd"}
    assert flags == (
        "the number 1e9999 is impossible and was left out",
        "1 unreadable characters were replaced",
    )


@pytest.mark.parametrize(
    "dirt",
    [
        b"\xff\xfe",
        b"\\ud83d",
        b"\\udc00\\ud800",
        b"\x00",
        b"\x1f",
        b"\\u0000",
        b"a\nb\tc",
        b"\xed\xa0\x80",
    ],
)
def test_dirt_in_a_text_costs_neither_its_notice_nor_the_others(dirt: bytes) -> None:
    parsed = read(GOOD.replace(b"Notice 2", b"Notice " + dirt))
    assert len(parsed.notices) == 5
    assert parsed.rejections == ()
    for notice in parsed.notices:
        (notice.facts.title or "").encode()


def test_a_pair_of_surrogates_is_one_character_and_an_escaped_backslash_no_escape() -> None:
    record, flags = read_record(rb'{"a": "\ud83d\ude00 \\ud83d", "b": 1e999}')
    assert record["a"] == "\U0001f600 \\ud83d"
    assert len(flags) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "null",
        "7",
        '"a release"',
        "[]",
        "{}",
        '{"id": 7, "tender": []}',
        '{"id": "000009-2026", "tender": "none", "buyer": 3}',
        '{"id": "000009-2026", "tender": ' + "[" * 900 + "]" * 900 + "}",
        '{"id": "000009-2026", "value": ' + "9" * 6_000 + "}",
    ],
)
def test_a_bad_record_stays_alone(bad: str) -> None:
    body = GOOD[:-2] + b", " + bad.encode() + b"]}"
    parsed = read(body)
    assert len(parsed.notices) == 5
    (rejection,) = parsed.rejections
    assert rejection.source_id == "made-up"
    assert "unexpected" not in rejection.reason
    assert bad.encode().startswith(rejection.content[:1000])


def test_releases_may_come_as_an_object_with_numbers() -> None:
    package_of_php = {"releases": dict(enumerate(json.loads(GOOD)["releases"]))}
    assert len(read(json.dumps(package_of_php).encode()).notices) == 5


@pytest.mark.parametrize("links", ['{"next": "x"}', "[]", "null", "{}", '{"prev": "x"}', "7"])
def test_only_a_next_link_means_more(links: str) -> None:
    parsed = read(GOOD[:-1] + f', "links": {links}}}'.encode())
    assert bool(parsed.requests) == ("next" in links)


def test_a_next_link_in_unreadable_bytes_counts_as_more() -> None:
    assert read(GOOD[:-1] + b', "links": {"next": "\xff"}}').requests


@given(st.binary(max_size=300))
def test_no_bytes_are_a_surprise(body: bytes) -> None:
    with suppress(AnswerError):
        read(body)


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_no_damage_to_a_package_is_a_surprise(seed: int, bytes_changed: int) -> None:
    """The notices of whole records survive, or the answer is refused; nothing else happens."""
    rng, body = random.Random(seed), bytearray(GOOD)
    for _ in range(bytes_changed):
        body[rng.randrange(len(body))] = rng.randrange(256)
    try:
        parsed = read(bytes(body))
    except AnswerError:
        return
    assert not any("unexpected" in rejection.reason for rejection in parsed.rejections)


def test_records_are_the_bytes_as_served() -> None:
    found = records(read_package(b'{"releases": [ {"a" : 1} ,{"b":02}]}').releases)
    assert found == [b'{"a" : 1}', b'{"b":2}']
