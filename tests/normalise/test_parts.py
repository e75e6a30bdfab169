"""OCDS as it really arrives: what a Part makes of each shape."""

from typing import Any

import pytest

from aggregator.ocds import Part


def part(**data: Any) -> Part:
    return Part(data, [])


@pytest.mark.parametrize(
    "shape",
    [
        [{"id": "a"}, {"id": "b"}],
        {"1": {"id": "a"}, "2": {"id": "b"}},
        [{"id": "a"}, None, {"id": "b"}],
    ],
)
def test_a_list_may_come_as_a_php_object_or_with_gaps(shape: object) -> None:
    whole = part(lots=shape)
    assert [row.word("id") for row in whole.parts("lots")] == ["a", "b"]
    assert whole.odd == []


def test_a_single_object_is_a_list_of_one() -> None:
    assert [row.word("id") for row in part(lots={"id": "a"}).parts("lots")] == ["a"]


@pytest.mark.parametrize("nothing", [None, [], {}, "", 0, False])
def test_nothing_is_nothing_in_every_shape(nothing: object) -> None:
    whole = part(key=nothing)
    assert whole.parts("key") == []
    assert whole.part("key").data == {}
    assert whole.words("key") == ()
    assert whole.odd == []


def test_of_a_list_where_one_is_expected_the_first_is_taken_and_told() -> None:
    whole = part(value=[{"amount": 1}, {"amount": 2}])
    assert whole.part("value").data == {"amount": 1}
    assert whole.odd == ["value: a list where one is expected, the first taken"]


def test_one_string_is_a_list_of_one() -> None:
    assert part(roles="buyer").words("roles") == ("buyer",)
    assert part(roles=["buyer", "buyer", None, " payer "]).words("roles") == ("buyer", "payer")
    assert part(roles={"1": "buyer"}).words("roles") == ("buyer",)


def test_numbers_are_words_and_texts() -> None:
    assert part(id=17).word("id") == "17"
    assert part(title=2026).text("title") == "2026"
    assert part(id=10**400).word("id") == "a very large number"


def test_a_label_is_on_one_line() -> None:
    assert part(title="Crisis<br/>café\nfor adults").label("title") == "Crisis café for adults"


@pytest.mark.parametrize(
    ("value", "answer"),
    [(True, True), (False, False), ("true", True), ("No", False), (None, None)],
)
def test_yes_and_no(value: object, answer: bool | None) -> None:
    assert part(vcse=value).yes("vcse") is answer


@pytest.mark.parametrize(("value", "number"), [(30, 30), (30.0, 30), (None, None)])
def test_whole_numbers(value: object, number: int | None) -> None:
    assert part(days=value).whole("days") == number


@pytest.mark.parametrize(
    ("method", "value"),
    [
        *(("text", ["a"]), ("text", {"a": 1}), ("text", True), ("word", ["a"]), ("word", True)),
        *(("word", "x" * 301), ("yes", "perhaps"), ("yes", 2), ("yes", []), ("whole", 1.5)),
        *(("whole", "many"), ("whole", True), ("whole", float("inf")), ("part", "a")),
        *(("parts", "a"), ("parts", ["a"]), ("words", [["a"]])),
    ],
)
def test_what_fits_no_shape_is_left_out_and_told(method: str, value: object) -> None:
    whole = part(key=value)
    found = getattr(whole, method)("key")
    assert not getattr(found, "data", found)
    assert len(whole.odd) == 1
    assert whole.odd[0].startswith("key: ")


def test_a_remark_never_repeats_what_was_published() -> None:
    whole = part(contactPoint="kim@example.org")
    whole.part("contactPoint")
    assert "example.org" not in whole.odd[0]


def test_a_remark_names_the_way_to_the_place() -> None:
    whole = part(tender={"lots": [{}, {"value": 5}]})
    whole.part("tender").parts("lots")[1].part("value")
    assert whole.odd == [
        "tender, lots 2, value: a number where an object is expected, left out",
    ]
