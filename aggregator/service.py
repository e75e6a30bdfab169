"""The acts of a running instance: built by `app`, used by the command line and the scheduler."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from aggregator import alert, app, checkup, mailbox, relevance, tick
from aggregator import collect as collecting
from aggregator import rebuild as rebuilding
from aggregator import reread as rereading
from aggregator.alert import ComposeResult, Delivered
from aggregator.app import Instance, SystemClock
from aggregator.config import SourceEntry
from aggregator.errors import AlreadyRunning, ConfigError
from aggregator.fetch import LocalFiles, put_away
from aggregator.model import Parsed, RawPayload, Request, SourceRun, Window
from aggregator.ports import Clock
from aggregator.rebuild import Rebuilt
from aggregator.sources.host_csv import TEMPLATE, HostCsv
from aggregator.sources.mail_folder import MailFolder
from aggregator.store import Store


class FixedClock:
    """A clock that always tells the time a person gave."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The time given."""
        return self.moment


@contextmanager
def only_one(home: Path, act: str) -> Iterator[None]:
    """Keep a second process out while this one acts. Raises AlreadyRunning."""
    app.make_home(home)
    lock = FileLock(home / f"{act.replace(' ', '-')}.lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout:
        raise AlreadyRunning(
            f"another fairnotice is at it already ({act}, in {home}); wait for it or stop it"
        ) from None


@contextmanager
def collecting_alone(home: Path, entries: Iterable[SourceEntry]) -> Iterator[None]:
    """Keep other processes from reading the same sources. Raises AlreadyRunning."""
    with ExitStack() as locks:
        for entry in entries:
            locks.enter_context(only_one(home, f"collect {entry.id}"))
        yield


async def collect(
    instance: Instance,
    store: Store,
    *,
    names: Sequence[str] = (),
    since: datetime | None = None,
    clock: Clock | None = None,
    progress: collecting.Progress | None = None,
) -> tuple[SourceRun, ...]:
    """One run over the chosen sources."""
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


def free(
    instance: Instance, entries: Iterable[SourceEntry], locks: ExitStack
) -> Iterator[SourceEntry]:
    """The entries nobody else is reading, kept for us until the locks are given back."""
    for entry in entries:
        try:
            locks.enter_context(only_one(instance.home, f"collect {entry.id}"))
        except AlreadyRunning:
            continue
        yield entry


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


def compose(
    instance: Instance,
    store: Store,
    *,
    now: datetime,
    dry_run: bool = False,
    only_due: bool = False,
) -> ComposeResult:
    """Compose digests as of `now`; a dry run changes nothing."""
    if not dry_run and (not only_due or tick.is_due(now, store=store)):
        tick.run(store=store, clock=FixedClock(now))
    names = app.names_for_readers(instance)
    return alert.compose(
        store=store,
        host=instance.settings.host,
        hour=instance.settings.digest_hour,
        now=now,
        names=names,
        labels=type_labels(),
        watch=alert.watch(checkup.states(instance.chosen(()), store=store, now=now), now=now),
        dry_run=dry_run,
        only_due=only_due,
    )


def type_labels() -> dict[str, str]:
    """Service type -> its name in plain words, from the default profile."""
    profile = relevance.load_profile()
    return {name: profile.plain(name) for name in profile.type_ids}


async def deliver(
    instance: Instance,
    store: Store,
    *,
    now: datetime | None = None,
    allow_http: bool = False,
) -> Delivered:
    """Send what is due in the outbox."""
    clock: Clock = FixedClock(now) if now else SystemClock()
    with only_one(instance.home, "deliver"):
        async with app.notifying(instance, clock, allow_http=allow_http) as notifier:
            return await alert.deliver(store=store, notifier=notifier, clock=clock)


def as_of(moment: datetime) -> str:
    """A moment for a log line, in UTC to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


async def rebuild(instance: Instance, store: Store) -> Rebuilt:
    """Derive everything again; nobody else may collect or deliver meanwhile.

    It writes in one long transaction: a delivery beside it could send a message, fail to note that,
    and have to send it again.
    """
    sources = {source.id: source for source in app.build_sources(instance.entries)}
    with only_one(instance.home, "deliver"), collecting_alone(instance.home, instance.entries):
        async with app.reading() as read:
            rebuilt = await rebuilding.run(
                sources, store=store, read=read, profile=relevance.load_profile()
            )
        for source in sources.values():
            if isinstance(source, MailFolder):
                mailbox.ask_people(source, store=store, now=SystemClock().now())
        return rebuilt
