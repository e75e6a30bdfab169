"""Texts reduced to what phrases are compared by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.relevance.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Mental-Health / Well–being", "mental health well being"),
        ("Young People’s & Children's", "young peoples and childrens"),
        ("Crisis CAFÉ", "crisis cafe"),
        ("Tŷ Gwyn, Gŵyl", "ty gwyn , gwyl"),
        ("one. Two! three?", "one . two . three ."),
        ("£5\u00a0million • “quoted”", "5 million quoted"),
        ("  a \r\n b\t", "a b"),
        ("", ""),
        ("\u200bzero\u00adwidth", "zerowidth"),
        ("ПСИХИКА здоровье", "психика здоровье"),
        ("ﬁne ½", "fine 1 2"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_a_folded_text_has_single_spaces_and_folds_no_further(text: str) -> None:
    once = fold(text)
    assert once == once.strip()
    assert "  " not in once
    assert fold(once) == once


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_capitals_make_no_difference(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())
