"""A host's list as spreadsheets write it."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator import roster
from aggregator.errors import ParsingError

PLAIN = (
    "Organisation,Name,Email,Area\r\n"
    '"Northmoor Minds, Ltd",Zoë Ash,zoe@example.org,Leeds\r\n'
    "Café Arden,,hello@arden.example.org,\r\n"
)


def written(text: str, encoding: str) -> bytes:
    return text.encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        written(PLAIN, "utf-8"),
        written(PLAIN, "utf-8-sig"),
        written(PLAIN, "cp1252"),
        written(PLAIN, "utf-16"),
        written(PLAIN.replace(",", ";").replace("Minds;", "Minds,"), "cp1252"),
        written("sep=;\r\n" + PLAIN.replace(",", ";").replace("Minds;", "Minds,"), "utf-8"),
        written(PLAIN.replace(",", "\t").replace("Minds\t", "Minds,"), "utf-16"),
        written("Our members 2026,,,\r\n,,,\r\n" + PLAIN, "utf-8"),
        written(PLAIN.replace("\r\n", "\n").replace("Email", " E-Mail Address "), "utf-8"),
    ],
    ids=["utf-8", "mark", "windows", "utf-16", "semicolons", "sep=", "tabs", "title", "unix"],
)
def test_the_same_list_is_read_however_it_was_saved(content: bytes) -> None:
    one, other = roster.read(content).rows
    assert one.organisation == "Northmoor Minds, Ltd"
    assert (one.name, one.addresses, dict(one.given)) == (
        "Zoë Ash", ("zoe@example.org",), {"places": "Leeds"},
    )  # fmt: skip
    assert (other.organisation, other.name, other.problems) == ("Café Arden", None, ())


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("ann@example.org; bob@example.org", ("ann@example.org", "bob@example.org")),
        ("ann@example.org\nbob@example.org", ("ann@example.org", "bob@example.org")),
        ("ann@example.org / bob@example.org or ask Carl", ("ann@example.org", "bob@example.org")),
        ("Ann Ash <ann@example.org>", ("ann@example.org",)),
        ("mailto:ann@example.org.", ("ann@example.org",)),
        ("'ann@example.org", ("ann@example.org",)),
        ("ANN@example.org, ann@example.org", ("ANN@example.org",)),
        ("ann@example.org\xa0", ("ann@example.org",)),
    ],
)
def test_several_addresses_in_a_cell_are_told_apart(cell: str, addresses: tuple[str, ...]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["Email"], [cell]])
    (row,) = roster.read(text.getvalue().encode()).rows
    assert (row.addresses, row.problems) == (addresses, ())


def test_a_list_of_bare_addresses_needs_no_headings() -> None:
    rows = roster.read(b"ann@example.org\nbob@example.org\n").rows
    assert [(row.line, row.addresses) for row in rows] == [
        (1, ("ann@example.org",)), (2, ("bob@example.org",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Email,Unsubscribed", "ann@example.org,yes"),
        ("Email,Unsubscribed", "ann@example.org,2025-03-01"),
        ("Email,Do not email", "ann@example.org,X"),
        ("Email,Email consent", "ann@example.org,No"),
        ("Email,Opted in?", "ann@example.org,FALSE"),
    ],
)
def test_who_the_list_says_wants_no_mail_is_left_out(headings: str, cells: str) -> None:
    (row,) = roster.read(f"{headings}\n{cells}\n".encode()).rows
    assert "the list says" in row.problems[0]


def test_what_is_not_asked_for_is_named_and_not_kept() -> None:
    listed = roster.read(b"Email,Phone,Notes\nann@example.org,0113 496 0000,had a baby\n")
    assert listed.not_used == ("Phone", "Notes")
    assert "0113" not in str(listed.rows)
    assert "baby" not in str(listed.rows)


def test_a_quotation_mark_that_is_not_closed_swallows_nobody_unseen() -> None:
    listed = roster.read(b'Name,Email\n"Ann,ann@example.org\nBob,bob@example.org\n')
    (row,) = listed.rows
    assert row.problems


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
        (b"Name,Phone\nAnn,1\n", "no column is called"),
        (b"Email\nann@example.org\0\n", "save it as CSV again"),
        (b"Email\n" + b'"' + b"x" * 200_000 + b'"\n', "cannot be read as CSV"),
        (b"x" * 5_000_001, "5 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(ParsingError, match=said):
        roster.read(content)


@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"Email\n\xed\xa0\x80@example.org")
@example(b'Email;"')
def test_no_file_makes_it_fail_otherwise(content: bytes) -> None:
    try:
        listed = roster.read(b"Email,Name\n" + content)
        listed = roster.read(content)
    except ParsingError:
        return
    assert all(row.problems or row.addresses for row in listed.rows)


@given(st.lists(st.text(max_size=40), max_size=6))
def test_every_row_with_cells_is_reported(cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["Email", "Name"], ["ann@example.org", *cells]])
    try:
        listed = roster.read(text.getvalue().encode(errors="replace"))
    except ParsingError:
        return
    assert "ann@example.org" in str(listed.rows)
