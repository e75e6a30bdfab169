"""Acts that ask the sources: collect, read again, try, and the host’s own files."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from aggregator import (
    app,
    checkup,
    mailbox,
    relevance,
    tick,
)
from aggregator import collect as collecting
from aggregator import reread as rereading
from aggregator.app import Instance, SystemClock
from aggregator.config import SourceEntry
from aggregator.errors import (
    ConfigError,
)
from aggregator.fetch import LocalFiles, put_away
from aggregator.model import (
    Parsed,
    RawPayload,
    Request,
    SourceRun,
    Window,
)
from aggregator.ports import Clock
from aggregator.service.alone import collecting_alone, free
from aggregator.sources.host_csv import TEMPLATE, HostCsv
from aggregator.sources.mail_folder import MailFolder
from aggregator.store import Store


async def collect(
    instance: Instance,
    store: Store,
    *,
    names: Sequence[str] = (),
    since: datetime | None = None,
    clock: Clock | None = None,
    progress: collecting.Progress | None = None,
) -> tuple[SourceRun, ...]:
    """One run over the chosen sources. Raises StoreDamaged before any portal is asked."""
    store.must_be_sound()
    clock = clock or SystemClock()
    entries = instance.chosen(names)
    sources = app.build_sources(entries)
    with collecting_alone(instance.home, entries):
        fetching = app.fetcher(entries, instance, clock, memory=store)
        async with fetching as fetch, app.reading() as read:
            runs = await collecting.run(
                sources,
                store=store,
                fetch=fetch,
                read=read,
                clock=clock,
                profile=relevance.load_profile(),
                since=since,
                progress=progress,
            )
        look_after_mails(instance, entries, store, clock.now())
        tick.run(store=store, clock=clock)
    checkup.update(instance.chosen(()), store=store, now=clock.now())
    return runs


def look_after_mails(
    instance: Instance, entries: Iterable[SourceEntry], store: Store, now: datetime
) -> None:
    """Drop folders: mails that were stored go into `done`, what nobody could read to review."""
    for entry in entries:
        source = app.build_source(entry)
        if entry.local and isinstance(source, MailFolder):
            mailbox.ask_people(source, store=store, now=now)
            put_away(instance.home / entry.local, mailbox.stored(source, store))


async def reread(
    instance: Instance,
    store: Store,
    *,
    names: Sequence[str] = (),
    at_most: int = rereading.AT_MOST,
    windows: bool = True,
    clock: Clock | None = None,
) -> tuple[SourceRun, ...]:
    """Ask again for what may have been edited or came late; a source that is being read is left
    for the next time."""
    store.must_be_sound()
    clock = clock or SystemClock()
    runs: list[SourceRun] = []
    with ExitStack() as locks:
        entries = tuple(free(instance, instance.chosen(names), locks))
        async with (
            app.fetcher(entries, instance, clock, memory=store) as fetch,
            app.reading() as read,
        ):
            runs += await rereading.run(
                app.build_sources(entries),
                store=store,
                fetch=fetch,
                read=read,
                clock=clock,
                profile=relevance.load_profile(),
                at_most=at_most,
                late=rereading.LATE if windows else timedelta(0),
            )
        tick.run(store=store, clock=clock)
    return tuple(runs)


async def try_source(
    instance: Instance, name: str, *, fixture: Path | None, clock: Clock | None = None
) -> Parsed:
    """What one source's first page gives, without storing anything."""
    clock = clock or SystemClock()
    entries = instance.chosen([name])
    (source,) = app.build_sources(entries)
    now = clock.now().replace(microsecond=0)
    span = Window(start=now - collecting.FIRST_REACH, end=now)
    request = next(iter(source.requests(span)))
    async with app.reading() as read:
        if fixture is not None:
            return await read(source, saved_page(request, fixture, now))
        async with app.fetcher(entries, instance, clock) as fetch:
            return await read(source, await fetch.fetch(request))


def write_template(home: Path, file: Path) -> Path:
    """A table for the host's own notices to begin with. Raises ConfigError where one is there."""
    app.make_home(home)
    try:
        with file.open("xb") as new:
            new.write(b"\xef\xbb\xbf" + TEMPLATE.encode())
    except FileExistsError:
        raise ConfigError("is there already and was left as it is", file=str(file)) from None
    except OSError as fault:
        raise ConfigError(f"cannot be written: {fault.strerror}", file=str(file)) from None
    return file


async def check_host_notices(
    instance: Instance, file: Path | None, clock: Clock | None = None
) -> tuple[tuple[Path, Parsed], ...]:
    """Each table of the host's own as it is now, or the one named. Raises ConfigError,
    FetchError, AnswerError."""
    clock = clock or SystemClock()
    entries = [entry for entry in instance.entries if isinstance(app.build_source(entry), HostCsv)]
    if not entries:
        raise ConfigError("has no entry of the kind host-csv", file="sources.yaml")
    found = []
    for entry in entries[:1] if file else entries:
        place = file or instance.home / (entry.local or "")
        files = LocalFiles({entry.id: place}, clock)
        (request,) = app.build_source(entry).requests(Window(start=clock.now(), end=clock.now()))
        payload = await files.fetch(request, None)
        found.append((place, app.build_source(entry).read(payload)))
    return tuple(found)


def saved_page(request: Request, fixture: Path, now: datetime) -> RawPayload:
    """A file as if the portal had just served it. Raises ConfigError when it cannot be read."""
    try:
        body = fixture.read_bytes()
    except OSError as fault:
        raise ConfigError(f"cannot be read: {fault.strerror}", file=str(fixture)) from None
    return RawPayload(request=request, status=200, headers={}, body=body, retrieved_at=now)
