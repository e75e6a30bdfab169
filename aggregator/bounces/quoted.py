"""What a returned mail quotes of ours: the Message-ID, and the address it was sent back to."""

import re
from collections.abc import Iterator
from email.message import Message

from aggregator import verp

QUOTED_ID = re.compile(
    rb"^[> \t]*Message-ID:\s*(?:\r?\n[> \t]+)?<([^<>\s@]{1,200})@([^<>\s@]{1,255})>",
    re.IGNORECASE | re.MULTILINE,
)
CAME_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Failed-To")
SENT_BACK = re.compile(
    rb"^[> \t]*(?:Return-Path|Original-Mail-From|X-Original-Mail-From|Delivered-To|X-Original-To"
    rb"|Envelope-To|X-Envelope-From):[ \t]*<?([^<>\s]{3,320})>?",
    re.IGNORECASE | re.MULTILINE,
)
MOST = 20
LONGEST = 60_000
"""Characters of text that are looked at."""


def message_ids(mail: Message, raw: bytes) -> tuple[str, ...]:
    """Message-IDs that stand in the mail below its own head, in order, each once."""
    own = str(mail.get("Message-ID") or "").strip(" <>\r\n\t")
    found = [f"{local.decode('latin-1')}@{domain.decode('latin-1').lower()}"
             for local, domain in _everywhere(mail, raw, QUOTED_ID)]  # fmt: skip
    for name in ("In-Reply-To", "References", "X-Original-Message-ID"):
        found += re.findall(r"<([^<>\s]{1,460})>", str(mail.get(name) or "")[:4000])
    return tuple(dict.fromkeys(one for one in found if one != own))[:MOST]


def tokens(mail: Message, raw: bytes) -> tuple[str, ...]:
    """The tokens in the addresses it came to, or that it names as our envelope sender."""
    texts = [str(value) for name in CAME_TO for value in mail.get_all(name, [])]
    texts += [address.decode("latin-1") for (address,) in _everywhere(mail, raw, SENT_BACK)]
    found = (verp.token_in(text) for text in texts)
    return tuple(dict.fromkeys(one for one in found if one))[:MOST]


def text_of(mail: Message) -> str:
    """The readable text of a mail, its plain parts joined; else what its HTML says."""
    plain = [_decoded(part) for part in _leaves(mail) if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        return "\n".join(plain)[:LONGEST]
    html = "\n".join(_decoded(part) for part in _leaves(mail))[:LONGEST]
    return re.sub(r"<[^<>]{0,2000}>", " ", html)


def _everywhere(
    mail: Message, raw: bytes, pattern: re.Pattern[bytes]
) -> Iterator[tuple[bytes, ...]]:
    """Matches in the bytes as they came, and in parts that came encoded."""
    head_ends = re.search(rb"\r?\n\r?\n", raw)
    bodies = [raw[head_ends.end() :] if head_ends else b""]
    for part in _leaves(mail):
        if str(part.get("Content-Transfer-Encoding") or "7bit").strip().lower() in ENCODED:
            decoded = part.get_payload(decode=True)
            bodies += [decoded] if isinstance(decoded, bytes) else []
    for body in bodies:
        for found in pattern.finditer(body):
            yield found.groups()


ENCODED = frozenset({"base64", "quoted-printable"})


def _leaves(mail: Message) -> Iterator[Message]:
    return (part for part in mail.walk() if not part.is_multipart())


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("latin-1")
