"""Commands that show what is known: list, show, judge."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import (
    DEFAULT_HOME,
    AnyHome,
    AnySources,
    AsJson,
    Home,
    Now,
    SourcesFile,
    moment,
)


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command("list")(list_opportunities)
    root.command()(show)
    root.command()(judge)


def list_opportunities(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="core, related, possible or no; may be repeated."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every verdict and stage, also what is over.")
    ] = False,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Opportunities, most urgent first.

    By default what is live and about mental health.
    """
    from aggregator import service, stage
    from aggregator.app import Instance
    from aggregator.cli.show import nothing_words, opportunity_line
    from aggregator.doctor import LOOK_BACK
    from aggregator.model import Verdict
    from aggregator.summary import summary

    at = moment(now)
    try:
        wanted = tuple(Verdict(word) for word in verdict or ("core",))
    except ValueError:
        raise typer.BadParameter(f"one of: {', '.join(Verdict)}", param_hint="--verdict") from None
    with Instance.existing(home, sources).store() as store:
        runs = store.runs(limit=LOOK_BACK)
        found = store.opportunities(verdicts=() if everything and not verdict else wanted)
        shown = [
            (judged, stage.at(judged.opportunity, at))
            for judged in found
            if everything or stage.is_live(judged.opportunity, at)
        ]
        shown.sort(key=lambda pair: stage.urgency(pair[0].opportunity, at))
        labels = service.type_labels() if as_json else {}
        alike = {
            judged.opportunity.id: store.likely_links_of(judged.opportunity.id)
            for judged, _ in shown
        }
        for judged, standing in shown:
            lines = summary(judged.opportunity, judged.judgement, now=at, labels=labels)
            likely = alike.get(judged.opportunity.id, ())
            typer.echo(opportunity_line(judged, standing, lines, likely, as_json=as_json))
    if not shown and not as_json:
        typer.echo(nothing_words(runs, everything=everything))


def show(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="An id from `list`, an ocid or a notice id.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    reader: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="WHO",
            help="Say how it would suit this subscriber, by the profile given.",
        ),
    ] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """The whole story of one opportunity.

    In plain words, with facts, reasons, all notices, and what happened.
    """
    from aggregator import service, stage, subscribe
    from aggregator.app import Instance
    from aggregator.cli.show import (
        fit_lines,
        fit_record,
        likely_lines,
        likely_record,
        rerun_lines,
        rerun_record,
        story,
        story_json,
    )
    from aggregator.fit import fit
    from aggregator.summary import summary

    at = moment(now)
    with Instance.existing(home, sources).store() as store:
        judged = store.find_opportunity(identifier)
        events = store.events_of(judged.opportunity.id)
        said = store.verdicts_of(judged.opportunity.id)
        likely = store.likely_links_of(judged.opportunity.id)
        reruns = store.reruns_of(judged.opportunity.id)
        provider = subscribe.profile_of(reader, store=store) if reader else None
    opportunity, judgement, labels = judged.opportunity, judged.judgement, service.type_labels()
    standing = stage.at(opportunity, at)
    lines = summary(opportunity, judgement, now=at, labels=labels)
    suits = fit(opportunity, judgement, provider, at, labels=labels) if provider else None
    if as_json:
        added = {
            **(fit_record(suits) if suits else {}),
            **likely_record(likely),
            **rerun_record(reruns),
        }
        typer.echo(story_json(judged, standing, events, said, lines, added))
        return
    parts = (
        *lines,
        *(fit_lines(suits) if suits else ()),
        *likely_lines(likely),
        *rerun_lines(reruns, opportunity.id),
    )
    for line in story(judged, standing, events, said, parts):
        typer.echo(line)


def judge(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Lines of JSON: id, title, description, buyer, cpv; - for stdin."
        ),
    ],
    home: AnyHome = DEFAULT_HOME,
    sources: AnySources = None,
    profile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another profile than the one for mental health."),
    ] = None,
) -> None:
    """Judge notices from a file, as JSON lines.

    Each with verdict, types, score and reasons.
    """
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
