"""Tables as people save them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParsingError
from aggregator.parsing.spreadsheet import read_table
from aggregator.sources.host_cells import HEADINGS

ROWS = "title,closes,funder\r\nCafé fund,28/02/2027,Arden Trust\r\n"


@pytest.mark.parametrize(
    "body",
    [
        ROWS.encode("utf-8"),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("cp1252"),
        ROWS.encode("utf-16"),
        ROWS.replace(",", "\t").encode("utf-16"),
        ROWS.replace(",", ";").encode("cp1252"),
        ("sep=;\r\n" + ROWS.replace(",", ";")).encode(),
        ROWS.replace("\r\n", "\n").encode(),
        ROWS.replace("\r\n", "\r").encode(),
        ROWS.rstrip().encode(),
        ROWS.replace("\r\n", ",,,\r\n").encode() + b",,,,,\r\n" * 50,
        ("Our notices 2027,,\r\n,,\r\n" + ROWS).encode(),
        ROWS.replace("title", " Title ").replace("closes", "CLOSING DATE").encode(),
    ],
)
def test_however_the_table_was_saved_its_row_is_found(body: bytes) -> None:
    table = read_table(body, HEADINGS)
    assert [row.cells for row in table.rows] == [("Café fund", "28/02/2027", "Arden Trust")]
    assert table.rows[0].surplus == ()


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    body = b'Our notices\r\n\r\ntitle,description\r\nOne,"two\r\nlines"\r\n\r\nTwo,x\r\n'
    assert [row.number for row in read_table(body, HEADINGS).rows] == [4, 6]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04rest", "Save as"),
        (b"\xd0\xcf\x11\xe0rest", "Save as"),
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"\x00\x01\x02title", "no text file"),
        (b'title,closes\r\n"never ends', "quotation mark"),
        (b"Dear all,\r\nhere is the list.\r\n", "Dear all"),
        (b"title\r\n" + b"x\r\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_is_no_table_is_said_in_words(body: bytes, words: str) -> None:
    with pytest.raises(ParsingError, match=words):
        read_table(body, HEADINGS)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(body: bytes) -> None:
    try:
        table = read_table(body, HEADINGS)
    except ParsingError:
        return
    assert all(len(row.cells) == len(table.headings) for row in table.rows)


@given(
    st.lists(st.lists(st.text(alphabet="ab ,;\t\"'é£|\n", max_size=8), min_size=2, max_size=2)),
    st.sampled_from(",;\t|"),
)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]], sign: str) -> None:
    rows = [[cell.strip() for cell in row] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows([["title", "description"], *rows])
    read = read_table(out.getvalue().encode(), HEADINGS)
    assert [list(row.cells) for row in read.rows] == [row for row in rows if any(row)]
