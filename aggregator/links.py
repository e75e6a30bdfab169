"""The addresses of our own pages, as mails name them.

Only where the host has a base_url; each holds a signed token for one reader.
"""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Host
from aggregator.tokens import Keys, Purpose

PATHS = {
    Purpose.CONFIRM: "/confirm/{}",
    Purpose.ADDRESS: "/address/{}",
    Purpose.PREFERENCES: "/preferences/{}",
    Purpose.STORY: "/story/{}",
    Purpose.STOP: "/stop/{}",
}


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes the links of one host's mails. base_url: without a slash at the end."""

    base_url: str
    keys: Keys

    def to(self, purpose: Purpose, subscriber_id: str, subject: str = "", *, now: datetime) -> str:
        """The page for this purpose, for this reader alone."""
        token = self.keys.sign(purpose, subscriber_id, subject, now=now)
        return f"{self.base_url}{PATHS[purpose].format(token)}"

    def stop(self, subscriber_id: str, *, now: datetime) -> str:
        """Where one press, or a mail program by RFC 8058, stops all mails; never runs out."""
        return self.to(Purpose.STOP, subscriber_id, now=now)

    def preferences(self, subscriber_id: str, *, now: datetime) -> str:
        """Where a reader changes, pauses, exports or erases."""
        return self.to(Purpose.PREFERENCES, subscriber_id, now=now)

    def story(self, subscriber_id: str, opportunity_id: str, *, now: datetime) -> str:
        """The story of one opportunity, with "follow" and "not for us"."""
        return self.to(Purpose.STORY, subscriber_id, opportunity_id, now=now)


def links_of(host: Host, keys: Keys) -> Links | None:
    """The links of a host; None where it has no pages to lead to."""
    return Links(base_url=host.base_url, keys=keys) if host.base_url else None
