"""The command that asks again: reread."""

from typing import Annotated

import typer

from aggregator.cli.collecting import Names, show_runs
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, SourcesFile, wait_for


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command()(reread)


def reread(
    names: Names = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    at_most: Annotated[
        int, typer.Option("--at-most", min=0, help="Procurements asked for at one source.")
    ] = 100,
    windows: Annotated[
        bool, typer.Option("--windows/--no-windows", help="Read the last seven days again, too.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Ask again for what is open or followed, and for what came late. `run` does so every night.

    Some portals show an edit only to those who ask for that procurement.
    """
    from aggregator import service
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        runs = wait_for(
            service.reread(instance, store, names=names or (), at_most=at_most, windows=windows)
        )
    show_runs(runs, as_json=as_json)
    if not runs and not as_json:
        typer.echo("Nothing to ask for again.")
