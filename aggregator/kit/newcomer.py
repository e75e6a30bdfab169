"""`fairnotice sources new`: an entry, folders for its cases, and code only where it has to be."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from aggregator import config
from aggregator.config.source_entry import SLUG
from aggregator.errors import ConfigError
from aggregator.kit.guessing import Guess, path_of

CASES: Mapping[str, str] = {
    "ordinary": "An ordinary page with rows.",
    "no-results": "What is shown where there is nothing.",
    "amended": "The ordinary page later: one deadline has moved.",
    "broken": "A page that is cut in the middle.",
}
ENDINGS = {"feed": "xml", "xml-list": "xml", "json-list": "json", "csv-list": "csv"}
TO_CONFIRM = (
    "everything, since nobody has asked this site for us yet",
    "its robots.txt, and on what terms its content may be used",
)

SKELETON = '''"""{name}: one sentence on who publishes there, and how it is read.

What is known of it, and from where: the address of its documentation, its traps.
"""

from collections.abc import Iterable
from typing import ClassVar

from aggregator.errors import MissingStructure
from aggregator.model import Parsed, RawPayload, Request, Window
from aggregator.sources.base import Adapter, AdapterOptions, parsed_list


class {cls}Options(AdapterOptions):
    """path: what stands behind base_url."""

    path: str


class {cls}(Adapter):
    """One list, read as it stands."""

    options: {cls}Options
    Options: ClassVar[type[AdapterOptions]] = {cls}Options
    readers = frozenset({{"read_page"}})
    parses_untrusted_markup = True

    def requests(self, window: Window) -> Iterable[Request]:
        """The page itself."""
        url = f"{{self.base_url}}{{self.options.path}}"
        yield Request(source_id=self.id, url=url, reader="read_page")

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of the page. Raises MissingStructure where it is another page."""
        if b"SOMETHING THAT IS ALWAYS THERE" not in payload.body:
            raise MissingStructure("the page is not the list any more")
        return parsed_list(())
'''


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was written, and what is to be done next, in words."""

    files: tuple[Path, ...]
    next_steps: tuple[str, ...]


def make(name: str, url: str, *, found: Guess, page: bytes | None, sources: Path) -> Made:
    """Append an entry (switched off) to `sources`, and make its cases beside that file.

    found: the guess; page: the saved page it was made from. Raises ConfigError where the name is
    no name or taken, the address is none, or a file is there already.
    """
    demand_new(name, url, sources)
    kind = found.kind or name
    fixtures = sources.parent / "fixtures" / name
    files = [sources, *cases(fixtures, kind, page)]
    steps = [
        f"read the entry at the end of {sources.name} line by line; put in its name",
        f"try it: fairnotice sources try {name} --fixture {fixtures}/ordinary/payload.*",
        f"fill the cases in {fixtures}; every real body and person replaced by invented ones",
        f"fairnotice sources check {name} says what is still missing",
    ]
    if found.kind is None:
        module = sources.parent / "aggregator" / "sources" / f"{name.replace('-', '_')}.py"
        if module.parent.is_dir():
            write(module, SKELETON.format(name=name, cls=class_name(name)).encode())
            files.append(module)
            steps.insert(0, f"write {module.name}, name it in aggregator/sources/__init__.py")
    with sources.open("a", encoding="utf-8") as file:
        file.write(entry_text(name, url, kind, found))
    return Made(files=tuple(files), next_steps=tuple(steps))


def demand_new(name: str, url: str, sources: Path) -> None:
    """Raise ConfigError where nothing new can be made of it."""
    if not SLUG.fullmatch(name):
        problem = f"{name!r} is no name; it may hold small letters, digits and single hyphens"
        raise ConfigError(problem, file=sources.name)
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        problem = f"{url!r} is no web address; give the whole of it, from https:// on"
        raise ConfigError(problem, file=sources.name)
    if any(entry.id == name for entry in config.load_sources(sources)):
        raise ConfigError("is there already; choose another name", file=sources.name, entry=name)


def cases(folder: Path, kind: str, page: bytes | None) -> list[Path]:
    """The folders of the cases with their request.json, and the page as the ordinary one."""
    written = []
    for case, about in CASES.items():
        place = folder / case / "request.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        write(place, (json.dumps({"about": about}, indent=2) + "\n").encode())
        written.append(place)
    if page is not None:
        ending = ENDINGS.get(kind, "html")
        for case, body in (("ordinary", page), ("broken", page[: len(page) // 2])):
            write(folder / case / f"payload.{ending}", body)
            written.append(folder / case / f"payload.{ending}")
    return written


def write(path: Path, content: bytes) -> None:
    """Write a new file. Raises ConfigError where one is there: nothing is ever written over."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConfigError("is there already and was left as it is", file=str(path)) from None


def entry_text(name: str, url: str, kind: str, found: Guess) -> str:
    """The entry as YAML with its blank line and comment."""
    parts = urlsplit(url)
    entry: dict[str, Any] = {
        "id": name,
        "enabled": False,
        "kind": kind,
        "name": name.replace("-", " ").capitalize(),
        "base_url": f"{parts.scheme}://{parts.netloc}",
        "pace": 5,
        "every_hours": 24,
        "homepage": url,
        "last_checked_live": "never",
        "to_confirm": [*TO_CONFIRM, *found.doubts],
    }
    if kind != name:
        entry["kind_of_notice"] = "grant"
        entry |= found.options
    else:
        entry["path"] = path_of(url)
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 96
    text = StringIO()
    writer.dump([entry], text)
    indented = re.sub(r"^  ", "", text.getvalue(), flags=re.MULTILINE)
    because = f"# Guessed, since {found.because}.\n" if found.because else ""
    return f"\n{because}{indented}"


def class_name(name: str) -> str:
    """ "northmoor-grants" -> "NorthmoorGrants"."""
    return "".join(part.capitalize() for part in name.split("-"))
