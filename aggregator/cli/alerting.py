"""Commands about subscribers and digests: subscribe, digest, deliver."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment, wait_for

if TYPE_CHECKING:
    from aggregator.model import Channel, Criteria

subscribe_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who is told what.")


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(subscribe_app, name="subscribe")
    root.command()(digest)
    root.command()(deliver)


@subscribe_app.command()
def add(  # noqa: PLR0917 - typer makes an option of each
    email: Annotated[str, typer.Argument(help="The address of somebody who asked for digests.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    name: Annotated[str | None, typer.Option(help="The person's or charity's name.")] = None,
    verdict: Annotated[
        list[str] | None, typer.Option(help="core (default), related, possible.")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Service type: crisis, …")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(help="Place by name or ITL code: Leeds, UKE4, Wales …")
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(help="Default: open, engagement, planned, intended_direct."),
    ] = None,
    word: Annotated[list[str] | None, typer.Option(help="At least one must occur.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="None of these may occur.")] = None,
    most_value: Annotated[
        int | None, typer.Option(help="Pounds; notices that state no value still pass.", min=0)
    ] = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="Mondays instead of every day.")] = False,
    webhook: Annotated[
        str | None, typer.Option(help="Send to this address instead of by e-mail.")
    ] = None,
    income: Annotated[
        int | None,
        typer.Option(help="The charity's income a year in pounds; hides nothing.", min=1),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(help="A service type the charity runs; the filter too, without --type."),
    ] = None,
    vcse: Annotated[
        bool | None, typer.Option(help="Whether it is a voluntary or social enterprise.")
    ] = None,
    nation: Annotated[
        str | None, typer.Option(help="England, Scotland, Wales or Northern Ireland.")
    ] = None,
) -> None:
    """Enter a subscription on behalf of somebody who asked for it.

    With --income, --service, --vcse or --nation digests also say how an opportunity would suit
    the charity, and the filter is filled from them where it says nothing itself.
    """
    from aggregator import subscribe
    from aggregator.app import Instance, SystemClock
    from aggregator.cli.criteria import channel_of, criteria_of, provider_of
    from aggregator.model import Cadence

    provider = provider_of(
        income=income,
        services=service or (),
        places=place or (),
        vcse=vcse,
        nation=nation,
    )
    asked_for = criteria_of(
        verdicts=verdict or (),
        types=type_ or (),
        places=place or (),
        stages=stage or (),
        words=word or (),
        without_words=without or (),
        most_value=None if most_value is None else Decimal(most_value),
    )
    criteria = subscribe.prefilled(asked_for, provider)
    channel = channel_of(email, webhook)
    with Instance.at(home, sources).store() as store:
        subscriber, subscription = subscribe.add(
            email,
            criteria=criteria,
            channel=channel,
            cadence=Cadence.WEEKLY if weekly else Cadence.DAILY,
            store=store,
            clock=SystemClock(),
            name=name,
            provider=provider,
        )
    typer.echo(f"{subscriber.email} is subscribed ({subscription.id}): {in_words(criteria)}")
    if secret := subscription.channel.secret:
        typer.echo(f"secret for checking the webhook's signature: {secret}")
    typer.echo("The first digest, “Open now”, comes with the next `fairnotice digest`.")


@subscribe_app.command("list")
def list_subscriptions(
    home: Home = DEFAULT_HOME, sources: SourcesFile = None, as_json: AsJson = False
) -> None:
    """All subscriptions."""
    import json

    from aggregator.app import Instance

    with Instance.at(home, sources).store() as store:
        for subscriber in store.subscribers():
            for subscription in store.subscriptions(subscriber.id):
                record = {
                    "subscriber": subscriber.id,
                    "email": subscriber.email,
                    "state": subscriber.state,
                    "subscription": subscription.id,
                    "cadence": subscription.cadence,
                    "channel": channel_words(subscription.channel),
                    "criteria": in_words(subscription.criteria),
                }
                line = json.dumps(record) if as_json else "  ".join(str(v) for v in record.values())
                typer.echo(line)


@subscribe_app.command()
def remove(
    who: Annotated[str, typer.Argument(help="The address, or the subscriber's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """End all subscriptions of one address."""
    from aggregator import subscribe
    from aggregator.app import Instance

    with Instance.at(home, sources).store() as store:
        subscriber = subscribe.remove(who, store=store)
    typer.echo(f"{subscriber.email} is sent nothing any more")


def digest(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; change nothing.")
    ] = False,
) -> None:
    """Compose the digests that have something to tell, and put them into the outbox."""
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import composed_lines

    instance = Instance.at(home, sources)
    with instance.store() as store:
        composed = service.compose(instance, store, now=moment(now), dry_run=dry_run)
    for line in composed_lines(composed, whole=dry_run):
        typer.echo(line)


def deliver(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    release: Annotated[
        list[str] | None, typer.Option(help="First let this held message go, by its id.")
    ] = None,
    now: Now = None,
) -> None:
    """Send what waits in the outbox."""
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import delivery_lines

    instance = Instance.at(home, sources)
    with instance.store() as store:
        for message_id in release or ():
            store.release(message_id, moment(now))
        result = wait_for(service.deliver(instance, store, now=moment(now) if now else None))
    for line in delivery_lines(result):
        typer.echo(line)
    if result.failed:
        raise typer.Exit(1)


def channel_words(channel: "Channel") -> str:
    """How a digest travels, without the secret."""
    return f"{channel.kind} to {channel.target}"


def in_words(criteria: "Criteria") -> str:
    """A filter in one line."""
    parts = ["verdict " + "/".join(criteria.verdicts)]
    for name in ("types", "places", "stages", "words", "without_words"):
        values = getattr(criteria, name)
        if values:
            parts.append(f"{name.replace('_', ' ')} {', '.join(values)}")
    if criteria.most_value is not None:
        parts.append(f"up to £{criteria.most_value:,} or not stated")
    return "; ".join(parts)
