"""Commands that keep an instance well: rebuild, doctor, bench, demo."""

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AnyHome, AnySources, Home, SourcesFile, wait_for


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command()(rebuild)
    root.command()(doctor)
    root.command()(bench)
    root.command()(demo)


def rebuild(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Derive everything again from the answers as served.

    Nobody is told anything twice, and nothing found by it is told as new.
    """
    from aggregator import service
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        rebuilt = wait_for(service.rebuild(instance, store))
    typer.echo(f"{rebuilt.payloads} payloads read, {rebuilt.notices} notices derived again")
    for problem in rebuilt.unreadable:
        typer.echo(f"  not readable: {problem}")
    typer.echo(f"state fingerprint {rebuilt.state}")
    typer.echo("(the same fingerprint as before means that nothing came out differently)")


def doctor(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Check this instance: what is not well, and what to do."""
    from aggregator import doctor as checks

    results = checks.examine(home, sources)
    for result in results:
        typer.echo(f"{'well' if result.well else 'LOOK'}  {result.words}")
        if not result.well:
            typer.echo(f"      {result.remedy}")
    if not all(result.well for result in results):
        raise typer.Exit(1)


def bench(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[speed|link|match|sources|digest]",
            help="speed, how well notices are linked, matching, how fast lists are read or digests "
            "go out.",
        ),
    ] = "speed",
    home: AnyHome = DEFAULT_HOME,
    sources: AnySources = None,
    notices: Annotated[
        int, typer.Option(metavar="COUNT", help="How many made-up notices.", min=100)
    ] = 20_000,
) -> None:
    """Measure speed, linking, matching or digests.

    Prints JSON lines; `met` says whether the figure under `aim` is reached.
    """
    from aggregator import bench as benchmarks
    from aggregator import bench_digest, bench_linking, bench_matching, bench_sources

    if what == "digest":
        found = bench_digest.lines(max(20, notices // 100))
    elif what == "match":
        found = bench_matching.lines(events=min(notices, bench_matching.EVENTS))
    elif what == "sources":
        found = bench_sources.lines()
    elif what == "link":
        found = bench_linking.lines(notices)
    elif what == "speed":
        found = benchmarks.lines(notices)
    else:
        raise typer.BadParameter("speed, link, match, sources or digest", param_hint="WHAT")
    for line in found:
        typer.echo(line)


def demo(
    home: Annotated[
        Path,
        typer.Option("--home", metavar="DIR", help="Folder of the demo; emptied at the start."),
    ] = DEFAULT_HOME / "demo",
    sources: AnySources = None,
) -> None:
    """Show the way from sample portals to an inbox, offline.

    The portals run on this machine and publish made-up notices; no real portal is asked.
    """
    from aggregator.demo import story

    wait_for(story.tell(home))
