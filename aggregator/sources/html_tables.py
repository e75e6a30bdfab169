"""Rows among their neighbours: headings above them, and neighbours that should be rows too."""

from collections.abc import Collection, Iterable, Sequence

from bs4 import Tag

SCRIPTS = frozenset({"script", "template"})


def label_cells(rows: Iterable[Tag], header: Sequence[Tag]) -> None:
    """Note at each cell the heading above it, for `labelled`; rows of another width stay as is."""
    names = [" ".join(cell.get_text(" ").split()) for cell in header]
    for row in rows:
        cells = row.find_all(("td", "th"), recursive=False)
        if len(cells) == len(names):
            for cell, name in zip(cells, names, strict=True):
                cell["data-label"] = name


def strays(rows: Sequence[Tag], known: Collection[Tag]) -> Iterable[Tag]:
    """What stands beside the rows, is made of the same element, says something, and is no row.

    A list that begins to mark some of its rows otherwise, or to make them by a script, would lose
    them without a sound.
    """
    taken = {id(row) for row in (*rows, *known)}
    parents = {id(row.parent): row.parent for row in rows if row.parent is not None}
    names = {row.name for row in rows} | SCRIPTS
    for parent in parents.values():
        for child in parent.find_all(names, recursive=False):
            heads = child.name == "tr" and child.find("td") is None
            if id(child) not in taken and not heads and child.get_text(strip=True):
                yield child
