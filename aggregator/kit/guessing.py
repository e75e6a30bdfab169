"""Which declaration would fit a saved page. A guess to begin with: a person looks at every line.

Runs in a limited child, because the page is from outside.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from aggregator.parsing.text import fold

FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
BEGINNING = 1000
LEAST_ROWS = 2
ENOUGH_ROWS = 3
DEEPEST = 12
FIELD_WORDS: Mapping[str, tuple[str, ...]] = {
    "buyer": ("funder", "buyer", "authority", "organisation", "customer", "council", "purchaser"),
    "deadline": ("closing", "close", "deadline", "end date", "expires", "response by", "due"),
    "published": ("published", "publication", "posted", "date added"),
    "value": ("value", "amount", "budget", "total fund", "maximum award", "total award"),
    "reference": ("reference", "ref", "id", "number"),
    "place": ("location", "area", "region", "where"),
    "status": ("status", "state"),
    "category": ("category", "type"),
    "description": ("description", "summary", "details", "about"),
    "title": ("title", "name", "project", "contract", "opportunity", "fund", "subject", "grant"),
}
"""Words by which a label or name is taken for a field; the first field that fits."""

ASKED = ("deadline", "published", "value", "buyer", "reference", "status", "place", "category")
FIRST_PAGE = re.compile(r"(\bpage[=/])1(?!\d)", re.IGNORECASE)
SOME_PAGES = 5
SEEN_EMPTY = "what the page shows without any row (empty_marker)"
PAGES = "how many pages there are, and how the address of the next one looks"
KEYS = ("id", "slug", "label", "reference", "uniqueid", "guid", "url", "link")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """kind: None where no declaration fits. options: of the entry. because: in words.
    doubts: what a person has to look at."""

    kind: str | None
    options: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""
    doubts: tuple[str, ...] = ()


def guess(body: bytes, url: str) -> Guess:
    """The declaration that fits these bytes as served from the address best."""
    path = path_of(url)
    if FEED.search(body[:BEGINNING]) and b"<html" not in body[:BEGINNING]:
        return Guess(kind="feed", options={"path": path}, because="the page is a feed")
    if (content := as_json(body)) is not None:
        return of_json(content, path)
    text = body.decode("utf-8", "replace")
    if "<html" not in text[:5000].casefold() and "<!doctype" not in text[:200].casefold():
        return of_csv(text, path) or Guess(kind=None, because="it is no page, feed, JSON or CSV")
    return of_page(BeautifulSoup(text, "lxml"), path)


def path_of(url: str) -> str:
    """What stands behind the host."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def paged(path: str) -> dict[str, Any]:
    """The path of a list, with {page} where it names its first page."""
    several = FIRST_PAGE.sub(r"\g<1>{page}", path)
    return {"path": several, **({"pages": SOME_PAGES} if several != path else {})}


def empty(values: Iterable[object]) -> dict[str, Any]:
    """Fields that no row fills have to be optional; that all others are filled is worth knowing."""
    return {} if any(value not in (None, "") for value in values) else {"optional": True}


