"""Commands about the host's weekly bulletin: bulletin, and bulletin pin, drop, add, undo, list,
publish."""

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from aggregator.app import Instance
    from aggregator.model import Edition, HostWord
    from aggregator.store import Store

bulletin_app = typer.Typer(
    rich_markup_mode=None,
    help="The weekly page for your place, to paste into a newsletter.",
)
By = Annotated[
    str, typer.Option(envvar="FAIRNOTICE_MODERATOR", metavar="NAME", help="Who says so.")
]
AnId = Annotated[
    str, typer.Argument(metavar="ID", help="An id from `list`, an ocid or a notice id.")
]


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(bulletin_app, name="bulletin")


@bulletin_app.callback(invoke_without_command=True)
def bulletin(
    context: typer.Context,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help='Show a kept edition instead, such as "2026-W48".'),
    ] = None,
) -> None:
    """Compose the bulletin to come and write it as a page, to paste, and as text.

    Composing again renews it until it is published, by `bulletin publish` or by the service on the
    first working day of the week. What is published stays as it is.
    """
    if context.invoked_subcommand is not None:
        refuse_options_before(context)
        return
    from aggregator import newsdesk
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        edition = kept(week, store) if week else newsdesk.compose(instance, store, now=moment(now))
    show(edition, instance)


def refuse_options_before(context: typer.Context) -> None:
    """An option before the command would be passed over; better to say so."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            command = context.invoked_subcommand
            raise typer.BadParameter(
                f"write it behind the command: fairnotice bulletin {command} … --{name} …",
                param_hint=f"--{name}",
            )


def kept(week: str, store: "Store") -> "Edition":
    """The edition of a week. Raises UnknownIdentifier."""
    from aggregator.errors import UnknownIdentifier

    edition = store.edition(week)
    if edition is None:
        weeks = ", ".join(one.bulletin.week for one in store.editions(published=False, limit=5))
        there = f"the latest are: {weeks}" if weeks else "none was composed yet"
        raise UnknownIdentifier(f"there is no bulletin of {week!r}; {there}")
    return edition


def show(edition: "Edition", instance: "Instance") -> None:
    """The text on the screen, and where the files are."""
    from aggregator import bulletin as pages
    from aggregator import newsdesk

    page, paste, text = newsdesk.write_files(instance, edition)
    typer.echo(pages.text(edition, instance.settings.host))
    week = edition.bulletin.week
    state = "published" if edition.published_at else "a draft until it is published"
    typer.echo(f"The bulletin of {week}, {state}:", err=True)
    typer.echo(f"  to look at   {page}", err=True)
    typer.echo(f"  to paste     {paste}", err=True)
    typer.echo(f"  plain text   {text}", err=True)
    if instance.settings.host.place is None:
        hint = "No place is set under host: in fairnotice.yaml, so it is about the whole UK."
        typer.echo(hint, err=True)


@bulletin_app.command()
def publish(home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None) -> None:
    """Publish this week's bulletin; it stays as it is from then on."""
    from aggregator import newsdesk
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        edition = newsdesk.print_edition(instance, store, now=moment(now))
    show(edition, instance)


@bulletin_app.command()
def pin(
    identifier: AnId,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Put an opportunity first in the bulletin to come."""
    picked("pin", identifier, home, sources, by, now)


@bulletin_app.command()
def drop(
    identifier: AnId,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Leave an opportunity out of the bulletin until that is undone."""
    picked("drop", identifier, home, sources, by, now)


def picked(
    kind: str, identifier: str, home: Home, sources: SourcesFile, by: str, now: str | None
) -> None:
    """What pin and drop share."""
    from aggregator import publish as editing
    from aggregator.app import Instance
    from aggregator.model import WordKind
    from aggregator.service import FixedClock

    clock = FixedClock(moment(now))
    with Instance.existing(home, sources).store() as store:
        word = editing.pick(identifier, WordKind(kind), by=by, store=store, clock=clock)
        typer.echo(line_of(word, store))


@bulletin_app.command()
def add(
    words: Annotated[str, typer.Argument(help="The line, in quotes.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    link: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A web page the line leads to.")
    ] = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Add a line of your own to the bulletin to come."""
    from aggregator import publish as editing
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    clock = FixedClock(moment(now))
    with Instance.existing(home, sources).store() as store:
        word = editing.add(words, by=by, store=store, clock=clock, address=link)
        typer.echo(line_of(word, store))


@bulletin_app.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="From `bulletin list`; else the last.")
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Take back a pin, a drop or a line that is not printed yet."""
    from aggregator import publish as editing
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        word = editing.undo(number, by=by, store=store, clock=FixedClock(moment(now)))
        typer.echo(line_of(word, store))


@bulletin_app.command("list")
def list_words(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
    """The editions, and what was pinned, dropped and added, by whom and when."""
    from aggregator.app import Instance
    from aggregator.parsing.dates import in_words

    with Instance.existing(home, sources).store() as store:
        for edition in store.editions(published=False):
            published = edition.published_at
            state = f"published {in_words(published)}" if published else "a draft"
            typer.echo(f"{edition.bulletin.week}  {state}: {edition.bulletin.counts or 'nothing'}")
        for word in store.host_words():
            typer.echo(line_of(word, store))


def line_of(word: "HostWord", store: "Store") -> str:
    """One thing the host said, in a line."""
    from aggregator.errors import UnknownIdentifier
    from aggregator.parsing.dates import in_words

    what = word.words or ""
    if word.opportunity_id:
        try:
            facts = store.opportunity(word.opportunity_id).opportunity.facts
            what = f"{word.opportunity_id} | {facts.title or '(no title)'}"
        except UnknownIdentifier:
            what = f"{word.opportunity_id} | no longer here"
    line = f"{word.number}  {word.kind} by {word.by}, {in_words(word.at)}: {what}"
    if word.link:
        line += f" <{word.link}>"
    if word.undone_at:
        return f"{line} (taken back by {word.undone_by}, {in_words(word.undone_at)})"
    return f"{line} (in {word.week})" if word.week else line
