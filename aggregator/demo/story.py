"""Two days in the life of an instance, told as a table."""

import base64
import shlex
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from secrets import token_bytes

from rich.console import Console
from rich.table import Table

from aggregator import service, stage, subscribe
from aggregator.app import Instance
from aggregator.demo.portals import Portals, serving
from aggregator.errors import ConfigError
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    ProviderProfile,
    SourceRun,
)
from aggregator.parsing import dates
from aggregator.store import Store
from aggregator.testing import FrozenClock

DAY = timedelta(hours=24)
WIDTH = 110
"""Columns where nobody's terminal says how wide it is: a file, a pipe, a build server."""

MARK = "this-is-a-demo"

SOURCES = """\
# The sample portals of the demo; the real ones stand in the project's own sources.yaml.
- id: find-a-tender
  name: Find a Tender (sample)
  kind: find-a-tender
  base_url: {base}/fts
  page_url: https://find-a-tender.example.org/Notice/{{id}}
  pace: 0.01
- id: contracts-finder
  name: Contracts Finder (sample)
  kind: contracts-finder
  base_url: {base}/cf
  page_url: https://contracts-finder.example.org/Notice/{{page_id}}
  pace: 0.01
- id: voluntary-action-feed
  name: Arden Voluntary Action, funding news (sample)
  kind: feed
  base_url: {base}
  path: /feed/
  kind_of_notice: grant
  buyer: Arden Voluntary Action
  pace: 0.01
- id: nhs-portal
  name: NHS portal list (sample)
  kind: html-list
  base_url: {base}
  path: /nhs/?page={{page}}
  pages: 3
  pace: 0.01
  kind_of_notice: contract
  tags: [tender]
  expect: table.js-dyn-table
  rows: table.js-dyn-table tbody tr
  key: {{select: a.result-title, attr: href, regex: 'uid=(\\w+)'}}
  link: {{select: a.result-title, attr: href}}
  link_hosts: [nhs-portal.example.org]
  fields:
    title: {{select: a.result-title}}
    reference: {{select: td.col-ref}}
    buyer: {{select: 'span.js-dyn[data-label="Contracting Authority"]'}}
    deadline: {{select: 'span.js-dyn[data-label="Response Deadline"]'}}
    method_details: {{select: 'span.js-dyn[data-label="Procurement Route"]'}}
"""

SETTINGS = """\
host:
  name: Arden Voluntary Action
  contact: hello@voluntaryaction.example.org
"""


async def tell(home: Path) -> None:
    """Run the demo in `home`, which is emptied first."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    empty(home)
    clock = FrozenClock(last_full_hour(datetime.now(UTC)) - DAY)
    secret = "whsec_" + base64.b64encode(token_bytes(24)).decode()
    portals = Portals(start=clock.now(), clock=clock, secret=secret)
    with serving(portals):
        instance = an_instance(home, portals)
        with instance.store() as store:
            subscribe_two(store, clock, portals)
            console.print(f"[bold]Day one, {day(clock)}[/]: collect, link, judge, compose, deliver")
            first = await one_day(instance, store, clock, console)
            clock.advance(hours=DAY.total_seconds() / 3600)
            console.print(
                f"\n[bold]Day two, {day(clock)}[/]: a deadline moves, a tender is cancelled, a new "
                "one appears"
            )
            second = await one_day(instance, store, clock, console)
            console.print(stories(store, clock))
    where_to_look(instance, portals, console, (first, second))


def last_full_hour(now: datetime) -> datetime:
    """When the second day ends: nothing the demo shows lies ahead of the machine's clock."""
    return now.replace(minute=0, second=0, microsecond=0)


def day(clock: FrozenClock) -> str:
    """The clock of the demo in words."""
    return dates.in_words(clock.now())


def empty(home: Path) -> None:
    """A fresh folder. Refuses to empty one that is not from a demo."""
    if home.exists() and not home.is_dir():
        raise ConfigError("is a file; --home names a folder", file=str(home))
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise ConfigError(
            "this folder holds something else than a demo; choose an empty one", file=str(home)
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).touch()


def an_instance(home: Path, portals: Portals) -> Instance:
    """An instance whose sources are the sample portals."""
    sources = home / "sources.yaml"
    sources.write_text(SOURCES.format(base=portals.base_url), encoding="utf-8")
    (home / "fairnotice.yaml").write_text(SETTINGS, encoding="utf-8")
    return Instance.at(home, sources)