def as_json(body: bytes) -> object | None:
    """The JSON in these bytes, None where there is none."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def field_for(words: str, taken: Sequence[str] = ()) -> str | None:
    """Which field a label or name means."""
    folded = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).replace("_", " "))
    for name, marks in FIELD_WORDS.items():
        if name not in taken and any(re.search(rf"\b{mark}", folded) for mark in marks):
            return name
    return None


# -- JSON -----------------------------------------------------------------------------------------


def lists_in(node: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Every list of objects in it, with its path as JSON path expressions write it."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        if node and all(isinstance(one, dict) for one in node):
            yield path or "@", node
        return
    if isinstance(node, dict):
        for name, value in node.items():
            step = name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{name}"'
            yield from lists_in(value, f"{path}.{step}" if path else step, depth + 1)


def of_json(content: object, path: str, script: str | None = None) -> Guess:
    """The longest list of objects, its fields by their names."""
    found = max(lists_in(content), key=lambda pair: len(pair[1]), default=None)
    if found is None:
        return Guess(kind=None, because="the JSON holds no list of objects")
    where, rows = found
    names = [str(name) for name in rows[0]]
    fields: dict[str, Any] = {}
    for name in names:
        if isinstance(rows[0][name], str | int | float | None) and (
            meant := field_for(name, tuple(fields))
        ):
            fields[meant] = {"path": name, **empty(row.get(name) for row in rows)}
    key = next((name for mark in KEYS for name in names if name.casefold().endswith(mark)), None)
    if "title" not in fields or key is None:
        return Guess(kind=None, because=f"its rows are made of {', '.join(names[:12])}")
    options = {**paged(path), **({"script": script} if script else {}), "rows": where,
               "key": {"path": key}, "fields": fields}  # fmt: skip
    return Guess(kind="json-list", options=options, doubts=(PAGES,),
                 because=f"{where} is a list of {len(rows)} objects")  # fmt: skip


# -- CSV ------------------------------------------------------------------------------------------


def of_csv(text: str, path: str) -> Guess | None:
    """Columns by their headings; None where the first line has none that we know."""
    try:
        rows = [*csv.reader(io.StringIO(text[:20_000], newline=""))]
    except csv.Error:
        return None
    if len(rows) < LEAST_ROWS or len(rows[0]) < LEAST_ROWS:
        return None
    fields: dict[str, Any] = {}
    for number, heading in enumerate(rows[0]):
        if meant := field_for(heading, tuple(fields)):
            cells = (row[number] for row in rows[1:] if len(row) > number)
            fields[meant] = {"column": heading, **empty(cells)}
    if "title" not in fields:
        return None
    key = fields.get("reference", fields["title"])["column"]
    options = {"path": path, "key": {"column": key}, "fields": fields}
    return Guess(kind="csv-list", options=options, because=f"its headings are {', '.join(rows[0])}")


# -- pages ----------------------------------------------------------------------------------------


def of_page(page: BeautifulSoup, path: str) -> Guess:
    """By what there is: a list in a script, a table, rows made alike, a feed it names."""
    for script in page.find_all("script", type="application/json", id=True):
        content = as_json(script.get_text().encode())
        found = of_json(content, path, f"script#{script['id']}") if content else None
        if found and found.kind:
            return found
    if (found := of_table(page, path)) or (found := of_rows(page, path)):
        return found
    link = page.find("link", rel="alternate", type=re.compile(r"application/(?:rss|atom)\+xml"))
    if isinstance(link, Tag) and isinstance(link.get("href"), str):
        because = "the page names a feed; look whether it holds what the page shows"
        return Guess(kind="feed", options={"path": path_of(str(link["href"]))}, because=because)
    return Guess(kind=None, because="nothing on it repeats like the rows of a list")


def of_table(page: BeautifulSoup, path: str) -> Guess | None:
    """A table with headings, told by the words of the headings."""
    for number, table in enumerate(page.find_all("table")):
        heads = [one.get_text(" ", strip=True) for one in table.select("thead th") or []]
        rows = table.select("tbody > tr")
        fields = labelled(heads)
        if len(rows) < LEAST_ROWS or "title" not in fields:
            continue
        name = selector(table) or ("table" if number == 0 else f"table:nth-of-type({number + 1})")
        link = {**fields["title"], "attr": "href"}
        has_link = rows[0].find("a", href=True) is not None
        options = {
            **common(page, path, f"{name} thead th"),
            "rows": f"{name} tbody > tr",
            "header": f"{name} thead th",
            "key": dict(link if has_link else fields.get("reference", fields["title"])),
            **({"link": link} if has_link else {}),
            "fields": fields,
        }
        because = f"a table has {len(rows)} rows under {', '.join(heads)}"
        return Guess(kind="html-list", options=options, because=because, doubts=(SEEN_EMPTY, PAGES))
    return None


def of_rows(page: BeautifulSoup, path: str) -> Guess | None:
    """Elements of one name and class that repeat, each with a link."""
    counted = Counter(
        name
        for one in page.select("main *, body *")
        if one.name in ("li", "div", "article", "section", "tr")
        and (name := selector(one))
        and one.find("a", href=True)
    )
    for name, count in counted.most_common():
        rows = page.select(name)
        if count < ENOUGH_ROWS or any(row.find_parent(["nav", "header", "footer"]) for row in rows):
            continue
        title = next((t for t in ("h2 a", "h3 a", "h4 a", "a") if rows[0].select_one(t)), "a")
        labels = [one.get_text(" ", strip=True).rstrip(":") for one in
                  rows[0].select("dt, th, .label, strong, b")]  # fmt: skip
        told = {f: rule for f, rule in labelled(labels).items() if f in ASKED}
        options = {
            **common(page, path, None),
            "rows": name,
            "key": {"select": title, "attr": "href"},
            "link": {"select": title, "attr": "href"},
            "fields": {"title": {"select": title}, **told},
        }
        because = f"“{name}” is there {count} times, each with a link"
        return Guess(kind="html-list", options=options, because=because, doubts=(SEEN_EMPTY, PAGES))
    return None


def labelled(labels: Sequence[str]) -> dict[str, Any]:
    """Fields by the labels that stand beside or above them."""
    fields: dict[str, Any] = {}
    for label in labels:
        if label and (meant := field_for(label, tuple(fields))):
            fields[meant] = {"labelled": label}
    return fields


def common(page: BeautifulSoup, path: str, expect: str | None) -> dict[str, Any]:
    """What every list on a page has; expect is what proves that it is this page."""
    heading = "main h1" if page.select_one("main h1") else "h1"
    return {**paged(path), "expect": expect or (heading if page.select_one("h1") else "body")}


def selector(element: Tag) -> str | None:
    """A selector by id or classes; None where it has neither, or only ones made by machines."""
    name = element.get("id")
    if element.name == "table" and isinstance(name, str) and re.fullmatch(r"[A-Za-z][\w-]*", name):
        return f"table#{name}"
    classes = [
        one for one in element.get("class") or [] if re.fullmatch(r"[A-Za-z][\w-]{1,40}", one)
    ]
    return f"{element.name}.{classes[0]}" if classes else None
