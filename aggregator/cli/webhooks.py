"""Commands about webhooks: webhook list, rotate, on, replay, schema."""

import json
from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment
from aggregator.errors import UnknownIdentifier

webhook_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Webhooks: secrets, switching on, replay."
)

Who = Annotated[str, typer.Argument(metavar="WHO", help="The address, or the subscriber's id.")]
Url = Annotated[str, typer.Argument(metavar="URL", help="The webhook's address.")]


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(webhook_app, name="webhook")


@webhook_app.command("list")
def list_webhooks(
    home: Home = DEFAULT_HOME, sources: SourcesFile = None, as_json: AsJson = False
) -> None:
    """All webhooks, and which of them are switched off, since when and why."""
    from aggregator.app import Instance
    from aggregator.model import ChannelKind

    with Instance.existing(home, sources).store() as store:
        off = {(one.subscriber_id, one.channel.key): one for one in store.channels_off()}
        emails = {one.id: one.email for one in store.subscribers()}
        seen = dict.fromkeys(
            (wish.subscriber_id, wish.channel.key, wish.channel.target)
            for wish in store.subscriptions()
            if wish.channel.kind is ChannelKind.WEBHOOK
        )
    for subscriber_id, key, target in seen:
        silent = off.get((subscriber_id, key))
        record = {
            "email": emails[subscriber_id],
            "url": target,
            "state": "off" if silent else "on",
            "since": silent.since.isoformat() if silent else None,
            "because": silent.because if silent else None,
        }
        words = (str(value) for value in record.values() if value)
        typer.echo(json.dumps(record) if as_json else "  ".join(words))


@webhook_app.command()
def rotate(
    who: Who, url: Url, home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None
) -> None:
    """Give a webhook a new secret. For 24 hours the old one signs too."""
    from aggregator import subscribe
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        secret = subscribe.rotate_secret(who, url, store=store, now=moment(now))
    typer.echo(f"new secret: {secret}")
    typer.echo("The old one signs too for 24 hours; put the new one into the receiver till then.")


@webhook_app.command("on")
def switch_on(
    who: Who, url: Url, home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None
) -> None:
    """Send to a webhook again that was switched off, and what was held meanwhile."""
    from aggregator import subscribe
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        was_off = subscribe.switch_on(who, url, store=store, now=moment(now))
    typer.echo(f"{url} is {'on again' if was_off else 'on already'}")


@webhook_app.command()
def replay(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="The message's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
) -> None:
    """Send one message once more, with the same webhook-id; `fairnotice deliver` takes it out."""
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        if not store.send_again(message, moment(now)):
            raise UnknownIdentifier(
                f"message {message} is still waiting to be sent, so there is nothing to repeat"
            )
    typer.echo(f"{message} is in the outbox again")


@webhook_app.command()
def schema() -> None:
    """The JSON schema of what is posted."""
    from importlib import resources

    file = resources.files("aggregator.digest") / "webhook.schema.json"
    typer.echo(file.read_text("utf-8"), nl=False)
