"""Commands about people's data: what is forgotten, erased, searched for, and the drafts."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.app import Instance
    from aggregator.model import Complaint
    from aggregator.ports import Clock
    from aggregator.tracing import Search

    Command = Callable[..., None]

privacy_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="People's data: sweep, erase, search, complaints, drafts. No legal advice.",
)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail address.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The complaint's number.")]
STDIN = "-"
LINE = 1000


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.add_typer(privacy_app, name="privacy")
    for name, words in DRAFTS.items():
        privacy_app.command(name, help=words)(draft_command(name))


DRAFTS = {
    "notice": "Print a draft of the privacy notice, as the page /privacy shows it.",
    "records": "Print a draft of the records of processing.",
    "dpia": "Print a draft of a data protection impact assessment.",
    "agreement": "Print a draft of an agreement with whoever runs the machine.",
}


def draft_command(name: str) -> "Command":
    """The command that prints one draft."""

    def command(home: Home = DEFAULT_HOME, sources: SourcesFile = None) -> None:
        from aggregator import privacy
        from aggregator.app import Instance

        host = Instance.at(home, sources).settings.host
        typer.echo(privacy.DRAFTS[name](privacy.load(), host), nl=False)

    return command


@privacy_app.command()
def sweep(home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None) -> None:
    """Forget everything whose time has come; `fairnotice run` does it every night."""
    from aggregator import personal

    instance = existing(home, sources)
    with instance.store() as store:
        swept = personal.sweep(instance, store, clock=clock_at(now), patience=PATIENCE)
    typer.echo(f"forgotten: {swept.in_words()}")


@privacy_app.command()
def erase(
    address: Address,
    with_complaints: Annotated[
        bool,
        typer.Option("--with-complaints", help="Also complaints that were not answered yet."),
    ] = False,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
) -> None:
    """Forget an address, whoever's it is or was, and search every byte for it afterwards."""
    from aggregator import personal, service

    address = an_address(address)
    instance = existing(home, sources)
    with instance.store() as store:
        erased = service.erase_address(
            instance, store, address, clock=clock_at(now), with_complaints=with_complaints
        )
    typer.echo(
        "erased" if erased.readers else "nobody reads at this address; what named it is gone"
    )
    typer.echo("A keyed hash of it stays, so that no list brings it back.")
    if erased.waiting:
        typer.echo(
            f"{erased.waiting} complaint(s) of this address wait for an answer and were kept. "
            "Answer them first (fairnotice privacy complaints), or use --with-complaints."
        )
    found, backups = personal.search(instance, address)
    report(found, backups)


