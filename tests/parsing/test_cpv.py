"""CPV codes."""

import pytest

from aggregator.parsing import cpv


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("85312320-5", "85312320"),
        ("85312320", "85312320"),
        (" 85312320 - 5 ", "85312320"),
        (85312320, "85312320"),
        (9100000, "09100000"),
        ("9100000", "09100000"),
        ("99999999", "99999999"),
    ],
)
def test_a_code_has_eight_digits(text: object, code: str) -> None:
    assert cpv.code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", None, "8531", "mental health", "00000000", "853123200", True, 1234567, "٨٥٣١٢٣٢٠", []],
)
def test_anything_else_is_no_code(text: object) -> None:
    assert cpv.code(text) is None


def test_codes_have_labels_and_parents() -> None:
    assert cpv.label("85312320") == "Counselling services"
    assert cpv.label("99999999") is None
    assert cpv.parents("85312320") == (
        *("85312300", "85312000", "85310000", "85300000", "85000000"),
    )
    assert cpv.parents("85000000") == ()
