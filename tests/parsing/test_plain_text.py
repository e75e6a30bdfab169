"""HTML, entities and control characters into text to read."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.markup import line
from aggregator.parsing.text import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Crisis café<br/>for adults", "Crisis café\nfor adults"),
        ("one<br>two<BR />three", "one\ntwo\nthree"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<ul><li>tea</li><li>talk</li></ul>", "tea\ntalk"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("Care &amp; Support", "Care & Support"),
        ("Care &amp;amp; Support", "Care & Support"),
        ("It&#039;s &pound;5 &#x2013; fine", "It's £5 – fine"),
        ("&lt;p&gt;Escaped &lt;b&gt;page&lt;/b&gt;&lt;/p&gt;", "Escaped page"),
        ("<script>alert(1)</script>safe<style>p{}</style>", "safe"),
        ("a<svg><text>drawn</text></svg>b", "ab"),
        ("before<!-- hidden <b>x</b> -->after", "beforeafter"),
        ("<!DOCTYPE html><html><head><title>t</title></head><body>body</body></html>", "body"),
        ('<a href="https://example.org/?a=1&b=2">link</a>', "link"),
        ("line one\r\nline two\rline three", "line one\nline two\nline three"),
        ("many\n\n\n\n\nlines  and\u00a0 \tspaces ", "many\n\nlines and spaces"),
        ("tab\tbed", "tab bed"),
        ("zero\u200bwidth, soft\u00adhyphen, \ufeffmark", "zerowidth, softhyphen, mark"),
        ("\u202ereversed\u202c and \x07bell\x00", "reversed and bell"),
        ("half \ud800 pair", "half \ufffd pair"),
        (
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("Iechyd meddwl: ŵyl, tŷ", "Iechyd meddwl: ŵyl, tŷ"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "text",
    [
        "ages < 18 and > 65",
        "R&D, AT&T, Q&A; M&E",
        "see https://example.org/?a=1&lang=cy&copy=2",
        "if x<y and a>b",
        "Tenders <= £5",
    ],
)
def test_signs_that_are_no_markup_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "nothing", [None, "", "   ", "\n\n", "<br/>", "&nbsp;", "\u200b", 7, [], {}, True, b"bytes"]
)
def test_nothing_to_read_is_none(nothing: object) -> None:
    assert plain(nothing) is None


def test_a_very_long_text_is_cut_between_words() -> None:
    cut = plain("word " * 50_000, longest=1_000)
    assert cut is not None
    assert len(cut) <= 1_000
    assert cut.endswith("word…")


def test_a_cut_never_parts_a_letter_from_its_accent() -> None:
    cut = plain("e\u0301" * 1_000, longest=100)
    assert cut is not None
    assert cut.endswith("e\u0301…")


def test_a_cut_never_parts_a_family() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    cut = plain(family * 100, longest=103)
    assert cut is not None
    assert cut.removesuffix("…").replace(family, "") == ""


def test_a_letter_with_endless_accents_is_cut_all_the_same() -> None:
    cut = plain("e" + "\u0301" * 5_000, longest=100)
    assert cut is not None
    assert len(cut) <= 100


@given(st.text(), st.integers(min_value=5, max_value=50))
def test_any_text_comes_out_clean_and_short(text: str, longest: int) -> None:
    cleaned = plain(text, longest=longest)
    if cleaned is not None:
        assert 0 < len(cleaned) <= longest
        assert cleaned.encode("utf-8")
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in cleaned)
        assert "  " not in cleaned


@given(st.text(alphabet="ab <>/&;#x123!-pbrscriptlgtamp\n\"'=", max_size=200))
def test_any_tag_soup_can_be_read(markup: str) -> None:
    plain(markup)


@given(st.text(alphabet=st.characters(exclude_characters="&<")))
def test_what_was_cleaned_once_stays_as_it_is(text: str) -> None:
    cleaned = plain(text)
    assert cleaned is None or plain(cleaned) == cleaned


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "<b>x", "<", "<a ", "<a b='", "<!--", "<script>", "&amp;", "&", "&lt;", "&#60;"),
        *("x<br/>", " ", "\n", "\t", "\u0301", "\ud800", "<div a1='1' ", "</", "<td>"),
    ],
)
def test_a_hostile_text_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    plain(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 2


def test_ids_keep_their_ampersands_and_lose_control_characters() -> None:
    assert line(" a&amp;b\x00\u202e ") == "a&amp;b"
    assert line("two\r\nlines") == "two lines"
