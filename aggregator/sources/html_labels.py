"""Values that stand beside a label, however the page lays them out.

`<dt>|<dd>`, `<th>|<td>`, `<p>|<p>`, `<b>Label</b><br>value`, `<strong>Label:</strong> value` and
"Label: value" in one element are all common on the pages of councils.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from copy import copy

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from aggregator.parsing.text import fold

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LABELS = (
    *("dt", "dd", "th", "td", "label", "legend", "strong", "b", "em", "i", "span", "div", "p"),
    *("li", "a", *HEADINGS),
)
MARKED_AS_LABELS = ("dt", "th", "label", "strong", "b", *HEADINGS)
INLINE = frozenset(
    {"a", "abbr", "b", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time", "u"}
)
LONGEST_LABEL = 60
MOST_SHOWN = 8
MOST_LOOKED_AT = 5_000
MOST_NODES_OF_A_LABEL = 40
AFTER_A_LABEL = " \t\r\n\xa0:–—-|"
IN_ONE = re.compile(r"\s*(?P<label>[^:–—]{1,60}?)\s*(?::|\s[–—-](?=\s))\s*", re.DOTALL)


def beside_label(row: Tag, labels: Iterable[str]) -> Tag | None:
    """The element with the value beside one of these labels; None where there is none.

    A value that has no element of its own comes in a new <span>.
    """
    wanted = {folded for label in labels if (folded := _bare(label))}
    for element in row.select("[data-label]"):
        if _bare(str(element["data-label"])) in wanted:
            return element
    for element in row.find_all(LABELS, limit=MOST_LOOKED_AT):
        if _bare(_short_text(element)) in wanted and (value := _after(element, row)):
            return value
    return _in_one_piece(row, wanted)


def labels_seen(rows: Iterable[Tag]) -> tuple[str, ...]:
    """What looks like a label in these rows, as written, eight at most: for a person to choose."""
    seen: dict[str, str] = {}
    for row in rows:
        for label in _labels_of(row):
            shown = " ".join(label.split()).strip(AFTER_A_LABEL)
            if shown and not any(letter.isdigit() for letter in shown):
                seen.setdefault(fold(shown), shown)
            if len(seen) == MOST_SHOWN:
                return tuple(seen.values())
    return tuple(seen.values())


def _labels_of(row: Tag) -> Iterator[str]:
    named = row.select("[data-label]", limit=MOST_LOOKED_AT)
    yield from (str(element["data-label"]) for element in named)
    if named:
        return
    for element in row.find_all((*MARKED_AS_LABELS, "td"), limit=MOST_LOOKED_AT):
        leads_away = any(isinstance(node, Tag) and node.name == "a" for node in element.contents)
        if not leads_away and (element.name != "td" or element.find_next_sibling("td")):
            yield _short_text(element).partition(":")[0]
    for text in row.find_all(string=True, limit=MOST_LOOKED_AT):
        if (found := IN_ONE.match(text)) and not isinstance(text, PreformattedString):
            yield found["label"]


def _bare(label: str) -> str:
    return fold(label).strip(AFTER_A_LABEL)


def _short_text(element: Tag) -> str:
    """Its text, or "" where it is too long or too deep for a label: no more is looked at."""
    parts: list[str] = []
    waiting: list[PageElement] = [element]
    length = 0
    for _ in range(MOST_NODES_OF_A_LABEL):
        if not waiting:
            return " ".join(parts)
        node = waiting.pop()
        if isinstance(node, Tag):
            waiting.extend(reversed(node.contents[:MOST_NODES_OF_A_LABEL]))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            parts += [stripped] if (stripped := node.strip()) else []
            length += len(node.strip())
        if length > LONGEST_LABEL:
            return ""
    return ""


def _after(label: Tag, row: Tag) -> Tag | None:
    """What follows a label beside it, else beside what holds nothing but the label."""
    inside: Tag = label
    while inside is not row:
        value, anything = _value_from(inside.next_siblings)
        if value or anything:
            return value
        if inside.parent is None or _bare(_short_text(inside.parent)) != _bare(_short_text(label)):
            return None
        inside = inside.parent
    return None


def _value_from(nodes: Iterable[PageElement]) -> tuple[Tag | None, bool]:
    """The first value among these siblings, and whether there was anything at all.

    An element of its own is given as it is; loose text with the inline elements around it up to
    the next line break, block or bold label comes in a new <span>.
    """
    run: list[PageElement] = []
    for node in nodes:
        if isinstance(node, PreformattedString):
            continue
        if isinstance(node, Tag) and not _is_inline(node, run):
            if run or _is_empty_break(node):
                if run:
                    break
                continue
            return (None if _is_label(node) else node), True
        if run or not isinstance(node, NavigableString) or node.strip(AFTER_A_LABEL):
            run.append(node)
    return _gathered(run), bool(run)


def _is_inline(node: Tag, run: list[PageElement]) -> bool:
    """Whether it goes on with the line: a bold label after text begins the next."""
    if node.name not in INLINE:
        return False
    return not (run and node.name in MARKED_AS_LABELS and _is_label(node))


def _is_empty_break(node: Tag) -> bool:
    return node.name in {"br", "hr", "wbr"}


def _is_label(node: Tag) -> bool:
    """Whether it is the next label, so that the one before has no value."""
    return node.name in {"dt", "th"} or _short_text(node).endswith(":")


def _gathered(run: list[PageElement]) -> Tag | None:
    """One element as it is; text and elements together in a new one."""
    match [node for node in run if not isinstance(node, NavigableString) or node.strip()]:
        case []:
            return None
        case [Tag() as alone]:
            return None if _is_label(alone) else alone
    span = BeautifulSoup("", "lxml").new_tag("span")
    for number, node in enumerate(run):
        if number == 0 and isinstance(node, NavigableString):
            span.append(NavigableString(node.lstrip(AFTER_A_LABEL)))
        else:
            span.append(copy(node))
    return span


def _in_one_piece(row: Tag, wanted: Collection[str]) -> Tag | None:
    """ "Closing date: 4 December 2026" in one text, or a label as loose text before an element."""
    for text in row.find_all(string=True, limit=MOST_LOOKED_AT):
        found = None if isinstance(text, PreformattedString) else IN_ONE.match(text)
        if found is None or fold(found["label"]).strip() not in wanted:
            continue
        rest = NavigableString(text[found.end() :])
        value, _ = _value_from((*([rest] if rest.strip() else ()), *text.next_siblings))
        if value is not None:
            return value
    return None
