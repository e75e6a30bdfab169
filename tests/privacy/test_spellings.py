"""An address is found in whatever way it is written."""

import base64
import html
import quopri
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.privacy import places, spellings

ADDRESS = "Canary.7+x@vale-arden.example.org"
LOOKED_FOR = spellings(ADDRESS)
BYTES = ADDRESS.encode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (BYTES, "plain"),
        (BYTES.upper(), "plain"),
        (BYTES[:12] + b"\r\n " + BYTES[12:], "plain"),
        (ADDRESS.lower().encode("utf-16-le"), "UTF-16"),
        (ADDRESS.encode("utf-16-be"), "UTF-16"),
        (quopri.encodestring(BYTES.replace(b"@", b"\xc3\xa9@"))[:0] + b"".join(
            b"=%02X" % byte for byte in BYTES), "quoted-printable"),
        (BYTES[:9] + b"=\n" + BYTES[9:], "plain"),
        (BYTES.replace(b"@", b"=40"), "quoted-printable"),
        (quote(ADDRESS, safe="").encode(), "percent-encoded"),
        (BYTES.replace(b"@", b"&#64;"), "HTML entities"),
        (BYTES.replace(b"@", b"&#x40;").replace(b".", b"&#46;"), "HTML entities"),
        (b"bounce+" + BYTES.replace(b"@", b"=") + b"@host.example", "as a return address"),
        (b"Canary.7+x@org.example.vale-arden", "reversed domain"),
        (b"org.example.vale-arden/canary.7+x", "reversed domain"),
        (BYTES[::-1], "reversed"),
    ],
)  # fmt: skip
def test_every_spelling_is_found(content: bytes, name: str) -> None:
    assert name in places(b"before " + content + b" after", LOOKED_FOR)


@given(before=st.binary(max_size=40), after=st.binary(max_size=40), small=st.booleans())
def test_base64_is_found_wherever_the_address_stands(
    before: bytes, after: bytes, small: bool
) -> None:
    content = before + (BYTES.lower() if small else BYTES) + after
    for coded in (
        base64.b64encode(content),
        base64.encodebytes(content),
        base64.urlsafe_b64encode(content),
    ):
        assert "base64" in places(coded, LOOKED_FOR)


@given(st.binary(max_size=300))
def test_other_bytes_are_left_in_peace(content: bytes) -> None:
    assert places(content, LOOKED_FOR) == ()


@pytest.mark.parametrize(
    "other", ["anary.7+x@vale-arden.example.org", "canary.7+x@vale-arden.example.com", "", "@"]
)
def test_a_similar_address_is_not_this_one(other: str) -> None:
    assert places(f"<{html.escape(other)}>".encode(), LOOKED_FOR) == ()
