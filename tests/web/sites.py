"""An instance with notices and readers, and its pages without a network."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from aggregator import consent, relevance
from aggregator.app import Instance
from aggregator.derive import derive
from aggregator.links import Links
from aggregator.model import Cadence, Criteria, Message, Place, Wish
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_buyer, a_notice, a_stated_time, utc
from aggregator.tokens import Keys, Purpose
from aggregator.web import application

NOW = utc(2026, 11, 23, 9)
BASE = "https://notices.vale-cvs.example.org"
SETTINGS = f"""\
host:
  name: Vale of Arden CVS
  contact: help@vale-cvs.example.org
  address: The Old School, 1 Mill Lane, Northmoor
  base_url: {BASE}
  colours: {{brand: "#5b2a6e"}}
"""
ANN = "ann@example.org"
WISH = Wish(criteria=Criteria(), cadence=Cadence.DAILY)


@dataclass
class TheSite:
    """A host's folder with its pages at a fixed time."""

    home: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOW))
    base: str = BASE

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "fairnotice.yaml").write_text(SETTINGS, encoding="utf-8")
        self.instance = Instance.at(self.home)
        self.app = application(self.instance, clock=self.clock)
        with self.store() as store:
            for number in range(1, 4):
                self.arrives(store, number)

    @property
    def keys(self) -> Keys:
        return self.instance.keys()

    @property
    def links(self) -> Links:
        return Links(base_url=self.base, keys=self.keys)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with self.instance.store() as opened:
            yield opened

    def arrives(self, store: Store, number: int, **changes: Any) -> None:
        """One notice, collected now."""
        notice = a_notice(
            **{
                "notice_id": f"00000{number}-2026",
                "ocid": f"ocds-h6vhtk-00000{number}",
                "title": TITLES.get(number, "Crisis café for adults"),
                "description": f"{TITLES.get(number, 'Crisis café for adults')}, locally.",
                "url": f"https://example.org/Notice/00000{number}-2026",
                "buyers": (a_buyer(f"Northmoor Council {number}"),),
                "places": (Place(code="UKE42"),),
                "published": a_stated_time(self.clock.now()),
                **changes,
            }
        )
        with store.transaction():
            added = store.add_notices(
                [notice], payload_id=None, retrieved_at=self.clock.now(), backfill=False
            )
            derive(added, store=store, profile=relevance.load_profile())

    def first_id(self) -> str:
        with self.store() as store:
            return min(one.opportunity.id for one in store.opportunities())

    def joins(self, address: str = ANN) -> str:
        """A confirmed reader; gives the id."""
        host = self.instance.settings.host
        with self.store() as store:
            consent.ask(address, WISH, store=store, clock=self.clock, host=host, links=self.links)
            text = mails(store, "confirm-")[-1].text or ""
            token = self.keys.read(Purpose.CONFIRM, link_in(text).rsplit("/", 1)[1], now=NOW)
            return consent.confirm(
                token, store=store, clock=self.clock, host=host, keys=self.keys
            ).subscriber.id

    def path(self, purpose: Purpose, subscriber_id: str, subject: str = "") -> str:
        """The path of one of a reader's own pages."""
        link = self.links.to(purpose, subscriber_id, subject, now=self.clock.now())
        return link.removeprefix(self.base)

    def content(self) -> list[object]:
        """Every row of every table."""
        with self.store() as store:
            return content_of(store)

    async def ask(
        self,
        method: str,
        path: str,
        data: Mapping[str, str | Sequence[str]] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request, redirects not followed."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
            return await client.request(method, path, data=data, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def post(
        self, path: str, data: Mapping[str, str | Sequence[str]] | None = None, **more: Any
    ) -> httpx.Response:
        return await self.ask("POST", path, data, **more)


TITLES = {
    1: "Crisis café for adults",
    2: "Perinatal mental health peer support",
    3: "Counselling for young people in schools",
}


def content_of(store: Store) -> list[object]:
    tables = store._db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    return [(name, store._db.rows(f"SELECT * FROM {name}")) for (name,) in tables]


def mails(store: Store, kind: str = "") -> list[Message]:
    """Messages in the outbox, the oldest first."""
    found = [one.message for one in store.deliveries()]
    return [one for one in reversed(found) if one.id.startswith(kind)]


def link_in(text: str) -> str:
    """The one link of a mail of the service."""
    return next(line for line in text.splitlines() if line.startswith("http"))
