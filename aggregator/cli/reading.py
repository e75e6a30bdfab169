"""Commands that show what is known: list, show, judge."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command("list")(list_opportunities)
    root.command()(show)
    root.command()(judge)


def list_opportunities(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    verdict: Annotated[
        list[str] | None, typer.Option(help="core, related, possible or no; may be repeated.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every verdict and stage, also what is over.")
    ] = False,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Opportunities, most urgent first: by default what is live and about mental health."""
    from aggregator import service, stage
    from aggregator.app import Instance
    from aggregator.cli.show import opportunity_line
    from aggregator.model import Verdict
    from aggregator.summary import summary

    at = moment(now)
    try:
        wanted = tuple(Verdict(word) for word in verdict or ("core",))
    except ValueError:
        raise typer.BadParameter(f"one of: {', '.join(Verdict)}", param_hint="--verdict") from None
    with Instance.at(home, sources).store() as store:
        found = store.opportunities(verdicts=() if everything and not verdict else wanted)
        shown = [
            (judged, stage.at(judged.opportunity, at))
            for judged in found
            if everything or stage.is_live(judged.opportunity, at)
        ]
        shown.sort(key=lambda pair: stage.urgency(pair[0].opportunity, at))
        labels = service.type_labels() if as_json else {}
        for judged, standing in shown:
            lines = summary(judged.opportunity, judged.judgement, now=at, labels=labels)
            typer.echo(opportunity_line(judged, standing, lines, as_json=as_json))
    if not shown and not as_json:
        typer.echo("Nothing yet. `fairnotice collect` asks the sources; --all shows all verdicts.")


def show(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="An id from `list`, an ocid or a notice id.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    reader: Annotated[
        str | None,
        typer.Option("--for", help="Say how it would suit this subscriber, by the profile given."),
    ] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """The whole story of one opportunity: plain words, facts, reasons, notices, what happened."""
    from aggregator import service, stage, subscribe
    from aggregator.app import Instance
    from aggregator.cli.show import fit_lines, fit_record, story, story_json
    from aggregator.fit import fit
    from aggregator.summary import summary

    at = moment(now)
    with Instance.at(home, sources).store() as store:
        judged = store.find_opportunity(identifier)
        events = store.events_of(judged.opportunity.id)
        said = store.verdicts_of(judged.opportunity.id)
        provider = subscribe.profile_of(reader, store=store) if reader else None
    opportunity, judgement, labels = judged.opportunity, judged.judgement, service.type_labels()
    standing = stage.at(opportunity, at)
    lines = summary(opportunity, judgement, now=at, labels=labels)
    suits = fit(opportunity, judgement, provider, at, labels=labels) if provider else None
    if as_json:
        added = fit_record(suits) if suits else {}
        typer.echo(story_json(judged, standing, events, said, lines, added))
        return
    parts = (*lines, *(fit_lines(suits) if suits else ()))
    for line in story(judged, standing, events, said, parts):
        typer.echo(line)


def judge(
    file: Annotated[
        Path, typer.Argument(help="Lines of JSON: id, title, description, buyer, cpv; - for stdin.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    profile: Annotated[
        Path | None, typer.Option(help="Another profile than the one for mental health.")
    ] = None,
) -> None:
    """Judge notices from a file: a JSON line each with verdict, types, score and reasons."""
    from aggregator import relevance
    from aggregator.cli.judging import judged_lines

    loaded = relevance.load_profile(profile)
    if str(file) == "-":
        lines = list(sys.stdin.buffer)
    elif file.is_file():
        lines = file.read_bytes().splitlines()
    else:
        raise typer.BadParameter(f"there is no file {file}", param_hint="FILE")
    failed = 0
    for line in judged_lines(lines, loaded):
        failed += line.startswith('{"error"')
        typer.echo(line)
    if failed:
        typer.echo(f"{failed} of {len(lines)} lines could not be read", err=True)
        raise typer.Exit(1)
