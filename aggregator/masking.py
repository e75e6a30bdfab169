"""Takes out of a log line what says who somebody is, or lets others act in their name.

An address becomes a mark, the same for the same address while the process runs, so that lines about
one person can be told to belong together and nobody can find out about whom they are. Tokens, keys
and passwords go altogether.
"""

import re
import secrets
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

ADDRESS = re.compile(
    r"(?:[\w.!#$%&'*+/=?^`{|}~-]|%40){1,64}(?:@|%40)(?:[\w-]+\.)*[\w-]*\w", re.IGNORECASE
)
OWN_LINK = re.compile(
    r"(/(?:stop|confirm|address|preferences|story|export|erase|sign-in)/)[^\s\"'<>/?#]+"
)
NAMED = re.compile(
    r"(?i)\b(token|key|api[_-]?key|secret|sig(?:nature)?|pass(?:word|wd)?|auth|code)"
    r"(\s*[=:]\s*)[^\s&\"'<>,;]+"
)
LONG = re.compile(
    r"\b(?:whsec_\S+|(?:Bearer|Basic)\s+\S+)"
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}+\.[A-Za-z0-9_-]{20,}+\S*"
)
USER_INFO = re.compile(r"(?<=://)[^/\s@]+:[^/\s@]*@")
GONE = "[removed]"
PRIVATE = frozenset({"email", "address", "to", "recipient", "target", "subject", "text", "html",
                     "token", "secret", "password", "authorization", "cookie", "key"})  # fmt: skip
"""Names under which nothing that is private may be logged, whatever it looks like."""

DEEPEST = 6
LONGEST = 8000
"""Characters of a text; a page that a portal sent instead of an error need not be logged whole."""


class Mask:
    """Masks with a key of its own, forgotten with the process."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)

    def mark(self, address: str) -> str:
        """What stands for an address: "address:5f2a9c01"."""
        plain = address.replace("%40", "@").casefold().encode("utf-8", "surrogatepass")
        return f"address:{blake2b(plain, digest_size=4, key=self._key).hexdigest()}"

    def text(self, text: str) -> str:
        """A text without addresses, tokens and passwords."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}…"
        text = USER_INFO.sub("", text)
        text = OWN_LINK.sub(rf"\1{GONE}", text)
        text = LONG.sub(GONE, text)
        text = NAMED.sub(rf"\1\2{GONE}", text)
        return ADDRESS.sub(lambda found: self.mark(found[0]), text)

    def value(self, value: Any, depth: int = 0) -> Any:
        """The same for whatever may stand in an event; what is no plain value as its text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth > DEEPEST:
            return GONE
        if isinstance(value, Mapping):
            return self.fields(value, depth + 1)
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(one, depth + 1) for one in value]
        return self.text(str(value))

    def fields(self, fields: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
        """Named values; what is private by its name goes, or becomes a mark."""
        return {
            self.text(str(name)): self.private(value)
            if str(name).lower() in PRIVATE
            else self.value(value, depth)
            for name, value in fields.items()
        }

    def private(self, value: Any) -> Any:
        """A mark for an address, nothing for anything else."""
        found = isinstance(value, str) and ADDRESS.fullmatch(value)
        return self.mark(str(value)) if found else GONE
