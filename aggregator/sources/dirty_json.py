"""JSON as portals serve it: sound at full speed, otherwise repaired where that is safe.

Find a Tender has served numbers with leading zeros (` 000,`) and `1e9999`; Contracts Finder has
served bytes that are not UTF-8. Such a record is repaired and says so in its flags. What is cut or
broken beyond that is refused: it may hide notices.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from aggregator.errors import MissingStructure, Undecodable

TOKEN = re.compile(
    r"""(?P<sound>(?:[^"\-0-9NI]++|"(?:[^"\\\x00-\x1f]++|\\[^u])*+"
        |-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![0-9.]))++)
    |"(?:[^"\\]++|\\.)*+"|-?[0-9][0-9.eE+-]*+|NaN|-?Infinity""",
    re.DOTALL | re.VERBOSE,
)
"""All that is sound up to the next doubtful thing, in one piece; or a doubtful string or number."""

LEADING_ZEROS = re.compile(r"\A(-?)0+(?=[0-9])")
ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
CONTROL = re.compile(r"[\x00-\x1f]")
REPLACED = "\ufffd"
BOM = b"\xef\xbb\xbf"
"""A mark that some servers write before UTF-8."""
IMPOSSIBLE = "1e9999"
"""What Find a Tender writes for "no limit"; some programs pass it on as Infinity."""


class Package(msgspec.Struct):
    """An OCDS package whose records are still bytes, so that one bad record stays alone."""

    releases: msgspec.Raw = msgspec.Raw()
    links: msgspec.Raw = msgspec.Raw()


_read_package = msgspec.json.Decoder(Package).decode
_read_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_mapping = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_any = msgspec.json.Decoder().decode

BROKEN = (msgspec.DecodeError, UnicodeDecodeError)


def read_package(body: bytes) -> Package:
    """The package. Raises Undecodable where it is cut or broken, else MissingStructure."""
    body = body.removeprefix(BOM)
    try:
        return _read_package(body)
    except RecursionError:
        raise Undecodable("the answer is nested too deeply to be read") from None
    except msgspec.ValidationError:
        raise MissingStructure("the answer is no OCDS package") from None
    except msgspec.DecodeError:
        return _read_dirty_package(body)


def _read_dirty_package(body: bytes) -> Package:
    try:
        return _read_package(repaired(body))
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Undecodable(f"the answer is no sound JSON: {fault}") from None


def records(raw: msgspec.Raw) -> list[bytes] | None:
    """The records of a list, or of an object {"1": {…}} as PHP makes of it; None for neither."""
    content = bytes(raw)
    try:
        found: Iterable[msgspec.Raw] = _read_list(content)
    except msgspec.DecodeError:
        try:
            found = _read_mapping(content).values()
        except msgspec.DecodeError:
            return None
    return [bytes(record) for record in found]


def read_record(content: bytes) -> tuple[Any, tuple[str, ...]]:
    """One record, and what was repaired in it, in words. Raises Undecodable."""
    try:
        return _read_any(content), ()
    except RecursionError:
        raise Undecodable("is nested too deeply") from None
    except BROKEN:
        return _read_dirty_record(content)


def _read_dirty_record(content: bytes) -> tuple[Any, tuple[str, ...]]:
    left_out: list[str] = []

    def number(text: str) -> float | None:
        value = float(text)
        if math.isfinite(value):
            return value
        left_out.append(text)
        return None

    text = content.decode("utf-8", "replace")
    try:
        if HALF_CHARACTER.search(text):
            text = repaired(content).decode()
        record = json.loads(text, strict=False, parse_float=number, parse_constant=number)
    except (ValueError, RecursionError) as fault:
        raise Undecodable(f"cannot be read: {fault}") from None
    flags = [f"the number {text[:40]} is impossible and was left out" for text in left_out]
    if unreadable := text.count(REPLACED):
        flags.append(f"{unreadable} unreadable characters were replaced")
    return record, tuple(flags)


def repaired(body: bytes) -> bytes:
    """Without leading zeros, raw control characters, lone surrogates and bytes that are no UTF-8.

    Strings keep their words: the text is gone through token by token.
    """
    text = body.decode("utf-8", "replace")
    return TOKEN.sub(_repaired_token, text).encode()


def _repaired_token(token: re.Match[str]) -> str:
    text = token[0]
    if token["sound"]:
        return text
    if text.endswith(("N", "y")):
        return IMPOSSIBLE
    if not text.startswith('"'):
        return LEADING_ZEROS.sub(r"\1", text, count=1)
    if "\\u" in text:
        text = ESCAPE.sub(lambda found: REPLACED if found["lone"] else found[0], text)
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def names_in(body: bytes) -> str:
    """The names at the top of a JSON object, to say what came instead of a package."""
    try:
        return ", ".join(name[:40] for name in [*_read_mapping(body.removeprefix(BOM))][:8])
    except (*BROKEN, RecursionError):
        return "nothing that can be read"


def has_next(links: msgspec.Raw) -> bool:
    """Whether a package names a further page; a link that cannot be read counts as one."""
    try:
        content = _read_any(bytes(links) or b"null")
    except BROKEN:
        return True
    return isinstance(content, Mapping) and bool(content.get("next"))