@privacy_app.command()
def search(
    address: Address,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH", help="Also this file or folder, for example logs; - is input."
        ),
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Look for an address in every byte of an instance: database, outbox, exports, backups.

    Exit status 1 where it is found outside backups or something cannot be read.
    """
    from aggregator import personal

    address = an_address(address)
    with tempfile.TemporaryDirectory() as folder:
        paths = [copied(Path(folder)) if str(path) == STDIN else path for path in also or ()]
        if missing := [path for path in paths if not path.exists()]:
            raise typer.BadParameter(f"{missing[0]} is not there", param_hint="--also")
        found, backups = personal.search(existing(home, sources), address, also=paths)
    report(found, backups)


def an_address(text: str) -> str:
    """Something with a name, an @ and a domain: less would be found everywhere."""
    name, at, domain = text.strip().rpartition("@")
    if not (name and at and domain):
        raise typer.BadParameter(f"{text!r} is no e-mail address", param_hint="ADDRESS")
    return text.strip()


def copied(folder: Path) -> Path:
    """Standard input as a file."""
    path = folder / "standard input"
    path.write_bytes(sys.stdin.buffer.read())
    return path


def report(found: "Search", backups: "tuple[Search, ...]") -> None:
    """Say what a search found, and end with status 1 where it found something."""
    for trace in found.traces:
        typer.echo(f"  found: {trace.where} ({', '.join(trace.how)})")
    for problem in found.unreadable:
        typer.echo(f"  could not look into {problem}")
    kept = [one for one in backups if one.traces]
    for one in kept:
        typer.echo(f"  in a backup: {Path(one.traces[0].where).parent}")
    if kept:
        typer.echo("  Backups go by their own rule; after a restore, erase the address again.")
    typer.echo(
        f"{len(found.traces)} place(s) found in {found.files} files ({found.bytes:,} bytes), the "
        "database read value by value as well"
    )
    if found.traces or found.unreadable:
        raise typer.Exit(1)


@privacy_app.command()
def complaints(
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """List complaints about personal data that wait for an answer, with their words."""
    with existing(home, sources).store() as store:
        found = store.complaints(unanswered=not every)
    for one in found:
        for line in lines_of(one):
            typer.echo(line)
    if not found:
        typer.echo("no complaint waits" if not every else "there are no complaints")


def lines_of(one: "Complaint") -> list[str]:
    """A complaint for the screen."""
    from aggregator.complaints import Due, day, in_words
    from aggregator.digest.clean import one_line

    if one.forgotten_at:
        return [f"{one.id}, came in on {day(one.received_at)}; answered; its words are forgotten"]
    if one.answered_at:
        return [
            f"{one.id}, came in on {day(one.received_at)}, answered on {day(one.answered_at)}: "
            f"{one_line(one.answer, LINE) or ''}"
        ]
    words = [f"    {one_line(line, LINE) or ''}" for line in one.words.splitlines()]
    return [in_words(Due(complaint=one, days=0)), f"  from {one.address}:", *words]


@privacy_app.command()
def acknowledge(
    number: Number, home: Home = DEFAULT_HOME, sources: SourcesFile = None, now: Now = None
) -> None:
    """Note that a person acknowledged a complaint, where its receipt could not go out by mail."""
    with existing(home, sources).store() as store:
        store.set_acknowledged(number, moment(now))
    typer.echo(f"{number} is noted as acknowledged")


@privacy_app.command()
def answer(
    number: Number,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What you answered, in a line, for the record.")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
) -> None:
    """Note that you answered a complaint. The answer itself you write from your own mailbox."""
    from aggregator import complaints as handling

    instance = existing(home, sources)
    with instance.store() as store:
        handling.answer(number, words, store=store, clock=clock_at(now), keys=instance.keys())
    typer.echo(f"{number} is noted as answered")


@privacy_app.command()
def breach(
    since: Annotated[
        str, typer.Option(metavar="TIME", help="From when on data may have been seen (ISO 8601).")
    ],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
) -> None:
    """Count what a breach may concern, and print a draft of the report due within 72 hours."""
    from aggregator import personal, privacy

    whole_day = len(since.strip()) == len("2026-11-22")
    start = moment(f"{since.strip()}T00:00" if whole_day else since, "--since")
    known_at = moment(now)
    if start > known_at:
        raise typer.BadParameter("lies in the future", param_hint="--since")
    instance = existing(home, sources)
    with instance.store() as store:
        affected = personal.affected(store, start)
    host = instance.settings.host
    text = privacy.breach(privacy.load(), host, affected, since=start, now=known_at)
    typer.echo(text, nl=False)


@privacy_app.command()
def anonymise(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the copy.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
) -> None:
    """Copy the database without people, for testing, and search every byte of the copy for them."""
    from aggregator import personal

    people = personal.anonymised_copy(existing(home, sources), to)
    typer.echo(f"{to}: {people} readers made up anew; 0 real addresses found in its bytes")
    typer.echo("Names that buyers printed in public notices are still in it.")


PATIENCE = 30


def existing(home: Path, sources: Path | None) -> "Instance":
    """The instance that is there."""
    from aggregator.app import Instance

    return Instance.existing(home, sources)


def clock_at(now: str | None) -> "Clock":
    """The time a person gave, or the machine's clock."""
    from aggregator.app import SystemClock
    from aggregator.service import FixedClock

    return SystemClock() if now is None else FixedClock(moment(now))
