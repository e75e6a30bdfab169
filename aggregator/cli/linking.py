"""Commands by which people decide what is one procurement: link, unlink, review."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from aggregator.model import ReviewItem
    from aggregator.relink import Relinked
    from aggregator.store import Store

By = Annotated[
    str,
    typer.Option("--by", envvar="FAIRNOTICE_MODERATOR", help="Who decides. Default: host."),
]
Identifier = Annotated[
    str, typer.Argument(metavar="ID", help="An id from `list`, an ocid or a notice id.")
]

review_app = typer.Typer(
    help="What waits for a person: likely links, odd dates and values, verdicts, sources."
)


def register(root: typer.Typer) -> None:
    """Add these commands."""
    root.command("link")(link)
    root.command("unlink")(unlink)
    root.add_typer(review_app, name="review")


def link(
    one: Identifier,
    other: Annotated[str, typer.Argument(metavar="ID", help="The other one.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Say that two opportunities are one: the older id stays, the younger leads to it.

    It is remembered through every rebuild; `fairnotice unlink ID` takes it back.
    """
    from aggregator import relevance, relink
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        done = relink.join(
            one,
            other,
            by=by,
            store=store,
            clock=FixedClock(moment(now)),
            profile=relevance.load_profile(),
        )
        say(done, store)


def unlink(
    one: Identifier,
    notice: Annotated[
        str | None,
        typer.Argument(
            metavar="[NOTICE]",
            help="The notice or ocid that does not belong, or an opportunity that is not the same.",
        ),
    ] = None,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Part what is not one procurement; without NOTICE, take back what a person joined.

    Each half takes the id of its first notice, and who followed the whole follows both.
    """
    from aggregator import relevance, relink
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        done = relink.part(
            one,
            notice,
            by=by,
            store=store,
            clock=FixedClock(moment(now)),
            profile=relevance.load_profile(),
        )
        say(done, store)


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    as_json: AsJson = False,
) -> None:
    """What waits for a person to look at. Nothing is hidden meanwhile."""
    if context.invoked_subcommand is None:
        list_items(home, sources, settled=False, as_json=as_json)


@review_app.command("list")
def list_items(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    settled: Annotated[bool, typer.Option("--settled", help="What was settled, instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """What is open, what was put off last; or what was settled."""
    from aggregator.app import Instance

    with Instance.existing(home, sources).store() as store:
        items = store.review_items(settled=settled)
    for item in items:
        typer.echo(record(item) if as_json else item_line(item))
    if not items and not as_json:
        typer.echo("Nothing was settled yet." if settled else "Nothing waits for a person.")


ItemId = Annotated[str, typer.Argument(metavar="ID", help="An id from `review`.")]


@review_app.command("yes")
def say_yes(
    item: ItemId,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """It is so: a likely link joins the two; what is odd was looked at and is odd."""
    answer(item, "yes", home, sources, by, now)


@review_app.command("no")
def say_no(
    item: ItemId,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """It is not so: the two stay apart for good; what is odd is right as it is."""
    answer(item, "no", home, sources, by, now)


@review_app.command("later")
def say_later(
    item: ItemId,
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    by: By = "host",
    now: Now = None,
) -> None:
    """Leave it open, behind the others."""
    answer(item, "later", home, sources, by, now)


def answer(item: str, said: str, home: Home, sources: SourcesFile, by: str, now: Now) -> None:
    """Carry one of the three answers out."""
    from aggregator import relevance, relink
    from aggregator.app import Instance
    from aggregator.service import FixedClock

    with Instance.existing(home, sources).store() as store:
        settled = relink.answer(
            item,
            said,
            by=by,
            store=store,
            clock=FixedClock(moment(now)),
            profile=relevance.load_profile(),
        )
    typer.echo(item_line(settled))


def say(done: "Relinked", store: "Store") -> None:
    """What became of a decision: the opportunities there are now."""
    for name in done.ids:
        opportunity = store.opportunity(name).opportunity
        count = len({(n.notice.source_id, n.notice.notice_id) for n in opportunity.notices})
        notices = "1 notice" if count == 1 else f"{count} notices"
        typer.echo(f"{name}  {notices}: {opportunity.facts.title or '(no title)'}")


def item_line(item: "ReviewItem") -> str:
    """One review item in a line."""
    said = f" [{item.answer}, {item.by}]" if item.answer else ""
    return f"{item.id}  {item.kind.replace('_', ' ')}: {item.words}{said}"


def record(item: "ReviewItem") -> str:
    """One review item for programs."""
    return json.dumps(
        {
            "id": item.id,
            "kind": item.kind,
            "words": item.words,
            "subjects": ["/".join(key) for key in item.subjects],
            "found_at": item.found_at.isoformat(),
            "settled": item.settled,
            "answer": item.answer,
            "by": item.by,
        },
        ensure_ascii=False,
    )
