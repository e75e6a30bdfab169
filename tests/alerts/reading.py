"""Reading a mail as its reader would: the words of the text and the words on the page."""

import re

from bs4 import BeautifulSoup

from aggregator.deliver import Sender
from aggregator.deliver.email import to_bytes
from aggregator.model import Message

SENDER = Sender(address="alerts@vale-cvs.example.org", name="Vale of Arden CVS")
BARE_LINK = re.compile(r"<(?:mailto|https?):[^>]*>")
"""The address behind a link that has words of its own on the page."""
RULE = re.compile(r"^(=+|-+)$", re.MULTILINE)
BULLET = re.compile(r"^[*-] ", re.MULTILINE)


def soup(message: Message) -> BeautifulSoup:
    return BeautifulSoup(message.html or "", "lxml")


def words_of_text(message: Message) -> list[str]:
    """The words of the text part without bullets, rules and the addresses behind links."""
    text = BARE_LINK.sub("", RULE.sub("", message.text or ""))
    return tidy(BULLET.sub("", text))


def words_of_html(message: Message) -> list[str]:
    body = soup(message).body
    assert body is not None
    return tidy(body.get_text(" "))


def tidy(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def raw(message: Message) -> bytes:
    return to_bytes(message, SENDER)
