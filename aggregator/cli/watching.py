"""Commands that say how sources are doing: sources health, sources release."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.collecting import sources_app
from aggregator.cli.root import DEFAULT_HOME, AsJson, Home, Now, SourcesFile, moment

if TYPE_CHECKING:
    from aggregator.model import Health


def register(root: typer.Typer) -> None:
    """Add these commands to those of `sources`."""
    sources_app.command("health")(show_health)
    sources_app.command("release")(release)


def show_health(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Whether we see what the sources publish, in plain words.

    Asks no portal: it judges what the runs so far have read.
    """
    from aggregator import checkup, health
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        states = checkup.states(instance.chosen(()), store=store, now=moment(now))
        held = store.held_notices()
    if as_json:
        for state in states:
            typer.echo(as_line(state, held.get(state.source_id, 0)))
        return
    typer.echo(health.summary(states))
    for state in sorted(states, key=lambda one: not one.needs_a_look):
        typer.echo("")
        for line in lines(state, held.get(state.source_id, 0)):
            typer.echo(line)


def lines(state: "Health", held: int) -> list[str]:
    """A source in a few lines: the sentence, then what it rests on."""
    from aggregator import health
    from aggregator.parsing.dates import in_words

    found = [f"{'LOOK' if state.needs_a_look else 'well'}  {health.sentence(state)}"]
    if state.usual and "usually" not in found[0]:
        found.append(f"Usually {state.usual}.")
    if state.last_notice_at:
        found.append(f"Last new notice: {in_words(state.last_notice_at)}.")
    complete = state.last_complete_at
    if complete:
        found.append(f"Last read whole: {in_words(complete)}.")
    if state.findings:
        found.append(f"Seen in the last run: {'; '.join(one.words for one in state.findings)}.")
    if held:
        count = "1 notice waits" if held == 1 else f"{held:,} notices wait"
        found.append(f"{count} for somebody to look: fairnotice sources release {state.source_id}")
    return [found[0], *(f"      {words}" for words in found[1:])]


def as_line(state: "Health", held: int) -> str:
    """The same for programs."""
    from aggregator import health

    return json.dumps(
        {
            "source": state.source_id,
            "name": state.name,
            "state": state.state,
            "needs_a_look": state.needs_a_look,
            "since": state.since.isoformat(),
            "words": health.sentence(state),
            "because": state.because,
            "usual": state.usual,
            "last_notice": state.last_notice_at and state.last_notice_at.isoformat(),
            "last_complete": state.last_complete_at and state.last_complete_at.isoformat(),
            "findings": [
                {"kind": one.kind, "words": one.words, "field": one.field} for one in state.findings
            ],
            "held": held,
        },
        ensure_ascii=False,
    )


def release(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id.")],
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    as_old: Annotated[
        bool, typer.Option("--as-old", help="Keep the notices, but tell nobody of them as new.")
    ] = False,
) -> None:
    """Let go the notices of a source that brought far more than ever at once.

    They were kept and told to nobody. Look at some of them first (`fairnotice list`): with
    --as-old an archive that was published again stays quiet; without it all of them are told.
    """
    from aggregator import checkup
    from aggregator.app import Instance

    instance = Instance.existing(home, sources)
    with instance.store() as store:
        count = checkup.release(name, store=store, as_old=as_old)
    told = "none is told as new" if as_old else "the next digests tell them"
    typer.echo(f"{name}: {count} {'notice' if count == 1 else 'notices'} released; {told}")
