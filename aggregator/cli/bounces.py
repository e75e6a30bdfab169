"""The command bounces: read what came back, show what is kept, send to an address again."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment

Where = Annotated[
    Path | None,
    typer.Argument(metavar="[PATH]", help="A folder, Maildir, mbox or .eml of returned mails."),
]
Believe = Annotated[
    bool, typer.Option("--believe", help="Also when most addresses are said not to exist.")
]
On = Annotated[str | None, typer.Option("--on", metavar="WHO", help="Send to this address again.")]


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command("bounces")(bounces)


def bounces(
    path: Where = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    believe: Believe = False,
    on: On = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Read mails that came back; without PATH, show which addresses are sent nothing and why."""
    from aggregator import service, subscribe
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        if on is not None:
            was_off = subscribe.mail_again(on, store=store, now=moment(now))
            typer.echo(f"{on} is {'sent mail again' if was_off else 'sent mail already'}")
        elif path is None:
            for record in service.mail_not_taken(store, moment(now)):
                words = "  ".join(str(value) for value in record.values() if value)
                typer.echo(json.dumps(record, ensure_ascii=False) if as_json else words)
        else:
            reading = service.read_bounces(
                instance, store, path, believe=believe, now=moment(now) if now else None
            )
            show(asyncio.run(reading), as_json=as_json)


def show(result: object, *, as_json: bool) -> None:
    """What became of the mails that were read."""
    record: dict[str, object] = vars(result)
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False))
        return
    read, idle, strange, known = (
        record[name] for name in ("read", "nothing_to_do", "not_ours", "known")
    )
    typer.echo(
        f"{read} mails read: {idle} without consequence, {strange} about no mail of ours, "
        f"{known} read before"
    )
    said = {
        "resting": "left alone for a while",
        "given_up": "sent no more mail",
        "stopped": "stopped, because its owner called our mail junk",
    }
    for name, words in said.items():
        for address in record[name]:  # type: ignore[attr-defined]
            typer.echo(f"  {address}: {words}")
    for problem in record["problems"]:  # type: ignore[attr-defined]
        typer.echo(f"  {problem}")
