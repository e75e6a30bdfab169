"""Reading every changed page and judging whether the change was noticed, in a single reading."""

import random
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from aggregator.errors import AnswerError
from aggregator.model import Parsed
from aggregator.sources.csv_list import CsvList
from aggregator.sources.feed import Feed
from aggregator.sources.html_list import HtmlList
from aggregator.sources.json_list import JsonList
from aggregator.sources.rows import RowList
from aggregator.sources.xml_list import XmlList
from tests.mutations.changes import Change, of_json, of_page, of_table, of_xml
from tests.sources.goldens import Golden, goldens


@dataclass
class Figures:
    """How the changes were taken. unnoticed: "source/case: what was done"."""

    errors: int = 0
    rejections: int = 0
    identical: int = 0
    unnoticed: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.errors + self.rejections + self.identical + len(self.unnoticed)

    @property
    def share(self) -> float:
        """Of the changes, those that were noticed or did no harm."""
        return 1 - len(self.unnoticed) / max(1, self.total)

    @property
    def harmful_share(self) -> float:
        """Of the changes that did harm, those that were noticed."""
        seen = self.errors + self.rejections
        return seen / max(1, seen + len(self.unnoticed))


def pages() -> Iterator[Golden]:
    """All saved answers of lists and feeds that are read without an error."""
    for golden in goldens():
        if isinstance(golden.adapter, RowList | Feed) and "error" not in golden.outcome():
            yield golden


def changes(golden: Golden) -> Iterator[Change]:
    """All changes of one saved answer."""
    body, adapter = golden.payload().body, golden.adapter
    if isinstance(adapter, CsvList):
        yield from of_table(body, adapter.options.encoding)
    elif isinstance(adapter, JsonList) and not adapter.options.script:
        yield from of_json(body)
    elif isinstance(adapter, HtmlList | JsonList):
        yield from of_page(body)
    elif isinstance(adapter, Feed | XmlList):
        yield from well_formed(body)


def well_formed(body: bytes) -> Iterator[Change]:
    """Changes of XML; a feed that is not well-formed to begin with is left out."""
    try:
        yield from of_xml(body)
    except (ValueError, SyntaxError):
        return


def trial(count: int | None = None, seed: int = 1) -> Figures:
    """So many of all changes, chosen by the seed; all of them without a count."""
    every = chosen(count, random.Random(seed)) if count else all_of(pages())
    figures = Figures()
    known: dict[str, Any] = {}
    for golden, change in every:
        if golden.name not in known:
            known[golden.name] = read(golden, golden.payload().body)
        judge(figures, golden, change, known[golden.name])
    return figures


def all_of(some: Iterable[Golden]) -> Iterator[tuple[Golden, Change]]:
    """Every change of every page."""
    return ((golden, change) for golden in some for change in changes(golden))


def chosen(count: int, rng: random.Random) -> list[tuple[Golden, Change]]:
    """Half the changes of one page after another, in random order, until there are enough: making
    changes takes longer than reading them."""
    shuffled = [*pages()]
    rng.shuffle(shuffled)
    found: list[tuple[Golden, Change]] = []
    for golden in shuffled:
        every = [*all_of([golden])]
        found += rng.sample(every, -(-len(every) // 2))
        if len(found) >= count:
            break
    return found[:count]


def read(golden: Golden, body: bytes) -> Parsed:
    """What the adapter makes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return golden.adapter.read(replace(golden.payload(), body=body))


def judge(figures: Figures, golden: Golden, change: Change, before: Parsed) -> None:
    """Count one change."""
    try:
        after = read(golden, change.body)
    except AnswerError:
        figures.errors += 1
        return
    if len(after.rejections) > len(before.rejections):
        figures.rejections += 1
    elif meaning(after) == meaning(before):
        figures.identical += 1
    else:
        figures.unnoticed.append(f"{golden.name}: {change.what}")


def meaning(parsed: Parsed) -> Any:
    """All that was understood, however the white space between words is spread."""

    def tidy(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: tidy(value) for key, value in node.items()}
        if isinstance(node, list | tuple):
            return [tidy(value) for value in node]
        return "".join(node.split()) if isinstance(node, str) else node

    return tidy(msgspec.to_builtins((parsed.notices, parsed.requests), str_keys=True))
