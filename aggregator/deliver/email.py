"""Building the mail: every byte of it is decided here.

Three habits of the standard library are steered round. Its policy turns a long List-Unsubscribe
link into encoded words, which breaks one-click stopping, so lines may be 998 long; the same
setting would make encoded words in the subject and quoted-printable lines far longer than mail
allows (75 and 76), so these two are encoded at their own width; and a subject that looks like an
encoded word is encoded again instead of being decoded, so that a title cannot smuggle in a header.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from aggregator.deliver.addresses import checked, domain_of
from aggregator.errors import PermanentFailure
from aggregator.model import Message, MessageKind

MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")
"""What may become a file name, a Message-ID and a boundary."""

EXTRA_HEADERS = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-help", "list-owner"})
NOT_IN_HEADERS = frozenset({"Cc", "Cs", "Zl", "Zp"})

BODY = SMTP.clone(max_line_length=76)


class MailPolicy(EmailPolicy):
    """Links stay whole; the subject is encoded in words of at most 75 characters."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep the subject as it is: parsing would decode what looks like an encoded word."""
        return (name, value) if name == "Subject" else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as bytes; the subject by the encoder that counts its words."""
        if name != "Subject":
            return super().fold_binary(name, value)
        charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
        header = Header(value, charset=charset, header_name=name, maxlinelen=76)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}".encode("ascii")


POLICY = MailPolicy(
    linesep=SMTP.linesep,
    max_line_length=998,
    raise_on_defect=False,
    header_factory=SMTP.header_factory,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """From whom mail goes out, and where answers go (to `address` when not said).

    Raises PermanentFailure for a wrong address or name: settings are to fail when they are read,
    not when a reader waits for a mail.
    """

    address: str
    name: str
    reply_to: str | None = None

    def __post_init__(self) -> None:
        for address in (self.address, self.reply_to or self.address):
            checked(address)
        if _odd(self.name):
            raise PermanentFailure("the sender's name holds a line break or control character")

    @property
    def domain(self) -> str:
        """The domain of the sending address; the Message-ID ends in it."""
        return domain_of(checked(self.address))


def message_id(message: Message, sender: Sender) -> str:
    """The Message-ID header: the same for every try. Raises PermanentFailure for an odd id."""
    if not MESSAGE_ID.fullmatch(message.id):
        raise PermanentFailure(f"the message id {message.id[:60]!r} cannot be used in a mail")
    return f"<{message.id}@{sender.domain}>"


def recipient(message: Message) -> str:
    """The one address it goes to. Raises PermanentFailure when the target is not one address."""
    return checked(message.channel.target)


def build(message: Message, sender: Sender) -> EmailMessage:
    """The mail for a message: plain text first, then the same as HTML.

    A mail of the service itself is plain text alone. Raises PermanentFailure when a part is
    missing or a header would not be safe.
    """
    is_service = message.kind is MessageKind.SERVICE
    if not (message.subject and message.text and (message.html or is_service)):
        raise PermanentFailure(f"message {message.id[:60]} has no subject, text or HTML")
    mail = EmailMessage(policy=POLICY)
    _set_headers(mail, message, sender)
    if not message.html:
        return _plain_alone(mail, message.text)
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = "multipart/alternative"
    mail.set_boundary(f"=_{message.id}")
    mail.attach(_part(message.text, "plain"))
    mail.attach(_part(message.html, "html"))
    return mail


def _plain_alone(mail: EmailMessage, text: str) -> EmailMessage:
    part = _part(text, "plain")
    for name, value in part.items():
        mail[name] = value
    mail.set_payload(part.get_payload())
    return mail


def to_bytes(message: Message, sender: Sender) -> bytes:
    """The mail as it travels, lines ending in CR LF; equal bytes for every try."""
    return build(message, sender).as_bytes()


def _set_headers(mail: EmailMessage, message: Message, sender: Sender) -> None:
    mail["Message-ID"] = message_id(message, sender)
    mail["Date"] = format_datetime(message.created_at)
    mail["From"] = Address(display_name=sender.name, addr_spec=checked(sender.address))
    mail["Reply-To"] = Address(addr_spec=checked(sender.reply_to or sender.address))
    mail["To"] = Address(addr_spec=recipient(message))
    mail["Subject"] = _safe("subject", message.subject or "")
    if message.kind is MessageKind.DIGEST:
        mail["List-Id"] = f"<fair-notice.{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in _extra(message.headers or {}):
        mail[name] = value


def _extra(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    unknown = sorted(name for name in headers if name.lower() not in EXTRA_HEADERS)
    if unknown:
        raise PermanentFailure(f"a message may not set the header {unknown[0][:60]!r}")
    return [(name, _plain(name, value)) for name, value in headers.items()]


def _plain(name: str, value: str) -> str:
    if not value.isascii() or "=?" in value:
        raise PermanentFailure(f"the header {name} may only hold plain ASCII")
    return _safe(name, value)


def _safe(what: str, text: str) -> str:
    if _odd(text):
        raise PermanentFailure(f"the {what} holds a line break or control character")
    return text


def _odd(text: str) -> bool:
    return any(unicodedata.category(letter) in NOT_IN_HEADERS for letter in text)


def _part(text: str, subtype: str) -> EmailMessage:
    part = EmailMessage(policy=BODY)
    encoding = "quoted-printable" if _mostly_ascii(text) else "base64"
    part.set_content(text, subtype=subtype, charset="utf-8", cte=encoding)
    return part


def _mostly_ascii(text: str) -> bool:
    size = len(text.encode())
    return (size - len(text)) * 6 < size
