"""The command that compares the books: reconcile."""

from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command()(reconcile)


def reconcile(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How many days to look back.")] = 7,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Compare what was detected, told and sent. `run` does so every night; it changes nothing."""
    from aggregator import service
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        result = service.reconcile(store, now=moment(now), days=days)
    if as_json:
        typer.echo(result.as_json())
    else:
        typer.echo(result.in_words())
        for one in result.differences:
            typer.echo(f"  {one.words}\n      {one.remedy}")
    if result.differences:
        raise typer.Exit(1)
