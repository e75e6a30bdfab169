"""Commands about members: subscribers import, list, export, counts, evidence; groups."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import wishes
from aggregator.cli.linking import By
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator import members

subscribers_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Members: bring a list in, count, show consent.",
)
groups_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Groups of members, with what they get until they choose themselves.",
)


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(subscribers_app, name="subscribers")
    root.add_typer(groups_app, name="groups")


@subscribers_app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The list, saved as CSV.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    send: Annotated[
        bool, typer.Option("--send", help="Do it: ask each address by a mail of its own.")
    ] = False,
    group: Annotated[
        str | None, typer.Option(metavar="NAME", help="The group of rows that name none.")
    ] = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Ask the members on a list whether they want mails. Without --send it only says what would be.

    Nobody is confirmed by it: each has to press the button behind the link in their own mail.
    Importing a list twice asks nobody twice. Columns: Email, Name, Organisation, Group, Places,
    Types, Words, How often; all but Email may be missing, others are passed over.
    """
    from aggregator import members, service
    from aggregator.app import Instance
    from aggregator.errors import ParsingError
    from aggregator.links import links_of
    from aggregator.service import FixedClock

    instance = Instance.at(home, sources)
    host, keys = instance.settings.host, instance.keys()
    links = links_of(host, keys) if send else None
    if send and links is None:
        raise ConfigError(
            "is not set; members confirm on a page there, so say where your pages are",
            file="fairnotice.yaml",
            field="host.base_url",
        )
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ConfigError(f"cannot be read: {fault.strerror}", file=str(file)) from None
    with instance.store() as store:
        bringing = members.Bringing(
            store=store,
            clock=FixedClock(moment(now)),
            host=host,
            keys=keys,
            types=service.type_labels(),
            source=file.name,
            links=links,
            group=store.group(group) if group else None,
        )
        try:
            report = members.bring_in(content, bringing, by=by)
        except ParsingError as fault:
            raise ConfigError(str(fault), file=str(file)) from None
    for one in report.lines:
        typer.echo(f"line {one.line}  {one.address or '-'}  {one.words}")
    typer.echo(summary(report, file, send=send))
    if report.count(members.Outcome.WRONG):
        raise typer.Exit(1)


def summary(report: "members.Imported", file: Path, *, send: bool) -> str:
    """The report in figures, and what to do next."""
    from aggregator.members import Outcome

    asked, known, skipped, wrong = (
        report.count(one) for one in (Outcome.ASKED, Outcome.KNOWN, Outcome.SKIPPED, Outcome.WRONG)
    )
    lines = [
        f"\n{asked} {'asked' if send else 'to be asked'}, {known} known already, {skipped} left "
        f"out, {wrong} to be mended in the file"
    ]
    if report.not_used:
        lines.append(f"Not used, and kept nowhere: {', '.join(report.not_used[:20])}")
    if not send:
        lines.append("Nothing was changed and nobody was asked. To do it, add --send.")
    elif asked:
        lines.append("The mails go out with the next `fairnotice deliver`.")
    if wrong:
        lines.append(f"Mend the lines of {file.name} and import it again; nobody is asked twice.")
    return "\n".join(lines)


@subscribers_app.command("list")
def list_subscribers(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="pending, confirmed, paused or ended.")
    ] = None,
    group: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this group.")] = None,
    as_json: AsJson = False,
) -> None:
    """All addresses, with where they stand."""
    from aggregator import members
    from aggregator.app import Instance
    from aggregator.cli.criteria import members as words_of
    from aggregator.model import SubscriberState

    states = words_of(SubscriberState, [state], "--state") if state else ()
    with Instance.existing(home, sources).store() as store:
        wanted = store.group(group) if group else None
        for one in members.listed(store, states=states, group=wanted):
            if as_json:
                typer.echo(json.dumps(dict(members.fields(one)), ensure_ascii=False))
            else:
                parts = (one.subscriber.email, one.subscriber.state, one.subscriber.name,
                         one.organisation, ", ".join(one.groups))  # fmt: skip
                typer.echo("  ".join(part for part in parts if part))


