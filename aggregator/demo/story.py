"""Two days in the life of an instance, told as a table."""

import base64
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
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
from aggregator.store import Store
from aggregator.testing import FrozenClock

HOURS_TO_NEXT_DAY = 24
MARK = "this-is-a-demo"

SOURCES = """\
# The sample portals of the demo; the real ones stand in the project's own sources.yaml.
- id: find-a-tender
  name: Find a Tender (sample)
  kind: find-a-tender
  base_url: {base}/fts
  pace: 0.01
- id: contracts-finder
  name: Contracts Finder (sample)
  kind: contracts-finder
  base_url: {base}/cf
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
    console = Console()
    empty(home)
    clock = FrozenClock(datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0))
    secret = "whsec_" + base64.b64encode(token_bytes(24)).decode()
    portals = Portals(start=clock.now(), clock=clock, secret=secret)
    with serving(portals):
        instance = an_instance(home, portals)
        with instance.store() as store:
            subscribe_two(store, clock, portals)
            console.print("[bold]Day one[/]: collect, link, judge, compose, deliver")
            await one_day(instance, store, clock, console)
            clock.advance(hours=HOURS_TO_NEXT_DAY)
            console.print(
                "\n[bold]Day two[/]: a deadline moves, a tender is cancelled, a new one appears"
            )
            await one_day(instance, store, clock, console)
            console.print(stories(store, clock))
    where_to_look(instance, portals, console)


def empty(home: Path) -> None:
    """A fresh folder. Refuses to empty one that is not from a demo."""
    if home.exists() and not home.is_dir():
        raise ConfigError("is a file; choose an empty folder for the demo", file=str(home))
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


async def one_day(instance: Instance, store: Store, clock: FrozenClock, console: Console) -> None:
    """Collect, compose and deliver once, and print what happened."""
    console.print(collected(await service.collect(instance, store, clock=clock)))
    composed = service.compose(instance, store, now=clock.now())
    delivered = await service.deliver(instance, store, now=clock.now(), allow_http=True)
    for one in composed:
        console.print(f"  {one.message.channel.kind} to {one.message.channel.target}")
        if one.message.subject:
            console.print(f"    subject: [bold]{one.message.subject}[/]")
    console.print(f"  {delivered.sent} messages sent, {delivered.waiting + delivered.failed} not")


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
            stage.label(standing.stage),
            opportunity.facts.title or "",
            str(len(opportunity.notices)),
        )
    return table


def where_to_look(instance: Instance, portals: Portals, console: Console) -> None:
    """Name the files a person may open."""
    console.print("\n[bold]Where to look[/]")
    for path in sorted(instance.outbox.iterdir()):
        console.print(f"  {path}")
    console.print(f"  {len(portals.received)} webhooks received, their signatures verified")
    console.print(
        f"  fairnotice list --home {instance.home} --sources {instance.home}/sources.yaml"
    )
