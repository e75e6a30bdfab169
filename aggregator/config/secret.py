"""The keys that sign links: a variable, or a file in the home that is made when first needed.

Several keys, parted by white space, verify; the first one signs. To replace a key, put the new one
before the old one and leave the old one there for two years: links in old mails are still used.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from aggregator.errors import ConfigError

FILE = "secret"
VARIABLE = "FAIRNOTICE_SECRET"
OWNER_ONLY = 0o600
BYTES = 32
SHORTEST = 32


def load_secrets(home: Path, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The keys, the one that signs first. Raises ConfigError."""
    if text := environment.get(VARIABLE, "").strip():
        return _checked(text, f"the variable {VARIABLE}")
    path = home / FILE
    try:
        if not path.exists():
            _make(path)
        return _checked(path.read_text(encoding="ascii"), str(path))
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(
            f"cannot be used: {fault}. It holds the key that signs the links in mails; check who "
            "owns it, or restore it from a backup",
            file=str(path),
        ) from None


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; where two start at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _checked(text: str, where: str) -> tuple[str, ...]:
    keys = tuple(text.split())
    if not keys or any(len(key) < SHORTEST for key in keys):
        raise ConfigError(
            f"needs keys of at least {SHORTEST} characters each; `openssl rand -base64 32` gives "
            "one, or leave it out and one is made",
            file=where,
        )
    return keys
