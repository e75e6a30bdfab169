"""Commands for the host's own notices: host-notices template and check."""

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, SourcesFile, wait_for

host_notices_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The host's own notices: a CSV file of what no portal tells.",
)
USUAL_NAME = "host-notices.csv"


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(host_notices_app, name="host-notices")


@host_notices_app.command()
def template(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=f"Where to; else {USUAL_NAME} in the data folder."),
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Write a table to begin with: the headings, and one example that is passed over.

    A file that is there already is left alone.
    """
    from aggregator import service

    written = service.write_template(home, file or home / USUAL_NAME)
    typer.echo(f"{written} was written; open it with your spreadsheet program and save as CSV.")
    typer.echo("Dates are 28/02/2027 or 28/02/2027 12:00. Leave empty what you do not know.")
    typer.echo("Then: fairnotice host-notices check, and in sources.yaml: enabled: true")


@host_notices_app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The table; else that of sources.yaml."),
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    as_json: AsJson = False,
) -> None:
    """Read the table as it is now and say, row by row, what is wrong. Nothing is stored."""
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import problem_lines

    found = wait_for(service.check_host_notices(Instance.at(home, sources), file))
    bad = 0
    for path, parsed in found:
        bad += len(parsed.rejections)
        for line in problem_lines(path, parsed, as_json=as_json):
            typer.echo(line)
    if bad:
        raise typer.Exit(1)
