"""Commands about subscribers and digests: subscribe, digest, deliver."""

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import previewing, wishes
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment, wait_for

if TYPE_CHECKING:
    from aggregator.model import Cadence, Channel

subscribe_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who is told what.")


def register(root: typer.Typer) -> None:
    """Add these commands."""
    subscribe_app.command()(previewing.preview)
    subscribe_app.command()(previewing.near)
    root.add_typer(subscribe_app, name="subscribe")
    root.command()(digest)
    root.command()(deliver)


@subscribe_app.command()
def add(  # noqa: PLR0917 - typer makes an option of each
    email: Annotated[
        str, typer.Argument(metavar="EMAIL", help="The address of somebody who asked for digests.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The person's or charity's name.")
    ] = None,
    verdict: wishes.Verdicts = None,
    type_: wishes.Types = None,
    place: wishes.Places = None,
    neighbours: wishes.Neighbours = False,
    nationwide: wishes.Nationwide = True,
    stage: wishes.Stages = None,
    kind: wishes.Kinds = None,
    word: wishes.Words = None,
    without: wishes.Without = None,
    buyer: wishes.Buyers = None,
    least_value: wishes.LeastValue = None,
    most_value: wishes.MostValue = None,
    least_year: wishes.LeastYear = None,
    most_year: wishes.MostYear = None,
    value_not_stated: wishes.NotStated = True,
    days_left: wishes.DaysLeft = None,
    vcse_only: wishes.ForVcseOnly = False,
    language: wishes.Languages = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="Short for --how-often weekly.")] = False,
    how_often: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="immediate, daily (default), weekly or monthly."),
    ] = None,
    hour: Annotated[
        int | None,
        typer.Option(metavar="HOUR", help="UK hour for digests, 0 or 2 to 23.", min=0, max=23),
    ] = None,
    welsh: Annotated[
        bool, typer.Option("--welsh", help="Our own fixed words in Welsh (not reviewed yet).")
    ] = False,
    webhook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Send to this https address instead of by e-mail."),
    ] = None,
    income: Annotated[
        int | None,
        typer.Option(
            metavar="POUNDS", help="The charity's income a year in pounds; hides nothing.", min=1
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE", help="A service type the charity runs; the filter too, without --type."
        ),
    ] = None,
    vcse: Annotated[
        bool | None, typer.Option(help="Whether it is a voluntary or social enterprise.")
    ] = None,
    nation: Annotated[
        str | None,
        typer.Option(metavar="NATION", help="England, Scotland, Wales or Northern Ireland."),
    ] = None,
) -> None:
    """Enter a subscription for somebody who asked for it.

    With --income, --service, --vcse or --nation digests also say how an opportunity would suit
    the charity, and the filter is filled from them where it says nothing itself.
    """
    from aggregator import subscribe
    from aggregator.app import Instance, SystemClock
    from aggregator.cli.criteria import channel_of, criteria_of, provider_of, type_names
    from aggregator.criteria import in_words
    from aggregator.model import Language

    cadence = cadence_of(how_often, weekly=weekly)
    hour = checked_hour(hour)
    provider = provider_of(
        income=income,
        services=service or (),
        places=place or (),
        vcse=vcse,
        nation=nation,
    )
    asked_for = criteria_of(
        verdicts=verdict,
        types=type_,
        places=place,
        neighbours=neighbours,
        nationwide=nationwide,
        stages=stage,
        sorts=kind,
        words=word,
        without_words=without,
        buyers=buyer,
        least_value=least_value,
        most_value=most_value,
        least_year=least_year,
        most_year=most_year,
        value_not_stated=value_not_stated,
        days_left=days_left,
        vcse_only=vcse_only,
        languages=language,
    )
    criteria = subscribe.prefilled(asked_for, provider)
    channel = channel_of(email, webhook)
    instance = Instance.at(home, sources)
    with instance.store() as store:
        before = {wish.id for wish in store.subscriptions()}
        subscriber, subscription = subscribe.add(
            email,
            criteria=criteria,
            channel=channel,
            cadence=cadence,
            store=store,
            clock=SystemClock(),
            name=name,
            provider=provider,
            hour=hour,
            language=Language.WELSH if welsh else None,
            keys=instance.keys(),
        )
        is_first = store.channel_start(subscriber.id, subscription.channel.key) is None
    is_new = subscription.id not in before
    state = "is subscribed" if is_new else "has this subscription already"
    typer.echo(
        f"{subscriber.email} {state} ({subscription.id}): {in_words(criteria, labels=type_names())}"
    )
    if is_new and (secret := subscription.channel.secret):
        typer.echo(f"secret for checking the webhook's signature: {secret}")
    if is_first:
        typer.echo("The first digest, “Open now”, comes with the next `fairnotice digest`.")
    elif is_new:
        typer.echo(
            f"The first digest to {subscription.channel.target} was composed before: this adds "
            "what is new from now on. `fairnotice list` shows what is open."
        )


