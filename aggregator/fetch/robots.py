"""What a host's robots.txt lets us read, by RFC 9309.

The file is asked for before the first call to an origin and once a day after that. Where there is
none (4xx) everything is allowed; where the host is in trouble (5xx, no answer) nothing is, until it
can be read. Crawl-delay is not in the RFC; we obey it as a pace, up to a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from protego import Protego

from aggregator.errors import Disallowed
from aggregator.fetch.faults import name
from aggregator.model import RobotsCopy

TOKEN = "FairNotice"  # noqa: S105 - our product token
MOST_BYTES = 512 * 1024
"""RFC 9309, section 2.5: at least 500 KiB are read; what is behind is left out."""

FRESH = timedelta(hours=24)
"""RFC 9309, section 2.4."""

AFTER_FAILURE = timedelta(minutes=10)
"""How long nothing is asked of a host whose robots.txt could not be read."""

LONGEST_DELAY = 60.0
UNREAD = 0
"""The status of a copy that says: could not be had."""

CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Rules:
    """One robots.txt, read."""

    parsed: Protego | None
    """None allows everything."""

    def permit(self, url: httpx.URL) -> None:
        """Raise Disallowed unless the address may be read."""
        if self.parsed is not None and not self.parsed.can_fetch(str(url), TOKEN):
            raise Disallowed(
                f"{name(url)} asks programs not to read {url} (its robots.txt). It is left alone. "
                "Ask the portal for leave or another door; if this is a documented API which that "
                "file does not concern, the entry in sources.yaml may say “robots: api” and why."
            )

    @property
    def crawl_delay(self) -> float:
        """Seconds from one call to the next that the file asks for, at most a minute."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(TOKEN)
        spacing = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return min(max(float(self.parsed.crawl_delay(TOKEN) or 0), spacing, 0.0), LONGEST_DELAY)


def rules(copy: RobotsCopy) -> Rules:
    """What a copy says; a file that is no text at all says nothing."""
    if copy.status in CLIENT_ERRORS:
        return Rules(None)
    text = copy.body.decode("utf-8-sig", "replace").replace("\0", "")
    return Rules(Protego.parse(text))


def is_fresh(copy: RobotsCopy, now: datetime) -> bool:
    """Whether a copy need not be asked for again; one from the future counts as old."""
    age = now - copy.fetched_at
    return timedelta(0) <= age < (AFTER_FAILURE if copy.status == UNREAD else FRESH)


def origin(url: httpx.URL) -> str:
    """Scheme, host and port, to which one robots.txt belongs."""
    return f"{url.scheme}://{url.netloc.decode('ascii').lower()}"
