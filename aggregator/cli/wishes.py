"""The options with which a filter is described, the same wherever one is."""

from typing import Annotated

import typer

Verdicts = Annotated[
    list[str] | None,
    typer.Option("--verdict", metavar="WORD", help="core (default), related, possible."),
]
Types = Annotated[
    list[str] | None, typer.Option("--type", metavar="TYPE", help="Service type: crisis, …")
]
Places = Annotated[
    list[str] | None,
    typer.Option(
        "--place",
        metavar="PLACE",
        help="Council, county, care board (“Devon ICB”), region, nation, or postcode: Leeds, LS7, "
        "Wales …",
    ),
]
Neighbours = Annotated[bool, typer.Option("--neighbours", help="Also what borders on the places.")]
Nationwide = Annotated[
    bool,
    typer.Option(
        "--nationwide/--no-nationwide",
        help="With places: also what is offered to a whole nation.",
    ),
]
Stages = Annotated[
    list[str] | None,
    typer.Option(
        "--stage", metavar="STAGE", help="Default: open, engagement, planned, intended_direct."
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="KIND", help="tender, grant, engagement, award; default: any."),
]
Words = Annotated[
    list[str] | None, typer.Option("--word", metavar="WORD", help="At least one must occur.")
]
Without = Annotated[
    list[str] | None, typer.Option("--without", metavar="WORD", help="None of these may occur.")
]
Buyers = Annotated[
    list[str] | None,
    typer.Option("--buyer", metavar="NAME", help="A buyer's name, or words of it."),
]
LeastValue = Annotated[
    str | None, typer.Option("--least-value", metavar="POUNDS", help="In all: 50,000 or £50k.")
]
MostValue = Annotated[
    str | None,
    typer.Option(
        "--most-value", metavar="POUNDS", help="In all. Notices that state no value still pass."
    ),
]
LeastYear = Annotated[
    str | None, typer.Option("--least-year", metavar="POUNDS", help="A year: 50,000 or £50k.")
]
MostYear = Annotated[
    str | None,
    typer.Option(
        "--most-year", metavar="POUNDS", help="A year. Notices that state no value still pass."
    ),
]
NotStated = Annotated[
    bool,
    typer.Option(
        "--value-not-stated/--no-value-not-stated", help="Also what states no value at all."
    ),
]
DaysLeft = Annotated[
    str | None,
    typer.Option("--days-left", metavar="DAYS", help="At least so many days to the deadline."),
]
ForVcseOnly = Annotated[
    bool,
    typer.Option(
        "--for-vcse-only",
        help="Only grants and what says that it is for voluntary organisations too.",
    ),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="LANGUAGE", help="Of the notice: English or Welsh."),
]
