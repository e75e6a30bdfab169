"""One reader on one channel at one moment: what all parts of composing need to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.alert.shared import Shared
from aggregator.digest import Links
from aggregator.model import Channel, Host, Subscriber, Watch
from aggregator.store import Store


@dataclass(frozen=True, kw_only=True)
class Reader:
    """names: source id -> its name for readers. labels: service type -> its name in plain words.

    hour: of the UK day at which digests are due where a subscription names none.
    """

    store: Store
    host: Host
    hour: int
    now: datetime
    subscriber: Subscriber
    channel: Channel
    names: Mapping[str, str]
    labels: Mapping[str, str]
    shared: Shared
    watch: Watch | None = None
    links: Links | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By what the store knows this reader and channel."""
        return self.subscriber.id, self.channel.key

    @property
    def is_first(self) -> bool:
        """Whether this channel was never told anything."""
        return self.store.channel_start(*self.key) is None