@subscribe_app.command("list")
def list_subscriptions(
    home: Home = DEFAULT_HOME, sources: SourcesFile = None, as_json: AsJson = False
) -> None:
    """All subscriptions."""
    import json

    from aggregator.app import Instance
    from aggregator.cli.criteria import type_names
    from aggregator.criteria import in_words

    labels = type_names()
    with Instance.existing(home, sources).store() as store:
        for subscriber in store.subscribers():
            for subscription in store.subscriptions(subscriber.id):
                record = {
                    "subscriber": subscriber.id,
                    "email": subscriber.email,
                    "state": subscriber.state,
                    "subscription": subscription.id,
                    "cadence": subscription.cadence,
                    "channel": channel_words(subscription.channel),
                    "criteria": in_words(subscription.criteria, labels=labels),
                }
                line = json.dumps(record) if as_json else "  ".join(str(v) for v in record.values())
                typer.echo(line)


@subscribe_app.command()
def remove(
    who: Annotated[str, typer.Argument(metavar="WHO", help="The address, or the subscriber's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """End all subscriptions of one address."""
    from aggregator import subscribe
    from aggregator.app import Instance, SystemClock

    with Instance.existing(home, sources).store() as store:
        subscriber = subscribe.remove(who, store=store, clock=SystemClock())
    typer.echo(f"{subscriber.email} is sent nothing any more")


def digest(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; change nothing.")
    ] = False,
) -> None:
    """Compose digests of what is new, into the outbox.

    Whoever has nothing to be told gets none. `fairnotice deliver` sends what is in the outbox.
    """
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import composed_lines

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        result = service.compose(instance, store, now=moment(now), dry_run=dry_run)
    for line in composed_lines(result, whole=dry_run):
        typer.echo(line)
    for problem in result.problems:
        typer.echo(problem, err=True)
    if result.problems:
        raise typer.Exit(1)


def deliver(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    release: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="First let this held message go, by its id."),
    ] = None,
    now: Now = None,
) -> None:
    """Send what waits in the outbox."""
    from aggregator import service
    from aggregator.app import Instance
    from aggregator.cli.show import delivery_lines

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        for message_id in release or ():
            store.release(message_id, moment(now))
        result = wait_for(service.deliver(instance, store, now=moment(now) if now else None))
    for line in delivery_lines(result):
        typer.echo(line)
    if result.failed:
        raise typer.Exit(1)


def cadence_of(how_often: str | None, *, weekly: bool) -> "Cadence":
    """How often, by its word. Raises typer.BadParameter."""
    from aggregator.model import Cadence

    if how_often is None:
        return Cadence.WEEKLY if weekly else Cadence.DAILY
    word = how_often.strip().casefold()
    if word not in tuple(Cadence) or (weekly and word != Cadence.WEEKLY):
        raise typer.BadParameter(f"--how-often takes one of {', '.join(Cadence)}, once")
    return Cadence(word)


def checked_hour(hour: int | None) -> int | None:
    """The hour as given. Raises typer.BadParameter for the one that clock changes touch."""
    if hour == 1:
        raise typer.BadParameter(
            "--hour must not be 1: from 01:00 to 01:59 the clocks change twice a year"
        )
    return hour


def channel_words(channel: "Channel") -> str:
    """How a digest travels, without the secret."""
    return f"{channel.kind} to {channel.target}"