def subscribe_two(store: Store, clock: FrozenClock, portals: Portals) -> None:
    """A director who reads mail, and a program that takes a webhook."""
    subscribe.add(
        "director@lighthouse-counselling.example.org",
        criteria=Criteria(),
        channel=Channel(
            kind=ChannelKind.EMAIL, target="director@lighthouse-counselling.example.org"
        ),
        cadence=Cadence.DAILY,
        store=store,
        clock=clock,
        name="Lighthouse Counselling",
        provider=ProviderProfile(income=Decimal(250_000), vcse=True),
    )
    subscribe.add(
        "crm@lighthouse-counselling.example.org",
        criteria=Criteria(),
        channel=Channel(
            kind=ChannelKind.WEBHOOK, target=f"{portals.base_url}/webhook", secret=portals.secret
        ),
        cadence=Cadence.DAILY,
        store=store,
        clock=clock,
    )


async def one_day(
    instance: Instance, store: Store, clock: FrozenClock, console: Console
) -> tuple[Path, ...]:
    """Collect, compose and deliver once, and print what happened; gives the pages written."""
    console.print(collected(await service.collect(instance, store, clock=clock)))
    before = pages(instance)
    result = service.compose(instance, store, now=clock.now())
    delivered = await service.deliver(instance, store, now=clock.now(), allow_http=True)
    for problem in (*result.problems, *delivered.problems):
        console.print(f"  {problem}", markup=False)
    for one in result.composed:
        console.print(f"  {one.message.channel.kind} to {one.message.channel.target}")
        if one.message.subject:
            console.print(f"    subject: [bold]{one.message.subject}[/]")
    missing = delivered.waiting + delivered.failed
    console.print(f"  {delivered.sent} messages sent" + (f", {missing} not" if missing else ""))
    return tuple(sorted(pages(instance) - before))


def pages(instance: Instance) -> set[Path]:
    """The digests in the outbox as a browser shows them."""
    return set(instance.outbox.glob("*.html"))


def collected(runs: Sequence[SourceRun]) -> Table:
    """What each source gave."""
    table = Table("source", "outcome", "notices", "new", "calls")
    for run in runs:
        numbers = (run.notices, run.new_notices, run.requests)
        outcome = run.outcome if run.error is None else f"{run.outcome}: {run.error}"
        table.add_row(run.source_id, outcome, *(str(number) for number in numbers))
    return table


def stories(store: Store, clock: FrozenClock) -> Table:
    """Everything that is known in the end, judged and staged."""
    table = Table("verdict", "stage", "title", "notices", title="What Fair Notice knows now")
    known = list(store.opportunities())
    known.sort(key=lambda judged: -judged.judgement.score)
    for judged in known:
        opportunity = judged.opportunity
        standing = stage.at(opportunity, clock.now())
        table.add_row(
            judged.judgement.verdict,
            stage.label(standing.stage, opportunity.facts.kind),
            opportunity.facts.title or "",
            str(len(opportunity.notices)),
        )
    return table


def where_to_look(
    instance: Instance, portals: Portals, console: Console, written: Sequence[Sequence[Path]]
) -> None:
    """Name the pages a person may open, and how to go on."""
    # Paths and commands are for copying, so that nothing may break them into lines.
    say = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    console.print("\n[bold]Where to look[/]: open these pages in a browser")
    for name, files in zip(("day one", "day two"), written, strict=True):
        for path in files:
            say(f"  {name} → {path}")
    console.print(f"  {len(portals.received)} webhooks received, their signatures verified")
    console.print("\n[bold]How to go on[/]")
    place = f"--home {shlex.quote(str(instance.home))}"
    listed = f"--sources {shlex.quote(str(instance.home / 'sources.yaml'))}"
    say(f"  {program(sys.argv[0])} list {place} {listed}")


def program(argument: str) -> str:
    """How the reader can start this program again. argument: sys.argv[0] of this time."""
    started = Path(argument)
    if started.name == "__main__.py":
        return f"{sys.executable} -m aggregator"
    if started.name != "fairnotice" or shutil.which("fairnotice") == str(started):
        return "fairnotice"
    return shlex.quote(argument)
