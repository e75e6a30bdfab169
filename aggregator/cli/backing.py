"""Commands for backups: backup, restore."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, Now, SourcesFile, moment, wait_for

if TYPE_CHECKING:
    from aggregator.holding import Reconciled


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command()(backup)
    root.command()(restore)


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Where to; default: the folder backups in the home."),
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Make a backup of everything this instance needs, and check it.

    The service may go on meanwhile. It holds addresses and keys: keep it as safe as the instance,
    and a copy of it on another machine. Old ones go by a rule: 7 daily, 4 weekly, 6 monthly stay.
    """
    from aggregator import service
    from aggregator.app import Instance, SystemClock

    instance = Instance.existing(home, sources)
    made, manifest = service.backup(instance, folder, now=SystemClock().now())
    rows, size = sum(manifest.rows.values()), manifest.files["fairnotice.db"].size
    typer.echo(f"{made.folder}: {rows:,} rows in {size / 2**20:.1f} MB, checked through")


def restore(
    backup: Annotated[
        Path | None, typer.Argument(metavar="[BACKUP]", help="A dated folder made by backup.")
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move what is there aside, into replaced-…")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Let mail go again, after finding out what was told.")
    ] = False,
    sent: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="With --release: another journal of sent mails."),
    ] = None,
    told_until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="With --release: what was published by then was told."),
    ] = None,
    moved: Annotated[
        bool, typer.Option("--moved", help="With --release: moved here, and the other one is off.")
    ] = False,
    now: Now = None,
) -> None:
    """Put a backup back; all mail is held until --release.

    Restore, collect once, then restore --release: nobody is told again what was told after the
    backup was made, and everything else is told once.
    """
    from aggregator import service
    from aggregator.app import Instance

    if release == (backup is not None):
        raise typer.BadParameter("name a backup, or say --release", param_hint="BACKUP")
    if backup is not None:
        held = service.restore(backup, home, replace=replace, now=moment(now))
        typer.echo(f"restored into {home} from {backup}; {held} messages on their way are held")
        typer.echo("All mail is held. Next: fairnotice collect, then fairnotice restore --release")
        return
    instance = Instance.existing(home, sources)
    with instance.store() as store:
        result = wait_for(
            service.release(
                instance,
                store,
                now=moment(now),
                sent=sent or (),
                told_until=moment(told_until, "--told-until") if told_until else None,
                moved=moved,
            )
        )
    for line in released_lines(result):
        typer.echo(line)


def released_lines(result: "Reconciled") -> list[str]:
    """What was found out, in words."""
    lines = [
        f"{result.messages} messages were sent since; {result.told} events count as told by them",
        f"{result.released} messages go out with the next delivery",
    ]
    if result.probable:
        lines.append(f"probably sent, not sent again: {', '.join(result.probable)}")
    if result.unknown:
        lines.append(
            f"{len(result.unknown)} messages went to subscribers or channels this database does "
            "not know (they came after the backup): ask them to subscribe again"
        )
    if result.stopped:
        lines.append(f"{result.stopped} who had unsubscribed since are unsubscribed again")
    lines.append(
        "Wishes that were changed after the backup was made are as before it: look through "
        "fairnotice subscribe list"
    )
    return lines
