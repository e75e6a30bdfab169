"""A saved mail (RFC 5322, MIME) as lines of text with the addresses its links lead to.

Only text is read; attachments are never opened. Charsets that are not what they claim to be, and
headers that make Python's parser stumble, are taken for what can be made of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

from bs4 import BeautifulSoup

from aggregator.parsing.markup import plain

MOST_PARTS = 100
LONGEST_PART = 2_000_000
"""Letters of one part that are read: alerts are short, and what is longer is none."""

NEW_LINE = ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "dt", "dd", "td", "th")
WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """sender: the bare address in small letters, "" where there is none. lines: without empty
    ones; a link in HTML stands as "words <https://…>"."""

    sender: str
    subject: str
    sent: str | None
    lines: tuple[str, ...]
    attachments: int = 0


def read_message(body: bytes) -> Mail:
    """The mail in these bytes. Raises ValueError where they hold no mail at all."""
    message = message_from_bytes(body, policy=default)
    if not message.keys():
        raise ValueError("there are no headers, so it is no mail")
    parts = leaves(message)
    texts = [part for part in parts if not is_attached(part)]
    plains = [text_of(part) for part in texts if part.get_content_type() == "text/plain"]
    pages = [page_lines(text_of(part)) for part in texts if part.get_content_type() == "text/html"]
    found = "\n".join(plains)
    if not WEB.search(found) and pages:
        found = "\n".join(pages)
    return Mail(
        sender=parseaddr(header(message, "From") or "")[1].casefold(),
        subject=header(message, "Subject") or "",
        sent=sent(message),
        lines=tuple(line for text in found.splitlines() if (line := plain(f" {text} "))),
        attachments=len(parts) - len(texts),
    )


def leaves(message: Message) -> list[Message]:
    """The parts that hold something themselves, also those of a forwarded mail."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting = [one for one in inner if isinstance(one, Message)][:MOST_PARTS] + waiting
        else:
            found.append(part)
    return found


def is_attached(part: Message) -> bool:
    """Whether a part is a file beside the text."""
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, AttributeError, IndexError):
        return True


def text_of(part: Message) -> str:
    """The text of a part, by its charset, else UTF-8, else the letters of Windows."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    payload = payload[:LONGEST_PART]
    for charset in (claimed(part), "utf-8"):
        try:
            return payload.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return payload.decode("cp1252", "replace")


def claimed(part: Message) -> str:
    """The charset a part says it is in; only those that hold text."""
    try:
        return part.get_content_charset("utf-8")
    except (ValueError, LookupError, AttributeError, IndexError):
        return "utf-8"


def page_lines(markup: str) -> str:
    """HTML as lines, each link followed by its address."""
    page = BeautifulSoup(markup, "lxml")
    for gone in page(["script", "style", "head", "title"]):
        gone.decompose()
    for anchor in page("a"):
        address = anchor.get("href")
        words = anchor.get_text(" ", strip=True)
        if isinstance(address, str) and WEB.match(address) and address != words:
            anchor.append(f" <{address}>")
    for block in page(list(NEW_LINE)):
        block.insert_before("\n")
        block.append("\n")
    return re.sub(r"[ \t]+", " ", page.get_text())


def header(message: Message, name: str) -> str | None:
    """A header in one line; None where there is none, or none that can be read."""
    try:
        value = message[name]
        return " ".join(str(value).split())[:500] if value is not None else None
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return None


def sent(message: Message) -> str | None:
    """When it says it was sent, as ISO 8601 with its offset."""
    try:
        moment = parsedate_to_datetime(header(message, "Date") or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.isoformat() if moment.tzinfo else None


def iter_addresses(mail: Mail) -> Iterator[str]:
    """All web addresses in the order of the text."""
    for line in mail.lines:
        yield from re.findall(r"https?://[^\s<>\"]+", line)
