"""Lists that are served as JSON, by themselves or in a script of a page, read by paths.

Paths are JMESPath (https://jmespath.org): "props.pageProps.searchResult", "Buyer.Name", or
"Lots[0].Title".
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil
from typing import Annotated, Any, ClassVar

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field

from aggregator.errors import MissingStructure, RecordError, Undecodable
from aggregator.model import Parsed, RawPayload
from aggregator.parsing.text import plain
from aggregator.sources.base import AdapterOptions
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.dirty_json import read_record
from aggregator.sources.html_fields import Selector, page_of
from aggregator.sources.row_options import RowListOptions, RowRule
from aggregator.sources.row_texts import kept
from aggregator.sources.rows import LONGEST_NUMBER, RowList, Stated

JsonRow = Mapping[str, Any]


def _path(text: str) -> str:
    try:
        compiled(text)
    except JMESPathError as fault:
        why = str(fault).splitlines()[0].removeprefix("Invalid jmespath expression: ")
        raise ValueError(f"is no JSON path: {why.rstrip(':')}") from None
    return text


@lru_cache(maxsize=512)
def compiled(path: str) -> Any:
    """The path, ready to search with."""
    return jmespath.compile(path)


def found_at(content: Any, path: str) -> Any:
    """What stands at the path; None for nothing. Single names need no reading of the path."""
    if isinstance(content, dict) and path.isidentifier():
        return content.get(path)
    return compiled(path).search(content)


JsonPath = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_path)]


class PathRule(RowRule):
    """path: from the row to the value. The name has to be in some row; `optional` values may be
    null in all of them."""

    path: JsonPath


class JsonListOptions(RowListOptions[PathRule]):
    """rows: the path of the list. script: a selector, where the JSON stands in a script of a page.

    total: the path of the number of all rows (needs page_size); page_count: of all pages.
    """

    rows: JsonPath
    script: Selector | None = None
    total: JsonPath | None = None
    page_count: JsonPath | None = None


class JsonList(RowList[JsonRow]):
    """A list and its pages, up to the number of rows or pages it states.

    Nothing is a list that is there and empty, on a page that states no more than none.
    """

    options: JsonListOptions
    Options: ClassVar[type[AdapterOptions]] = JsonListOptions

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of a page. Raises AnswerError where it is no such JSON, or states other rows."""
        content, flags = self.content(payload)
        rows = found_at(content, self.options.rows)
        if not isinstance(rows, list):
            seen = ", ".join([*content][:8]) if isinstance(content, dict) else "none"
            raise MissingStructure(
                f"there is no list at “{self.options.rows}”; names at the top: {seen}"
            )
        stated = self.stated(content, payload.request.page)
        if not rows:
            self.demand_nothing(stated, payload.request.page)
            return Parsed()
        good = [row for row in rows if isinstance(row, dict)]
        lost = [
            self.rejection("row", f"is {type(row).__name__}, not an object", str(row).encode())
            for row in rows
            if not isinstance(row, dict)
        ]
        lost += [self.rejection("page", flag, payload.body) for flag in flags]
        return self.answer(good, payload, stated=stated, strays=lost)

    def content(self, payload: RawPayload) -> tuple[Any, tuple[str, ...]]:
        """The JSON, and what of it had to be repaired. Raises AnswerError."""
        body = self.script(payload) if self.options.script else payload.body
        try:
            return read_record(body.removeprefix(b"\xef\xbb\xbf"))
        except Undecodable as fault:
            refuse_if_blocked(payload.body.decode("utf-8", "replace"))
            if body.lstrip()[:1] == b"<":
                raise MissingStructure("a web page came instead of JSON") from None
            raise Undecodable(f"the JSON {fault}") from None

    def script(self, payload: RawPayload) -> bytes:
        """The text of the script. A page without it is no empty list, but another page."""
        element = page_of(payload).select_one(self.options.script or "")
        if element is None or not (text := element.get_text()):
            refuse_if_blocked(payload.body.decode("utf-8", "replace"))
            raise MissingStructure(f"the page has no “{self.options.script}”")
        return text.encode("utf-8", "replace")

    def stated(self, content: Any, number: int) -> Stated:
        """How many pages and rows there are by the page's own word."""
        options = self.options
        if options.page_count:
            return Stated(pages=self.number(content, options.page_count))
        if not options.total:
            return Stated()
        total = self.number(content, options.total)
        size = options.page_size or max(total, 1)
        return Stated(pages=ceil(total / size), rows=max(0, min(size, total - (number - 1) * size)))

    def number(self, content: Any, path: str) -> int:
        """A count. Raises MissingStructure where there is none."""
        found = found_at(content, path)
        if isinstance(found, str) and found.isdecimal() and len(found) < LONGEST_NUMBER:
            found = int(found)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**9:
            raise MissingStructure(f"there is no count at “{path}”")
        return found

    def demand_nothing(self, stated: Stated, number: int) -> None:
        """Raise where an empty page claims that there are rows."""
        if (stated.rows or 0) > 0 or ((stated.pages or 0) > 1 and number <= (stated.pages or 0)):
            raise MissingStructure(
                f"page {number} is empty though the list has {stated.pages} pages"
            )
        self.demand_enough(0, number, Stated())

    def has(self, row: JsonRow, rule: PathRule) -> bool:
        """Whether the row has a value, or for optional ones at least the name."""
        if found_at(row, rule.path) not in (None, "", []):
            return True
        around, _, name = rule.path.rpartition(".")
        holder = found_at(row, around) if around else row
        return rule.optional and isinstance(holder, dict) and name.strip('"') in holder

    def demand_fields(self, rows: Sequence[JsonRow], rules: Mapping[str, RowRule]) -> None:
        """Raise also where the name of an optional field is in no row at all."""
        super().demand_fields(rows, rules)
        for name, rule in rules.items():
            named = not isinstance(rule, PathRule) or any(self.has(row, rule) for row in rows)
            if rule.optional and not named:
                raise MissingStructure(f"no row has the field {name}{self.sought(rule, rows)}")

    def value(self, row: JsonRow, rule: PathRule) -> str | None:
        """The value as text; several are set one after another. Raises RecordError."""
        return kept(plain(text_of(found_at(row, rule.path), rule.path)), rule)

    def wording(self, row: JsonRow) -> Mapping[str, object]:
        """The values as they stand there."""
        fields = self.options.fields.items()
        return {n: found_at(row, rule.path) for n, rule in fields if n != "published"}

    def bytes_of(self, row: JsonRow) -> bytes:
        """The row as Python shows it."""
        return repr(row).encode("utf-8", "replace")

    def sought(self, rule: Any, rows: Sequence[JsonRow]) -> str:
        """The path, and the names there are instead."""
        seen = dict.fromkeys(name for row in rows[:20] for name in row)
        return f" (“{rule.path}”); names in the rows: {', '.join([*seen][:20])}"


def text_of(value: object, path: str) -> str | None:
    """A JSON value as text. Raises RecordError for an object, which says that the path is wrong."""
    if value is None:
        return None
    if isinstance(value, list):
        if any(isinstance(one, list) for one in value):
            raise RecordError(path, "holds lists in a list instead of values")
        return ", ".join(text for one in value if (text := text_of(one, path)))
    if isinstance(value, dict):
        raise RecordError(path, "holds further names instead of a value")
    return str(value).lower() if isinstance(value, bool) else str(value)
