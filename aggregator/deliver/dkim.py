"""Signing mails with DKIM (RFC 6376), for hosts whose relay does not do it.

Both List-Unsubscribe headers are signed, as RFC 8058 section 4 asks, and From twice, so that no
second From can be put in front of it.
"""

from dataclasses import dataclass, field
from typing import Protocol

import dkim

from aggregator.errors import PermanentFailure

SIGNED = (
    *("from", "reply-to", "to", "subject", "date", "message-id", "mime-version", "content-type"),
    *("content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
    *("list-help", "auto-submitted"),
)
SMALLEST = 1024
"""Bits of a key; RFC 8301 wants at least so many, and 2048 are better."""


class Signer(Protocol):
    """Signs a mail."""

    def signed(self, mail: bytes) -> bytes:
        """The mail with its signature in front."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DkimSigner:
    """Signs for a domain. selector: the public key stands at selector._domainkey.domain. key: PEM.

    Raises ValueError for a key that cannot sign.
    """

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        try:
            self._signature(b"From: a@example.org\r\n\r\n", (b"from",))
        except (dkim.DKIMException, dkim.KeyFormatError) as problem:
            raise ValueError(f"is no private key that can sign mails: {problem}") from problem

    def signed(self, mail: bytes) -> bytes:
        """The mail with a DKIM-Signature in front. Raises PermanentFailure."""
        head = mail.partition(b"\r\n\r\n")[0]
        there = {line.partition(b":")[0].strip().lower() for line in head.split(b"\r\n")}
        names = [name.encode() for name in SIGNED if name.encode() in there]
        try:
            return self._signature(mail, (b"from", *names)) + mail
        except dkim.DKIMException as problem:
            raise PermanentFailure(f"the mail could not be signed: {problem}") from problem

    def _signature(self, mail: bytes, names: tuple[bytes, ...]) -> bytes:
        signature: bytes = dkim.sign(
            mail,
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(names),
        )
        return signature
