"""What every page needs to know: the host, its keys and links, the clock, a store per thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from aggregator import service
from aggregator.app import Instance, names_for_readers
from aggregator.links import Links
from aggregator.model import Host
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.tokens import Keys


@dataclass
class Stores:
    """A store for each thread that serves: a connection belongs to the thread that opened it."""

    instance: Instance
    _local: threading.local = field(default_factory=threading.local)

    @contextmanager
    def here(self) -> Iterator[Store]:
        """This thread's store."""
        store: Store | None = getattr(self._local, "store", None)
        if store is None:
            store = self._local.store = Store.open(self.instance.database, check=False)
        yield store


@dataclass(frozen=True, kw_only=True)
class Site:
    """One host's pages. links: absolute, for mails; here pages name each other by path."""

    instance: Instance
    keys: Keys
    links: Links
    clock: Clock
    stores: Stores

    @property
    def host(self) -> Host:
        """Who runs this."""
        return self.instance.settings.host

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()

    @cached_property
    def labels(self) -> dict[str, str]:
        """Service type -> its name in plain words."""
        return service.type_labels()

    @cached_property
    def source_names(self) -> dict[str, str]:
        """Source id -> its name for readers."""
        return names_for_readers(self.instance)


def site_of(instance: Instance, *, clock: Clock, fallback: str) -> Site:
    """The site of an instance. fallback: where it is reached while the host names no base_url."""
    keys = instance.keys()
    base = instance.settings.host.base_url or fallback
    return Site(
        instance=instance,
        keys=keys,
        links=Links(base_url=base, keys=keys),
        clock=clock,
        stores=Stores(instance),
    )
