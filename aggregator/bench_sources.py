"""How fast lists are read, beside the bare parsing of the same bytes in the same run."""

import csv
import io
import json
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import feedparser
from bs4 import BeautifulSoup
from lxml import etree

from aggregator.model import RawPayload, Request
from aggregator.sources import KINDS, Adapter
from aggregator.testing import utc

ROWS = 100
MOST_MEGABYTES = 200
MOST_TIMES = {
    "html-list": 4.0,
    "html-list, labelled": 8.0,
    "json-list": 50.0,
    "json-list, in a script": 30.0,
    "csv-list": 40.0,
    "xml-list": 60.0,
    "feed": 4.0,
}
"""Aims: a row costs its dates, money, texts and hash, which is much beside a C parser's work."""

NOW = utc(2026, 11, 20, 12)
BASE = "https://portal.example.org"
COMMON: dict[str, Any] = {"kind_of_notice": "grant", "path": "/list"}
DATE = "12 noon on Friday 18 December 2026"


class Method(NamedTuple):
    """One way of access: an adapter, a page for it, and the bare parsing of such a page."""

    name: str
    adapter: Adapter
    body: bytes
    bare: Callable[[bytes], object]


def an_adapter(kind: str, **options: Any) -> Adapter:
    """An adapter by configuration alone."""
    made = KINDS[kind]
    return made(
        id="bench", base_url=BASE, options=made.Options.model_validate({**COMMON, **options})
    )


def text_of(number: int) -> str:
    """What a row says, different in each."""
    return f"Funding number {number} for groups that help people & their families. " * 3


def soup(body: bytes) -> object:
    """The bare reading of a page."""
    return BeautifulSoup(body, "lxml")


def html() -> Iterator[Method]:
    """A page of rows, by selectors and by labels."""
    rows = "".join(
        f'<li class="row"><h3><a href="/g/{n}">Grant {n}</a></h3><p class="text">{text_of(n)}</p>'
        f'<dl><dt>Closing date</dt><dd class="date">{DATE}</dd><dt>Amount</dt>'
        f'<dd class="sum">up to £{n + 1},000</dd></dl></li>'
        for n in range(ROWS)
    )
    body = f"<html><h1>Grants</h1><ul>{rows}</ul></html>".encode()
    shape: dict[str, Any] = {
        "expect": "h1",
        "rows": "li.row",
        "key": {"select": "a", "attr": "href"},
    }
    title = {"title": {"select": "a"}, "description": {"select": ".text"}}
    selected = {"deadline": {"select": ".date"}, "value": {"select": ".sum"}}
    labelled = {"deadline": {"labelled": "Closing date"}, "value": {"labelled": "Amount"}}
    for name, fields in (("html-list", selected), ("html-list, labelled", labelled)):
        yield Method(name, an_adapter("html-list", **shape, fields={**title, **fields}), body, soup)


def json_in_two_places() -> Iterator[Method]:
    """The same list as an answer and in a script of a page."""
    rows = [
        {"id": n, "name": f"Grant {n}", "text": text_of(n), "most": 1000 * n + 1, "closes": DATE}
        for n in range(ROWS)
    ]
    content = json.dumps({"data": {"rows": rows}})
    names = {"title": "name", "description": "text", "value": "most", "deadline": "closes"}
    shape: dict[str, Any] = {
        "rows": "data.rows",
        "key": {"path": "id"},
        "fields": {field: {"path": name} for field, name in names.items()},
    }
    yield Method("json-list", an_adapter("json-list", **shape), content.encode(), json.loads)
    page = f'<html><script id="data">{content}</script></html>'.encode()
    script = an_adapter("json-list", **shape, script="script#data")
    yield Method("json-list, in a script", script, page, soup)


def tables() -> Iterator[Method]:
    """A CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Id", "Fund", "About", "Amount", "Closes"])
    writer.writerows([n, f"Grant {n}", text_of(n), f"£{n + 1},000", DATE] for n in range(ROWS))
    names = {"title": "Fund", "description": "About", "value": "Amount", "deadline": "Closes"}
    adapter = an_adapter(
        "csv-list",
        key={"column": "Id"},
        fields={field: {"column": name} for field, name in names.items()},
    )

    def bare(body: bytes) -> object:
        return [*csv.reader(io.StringIO(body.decode()))]

    yield Method("csv-list", adapter, out.getvalue().encode(), bare)


def feeds() -> Iterator[Method]:
    """An Atom feed, read as a feed and as XML."""
    entries = "".join(
        f"<entry><id>tag:{n}</id><title>Grant {n}</title><link href='{BASE}/g/{n}'/>"
        f"<updated>2026-11-19T09:30:00Z</updated><summary>{text_of(n).replace('&', 'and')} "
        f"Closing date: {DATE}.</summary></entry>"
        for n in range(ROWS)
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>{entries}</feed>'.encode()
    feed = an_adapter("feed")
    yield Method("feed", feed, body, lambda content: feedparser.parse(io.BytesIO(content)))
    fields = {"title": "title", "description": "summary", "published": "updated"}
    xml = an_adapter(
        "xml-list",
        root="feed",
        rows="entry",
        key={"select": "id"},
        fields={field: {"select": name} for field, name in fields.items()},
    )
    yield Method("xml-list", xml, body, etree.fromstring)


def seconds(act: Callable[[], object], rounds: int) -> float:
    """The best of several goes."""
    best = 1e9
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - began)
    return best


def lines(rounds: int = 7) -> Iterator[str]:
    """A JSON line per way of access; `met` says whether the aim is reached."""
    for method in (*html(), *json_in_two_places(), *tables(), *feeds()):
        request = Request(source_id="bench", url=f"{BASE}/list", reader=reader_of(method.adapter))
        payload = RawPayload(
            request=request, status=200, headers={}, body=method.body, retrieved_at=NOW
        )
        if len(method.adapter.read(payload).notices) != ROWS:
            raise AssertionError(f"{method.name} did not read all rows")
        bare = seconds(lambda m=method: m.bare(m.body), rounds)  # type: ignore[misc]
        whole = seconds(lambda m=method, p=payload: m.adapter.read(p), rounds)  # type: ignore[misc]
        yield json.dumps(
            {
                "bench": f"pages of {ROWS} rows read by {method.name}",
                "bytes": len(method.body),
                "pages_a_second": round(1 / whole, 1),
                "bare_pages_a_second": round(1 / bare, 1),
                "times_bare_parsing": round(whole / bare, 2),
                "aim": MOST_TIMES[method.name],
                "met": whole / bare <= MOST_TIMES[method.name],
            }
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield json.dumps(
        {
            "bench": "memory while reading lists",
            "peak_mb": round(peak),
            "aim": MOST_MEGABYTES,
            "met": peak <= MOST_MEGABYTES,
        }
    )


def reader_of(adapter: Adapter) -> str:
    """The reader of list pages."""
    return "read_feed" if "read_feed" in adapter.readers else "read_page"
