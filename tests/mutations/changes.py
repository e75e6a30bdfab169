"""What happens to pages: parts are renamed, wrapped, dropped, reordered, moved into scripts."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag
from lxml import etree


class Change(NamedTuple):
    """What was done, in words, and the page after it."""

    what: str
    body: bytes


TABLE_PARTS = ("table", "thead", "tbody", "tr", "th", "td")
ROW_PARTS = ("tr", "li", "td", "dd", "h2", "h3", "span", "a", "p", "div")


def of_page(body: bytes) -> Iterator[Change]:
    """Changes of a web page; a script with JSON in it is changed as JSON too."""
    for change in (
        *_renamed_names(body),
        *_tags(body),
        *_attributes(body),
        *_labels(body),
        *_columns(body),
        *_rows(body),
    ):
        yield change
    soup = _soup(body)
    for place, script in enumerate(soup.select("script#__NEXT_DATA__")):
        for change in of_json(script.get_text().encode()):
            changed = _soup(body)
            changed.select("script#__NEXT_DATA__")[place].string = change.body.decode()
            yield Change(f"in the script: {change.what}", str(changed).encode())


def _soup(body: bytes) -> BeautifulSoup:
    return BeautifulSoup(body, "lxml")


def _edited(body: bytes, what: str, edit: Callable[[BeautifulSoup], object]) -> Iterator[Change]:
    soup = _soup(body)
    before = str(soup)
    edit(soup)
    after = str(soup)
    if after != before:
        yield Change(what, after.encode())


def _renamed_names(body: bytes) -> Iterator[Change]:
    soup = _soup(body)
    classes = dict.fromkeys(name for tag in soup.find_all(class_=True) for name in tag["class"])
    for name in classes:

        def rename(page: BeautifulSoup, name: str = name) -> None:
            for tag in page.find_all(class_=name):
                tag["class"] = [f"x-{one}" if one == name else one for one in tag["class"]]

        yield from _edited(body, f"class {name} renamed", rename)
        yield from _wrapped_and_hidden(body, f".{name}")
    for name in dict.fromkeys(tag["id"] for tag in soup.find_all(id=True)):

        def change(page: BeautifulSoup, name: str = name) -> None:
            for tag in page.find_all(id=name):
                tag["id"] = f"x-{name}"

        yield from _edited(body, f"id {name} renamed", change)


def _tags(body: bytes) -> Iterator[Change]:
    def to_divs(page: BeautifulSoup) -> None:
        for tag in page.find_all(TABLE_PARTS):
            tag.name = "div"

    yield from _edited(body, "tables became divs", to_divs)
    names = dict.fromkeys(tag.name for tag in _soup(body).body or ())
    every = dict.fromkeys(tag.name for tag in _soup(body).find_all(True))
    for name in (*names, *every):
        if name in (None, "html", "head", "body", "script", "title", "meta"):
            continue

        def rename(page: BeautifulSoup, name: str = name) -> None:
            for tag in page.find_all(name):
                tag.name = "div" if tag.name != "div" else "section"

        yield from _edited(body, f"every <{name}> became another element", rename)
        yield from _wrapped_and_hidden(body, name)


def _wrapped_and_hidden(body: bytes, selector: str) -> Iterator[Change]:
    def wrap(page: BeautifulSoup) -> None:
        for tag in page.select(selector):
            if tag.name not in ("html", "head", "body"):
                tag.wrap(page.new_tag("div", attrs={"class": "x-wrap"}))

    def wrap_inside(page: BeautifulSoup) -> None:
        for tag in page.select(selector):
            if tag.name not in ("html", "head", "table", "thead", "tbody", "tr", "ul", "dl"):
                inner = page.new_tag("div", attrs={"class": "x-inner"})
                for node in [*tag.contents]:
                    inner.append(node.extract())
                tag.append(inner)

    def hide(page: BeautifulSoup) -> None:
        for tag in page.select(selector):
            if tag.name in ("html", "head", "body", "script") or not tag.parent:
                continue
            script = page.new_tag("script", attrs={"type": "text/template"})
            text = str(tag)
            tag.replace_with(script)
            script.string = text

    def hide_inside(page: BeautifulSoup) -> None:
        for tag in page.select(selector):
            if tag.name in ("html", "head", "body", "script") or not tag.parent:
                continue
            script = page.new_tag("script", attrs={"type": "application/json"})
            script.string = json.dumps(tag.get_text())
            tag.clear()
            tag.append(script)

    yield from _edited(body, f"{selector} wrapped", wrap)
    yield from _edited(body, f"{selector} wrapped inside", wrap_inside)
    yield from _edited(body, f"{selector} moved into a script", hide)
    yield from _edited(body, f"the text of {selector} moved into a script", hide_inside)


def _attributes(body: bytes) -> Iterator[Change]:
    names = {name for tag in _soup(body).find_all(True) for name in tag.attrs}
    for name in sorted(names - {"class", "id", "lang", "charset"}):

        def rename(page: BeautifulSoup, name: str = name) -> None:
            for tag in page.find_all(attrs={name: True}):
                tag[f"x-{name}"] = tag[name]
                del tag[name]

        yield from _edited(body, f"attribute {name} renamed", rename)


def _labels(body: bytes) -> Iterator[Change]:
    soup = _soup(body)
    short = {
        text.strip()
        for text in soup.find_all(string=True)
        if 2 < len(text.strip()) <= 40
        and text.parent
        and text.parent.name not in ("script", "title")
    }
    repeated = {
        text for text in short if len(soup.find_all(string=re.compile(re.escape(text)))) > 1
    }
    heads = {tag.get_text(" ", strip=True) for tag in soup.find_all(["th", "dt", "label", "h1"])}
    heads |= {tag.get_text(" ", strip=True) for tag in soup.select(".label, strong")}
    beginnings = {f"{text.partition(':')[0]}:" for text in short if ":" in text[:25]}
    labels = {
        one for one in heads | (repeated & heads) | beginnings if not any(map(str.isdigit, one))
    }
    for label in sorted(labels - {""}):
        for new in (f"Our {label.lower()}", "Zzz"):

            def reword(page: BeautifulSoup, label: str = label, new: str = new) -> None:
                for text in page.find_all(string=re.compile(re.escape(label))):
                    if text.parent and text.parent.name != "script":
                        text.replace_with(text.replace(label, new))

            yield from _edited(body, f"“{label}” reworded", reword)
    for name in sorted({str(tag["data-label"]) for tag in soup.select("[data-label]")}):

        def relabel(page: BeautifulSoup, name: str = name) -> None:
            for tag in page.find_all(attrs={"data-label": name}):
                tag["data-label"] = f"Our {name}"

        yield from _edited(body, f"label {name} renamed", relabel)


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _columns(body: bytes) -> Iterator[Change]:
    widths = [len(_cells(row)) for row in _soup(body).find_all("tr")]
    width = max(widths, default=0)
    for place in range(width):

        def drop(page: BeautifulSoup, place: int = place) -> None:
            for row in page.find_all("tr"):
                if len(_cells(row)) > place:
                    _cells(row)[place].decompose()

        def hide_cells(page: BeautifulSoup, place: int = place) -> None:
            for row in page.find_all("tr"):
                if len(_cells(row)) > place and _cells(row)[place].name == "td":
                    _cells(row)[place].decompose()

        def add(page: BeautifulSoup, place: int = place) -> None:
            for row in page.find_all("tr"):
                if len(_cells(row)) > place:
                    new = page.new_tag(_cells(row)[place].name)
                    new.string = "New"
                    _cells(row)[place].insert_before(new)

        yield from _edited(body, f"column {place + 1} dropped", drop)
        yield from _edited(body, f"cells of column {place + 1} dropped", hide_cells)
        yield from _edited(body, f"a column added before {place + 1}", add)
        for other in range(place + 1, width):

            def swap(page: BeautifulSoup, place: int = place, other: int = other) -> None:
                for row in page.find_all("tr"):
                    cells = _cells(row)
                    if len(cells) > other:
                        one, two = copy(cells[place]), copy(cells[other])
                        cells[place].replace_with(two)
                        cells[other].replace_with(one)

            yield from _edited(body, f"columns {place + 1} and {other + 1} swapped", swap)


def _rows(body: bytes) -> Iterator[Change]:
    """Only one of the rows looks otherwise, or is made by a script."""
    for name in ("tbody > tr", "li.grant", "h3"):
        count = len(_soup(body).select(name))
        for place in {0, count // 2, count - 1} if count > 1 else ():

            def unmark(page: BeautifulSoup, name: str = name, place: int = place) -> None:
                page.select(name)[place]["class"] = ["x-other"]

            def inner(page: BeautifulSoup, name: str = name, place: int = place) -> None:
                for tag in page.select(name)[place].find_all(class_=True):
                    tag["class"] = ["x-other"]

            yield from _edited(body, f"row {place + 1} ({name}) marked otherwise", unmark)
            yield from _edited(body, f"parts of row {place + 1} ({name}) marked otherwise", inner)


Edit = Callable[[dict[str, Any], str], None]


def of_json(body: bytes) -> Iterator[Change]:
    """Changes of names, places and types, wherever a name occurs."""
    names: dict[str, None] = {}
    _each_object(json.loads(body), lambda found: names.update(dict.fromkeys(found)))
    for name in names:
        for what, edit in JSON_EDITS.items():
            content = json.loads(body)
            _each_object(content, lambda found, e=edit, n=name: e(found, n) if n in found else None)
            yield Change(f"{name} {what}", json.dumps(content).encode())
    yield Change("all in one list", b"[" + body + b"]")
    yield Change("all under one name", b'{"data":' + body + b"}")


def _rename(found: dict[str, Any], name: str) -> None:
    found[f"x{name}"] = found.pop(name)


def _recase(found: dict[str, Any], name: str) -> None:
    value = found.pop(name)
    found[name.swapcase()] = value


def _nest(found: dict[str, Any], name: str) -> None:
    found[name] = {"value": found[name]}


def _list(found: dict[str, Any], name: str) -> None:
    found[name] = {"nodes": [found[name]]}


def _drop(found: dict[str, Any], name: str) -> None:
    del found[name]


JSON_EDITS: dict[str, Edit] = {
    "renamed": _rename,
    "written otherwise": _recase,
    "wrapped": _nest,
    "wrapped in nodes": _list,
    "dropped": _drop,
}
"""Values that go empty under their names are no matter of one reading: lists may leave them out."""


def _each_object(node: Any, visit: Callable[[dict[str, Any]], object]) -> None:
    if isinstance(node, dict):
        for child in [*node.values()]:
            _each_object(child, visit)
        visit(node)
    elif isinstance(node, list):
        for child in node:
            _each_object(child, visit)


def of_table(body: bytes, encoding: str) -> Iterator[Change]:
    """Changes of a CSV file."""
    rows = [*csv.reader(io.StringIO(body.decode(encoding), newline=""))]
    for place, name in enumerate(rows[0]):
        yield _written(
            f"column {name} renamed", [_with(rows[0], place, f"Our {name}"), *rows[1:]], encoding
        )
        yield _written(
            f"column {name} dropped", [r[:place] + r[place + 1 :] for r in rows], encoding
        )
        yield _written(
            f"cells of {name} dropped",
            [rows[0], *(r[:place] + r[place + 1 :] for r in rows[1:])],
            encoding,
        )
        yield _written(
            f"column added before {name}", [[*r[:place], "New", *r[place:]] for r in rows], encoding
        )
        yield _written(
            f"column {name} moved to the end",
            [r[:place] + r[place + 1 :] + r[place : place + 1] for r in rows],
            encoding,
        )
        yield _written(
            f"column {name} doubled", [[*r, *r[place : place + 1]] for r in rows], encoding
        )
    text = body.decode(encoding)
    yield Change("semicolons for commas", _written("", rows, encoding, ";").body)
    yield Change("tabs for commas", _written("", rows, encoding, "\t").body)
    yield Change("in UTF-16", text.encode("utf-16"))
    yield Change("a line of its own above", f"Produced by our system\r\n{text}".encode(encoding))
    yield Change("no headings", text.partition("\n")[2].encode(encoding))


def _with(row: list[str], place: int, value: str) -> list[str]:
    return [*row[:place], value, *row[place + 1 :]]


def _written(what: str, rows: list[list[str]], encoding: str, delimiter: str = ",") -> Change:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return Change(what, out.getvalue().encode(encoding))


def of_xml(body: bytes) -> Iterator[Change]:
    """Changes of a feed or another XML document."""
    root = etree.fromstring(body)
    names = dict.fromkeys(str(tag.tag) for tag in root.iter(etree.Element))
    for name in names:
        for what, edit in XML_EDITS.items():
            if what == "dropped" and name.rpartition("}")[2] in ("entry", "item", "channel"):
                continue  # an honest feed without entries looks just so
            page = etree.fromstring(body)
            for element in [*page.iter(name)]:
                edit(element)
            yield Change(f"<{name.rpartition('}')[2]}> {what}", etree.tostring(page))
    for name in dict.fromkeys(str(n) for tag in root.iter(etree.Element) for n in tag.attrib):
        page = etree.fromstring(body)
        for element in page.iter(etree.Element):
            if name in element.attrib:
                element.set("other", element.attrib.pop(name))
        yield Change(f"attribute {name} renamed", etree.tostring(page))


def _xml_rename(element: Any) -> None:
    element.tag = f"{element.tag}2"


def _xml_wrap(element: Any) -> None:
    if (parent := element.getparent()) is not None:
        wrap = etree.SubElement(parent, "wrap")
        wrap.append(element)


def _xml_drop(element: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _xml_empty(element: Any) -> None:
    element.text = None
    for child in [*element]:
        element.remove(child)


XML_EDITS: dict[str, Callable[[Any], None]] = {
    "renamed": _xml_rename,
    "wrapped": _xml_wrap,
    "dropped": _xml_drop,
    "emptied": _xml_empty,
}
