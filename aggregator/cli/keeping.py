"""Commands that keep an instance well: rebuild, doctor, bench, demo."""

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, SourcesFile, wait_for


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command()(rebuild)
    root.command()(doctor)
    root.command()(bench)
    root.command()(demo)


def rebuild(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Derive everything again from the payloads as they were served; alerts nobody."""
    from aggregator import service
    from aggregator.app import Instance

    instance = Instance.at(home, sources)
    with instance.store() as store:
        rebuilt = wait_for(service.rebuild(instance, store))
    typer.echo(f"{rebuilt.payloads} payloads read, {rebuilt.notices} notices derived again")
    for problem in rebuilt.unreadable:
        typer.echo(f"  not readable: {problem}")
    typer.echo(f"state {rebuilt.state}")


def doctor(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Check this instance: what is well, what is not, and what to do about it."""
    from aggregator import doctor as checks

    results = checks.examine(home, sources)
    for result in results:
        typer.echo(f"{'well' if result.well else 'LOOK'}  {result.words}")
        if not result.well:
            typer.echo(f"      {result.remedy}")
    if not all(result.well for result in results):
        raise typer.Exit(1)


def bench(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    notices: Annotated[int, typer.Option(help="How many made-up notices.", min=100)] = 20_000,
) -> None:
    """Measure speed and memory on made-up notices; prints JSON lines."""
    from aggregator import bench as benchmarks

    for line in benchmarks.lines(notices):
        typer.echo(line)


def demo(
    home: Annotated[
        Path, typer.Option("--home", help="Folder of the demo; emptied at the start.")
    ] = DEFAULT_HOME / "demo",
    sources: SourcesFile = None,
) -> None:
    """Show the whole way from sample portals to an inbox, with made-up notices on loopback."""
    from aggregator.demo import story

    wait_for(story.tell(home))
