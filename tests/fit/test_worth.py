"""What a contract is worth a year: by a rule that is said, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import worth
from aggregator.model import Facts, Money, Period, ProcurementKind
from summary.samples import a_day, pounds, years


def facts(**changes: object) -> Facts:
    values: dict[str, object] = {"value": pounds(495_000), "contract_period": years(3)}
    return Facts(**{**values, **changes})  # type: ignore[arg-type]


def test_the_value_is_divided_by_the_years() -> None:
    found = worth.of_whole(facts())
    assert found is not None
    assert (found.least, found.most) == (Decimal(165_000), Decimal(165_000))
    assert worth.a_year(found) == "£165,000 a year"


def test_an_extension_gives_a_range_the_lower_end_for_the_longest_term() -> None:
    found = worth.of_whole(facts(contract_period=years(3, 5)))
    assert found is not None
    assert worth.a_year(found) == "£99,000 to £165,000 a year"


def test_a_value_published_as_a_range_stays_one() -> None:
    found = worth.of_whole(facts(minimum_value=pounds(300_000)))
    assert found is not None
    assert found.is_range
    assert worth.a_year(found) == "£100,000 to £165,000 a year"


def test_two_ends_a_penny_apart_are_no_range() -> None:
    found = worth.of_whole(facts(value=pounds(700_000.01), minimum_value=pounds(699_999.99)))
    assert found is not None
    assert not found.is_range


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"value": pounds(1)},
        {"value": Money(amount=Decimal(9_000), currency="EUR")},
        {"contract_period": None},
        {"contract_period": Period(start=a_day(2027, 4, 1))},
        {"contract_period": Period(start=a_day(2027, 4, 1), end=a_day(2027, 9, 30))},
        {"contract_period": Period(start=a_day(2027, 4, 1), end=a_day(2020, 1, 1))},
        {"contract_period": Period(days=36_000)},
        {"framework": True},
        {"title": "Dynamic Purchasing System for supported living"},
        {"description": "The council will set up a framework agreement with four providers."},
        {"kind": ProcurementKind.GRANT},
    ],
)
def test_what_cannot_be_worked_out_is_not(changes: dict[str, object]) -> None:
    assert worth.of_whole(facts(**changes)) is None


def test_a_notice_that_says_it_is_no_framework_is_believed() -> None:
    words = "This is not a framework agreement."
    assert worth.of_whole(facts(framework=False, description=words)) is not None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("The contract value is £90,000 per annum.", 90_000),
        ("Budget: up to £1.2m a year for the service, £3.6m in all", 1_200_000),
        ("The annual budget is £250k per year (excluding VAT).", 250_000),
        ("Funding of £45,000 (ex VAT) p.a. is available.", 45_000),
        ("Lot 1: value £40,000 a year. Lot 2: value £60,000 a year.", None),
        ("Bidders with an income of £100,000 a year may apply.", None),
        ("Cost savings of £100,000 per annum are sought.", None),
        ("The service sees 9,000 people a year.", None),
    ],
)
def test_a_sum_a_year_in_the_text_counts_where_it_is_the_only_one(
    text: str, amount: int | None
) -> None:
    found = worth.stated_in_text(facts(description=text))
    assert found == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("days", "months"), [(30, 1), (360, 12), (365, 12), (720, 24), (1095, 36), (1080, 36)]
)
def test_days_are_turned_back_into_the_months_they_came_from(days: int, months: int) -> None:
    found = worth.term(Period(days=days))
    assert found is not None
    assert found.months == months


@pytest.mark.parametrize(
    ("months", "words"),
    [(1, "1 month"), (12, "1 year"), (18, "18 months"), (30, "2½ years"), (36, "3 years")],
)
def test_a_length_is_told_as_people_say_it(months: int, words: str) -> None:
    assert worth.span(months) == words


@given(st.decimals(min_value=100, max_value=10**11, places=2), st.integers(12, 600))
def test_the_years_together_make_the_value(value: Decimal, months: int) -> None:
    found = worth.yearly(Money(amount=value), Period(days=months * 30))
    assert found is not None
    assert found.term is not None
    assert abs(found.most * found.term.months / 12 - value) < Decimal("0.01")
