"""An envelope address of its own for every mail, so that what bounces says which mail it was.

Variable envelope return paths: "bounces@…" becomes "bounces+<token>@…". The token is a keyed hash
of the Message-ID, so it can be checked without being stored, and nobody can make one up for a mail
they never had. Small letters and digits only: mail servers may change the case of an address.
"""

import base64
import hashlib
import hmac
import re

from aggregator.tokens import Keys

LENGTH = 26
"""Characters of a token: 130 bits in base 32."""

TOKEN = re.compile(rf"\+([a-z2-7]{{{LENGTH}}})@", re.IGNORECASE)
LONGEST_LOCAL = 64
"""RFC 5321 section 4.5.3.1.1."""


def envelope(address: str, message_id: str, keys: Keys) -> str:
    """The envelope sender of one message. Raises ValueError where the address leaves no room."""
    local, _, domain = address.partition("@")
    if len(local) + 1 + LENGTH > LONGEST_LOCAL:
        raise ValueError(
            f"{address} is too long for bounces: at most {LONGEST_LOCAL - LENGTH - 1} characters "
            "may stand before the @"
        )
    return f"{local}+{tokens(message_id, keys)[0]}@{domain}"


def tokens(message_id: str, keys: Keys) -> tuple[str, ...]:
    """The token of a message under each key of the host, the signing key's first."""
    return tuple(_token(message_id, secret) for secret in keys.secrets)


def token_in(address: str) -> str | None:
    """What looks like a token in an address; whose it is has to be looked up."""
    found = TOKEN.search(address)
    return found[1].lower() if found else None


def _token(message_id: str, secret: str) -> str:
    key = hmac.new(secret.encode(), b"fair-notice envelope", hashlib.sha256).digest()
    digest = hmac.new(key, message_id.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:LENGTH].lower()
