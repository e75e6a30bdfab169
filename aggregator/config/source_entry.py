"""sources.yaml: a list of the places we collect from."""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from aggregator.config.problems import all_problems, problems_of
from aggregator.config.yaml_file import Document, read_yaml
from aggregator.errors import ConfigError

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ValueError("may hold small letters, digits and single hyphens, as in find-a-tender")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or re.search(r"[\s{}<>]", text):
        raise ValueError("must be a web address that begins with https://")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password")
    return text


LOCAL = "file:"
"""Stands for the address of a source that is a file or folder of the host's own."""


def _base_address(text: str) -> str:
    if text.startswith(LOCAL):
        return text
    if set("?#") & set(text):
        raise ValueError("must end before any ? or #; what follows belongs into other fields")
    return _web_address(text).rstrip("/")


def _day_checked(value: object) -> object:
    if value != "never" and not isinstance(value, date):
        raise ValueError("must be never, or a date such as 2026-11-23")
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _file_name(value: object) -> object:
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise ValueError("must be the name of a file with certificates, such as certs/portal.pem")
    return Path(value)


def _local_name(value: object) -> object:
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise ValueError("must be the name of a file or folder, such as host-notices.csv")
    return Path(value)


class SourceEntry(BaseModel):
    """One entry of sources.yaml, its shared fields checked.

    pace: seconds between two calls to its host. every_hours: how often it is read.
    robots: "obey" its robots.txt, or "api" where that file does not concern a documented API; then
    robots_reason says why. ca_bundle: a PEM file with certificates that are trusted besides the
    usual ones, for this source alone; absolute, given from the folder of sources.yaml.
    local: a file or folder of the host's own, given from the folder of the data (home); such an
    entry has neither base_url nor pace.
    robots_seen: what its robots.txt says of us, and the day it was read.
    last_checked_live: the day somebody saw it work against the real portal. to_confirm: what is
    not yet known about it. options: the fields of its kind, unchecked. lines: field -> line,
    "fields.title.select" for a nested one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(max_length=60), AfterValidator(_slug)]
    kind: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    base_url: Annotated[str, AfterValidator(_base_address)]
    pace: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
    local: Annotated[Path, BeforeValidator(_local_name)] | None = None
    enabled: bool = True
    every_hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] = 2.0
    robots: Literal["obey", "api"] = "obey"
    robots_reason: Annotated[str, Field(min_length=10, max_length=400)] | None = None
    ca_bundle: Annotated[Path, BeforeValidator(_file_name)] | None = None
    homepage: Annotated[str, AfterValidator(_web_address)] | None = None
    licence: str | None = None
    robots_seen: str | None = None
    last_checked_live: Annotated[Any, BeforeValidator(_day_checked)] = "never"
    to_confirm: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()

    options: Mapping[str, Any] = {}
    file: str = "sources.yaml"
    lines: Mapping[str, int] = {}

    def problem(self, field: str | None, text: str) -> ConfigError:
        """An error about one field (or the whole entry), with its line."""
        line = self.lines.get("")
        if field is not None:
            parts = field.split(".")
            spots = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
            line = next((self.lines[spot] for spot in spots if spot in self.lines), line)
        return ConfigError(text, file=self.file, line=line, entry=self.id, field=field)

    def option_problems(self, fault: ValidationError, allowed: Iterable[str]) -> ConfigError:
        """All that is wrong with its options. allowed: the names of the options of its kind."""

        def make(place: Sequence[str | int], words: str) -> ConfigError:
            return self.problem(".".join(str(part) for part in place) or None, words)

        return all_problems(problems_of(fault, {"": {*COMMON_FIELDS, *allowed}}, make))


LOCAL_PACE = 0.1

COMMON_FIELDS = frozenset(SourceEntry.model_fields) - {"options", "file", "lines"}
"""The names every entry may use, whatever its kind."""


def load_sources(path: Path) -> tuple[SourceEntry, ...]:
    """The entries in the order of the file. Raises one ConfigError that tells all problems."""
    document = read_yaml(path)
    if not isinstance(document.content, list):
        problem = "must be a list of sources, each beginning with “- id: …”"
        raise ConfigError(problem, file=document.file)
    entries: list[SourceEntry] = []
    problems: list[ConfigError] = []
    for number, content in enumerate(document.content):
        try:
            entry = _entry(document, number, content, entries)
            entries.append(_with_certificates(entry, path.parent))
        except ConfigError as fault:
            problems.append(fault)
        except ValidationError as fault:
            problems += _entry_problems(document, number, content, fault)
    if problems:
        raise all_problems(problems)
    return tuple(entries)


def _entry(
    document: Document, number: int, content: object, earlier: Sequence[SourceEntry]
) -> SourceEntry:
    if not isinstance(content, dict):
        problem = "is not a source; each begins with “- id: …” and goes on with “field: value”"
        raise ConfigError(problem, file=document.file, line=document.line(number))
    shared = {name: value for name, value in content.items() if name in COMMON_FIELDS}
    _demand_one_place(document, number, shared)
    if "local" in shared:
        shared |= {"base_url": f"{LOCAL}{shared['local']}", "pace": LOCAL_PACE}
    entry = SourceEntry(
        **shared,
        options={name: value for name, value in content.items() if name not in COMMON_FIELDS},
        file=document.file,
        lines=_lines_of_entry(document, number),
    )
    if twin := next((other for other in earlier if other.id == entry.id), None):
        raise entry.problem("id", f"is used twice, first in line {twin.lines.get('id')}")
    if (entry.robots == "api") != (entry.robots_reason is not None):
        raise entry.problem(
            "robots",
            "“robots: api” and “robots_reason: …” belong together: the reason says why the "
            "robots.txt of the site does not concern the API that is asked",
        )
    return entry


def _demand_one_place(document: Document, number: int, shared: Mapping[str, object]) -> None:
    """Raise where an entry is of a file here and of a site, or claims an address that is none."""
    address = shared.get("base_url")
    both = {"base_url", "pace"} & shared.keys() if "local" in shared else set()
    if both or (isinstance(address, str) and address.startswith(LOCAL)):
        field = min(both) if both else "base_url"
        problem = "is for sites; an entry with “local: …” reads a file here and takes none"
        if not both:
            problem = "must be a web address; a file here is named with “local: …” instead"
        raise ConfigError(
            problem,
            file=document.file,
            line=document.line(number, field),
            entry=str(shared.get("id")),
            field=field,
        )


def _with_certificates(entry: SourceEntry, folder: Path) -> SourceEntry:
    """The entry with the place of its certificates made absolute, once they were read."""
    if entry.ca_bundle is None:
        return entry
    bundle = (folder / entry.ca_bundle).absolute()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=bundle)
    except ssl.SSLError:
        problem = f"{bundle} holds no certificates in PEM form (“-----BEGIN CERTIFICATE-----”)"
        raise entry.problem("ca_bundle", problem) from None
    except OSError as fault:
        raise entry.problem("ca_bundle", f"{bundle} cannot be read: {fault.strerror}") from None
    return entry.model_copy(update={"ca_bundle": bundle})


def _lines_of_entry(document: Document, number: int) -> dict[str, int]:
    return {
        ".".join(str(part) for part in where[1:]): line
        for where, line in document.lines.items()
        if where[0] == number
    }


def _entry_problems(
    document: Document, number: int, content: Mapping[str, object], fault: ValidationError
) -> tuple[ConfigError, ...]:
    name = content.get("id")

    def make(place: Sequence[str | int], words: str) -> ConfigError:
        return ConfigError(
            words,
            file=document.file,
            line=document.line(number, *place),
            entry=str(name) if name else f"number {number + 1}",
            field=".".join(str(part) for part in place),
        )

    return problems_of(fault, {"": COMMON_FIELDS}, make)
