"""Texts reduced to what phrases are compared by: small letters, digits and sentence stops.

Hyphen, slash, dash and most other marks read as a space, "&" reads as "and", apostrophes vanish
("people's" = "peoples"), accents come off ("café" = "cafe", "tŷ" = "ty"). The marks ``. ! ?``
become a free-standing " . " and ``, ; :`` a free-standing " , ", so that no phrase runs across
them: "community, mental health" is not "community mental health".
"""

import re
import unicodedata

_KEPT = "abcdefghijklmnopqrstuvwxyz0123456789"
_STOPS = {**dict.fromkeys(".!?", "."), **dict.fromkeys(",;:", ",")}
_ASCII = bytes(
    ord(letter if letter in _KEPT else _STOPS.get(letter, " "))
    for letter in (chr(code).lower() for code in range(256))
)
_COMMON = (
    ("’", "'"),
    ("‘", "'"),
    ("•", " "),
    ("–", " "),
    ("—", " "),
    ("£", " "),
    ("“", " "),
    ("”", " "),
    ("\u00a0", " "),
    ("\u202f", " "),
    ("\u2011", " "),
    ("·", " "),
    ("\u00ad", ""),
)
_COMBINING = re.compile("[\u0300-\u036f\u200b-\u200f\u2060\ufeff]+")
_NOT_WORDS = re.compile(r"[^\w\s.!?,;:&']|_")


def fold(text: str) -> str:
    """The text in small letters with single spaces; "" where nothing is left.

    Letters of other scripts are kept as they are, without case.
    """
    if not text.isascii():
        text = _plainer(text)
    if "&" in text:
        text = text.replace("&", " and ")
    if text.isascii():
        text = text.encode().translate(_ASCII, b"'").decode("ascii")
    else:
        text = _foreign(text)
    return " ".join(text.replace(".", " . ").replace(",", " , ").split())


def _plainer(text: str) -> str:
    for mark, plain in _COMMON:
        text = text.replace(mark, plain)
    if text.isascii():
        return text
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text))


def _foreign(text: str) -> str:
    text = _NOT_WORDS.sub(" ", text.casefold()).replace("'", "")
    for mark, stop in _STOPS.items():
        text = text.replace(mark, stop)
    return text
