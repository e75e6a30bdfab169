"""The command that measures how good the judging is: quality."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, SourcesFile
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.quality import Collected, Label, Measured


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command()(quality)


def quality(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="Labels of your own instead of those that come with the program."),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="Take the notices from this file of JSON lines (id, title, description, buyer, "
            "cpv, source where ids need it) instead of from what was collected."
        ),
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="Another profile than the one for mental health.")
    ] = None,
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the page docs/quality.md.")
    ] = False,
) -> None:
    """Measure the judging on labelled notices: figures with intervals, misses, false alarms."""
    from aggregator import quality as measuring
    from aggregator import relevance

    if as_json and markdown:
        raise typer.BadParameter("choose one of --json and --markdown", param_hint="--markdown")
    loaded = relevance.load_profile(profile)
    notices = of_corpus(corpus) if corpus else of_instance(home, sources)
    measured = measuring.measure(wanted(labels), notices, loaded)
    if as_json:
        typer.echo(json.dumps(measuring.as_json(measured), ensure_ascii=False))
    elif markdown:
        typer.echo(measuring.page(measured), nl=False)
    elif measured.labelled:
        for line in measuring.lines(measured):
            typer.echo(line)
    if not measured.labelled:
        typer.echo(nothing_here(measured), err=True)
        raise typer.Exit(1)


def wanted(file: Path | None) -> "tuple[Label, ...]":
    """The labels to measure with."""
    from aggregator import quality as measuring

    if file is None:
        return measuring.read_labels(measuring.shipped_labels())
    try:
        text = content(file).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ConfigError(f"this is not UTF-8 ({fault.reason})", file=str(file)) from None
    return measuring.read_labels(text, str(file))


def of_corpus(file: Path) -> "Iterator[Collected]":
    """The notices of a file. Raises ConfigError with the line."""
    from aggregator.cli.judging import subject_of_record
    from aggregator.quality import from_record

    for number, line in enumerate(content(file).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as fault:
            raise ConfigError(f"no JSON: {fault}", file=str(file), line=number) from None
        if not isinstance(record, dict):
            problem = "a line holds one object with id and title"
            raise ConfigError(problem, file=str(file), line=number)
        yield from_record(record, subject_of_record(record))


def of_instance(home: Path, sources: Path | None) -> "Iterator[Collected]":
    """The notices this instance has collected."""
    from aggregator.app import Instance
    from aggregator.quality import collected

    with Instance.existing(home, sources).store() as store:
        for stored in store.stored_notices():
            yield collected(stored.notice)


def content(file: Path) -> bytes:
    """A file a person named. Raises ConfigError."""
    try:
        return file.read_bytes()
    except OSError as fault:
        raise ConfigError(f"cannot be read: {fault.strerror}", file=str(file)) from None


def nothing_here(measured: "Measured") -> str:
    """What to do where none of the labelled notices is known."""
    from aggregator.quality.report import missing_lines

    return "\n".join(
        (
            "None of the labelled notices is here. Collect them, say with `fairnotice collect "
            "find-a-tender --since 2026-05-01`, or give a file of notices with --corpus:",
            *missing_lines(measured.missing),
        )
    )
