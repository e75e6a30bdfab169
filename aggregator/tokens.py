"""Signed links: what a mail carries so that its reader needs no password.

A token names its purpose, a subscriber and at most one thing besides, and is signed with HMAC and
SHA-256 under a key derived for that purpose alone: a link that stops digests cannot change an
address. All keys of the host verify, the first one signs, so that a key can be replaced while the
links of old mails go on working. Stopping never runs out (RFC 8058 links are pressed years later).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from aggregator.errors import BadToken, ExpiredToken

LONGEST = 600
"""Characters of a token; ours have about 120."""

SHORTEST = 32
"""Characters of a secret key."""


class Purpose(StrEnum):
    """What a link allows."""

    CONFIRM = "confirm"
    ADDRESS = "address"
    PREFERENCES = "preferences"
    STORY = "story"
    STOP = "stop"


VALID: dict[Purpose, timedelta | None] = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.ADDRESS: timedelta(days=7),
    Purpose.PREFERENCES: timedelta(days=92),
    Purpose.STORY: timedelta(days=366),
    Purpose.STOP: None,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a link says. subject: a request's id, an opportunity's; "" where there is none."""

    subscriber_id: str
    subject: str
    issued_at: datetime


@dataclass(frozen=True, repr=False)
class Keys:
    """The host's secret keys, the one that signs first. Never shown in a repr."""

    secrets: tuple[str, ...]

    def sign(
        self, purpose: Purpose, subscriber_id: str, subject: str = "", *, now: datetime
    ) -> str:
        """A token for a link, of letters that need no quoting in a web address."""
        content = [subscriber_id, subject, int(now.timestamp())]
        return str(self._serializer(purpose).dumps(content))

    def read(self, purpose: Purpose, text: str, *, now: datetime) -> Token:
        """What a link says. Raises BadToken, and ExpiredToken for one that was ours once."""
        token = self._content(purpose, text)
        valid = VALID[purpose]
        if valid is not None and now - token.issued_at > valid:
            raise ExpiredToken("This link has run out.")
        return token

    def fingerprints(self, address: str) -> tuple[str, ...]:
        """Keyed hashes of an address, by each key: they recognise it and do not tell it."""
        folded = address.strip().casefold().encode()
        return tuple(
            hmac.new(_derived("suppression", secret), folded, hashlib.sha256).hexdigest()
            for secret in self.secrets
        )

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(
            list(reversed(self.secrets)),  # itsdangerous signs with the last
            salt=f"fair-notice {purpose}",
            signer=Signer,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def _content(self, purpose: Purpose, text: str) -> Token:
        problem = BadToken("This link is not complete, or it is not one of ours.")
        if len(text) > LONGEST or not text.isascii():
            raise problem
        try:
            content = self._serializer(purpose).loads(text)
            subscriber_id, subject, seconds = content
            issued_at = _instant(seconds)
        except (BadSignature, ValueError, TypeError, OverflowError):
            raise problem from None
        return Token(subscriber_id=subscriber_id, subject=subject, issued_at=issued_at)


def keys_of(texts: Sequence[str]) -> Keys:
    """The keys of a host. Raises ValueError where there is none, or one is too short to be safe."""
    secrets = tuple(text.strip() for text in texts if text.strip())
    if not secrets:
        raise ValueError("there is no secret key")
    if any(len(secret) < SHORTEST for secret in secrets):
        raise ValueError(f"a secret key needs at least {SHORTEST} characters")
    return Keys(secrets)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _derived(use: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"fair-notice {use}".encode(), hashlib.sha256).digest()
