"""Exactly one e-mail address, or a refusal that says why."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from aggregator.errors import PermanentFailure

LONGEST = 254
"""RFC 5321: a path is at most 256 octets, two of which are the angle brackets."""

NEVER = re.compile(r"[\x00-\x20\x7f-\xa0,;:<>()\[\]\\\"\u2028\u2029]")
"""Also what RFC 5322 would allow in quotes: it only ever serves to smuggle a second address."""

DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


def checked(text: str) -> str:
    """The address with its domain in lower case and in ASCII (IDNA).

    Raises PermanentFailure when the text is not exactly one plain address.
    """
    if NEVER.search(text) or text.count("@") != 1:
        raise PermanentFailure(f"{_shown(text)} is not one plain e-mail address")
    local, _, domain = text.partition("@")
    if not local.isascii():
        raise PermanentFailure(f"{_shown(text)} has letters or signs that mail servers do not take")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
        Address(addr_spec=f"{local}@{domain}")
    except (UnicodeError, ValueError, IndexError, MessageError) as problem:
        raise PermanentFailure(f"{_shown(text)} is not an e-mail address: {problem}") from problem
    if not DOMAIN.fullmatch(domain):
        raise PermanentFailure(f"{_shown(text)} has letters or signs that mail servers do not take")
    if len(local) > 64 or len(local) + len(domain) + 1 > LONGEST:  # noqa: PLR2004 - RFC 5321
        raise PermanentFailure(f"{_shown(text)} is longer than an e-mail address can be")
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")  # noqa: PLR2004 - fits on a line
