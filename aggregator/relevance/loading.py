"""Profiles read from files, with errors that name file and line.

A profile is checked thoroughly and slowly. Beside the one that comes with the program lies its
outcome as JSON, made by tools/compile_profile.py; it is used as long as the file has not changed.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from aggregator import reference
from aggregator.errors import ConfigError
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Rules

if TYPE_CHECKING:
    from pydantic import ValidationError

    from aggregator.relevance.schema import ProfileFile

DEFAULT = Path(__file__).resolve().parent.parent / "profiles" / "mental_health.yaml"
OUTCOME = ".json.gz"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NAME_TABLES: Mapping[str, Callable[[], Iterable[_Named]]] = {
    "mental_health_trusts": reference.mental_health_trusts,
    "care_boards": reference.care_boards,
    "councils": reference.councils,
}
"""Tables of organisations that a profile may ask for."""


def load_profile(path: Path | None = None) -> Profile:
    """The profile in a file, by default the one for mental health that comes with the program.

    Raises ConfigError, with the line, for anything in it that cannot be used.
    """
    return _loaded(path or DEFAULT)


@lru_cache(maxsize=8)
def _loaded(path: Path) -> Profile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=str(path)) from error
    outcome = _outcome(path, content)
    return Profile(outcome if outcome is not None else rules_of(content, path))


def digest(content: bytes) -> str:
    """What tells whether an outcome still belongs to its profile file."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


class Outcome(msgspec.Struct):
    """A checked profile as kept beside its file."""

    made_from: str
    rules: Rules


def _outcome(path: Path, content: bytes) -> Rules | None:
    """The kept outcome, None where there is none or where it is of another time."""
    try:
        packed = path.with_suffix(OUTCOME).read_bytes()
        kept = msgspec.json.decode(gzip.decompress(packed), type=Outcome)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError):
        return None
    return kept.rules if kept.made_from == digest(content) else None


def rules_of(content: bytes, path: Path) -> Rules:
    """The rules written in a profile file, checked. Raises ConfigError."""
    from aggregator.relevance.compiling import compiled

    file = file_of(content, path)
    wanted = {*file.masks.tables, *file.thin.tables}
    for table in sorted(wanted - NAME_TABLES.keys()):
        known = ", ".join(NAME_TABLES)
        raise ConfigError(f"there is no table {table}; known are: {known}", file=str(path))
    return compiled(file, {table: [row.name for row in NAME_TABLES[table]()] for table in wanted})


def file_of(content: bytes, path: Path) -> "ProfileFile":
    """A profile as written, checked. Raises ConfigError."""
    from pydantic import ValidationError

    from aggregator.relevance.schema import ProfileFile

    written = _parsed(content, path)
    try:
        return ProfileFile.model_validate(written)
    except ValidationError as error:
        raise _first(error, written, path) from error


def _parsed(content: bytes, path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="rt").load(content.decode())
    except UnicodeDecodeError as error:
        raise ConfigError("is not in UTF-8; save it as UTF-8", file=str(path)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(
            f"is not readable as YAML: {error.problem}",
            file=str(path),
            line=mark.line + 1 if mark else None,
        ) from error
    except YAMLError as error:
        raise ConfigError(f"is not readable as YAML: {error}", file=str(path)) from error


def _first(error: "ValidationError", written: Any, path: Path) -> ConfigError:
    first = error.errors(include_url=False)[0]
    more = error.error_count() - 1
    words = first["msg"].removeprefix("Value error, ")
    if more:
        words += f" (and {more} more)"
    steps = first["loc"]
    return ConfigError(
        words,
        file=str(path),
        line=_line(written, steps),
        entry=_entry(written, steps),
        field=".".join(str(step) for step in steps) or None,
    )


def _line(written: Any, steps: Iterable[str | int]) -> int | None:
    line = None
    for step in steps:
        try:
            line = written.lc.data[step][0] + 1
            written = written[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _entry(written: Any, steps: Iterable[str | int]) -> str | None:
    """The id of the service type, exclusion or move that the steps lead into."""
    entry = None
    for step in steps:
        try:
            written = written[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(written, dict) and "id" in written:
            entry = str(written["id"])
    return entry
