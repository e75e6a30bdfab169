"""In how many ways an address can lie in a file, so that a search for its bytes finds it.

Plain, with other capital letters, as UTF-16, in base64 at each of its three places, in quoted-
printable and percent-encoding, as HTML entities, with its domain turned round ("com.example"), and
as the sender of returned mails ("ann=example.org"); also where a line was folded within it.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

BETWEEN = "@.!/=+_:| -"
"""What may part a name from its domain where the domain is turned round."""

FOLDS = (b"\r", b"=\n", b"\n ", b"\n\t", b"\n")
DECODED = frozenset({"quoted-printable", "percent-encoded", "HTML entities"})
QUOTED = re.compile(rb"=[0-9a-f]{2}")
URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an address. exact: capital letters count, as in base64."""

    name: str
    needle: bytes
    exact: bool = False


def spellings(address: str) -> tuple[Spelling, ...]:
    """Every way we look for. address: in any capital letters, with "@"."""
    typed = address.strip()
    plain = typed.lower()
    local, _, domain = plain.rpartition("@")
    turned = ".".join(reversed(domain.split(".")))
    found = [
        Spelling("plain", plain.encode()),
        Spelling("UTF-16", plain.encode("utf-16-le")),
        Spelling("UTF-16", plain.encode("utf-16-be")),
        Spelling("as a return address", f"{local}={domain}".encode()),
        Spelling("reversed", plain[::-1].encode()),
    ]
    for sign in BETWEEN:
        found.append(Spelling("reversed domain", f"{local}{sign}{turned}".encode()))
        found.append(Spelling("reversed domain", f"{turned}{sign}{local}".encode()))
    for text in dict.fromkeys((typed, plain, f"{typed.rpartition('@')[0]}@{domain}")):
        for code, name in (("utf-8", "base64"), ("utf-16-le", "base64 of UTF-16")):
            found += [Spelling(name, one, exact=True) for one in _base64(text.encode(code))]
    return tuple(dict.fromkeys(found))


def places(content: bytes, looked_for: tuple[Spelling, ...]) -> tuple[str, ...]:
    """The names of the spellings that occur in these bytes."""
    names: dict[str, None] = {}
    for code, view in _views(content.lower()):
        for one in looked_for:
            if not one.exact and one.needle in view:
                names[one.name if one.name != "plain" else code] = None
    for view in _unfolded(content.translate(URL_SAFE)):
        for one in looked_for:
            if one.exact and one.needle in view:
                names[one.name] = None
    return tuple(name for name in names if name not in DECODED or "plain" not in names)


def _views(lowered: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes as they are, and decoded where they seem to be encoded."""
    for view in _unfolded(lowered):
        yield "plain", view
    if QUOTED.search(lowered):
        yield "quoted-printable", binascii.a2b_qp(lowered).lower()
    if b"%" in lowered:
        yield "percent-encoded", unquote_to_bytes(lowered).lower()
    if b"&#" in lowered:
        text = html.unescape(lowered.decode("latin-1"))
        yield "HTML entities", text.encode("utf-8").lower()


def _unfolded(content: bytes) -> Iterator[bytes]:
    yield content
    if b"\n" in content:
        joined = content
        for fold in FOLDS:
            joined = joined.replace(fold, b"")
        yield joined


def _base64(text: bytes) -> Iterator[bytes]:
    """What of it is the same whatever stands before and after, at each of the three offsets."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + text).rstrip(b"=")
        yield coded[(offset * 8 + 5) // 6 : (offset + len(text)) * 8 // 6]
