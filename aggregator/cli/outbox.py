"""Commands about mail that waits for a person: outbox, outbox show, release, drop."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.linking import By
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.held import Waiting

outbox_app = typer.Typer(rich_markup_mode=None, help="Mail that is held, unsure or failed.")
MessageId = Annotated[str, typer.Argument(metavar="ID", help="An id from `outbox`.")]


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(outbox_app, name="outbox")


@outbox_app.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """What a person should look at: mail that is held, unsure or failed, with why and how long."""
    if context.invoked_subcommand is not None:
        return
    from aggregator import held
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        found = held.waiting(store)
    at = moment(now)
    for one in found:
        typer.echo(record(one) if as_json else words(one, at))
    if not found and not as_json:
        typer.echo("No mail waits for a person.")
    elif any(one.is_held for one in found) and not as_json:
        typer.echo("`fairnotice outbox show ID` shows one; `release ID` or `drop ID` decide.")


@outbox_app.command()
def show(
    message_id: MessageId, home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None
) -> None:
    """One mail whole: where it goes, why it waits, what was decided, and its text."""
    from aggregator import held
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        found = held.look(message_id, store=store)
        done = store.moderations(subject=message_id)
    typer.echo(words(found, moment(now)))
    typer.echo(f"  {held.told_words(found)}; {held.state_words(found)}")
    for entry in reversed(done):
        why = f": {entry.because}" if entry.because else ""
        typer.echo(f"  {entry.act} by {entry.by}, {entry.at:%Y-%m-%d %H:%M} UTC{why}")
    message = found.delivery.message
    typer.echo(f"\n{message.subject or ''}\n\n{message.text or message.json_body or ''}")


@outbox_app.command()
def release(
    message_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="An id from `outbox`.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that is held.")] = False,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Let held mail go; the next delivery sends it."""
    from aggregator import held
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    if (message_id is None) != every:
        raise typer.BadParameter("give an id, or --all", param_hint="ID")
    clock = FixedClock(moment(now))
    with Instance.existing(home, sources).store() as store:
        if message_id is None:
            released = held.release_all(by=by, store=store, clock=clock)
        else:
            held.release(message_id, by=by, store=store, clock=clock)
            released = (message_id,)
    for one in released:
        typer.echo(f"{one} goes out with the next `fairnotice deliver`")
    if not released:
        typer.echo("Nothing is held.")


@outbox_app.command()
def drop(
    message_id: MessageId,
    because: Annotated[str, typer.Option("--because", metavar="WORDS", help="Why; it is kept.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Let a mail never go out. What it was to tell is told to nobody, and does not come again."""
    from aggregator import held
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    clock = FixedClock(moment(now))
    with Instance.existing(home, sources).store() as store:
        held.drop(message_id, because=because, by=by, store=store, clock=clock)
        found = held.look(message_id, store=store)
    typer.echo(f"{message_id} is dropped. {held.told_words(found)}.")


def words(one: "Waiting", now: "datetime") -> str:
    """One message in a line."""
    from aggregator import held

    message = one.delivery.message
    why = f": {one.why}" if one.why else ""
    return (
        f"{message.id}  {one.delivery.state} for {held.age_words(one.since, now)}, to "
        f"{message.channel.target}{why} ({held.told_words(one)})"
    )


def record(one: "Waiting") -> str:
    """One message for programs."""
    message = one.delivery.message
    return json.dumps(
        {
            "id": message.id,
            "state": one.delivery.state,
            "to": message.channel.target,
            "subject": message.subject,
            "why": one.why,
            "since": one.since.isoformat() if one.since else None,
            "events": one.told,
            "attempts": one.delivery.attempts,
        },
        ensure_ascii=False,
    )
