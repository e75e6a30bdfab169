"""Commands about a filter before and behind it: what it would have brought, what it leaves out."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import wishes
from aggregator.cli.root import DEFAULT_HOME, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from aggregator.preview import NearMiss, Preview

LONGEST = 100


def preview(  # noqa: PLR0917 - typer makes an option of each
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
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
) -> None:
    """What a filter would have brought in the last twelve months; nothing is saved."""
    from aggregator.app import Instance
    from aggregator.cli.criteria import criteria_of, type_names
    from aggregator.criteria import in_words
    from aggregator.preview import preview as look_back
    from aggregator.relevance import load_profile

    criteria = criteria_of(
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
    labels = type_names()
    typer.echo(in_words(criteria, labels=labels))
    with Instance.existing(home, sources).store() as store:
        shown = look_back(
            criteria, store=store, now=moment(now), labels=labels, profile=load_profile()
        )
    for line in preview_lines(shown):
        typer.echo(line)


def near(
    who: Annotated[str, typer.Argument(metavar="WHO", help="The address, or the subscriber's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", help="At most so many.", min=1)] = 20,
) -> None:
    """Near misses: what is open and fails a subscriber's filters by one criterion only."""
    from aggregator import moderate, subscribe
    from aggregator.app import Instance
    from aggregator.preview import near_misses

    with Instance.existing(home, sources).store() as store:
        subscriber = subscribe.find(who, store=store)
        found = near_misses(
            [one.criteria for one in store.subscriptions(subscriber.id)],
            store=store,
            now=moment(now),
            left_out=moderate.not_for(subscriber.id, store=store),
            limit=limit,
        )
    for line in near_lines(found):
        typer.echo(line)


def preview_lines(shown: "Preview") -> Iterator[str]:
    """The count, the newest titles, and what to change where it brings nothing or too much."""
    from aggregator.digest.clean import one_line
    from aggregator.parsing.dates import to_uk

    known = f"{shown.weeks} week{'' if shown.weeks == 1 else 's'}"
    yield f"{shown.count:,} in {known}: about {shown.a_week:,.1f} a week"
    for one in shown.newest:
        title = one_line(one.title, LONGEST) or "(no title)"
        yield f"  {to_uk(one.at):%d %b %Y}  {title}  [{one_line(one.because, LONGEST)}]"
    if shown.warning:
        yield shown.warning
    for words in shown.suggestions:
        yield f"  - {words}"


def near_lines(found: "Sequence[NearMiss]") -> Iterator[str]:
    """Each near miss with why it did not come."""
    from aggregator.digest.clean import one_line

    if not found:
        yield "no near misses: nothing open fails these filters by one criterion only"
    for one in found:
        opportunity = one.judged.opportunity
        title = one_line(opportunity.facts.title, LONGEST) or "(no title)"
        yield f"{opportunity.id}  {title}"
        yield f"    would have come, but {one_line(one.but, LONGEST)}"
