"""Commands about who may sign in: moderators, moderators link, sessions, revoke, record."""

from typing import Annotated

import typer

from aggregator.cli.linking import By
from aggregator.cli.root import DEFAULT_HOME, Home, Now, SourcesFile, moment

moderators_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who looks after this instance on its pages; `moderators:` in fairnotice.yaml names them.",
)


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(moderators_app, name="moderators")


@moderators_app.command()
def sessions(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """Who may sign in, and who is signed in, since when."""
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        found = store.sessions()
    names = ", ".join(instance.settings.moderators)
    typer.echo(
        f"may sign in: {names}" if names else
        "Nobody may sign in: name addresses under `moderators:` in fairnotice.yaml."
    )  # fmt: skip
    for one in found:
        typer.echo(
            f"{one.id}  {one.moderator}, since {one.begun_at:%Y-%m-%d %H:%M} UTC, last seen "
            f"{one.seen_at:%Y-%m-%d %H:%M} UTC"
        )
    if not found:
        typer.echo("Nobody is signed in.")


@moderators_app.command()
def revoke(
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="A moderator's address, a session's id, or all.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """End sessions at once, and let links that were sent work no more."""
    from aggregator import moderators
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        ended, links = moderators.revoke(who, by=by, store=store, clock=FixedClock(moment(now)))
    typer.echo(
        f"{ended} session{'' if ended == 1 else 's'} and {links} link{'' if links == 1 else 's'} "
        "ended"
    )
    if not ended and not links:
        raise typer.Exit(1)


@moderators_app.command()
def link(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A moderator's address.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base-url", metavar="URL", help="Where the pages are, without host: base_url."
        ),
    ] = None,
) -> None:
    """Print a link that signs a moderator in once, while mail does not work yet."""
    from aggregator import moderators
    from aggregator.app import Instance, SystemClock
    from aggregator.errors import UnknownIdentifier

    instance = Instance.existing(home, sources)
    known = moderators.known(address, instance.settings.moderators)
    if known is None:
        raise UnknownIdentifier(
            f"{address} is no moderator; add it under `moderators:` in fairnotice.yaml"
        )
    where = base or instance.settings.host.base_url or "http://127.0.0.1:8000"
    with instance.store() as store:
        found = moderators.link(known, base_url=where, store=store, clock=SystemClock())
    typer.echo(f"{found}\n(it works once, for fifteen minutes)")


@moderators_app.command()
def record(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 100,
) -> None:
    """What was done on behalf of the host, by whom and when, the latest first."""
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        for one in store.moderations(limit=limit):
            why = f": {one.because}" if one.because else ""
            typer.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.by}  {one.act} {one.subject}{why}")
