"""The kit at work: files and portals around what `kit` decides."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from aggregator import app, config
from aggregator.app import Instance, SystemClock
from aggregator.config import SourceEntry
from aggregator.errors import ConfigError
from aggregator.kit import canary as canaries
from aggregator.kit import checking, newcomer, table
from aggregator.kit.guessing import Guess, guess, path_of
from aggregator.limited import Limited
from aggregator.ports import Clock

MISSING_PAGE = Guess(
    kind="html-list",
    options={
        "path": "/",
        "expect": "h1",
        "rows": "li",
        "key": {"select": "a", "attr": "href"},
        "link": {"select": "a", "attr": "href"},
        "fields": {"title": {"select": "a"}},
    },
    because="no page was given; with --page a better guess is made",
    doubts=("every line below: they are a pattern, not a reading of the page",),
)


def own_sources(home: Path, named: Path | None) -> Path:
    """The sources.yaml a person may add to: the one named, the host's, or the one in this folder;
    never the copy that was installed with the program. Raises ConfigError."""
    return named or config.load_settings(home).sources or Path("sources.yaml")


async def new(name: str, url: str, *, page: Path | None, sources: Path) -> newcomer.Made:
    """An entry, cases, and code where no declaration fits. Raises ConfigError, ParserStopped."""
    newcomer.demand_new(name, url, sources)
    if page is None:
        options = {**MISSING_PAGE.options, "path": path_of(url)}
        found = Guess(kind=MISSING_PAGE.kind, options=options, because=MISSING_PAGE.because,
                      doubts=MISSING_PAGE.doubts)  # fmt: skip
        return newcomer.make(name, url, found=found, page=None, sources=sources)
    body = saved(page)
    with Limited(modules=("aggregator.kit.guessing",)) as limited:
        found = await limited.run(guess, body, url)
    return newcomer.make(name, url, found=found, page=body, sources=sources)


def saved(page: Path) -> bytes:
    """The bytes of a page. Raises ConfigError."""
    try:
        return page.read_bytes()
    except OSError as fault:
        raise ConfigError(f"cannot be read: {fault.strerror}", file=str(page)) from None


def check(
    entries: Sequence[SourceEntry], *, fixtures: Path, clock: Clock | None = None
) -> tuple[checking.Finding, ...]:
    """All that is missing."""
    today = (clock or SystemClock()).now().date()
    return tuple(checking.check(entries, fixtures=fixtures, today=today))


def write_table(entries: Iterable[SourceEntry], file: Path) -> None:
    """The public table of sources. Raises ConfigError where it cannot be written."""
    try:
        file.write_text(table.table(entries), encoding="utf-8")
    except OSError as fault:
        raise ConfigError(f"cannot be written: {fault.strerror}", file=str(file)) from None


async def canary(
    instance: Instance, names: Sequence[str], clock: Clock | None = None
) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """A report for each source, and whether something was read. Raises UnknownIdentifier."""
    clock = clock or SystemClock()
    entries = instance.chosen(names)
    reports = []
    async with app.fetcher(entries, instance, clock) as fetch, app.reading() as read:
        for entry in entries:
            source = app.build_source(entry)
            call = await canaries.ask(source, fetch=fetch, read=read, clock=clock)
            well = call.parsed is not None and bool(call.parsed.notices)
            reports.append((tuple(canaries.report(entry, call)), well))
    return tuple(reports)
