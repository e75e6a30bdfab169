"""Commands about what people say of opportunities: verdict say, list, export."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.model import PersonVerdict
    from aggregator.store import Store

verdict_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What people say: is it about mental health, is it for us.",
)


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(verdict_app, name="verdict")


@verdict_app.command()
def say(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="An id from `list`, an ocid or a notice id.")
    ],
    answer: Annotated[str, typer.Argument(metavar="yes|no|not-for-us", help="What is said.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: Annotated[
        str | None,
        typer.Option(envvar="FAIRNOTICE_MODERATOR", help="The moderator's name. Default: host."),
    ] = None,
    subscriber: Annotated[
        str | None,
        typer.Option(help="Said by this subscriber (address or id), not by a moderator."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why, in a few words.")] = None,
    now: Now = None,
) -> None:
    """Say yes or no (is it about mental health?), or not-for-us.

    It is kept and can be exported; nobody's judgement changes by it. A subscriber's not-for-us
    keeps the opportunity out of that subscriber's digests until the same subscriber says yes.
    """
    from aggregator import moderate
    from aggregator.app import Instance
    from aggregator.cli.criteria import members
    from aggregator.model import Answer
    from aggregator.service import FixedClock

    (said,) = members(Answer, [answer.replace("-", "_")], "yes|no|not-for-us")
    with Instance.existing(home, sources).store() as store:
        verdict = moderate.say(
            identifier,
            said,
            store=store,
            clock=FixedClock(moment(now)),
            moderator=None if subscriber else by or "host",
            subscriber=subscriber,
            note=note,
        )
        typer.echo(verdict_line(verdict, store))


@verdict_app.command("list")
def list_verdicts(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    subscriber: Annotated[
        str | None, typer.Option(help="Only what this subscriber says: address or id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What each person says now, in the order it was said."""
    from aggregator import moderate
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        if subscriber:
            verdicts = store.verdicts_by(moderate.known_subscriber(subscriber, store).id)
        else:
            verdicts = store.verdicts()
        for verdict in verdicts:
            typer.echo(record(verdict) if as_json else verdict_line(verdict, store))


@verdict_app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write; - for the screen.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Write all verdicts as labels: source, notice id, verdict, official address; no persons."""
    from aggregator import moderate
    from aggregator.app import Instance
    from aggregator.quality import write_labels

    with Instance.existing(home, sources).store() as store:
        labels = tuple(moderate.labels(store))
    text = write_labels(labels)
    if str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise ConfigError(f"cannot be written: {fault.strerror}", file=str(file)) from None
    typer.echo(f"{len(labels)} labels written to {file}")


def verdict_line(verdict: "PersonVerdict", store: "Store") -> str:
    """One verdict in a line, with the title where the opportunity is still there."""
    from aggregator.cli.show import said_words
    from aggregator.errors import UnknownIdentifier

    try:
        title = store.opportunity(verdict.opportunity_id).opportunity.facts.title
    except UnknownIdentifier:
        title = "no longer here"
    return f"{verdict.opportunity_id}  {said_words(verdict)} | {title or '(no title)'}"


def record(verdict: "PersonVerdict") -> str:
    """One verdict for programs."""
    return json.dumps(
        {
            "opportunity": verdict.opportunity_id,
            "answer": verdict.answer,
            "at": verdict.at.isoformat(),
            "moderator": verdict.moderator,
            "subscriber": verdict.subscriber_id,
            "note": verdict.note,
        },
        ensure_ascii=False,
    )
