"""Commands that ask the sources: collect, run, sources."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import adding
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, LogOption, SourcesFile, moment, wait_for

if TYPE_CHECKING:
    from aggregator.model import SourceRun

sources_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The list of sources, and trying one."
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Sources by id; all enabled ones if none."),
]


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command()(collect)
    root.command()(run)
    root.add_typer(sources_app, name="sources")
    for command in (adding.new, adding.check, adding.canary):
        sources_app.command()(command)


def collect(
    names: Names = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Reach back to this day (2026-09-01). Not told as new."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the sources for what is new and work out its meaning."""
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.progress import Bars

    instance = Instance.at(home, sources)
    reach = moment(since, "--since") if since else None
    watched = sys.stderr.isatty() and not as_json
    with instance.store() as store, Bars(enabled=watched) as bars:
        runs = wait_for(
            service.collect(instance, store, names=names or (), since=reach, progress=bars.advance)
        )
    show_runs(runs, as_json=as_json)
    if any(run.outcome == "failed" for run in runs):
        raise typer.Exit(1)


def show_runs(runs: Sequence["SourceRun"], *, as_json: bool) -> None:
    """A line for each source."""
    import json

    from aggregator.cli.show import run_line

    for run in runs:
        if as_json:
            outcome = {"source": run.source_id, "outcome": run.outcome, "notices": run.notices}
            typer.echo(
                json.dumps({**outcome, "new": run.new_notices, "rejected": run.rejections,
                            "requests": run.requests, "error": run.error})
            )  # fmt: skip
        else:
            typer.echo(run_line(run))


def run(home: Home = DEFAULT_HOME, sources: SourcesFile = None, log: LogOption = None) -> None:
    """The service: collect, compose and deliver by the clock.

    It goes on until it is stopped. With --log json it writes JSON lines for programs.
    """
    from aggregator import scheduling
    from aggregator.app import Instance

    wait_for(scheduling.run(Instance.at(home, sources), log_kind=log))


@sources_app.command("list")
def list_sources(
    home: Home = DEFAULT_HOME, sources: SourcesFile = None, as_json: AsJson = False
) -> None:
    """All sources, with when each was last read."""
    from aggregator.app import Instance, build_sources
    from aggregator.cli.show import source_line
    from aggregator.doctor import LOOK_BACK

    instance = Instance.at(home, sources)
    build_sources(instance.entries)
    with ExitStack() as parts:
        store = parts.enter_context(instance.store()) if instance.is_there else None
        for entry in instance.entries:
            runs = store.runs(entry.id, limit=LOOK_BACK) if store else ()
            typer.echo(source_line(entry, runs, as_json=as_json))


@sources_app.command("try")
def try_source(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    fixture: Annotated[
        Path | None,
        typer.Option(metavar="PAGE", help="Read this saved page instead of asking the portal."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read one page of a source and show what was understood.

    Nothing is stored.
    """
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import parsed_lines

    parsed = wait_for(service.try_source(Instance.at(home, sources), name, fixture=fixture))
    for line in parsed_lines(parsed, as_json=as_json):
        typer.echo(line)
    if not parsed.notices:
        raise typer.Exit(1)
