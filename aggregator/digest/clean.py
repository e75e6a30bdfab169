"""A notice's words as data: one line, no controls, no longer than there is room for."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

SPACES = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]+"
)
"""Signs nobody sees but that turn the direction of reading, hide text or break a mail."""

PILED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{4})[\u0300-\u036f"
    "\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
LONGEST_LINK = 1000
LINK_SIGNS = "%/:=&?~#+!$,;'()*[]@-._"
WORD_END = 0.6


def one_line(text: str | None, longest: int) -> str | None:
    """The text on one line, cut after a sentence or word with "…"; None when nothing is left."""
    if not text:
        return None
    text = SPACES.sub(" ", UNSEEN.sub("", text[: longest * 4 + 200]))
    text = PILED.sub(r"\1", text).strip()
    return (text if len(text) <= longest else cut(text, longest)) or None


def cut(text: str, longest: int) -> str:
    """At most `longest` characters with the "…", at a word's end where one is near."""
    end = longest - 1
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    space = text.rfind(" ", int(end * WORD_END), end + 1)
    return text[: space if space > 0 else end].rstrip(" ,;:–-") + "…"


def link(url: str | None, longest: int = LONGEST_LINK) -> str | None:
    """A web address that is safe to show and to follow, in full; None otherwise.

    Only http and https, in ASCII, without a user name (which can pass for a host) and no longer
    than there is room for.
    """
    if not url or UNSEEN.search(url) or any(sign in url for sign in ' <>"\\\r\n\t'):
        return None
    try:
        parts = urlsplit(quote(url.strip(), safe=LINK_SIGNS))
        host = parts.hostname
    except ValueError:
        return None
    plain = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    shown = parts.geturl()
    return shown if plain and "%" not in parts.netloc and len(shown) <= longest else None
