"""The root of the command line and the options every command has."""

from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from aggregator import __version__
from aggregator.log_kind import LogKind

T = TypeVar("T")

root = typer.Typer(
    name="fairnotice",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would take longer to load than all the rest
    help="Tells small mental-health charities about every notice that concerns them.",
)

Home = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="FAIRNOTICE_HOME",
        metavar="DIR",
        help="Folder of the data and the outbox.",
    ),
]
SourcesFile = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        envvar="FAIRNOTICE_SOURCES",
        metavar="FILE",
        help="The list of sources. Default: sources.yaml here, else the one that was installed.",
    ),
]
AnyHome = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="FAIRNOTICE_HOME",
        metavar="DIR",
        help="Taken as by every command; not used here.",
    ),
]
AnySources = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        envvar="FAIRNOTICE_SOURCES",
        metavar="FILE",
        help="Taken as by every command; not used here.",
    ),
]
Now = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="TIME",
        help="Act as at this time (ISO 8601; without an offset, UK time).",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines for programs.")]

LogOption = Annotated[
    LogKind | None,
    typer.Option("--log", help="How lines look. Default: what FAIRNOTICE_LOG says, else plain."),
]

DEFAULT_HOME = Path("var")


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"fairnotice {__version__}")
        raise typer.Exit


@root.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show version.")
    ] = False,
) -> None:
    """Tells small mental-health charities about every notice that concerns them."""


def moment(text: str | None, option: str = "--now") -> datetime:
    """The time a person gave, or the present one. Raises a usage error for what is no time."""
    from aggregator.app import SystemClock
    from aggregator.errors import ParsingError
    from aggregator.parsing.dates import ZoneRule, parse_iso

    if text is None:
        return SystemClock().now()
    try:
        return parse_iso(text, zone=ZoneRule.OFFSET).instant
    except ParsingError as fault:
        raise typer.BadParameter(f"{text!r} is no time: {fault}", param_hint=option) from None


def wait_for(work: Coroutine[object, object, T]) -> T:
    """Carry out asynchronous work from a command (typer does not run coroutines by itself)."""
    import asyncio

    return asyncio.run(work)
