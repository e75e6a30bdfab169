"""Amounts of money as published."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Money
from aggregator.parsing.money import amount, in_words, is_placeholder, span


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (495000, "495000"),
        (40465.2, "40465.20"),
        (0.1 + 0.2, "0.30"),
        (1234.5678, "1234.57"),
        (Decimal("12.50"), "12.5"),
        ("495000", "495000"),
        ("£1,250.50", "1250.50"),
        ("£1.2m", "1200000"),
        ("£20k", "20000"),
        ("2 million", "2000000"),
    ],
)
def test_an_amount_is_read_to_the_penny(value: object, expected: str) -> None:
    assert amount(value) == Decimal(expected)


@pytest.mark.parametrize("value", [None, "", 0, 0.0, 0.01, "0", "0.01", Decimal("0.01")])
def test_a_placeholder_is_no_amount(value: object) -> None:
    assert amount(value) is None
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        *(float("inf"), float("nan"), float("-inf"), 1e300, -5, -0.5, 10**12, 10**400, -(10**400)),
        *(Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN"), True, [], {}, "£1.2m–£3m", "TBC"),
        *("1e400", "NaN", "12,34", "1.2.3", "£", "five", "1" * 100, "٣٤", "½", object()),
    ],
)
def test_what_is_no_single_believable_amount_is_unknown(value: object) -> None:
    assert amount(value) is None
    assert not is_placeholder(value)


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(alphabet="£0123456789.,kmbnillonE-+ ", max_size=30)
    | st.text()
    | st.lists(st.integers())
)
def test_every_amount_fits_an_integer_of_pence(value: object) -> None:
    found = amount(value)
    if found is not None:
        assert found * 100 == int(found * 100)
        assert 1 < found * 100 < 2**63
        assert not is_placeholder(value)
    assert isinstance(is_placeholder(value), bool)


@given(st.integers(min_value=2, max_value=10**13))
def test_pence_survive_a_float(pence: int) -> None:
    assert amount(pence / 100) == Decimal(pence) / 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£10,000 to £50,000", (10_000, 50_000)),
        ("£1.2m–£3m", (1_200_000, 3_000_000)),
        ("up to £20k", (None, 20_000)),
        ("from £5,000", (5_000, None)),
        ("£750", (750, 750)),
        ("Maximum £100,000", (None, 100_000)),
        ("10k - 20k", (10_000, 20_000)),
    ],
)
def test_a_range_has_two_ends(text: str, expected: tuple[int | None, int | None]) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text", ["TBC", "", "2026 to 2027", "£3m to £1m", "£1, £2 and £3", "£" * 99]
)
def test_words_without_a_clear_range_have_none(text: str) -> None:
    assert span(text) is None


@given(st.text(alphabet="£0123456789.,km -–topu", max_size=70))
def test_any_words_may_be_asked_for_a_range(text: str) -> None:
    ends = span(text)
    assert ends is None or any(end is not None for end in ends)


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money(amount=Decimal(495000)), "£495,000"),
        (Money(amount=Decimal("12345.6")), "£12,345.60"),
        (Money(amount=None, gross=Decimal(594000)), "£594,000 (with VAT)"),
        (Money(amount=Decimal(495000), gross=Decimal(594000)), "£495,000 (£594,000 with VAT)"),
        (Money(amount=Decimal(495000), gross=Decimal(495000)), "£495,000"),
        (Money(amount=Decimal(1200000), currency="AED"), "AED 1,200,000"),
        (Money(amount=Decimal(50000), currency="EUR"), "€50,000"),
        (Money(amount=None), "not stated"),
    ],
)
def test_money_in_words_speaks_of_vat_only_where_the_source_does(money: Money, words: str) -> None:
    assert in_words(money) == words
