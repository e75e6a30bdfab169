"""Lists whose rows have pages of their own: each page is asked for once per change of its row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from aggregator import collect, rebuild, relevance
from aggregator.errors import Refused
from aggregator.model import EventKind, Outcome, Parsed, RawPayload, Request, SourceRun, Validators
from aggregator.ports import Source
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from sources.answers import an_adapter

BASE = "https://portal.example.org"
PROFILE = relevance.load_profile()
CLOCK = FrozenClock(utc(2026, 11, 20, 12))
LIST = an_adapter(
    "html-list",
    base_url=BASE,
    path="/list?page={page}",
    pages=9,
    expect="h1",
    rows="li",
    key={"select": "a", "attr": "href", "regex": r"(\d+)"},
    link={"select": "a", "attr": "href"},
    fields={"title": {"select": "a"}, "deadline": {"labelled": "Closes"}},
    kind_of_notice="contract",
    tags=["tender"],
    page_count={"select": ".pages", "regex": r"of (\d+)"},
    detail={
        "expect": "h1",
        "fields": {"title": {"select": "h1"}, "description": {"labelled": "Description"}},
    },
)


@dataclass
class Portal:
    """Two rows a page; `broken` pages of rows are refused."""

    closes: dict[int, str]
    broken: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        path = request.url.removeprefix(BASE)
        self.asked.append(path.partition("#")[0])
        number = int("".join(letter for letter in path.partition("#")[0] if letter.isdigit()))
        if path.startswith("/page/") and number in self.broken:
            raise Refused("the portal says 500", status=500)
        text = self.row_page(number) if path.startswith("/page/") else self.list_page(number)
        return RawPayload(
            request=request, status=200, headers={}, body=text.encode(), retrieved_at=CLOCK.now()
        )

    def list_page(self, number: int) -> str:
        shown = sorted(self.closes)[number * 2 - 2 : number * 2]
        rows = "".join(
            f'<li><a href="/page/{n}">Mental health day service {n}</a>'
            f"<p>Closes: {self.closes[n]}</p></li>"
            for n in shown
        )
        pages = (len(self.closes) + 1) // 2
        return (
            f"<html><h1>List</h1><ul>{rows}</ul><p class=pages>Page {number} of {pages}</p></html>"
        )

    def row_page(self, number: int) -> str:
        return (
            f"<html><h1>Mental health day service {number}</h1>"
            "<p>Description: A place for people who live with depression.</p></html>"
        )

    def pages_of_rows(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/page/")]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


async def collected(portal: Portal, store: Store) -> SourceRun:
    portal.asked.clear()
    (run,) = await collect.run(
        [LIST], store=store, fetch=portal, read=read, clock=CLOCK, profile=PROFILE
    )
    return run


def a_portal() -> Portal:
    return Portal(dict.fromkeys(range(1, 6), "18 December 2026"))


async def test_row_and_page_tell_one_story(store: Store) -> None:
    assert (await collected(a_portal(), store)).outcome is Outcome.COMPLETE
    found = [*store.opportunities()]
    assert len(found) == 5
    facts = found[0].opportunity.facts
    assert facts.description == "A place for people who live with depression."
    assert facts.deadline is not None
    assert len(found[0].opportunity.notices) == 2


async def test_the_whole_list_is_walked_again_and_no_page_of_a_known_row(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    assert len(portal.pages_of_rows()) == 5
    again = await collected(portal, store)
    assert portal.asked == ["/list?page=1", "/list?page=2", "/list?page=3"]
    assert again.new_notices == 0


async def test_a_changed_row_has_its_page_asked_for_again(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    portal.closes[4] = "8 January 2027"
    await collected(portal, store)
    assert portal.pages_of_rows() == ["/page/4"]
    changed = [
        event
        for judged in store.opportunities()
        for event in store.events_of(judged.opportunity.id)
        if event.kind is EventKind.CHANGED and not event.backfill
    ]
    assert [event.field for event in changed] == ["deadline"]


async def test_a_page_that_failed_is_asked_for_until_it_answers(store: Store) -> None:
    portal = a_portal()
    portal.broken = {3}
    assert (await collected(portal, store)).outcome is Outcome.PARTIAL
    assert len([*store.opportunities()]) == 5  # the row itself is known all the same
    portal.broken = set()
    assert (await collected(portal, store)).outcome is Outcome.COMPLETE
    assert portal.pages_of_rows() == ["/page/3"]


async def test_a_row_that_comes_back_unchanged_is_no_new_version(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    before = len([*store.stored_notices()])
    for _ in range(3):
        await collected(portal, store)
    assert len([*store.stored_notices()]) == before == 10


async def test_a_rebuild_ends_in_the_same_story(store: Store) -> None:
    portal = a_portal()
    await collected(portal, store)
    portal.closes[4] = "8 January 2027"
    await collected(portal, store)
    states = [
        (await rebuild.run({LIST.id: LIST}, store=store, read=read, profile=PROFILE)).state
        for _ in range(2)
    ]
    assert states[0] == states[1]
    assert all(len(judged.opportunity.notices) >= 2 for judged in store.opportunities())
    assert (await collected(portal, store)).new_notices == 0
    assert portal.pages_of_rows() == []
