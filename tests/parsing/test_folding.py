"""Spellings of the same words become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.text import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Crisis Café", "crisis cafe"),
        ("St George’s", "ST GEORGE'S"),
        ("well–being", "well-being"),
        ("“talking” therapies", '"Talking"  Therapies'),
        ("ﬁnance", "finance"),
        ("Straße", "STRASSE"),
        ("tŷ ŵyl", "ty wyl"),
        ("a\u00a0b\n c", "a b c"),
        ("ＦＵＬＬ", "full"),
        ("co\u00adoperation", "cooperation"),
    ],
)
def test_equal_words_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_words_stay_different() -> None:
    assert fold("resume") != fold("resumed")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_never_matters(text: str) -> None:
    assert fold(text) == fold(text.casefold())
