"""How one source wants to be asked."""

from dataclasses import dataclass
from pathlib import Path

COOLDOWN_IN_PACES = 25
"""Contracts Finder asks for five minutes of rest, which is 25 times its pace of 12 seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchPolicy:
    """How one source wants to be asked; times in seconds.

    pace: from one call to the next. attempts: calls for one request, redirects not counted.
    forbidden_means_throttled: Contracts Finder answers 403 to too many calls; it then gets
    `cooldown` of rest (None: 25 times the pace). total_seconds: for one call from connecting to
    the last byte. max_bytes: of the body, while it is decoded. patience: the longest that one
    request may wait for a server to be ready again. obeys_robots: whether the robots.txt of its
    site concerns it. ca_bundle: a PEM file of certificates to trust besides the usual ones.
    """

    pace: float
    forbidden_means_throttled: bool = False
    cooldown: float | None = None
    max_bytes: int = 32 * 2**20
    total_seconds: float = 60.0
    attempts: int = 5
    patience: float = 900.0
    obeys_robots: bool = True
    ca_bundle: Path | None = None

    @property
    def rest(self) -> float:
        """How long a server that gave no time is left alone after "too many calls"."""
        return COOLDOWN_IN_PACES * self.pace if self.cooldown is None else self.cooldown
