"""Commands for whoever adds a source: sources new, check and canary."""

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, SourcesFile, wait_for

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Sources by id; all of them if none."),
]


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id: small letters, hyphens.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="The page of the list or feed.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="PAGE", help="A saved copy, from which the way to read is guessed."),
    ] = None,
) -> None:
    """Begin a source: an entry (switched off), and folders for its cases.

    Code is written only where no declaration fits the page. No portal is asked.
    """
    from aggregator.kit import acts

    file = acts.own_sources(home, sources)
    made = wait_for(acts.new(name, url, page=page, sources=file))
    for file in made.files:
        typer.echo(f"written: {file}")
    for number, step in enumerate(made.next_steps, 1):
        typer.echo(f"{number}. {step}")


def check(
    names: Names = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    table: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the public table (docs/sources.md) as well."),
    ] = None,
) -> None:
    """What is missing in entries, code and cases.

    MUST is to be put right; the rest is good to know. No portal is asked.
    """
    from aggregator.app import Instance, default_sources
    from aggregator.kit import acts

    instance = Instance.at(home, sources)
    file = sources or instance.settings.sources or default_sources()
    entries = instance.chosen(names) if names else instance.entries
    findings = acts.check(entries, fixtures=file.parent / "fixtures")
    for one in findings:
        typer.echo(f"{'MUST' if one.must else 'note'}  {one.source_id}: {one.words}")
    if table is not None:
        acts.write_table(instance.entries, table)
        typer.echo(f"written: {table}")
    bad = sum(one.must for one in findings)
    typer.echo(f"{len(entries)} sources, {bad} things to put right")
    if bad:
        raise typer.Exit(1)


def canary(names: Names = None, home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Ask each source once, politely, and print a report to paste into an issue.

    Nothing is stored. Without names: all that are switched on.
    """
    from aggregator.app import Instance
    from aggregator.kit import acts

    well = True
    for lines, good in wait_for(acts.canary(Instance.at(home, sources), names or ())):
        typer.echo("\n".join(lines) + "\n")
        well = well and good
    if not well:
        raise typer.Exit(1)
