"""The notice's own text begins where it says something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.opening import opening

WANTED = "The council seeks a provider of two evening crisis cafés."


@pytest.mark.parametrize(
    "before",
    [
        "This is a Provider Selection Regime (PSR) intention to award notice. ",
        "The awarding of this contract is subject to the Health Care Services (Provider Selection "
        "Regime) Regulations 2023.\n",
        "Crisis cafés\n\n",
        "Background\n",
        "To access this competition: log in to the portal at https://portal.example.org. ",
        "The Well Act 2020 sets out duties for all public bodies in the land. ",
    ],
)
def test_what_comes_before_is_passed_over(before: str) -> None:
    assert opening(f"{before}{WANTED}", "Crisis cafés", 200) == WANTED


@pytest.mark.parametrize(
    "text",
    [None, "", "RRE-00389", "Crisis cafés", "CRISIS CAFÉS.", "This is an award notice."],
)
def test_nothing_is_shown_where_the_text_says_nothing_new(text: str | None) -> None:
    assert opening(text, "Crisis cafés", 200) is None


def test_a_text_is_cut_after_a_word_and_its_jargon_explained() -> None:
    shown = opening(f"The council seeks an IMHA service. {WANTED}", None, 60)
    assert shown == (
        "The council seeks an IMHA [an advocate for people held under the Mental Health Act] "
        "service. The council seeks a…"
    )


@given(st.none() | st.text(max_size=400), st.none() | st.text(max_size=40), st.integers(0, 300))
def test_any_text_whatever_has_an_opening_that_fits_or_none(
    text: str | None, title: str | None, longest: int
) -> None:
    shown = opening(text, title, longest)
    assert shown is None or 0 < len(shown) <= longest + 120


def test_endless_blanks_and_stops_take_no_time() -> None:
    assert opening(" " * 100_000 + "." * 100_000 + "\n" * 100_000, "x", 200) is None