@subscribers_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="To write; - for the screen.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Write all members as CSV that is safe to open in a spreadsheet. It holds personal data."""
    from aggregator import members
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        text = members.as_csv(members.listed(store))
        members.note_export(by=by, store=store, clock=FixedClock(moment(now)))
    if str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)  # also where it was there
        file.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as fault:
        raise ConfigError(f"cannot be written: {fault.strerror}", file=str(file)) from None
    typer.echo(f"written to {file}, readable by you alone; delete it when you have used it")


@subscribers_app.command()
def counts(home: Home = DEFAULT_HOME, sources: SourcesFile = None, as_json: AsJson = False) -> None:
    """How many there are in every state and group."""
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        found = store.member_counts()
    if as_json:
        typer.echo(json.dumps({
            "states": dict(found.states), "waiting": found.waiting,
            "organisations": found.organisations,
            "groups": {name: {"members": all_, "get mails": on} for name, all_, on in found.groups},
        }, ensure_ascii=False))  # fmt: skip
        return
    for name, count in found.states:
        typer.echo(f"{count:6}  {name}")
    typer.echo(f"{found.waiting:6}  asked and not answered yet")
    typer.echo(f"{found.organisations:6}  organisations")
    for name, all_, on in found.groups:
        typer.echo(f"{all_:6}  in {name}, of whom {on} get mails")


@subscribers_app.command()
def evidence(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Or a subscriber's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Who agreed to what, when, how, and the exact words that were shown."""
    from aggregator import members
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        found = members.evidence(address, store=store, keys=instance.keys())
    for words in members.evidence_words(found):
        typer.echo(words)


@groups_app.command("list")
def list_groups(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """All groups, with what their members get by default."""
    from aggregator.app import Instance
    from aggregator.cli.criteria import type_names
    from aggregator.criteria import in_words

    with Instance.existing(home, sources).store() as store:
        found = store.groups()
        sizes = {name: (all_, on) for name, all_, on in store.member_counts().groups}
    for one in found:
        all_, on = sizes[one.name]
        wanted = in_words(one.criteria, labels=type_names())
        typer.echo(f"{one.name}  {all_} members, {on} get mails  {one.cadence}  {wanted}")
    if not found:
        typer.echo("There are no groups yet.")


@groups_app.command("add")
def add_group(
    name: Annotated[str, typer.Argument(help="What the group is called.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    type_: wishes.Types = None,
    place: wishes.Places = None,
    neighbours: wishes.Neighbours = False,
    verdict: wishes.Verdicts = None,
    word: wishes.Words = None,
    how_often: Annotated[
        str, typer.Option(metavar="WORD", help="immediate, daily, weekly or monthly.")
    ] = "daily",
    change: Annotated[bool, typer.Option("--change", help="It is there; change it.")] = False,
    by: By = "host",
    now: Now = None,
) -> None:
    """Make a group, or with --change give it other defaults.

    They apply to members who chose nothing; a choice of their own stays.
    """
    from aggregator import members
    from aggregator.app import Instance
    from aggregator.cli.alerting import cadence_of
    from aggregator.cli.criteria import criteria_of
    from aggregator.service import FixedClock

    criteria = criteria_of(
        verdicts=verdict, types=type_, places=place, neighbours=neighbours, words=word,
    )  # fmt: skip
    cadence = cadence_of(how_often, weekly=False)
    with Instance.at(home, sources).store() as store:
        known = store.group(name) if change else None
        group, followers = members.set_group(
            known.name if known else name, criteria, cadence, by=by, store=store,
            clock=FixedClock(moment(now)), group_id=known.id if known else None,
        )  # fmt: skip
    told = f"; {followers} members follow its defaults" if change else ""
    typer.echo(f"{group.name} is {'changed' if change else 'there'}{told}")


@groups_app.command("remove")
def remove_group(
    name: Annotated[str, typer.Argument(help="What the group is called.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Forget a group. Its members keep what they get, as a choice of their own."""
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        found = store.group(name)
        store.remove_group(found.id)
    typer.echo(f"{found.name} is gone; its members get what they got")
