"""The acts of a running instance: built by `app`, used by the command line and the scheduler."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from aggregator import (
    alert,
    app,
    backups,
    bounces,
    caring,
    checkup,
    consent,
    forgetting,
    holding,
    mailbox,
    relevance,
    restoring,
    tick,
    tracing,
)
from aggregator import collect as collecting
from aggregator import rebuild as rebuilding
from aggregator import reconcile as reconciliation
from aggregator import reread as rereading
from aggregator.alert import ComposeResult, Delivered
from aggregator.app import Instance, SystemClock
from aggregator.backups import Backup, Manifest
from aggregator.binding import bind
from aggregator.bounced import BouncesRead, Reading
from aggregator.concerns import Telling
from aggregator.config import SourceEntry
from aggregator.deliver import JOURNAL_FILE, KEPT, Journalled, SentJournal, mails_in
from aggregator.digest import Links
from aggregator.digest.links import of_site
from aggregator.errors import (
    AlreadyRunning,
    BackupFault,
    ConfigError,
    MailHeld,
    ParserStopped,
    StoreDamaged,
    UnknownIdentifier,
)
from aggregator.fetch import LocalFiles, put_away
from aggregator.holding import Reconciled
from aggregator.limited import Limited
from aggregator.links import links_of
from aggregator.model import (
    ChannelKind,
    Message,
    Parsed,
    RawPayload,
    Request,
    SourceRun,
    Subscriber,
    Window,
)
from aggregator.ports import Clock
from aggregator.rebuild import Rebuilt
from aggregator.sources.host_csv import TEMPLATE, HostCsv
from aggregator.sources.mail_folder import MailFolder
from aggregator.store import Store

COMPLAINED = "told their mail provider that our mail is junk"
PATIENCE = 5
"""Seconds that a person at a page waits for a delivery to end."""

A_DAY = timedelta(days=1)


class FixedClock:
    """A clock that always tells the time a person gave."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The time given."""
        return self.moment


@contextmanager
def only_one(home: Path, act: str, *, patience: float = 0) -> Iterator[None]:
    """Keep a second process out while this one acts. Raises AlreadyRunning.

    patience: seconds to wait for one that is at it.
    """
    app.make_home(home)
    lock = FileLock(home / f"{act.replace(' ', '-')}.lock", timeout=patience)
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
    """Compose digests as of `now`; a dry run changes nothing. Raises MailHeld, StoreDamaged."""
    if not dry_run:
        store.must_be_sound()
        holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
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
        links=links_for(instance, now),
        dry_run=dry_run,
        only_due=only_due,
    )


def links_for(instance: Instance, now: datetime) -> Callable[[Subscriber], Links] | None:
    """The pages that a reader's digests lead to; None where the host serves none."""
    made = links_of(instance.settings.host, instance.keys())
    if made is None:
        return None
    calendar = of_site(made.base_url).calendar

    def of(subscriber: Subscriber) -> Links:
        stop = made.stop(subscriber.id, now=now)
        return Links(
            preferences=made.preferences(subscriber.id, now=now),
            stop=stop,
            one_click=stop,
            item=lambda opportunity: made.story(subscriber.id, opportunity, now=now),
            calendar=calendar,
        )

    return of


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
    """Send what is due in the outbox. Raises MailHeld, StoreDamaged."""
    store.must_be_sound()
    clock: Clock = FixedClock(now) if now else SystemClock()
    with only_one(instance.home, "deliver"):
        holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
        if store.due_messages(clock.now(), limit=1) or store.binding() is None:
            bind(instance.home, instance.database, store)
        async with app.notifying(instance, clock, allow_http=allow_http) as channel:
            journal = SentJournal(instance.home / JOURNAL_FILE)
            with suppress(OSError):
                journal.note_stopped(holding.ended(store))
            notifier = Journalled(
                channel=channel,
                journal=journal,
                described=store.sending,
                clock=SystemClock(),
            )
            result = await alert.deliver(store=store, notifier=notifier, clock=clock)
        consent.tell_owners(store=store, clock=clock, host=instance.settings.host)
        return result


async def read_bounces(
    instance: Instance,
    store: Store,
    path: Path,
    *,
    believe: bool = False,
    now: datetime | None = None,
    seen: set[str] | None = None,
) -> BouncesRead:
    """Read the mails that came back, each in a child that can be stopped, and do what follows.

    seen: fingerprints that are passed over, and to which those of this reading are added.
    Raises ConfigError where the path cannot be read, AlreadyRunning while mail is delivered.
    """
    clock: Clock = FixedClock(now) if now else SystemClock()
    found, unreadable, fresh = [], [], set[str]()
    with Limited(seconds=5, modules=("aggregator.bounces",)) as limited:
        for where, raw in mails_in(path):
            fresh.add(fingerprint := hashlib.sha256(raw).hexdigest())
            if seen and fingerprint in seen:
                continue
            try:
                found.append(await limited.run(bounces.read, raw[: bounces.LARGEST]))
            except ParserStopped as fault:
                unreadable.append(f"{where}: {fault}")
    keys = instance.keys()

    def stop(subscriber_id: str) -> bool:
        email = store.subscriber(subscriber_id).email
        store.suppress(keys.fingerprints(email)[0], clock.now())
        return consent.stop(subscriber_id, COMPLAINED, store=store, clock=clock)

    reading = Reading(store=store, clock=clock, keys=keys, stop=stop, believe=believe)
    with only_one(instance.home, "deliver"):
        result = reading.run(found)
    if seen is not None:
        seen |= fresh
    result.problems += unreadable
    return result


def mail_not_taken(store: Store, now: datetime) -> list[dict[str, str | None]]:
    """The addresses that are sent nothing, and those that rest, with what was said of them."""
    off = {
        (one.subscriber_id, one.channel.key): one
        for one in store.channels_off()
        if one.channel.kind is ChannelKind.EMAIL
    }
    records: list[dict[str, str | None]] = [
        {
            "email": one.channel.target,
            "state": "given up",
            "since": as_of(one.since),
            "because": one.because,
        }
        for one in off.values()
    ]
    shown = set(off)
    for rest in store.setbacks():
        key = (rest.subscriber_id, rest.channel_key)
        until = store.mail_rests_until(*key)
        if key not in shown and until is not None and until > now:
            shown.add(key)
            records.append(
                {
                    "email": rest.channel_key.partition(":")[2],
                    "state": f"rests until {as_of(until)}",
                    "since": as_of(rest.at),
                    "because": rest.words,
                }
            )
    return records


def backup(
    instance: Instance, folder: Path | None = None, *, now: datetime
) -> tuple[Backup, Manifest]:
    """A verified backup of everything the instance needs, and the rule about old ones applied.

    Opens the database by itself, so that it can run in a thread. Where the database turns out to
    be damaged, it is only read from then on, and no backup is made or removed.
    Raises BackupFault, StoreError, AlreadyRunning.
    """
    where = folder or instance.backups
    with only_one(instance.home, "backup"):
        try:
            made = backups.make(instance.database, files=files_of(instance), folder=where, now=now)
        except StoreDamaged as fault:
            note_damage(instance)
            raise BackupFault(f"The copy in {where} cannot be trusted: {fault}") from fault
        backups.prune(where)
        with suppress(OSError, AlreadyRunning), only_one(instance.home, "deliver"):
            SentJournal(instance.home / JOURNAL_FILE).forget(before=now - KEPT)
        return made


def note_damage(instance: Instance) -> None:
    """Let everybody who opens the database know when it is damaged, and not only its copy.

    Raises StoreDamaged in that case.
    """
    try:
        with Store.open(instance.database, check=False) as store:
            store.check_whole()
    except StoreDamaged as fault:
        with suppress(OSError):
            words = f"{fault} (Noted in {instance.home / app.DAMAGED}.)"
            (instance.home / app.DAMAGED).write_text(words, encoding="utf-8")
        raise


def files_of(instance: Instance) -> dict[str, Path]:
    """What belongs to an instance besides its database: name in the backup -> file."""
    files = {path.name: path for path in backups.belongings(instance.home)}
    if instance.sources_file is not None and instance.sources_file.is_file():
        files.setdefault("sources.yaml", instance.sources_file)
    return files


def restore(backup: Path, home: Path, *, replace: bool = False, now: datetime) -> int:
    """A backup into a home, with all mail held; says how many messages were on their way.

    Raises BackupFault, and AlreadyRunning where something runs in that home.
    """
    if not home.exists() and not backup.is_dir():
        backups.manifest_of(backup)
    with ExitStack() as locks:
        for act in ("run", "deliver", "backup"):
            locks.enter_context(only_one(home, act))
        return restoring.restore(backup, home, replace=replace, now=now)


async def release(
    instance: Instance,
    store: Store,
    *,
    now: datetime,
    sent: Sequence[Path] = (),
    told_until: datetime | None = None,
    moved: bool = False,
) -> Reconciled:
    """Find out what was told since the database knows, then let mail go again.

    sent: journals of sent mails (sent.jsonl) or folders that hold one, besides the home's own.
    told_until: what was published by then counts as told. moved: this copy is the one and only.
    Raises MailHeld where that is not known, and UnknownIdentifier where no mail is held.
    """
    store.must_be_sound()
    clock = FixedClock(now)
    with only_one(instance.home, "deliver"):
        with suppress(MailHeld):
            holding.may_mail(instance.home, instance.database, store=store, clock=clock)
        hold = store.mail_hold()
        if hold is None:
            raise UnknownIdentifier("No mail is held here, so there is nothing to release.")
        journals = [app.journal_at(path) for path in (*sent, instance.home)]
        given = [journal for journal in journals if journal.path.is_file()]
        holding.must_know(hold, journals=bool(given), named=bool(sent) or told_until is not None,
                          moved=moved)  # fmt: skip
        since = hold.known_until - A_DAY
        entries = [one for journal in given for one in journal.entries() if one.sent.at >= since]
        async with app.notifying(instance, clock) as notifier:
            result = await holding.reconcile(entries, store=store, notifier=notifier, clock=clock)
        if told_until is not None:
            result.told += tell_until(instance, store, told_until, now)
        for journal in given:
            erase_again(instance, store, journal, clock=clock)
            result.stopped += holding.stop_again(journal.stopped(), store=store, clock=clock)
        bind(instance.home, instance.database, store)
        result.released = store.end_hold(now)
    return result


def erase_again(instance: Instance, store: Store, journal: SentJournal, *, clock: Clock) -> None:
    """Whom the journal says was forgotten, and whom the backup brought back, is forgotten again."""
    known = {one.id for one in store.subscribers()}
    for subscriber_id in sorted(journal.erasures() & known):
        messages = consent.erase(subscriber_id, store=store, clock=clock, keys=instance.keys())
        forget_mails(instance, messages)


def tell_until(instance: Instance, store: Store, told_until: datetime, now: datetime) -> int:
    """Everything that would be told now and was published by then counts as told."""
    told = 0
    for message in store.stopped_messages():
        if message.created_at <= told_until:
            told += store.note_sent(store.sending(message, told_until))
    while more := holding.tell_until(
        told_until, compose(instance, store, now=now, dry_run=True).composed, store=store
    ):
        told += more
    return told


def reconcile(
    store: Store, *, now: datetime, days: int = reconciliation.DAYS
) -> reconciliation.Reconciled:
    """Compare what was detected, told and sent; changes nothing."""
    return reconciliation.run(store=store, now=now, days=days)


def tell_operator(instance: Instance, store: Store, *, now: datetime) -> Telling | None:
    """Write to the operator where a person must act; says what is told."""
    return caring.tell(instance, store=store, now=now)


def may_mail(instance: Instance, store: Store) -> None:
    """Raises MailHeld for a restored database or a copy: nothing at all is mailed from those."""
    holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())


async def send_now(instance: Instance, message: Message, *, clock: Clock) -> None:
    """Send one mail past the outbox, for somebody who waits for it. Raises DeliveryError."""
    async with app.notifying(instance, clock) as notifier:
        await notifier.send(message)


def as_of(moment: datetime) -> str:
    """A moment for a log line, in UTC to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


async def rebuild(instance: Instance, store: Store) -> Rebuilt:
    """Derive everything again; nobody else may collect or deliver meanwhile.

    It writes in one long transaction: a delivery beside it could send a message, fail to note that,
    and have to send it again.
    """
    store.must_be_sound()
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


def open_now(instance: Instance, store: Store, subscriber_id: str, *, now: datetime) -> None:
    """Compose the first digest of somebody who has just confirmed, so that they need not wait.

    Raises MailHeld, StoreDamaged.
    """
    store.must_be_sound()
    holding.may_mail(instance.home, instance.database, store=store, clock=SystemClock())
    alert.compose(
        store=store,
        host=instance.settings.host,
        hour=instance.settings.digest_hour,
        now=now,
        names=app.names_for_readers(instance),
        labels=type_labels(),
        links=links_for(instance, now),
        only_due=True,
        only_for=subscriber_id,
    )


def erase(instance: Instance, store: Store, subscriber_id: str, *, clock: Clock) -> None:
    """Forget a subscriber, also where their mails lie in the outbox folder.

    Not while mails go out: one that is under way would come back as a file or a receipt. Raises
    AlreadyRunning when that lasts longer than some seconds, UnknownIdentifier.
    """
    erase_address(instance, store, store.subscriber(subscriber_id).email, clock=clock)


def erase_address(
    instance: Instance,
    store: Store,
    address: str,
    *,
    clock: Clock,
    with_complaints: bool = False,
) -> forgetting.Erased:
    """Forget an address, whoever's it is or was, also in the outbox folder.

    Where the file of the database still holds it after that, the file is written anew. Raises
    AlreadyRunning, and StoreError where others keep the database in use for too long.
    """
    keys = instance.keys()
    with only_one(instance.home, "deliver", patience=PATIENCE):
        erased = forgetting.erase_address(
            address, store=store, clock=clock, keys=keys, with_complaints=with_complaints
        )
        for reader in erased.readers:
            with suppress(OSError):  # a full disk must not keep anybody from being forgotten
                SentJournal(instance.home / JOURNAL_FILE).erased(reader)
        forget_mails(instance, erased.messages)
    if not erased.waiting and tracing.holds(instance.database, address):
        store.leave_no_page()
    return erased


def sweep(instance: Instance, store: Store, *, clock: Clock) -> int:
    """Forget what nobody confirmed within a week; says how many mails went with it.

    Raises AlreadyRunning while mails go out: it comes round again.
    """
    with only_one(instance.home, "deliver"):
        messages = consent.sweep(store=store, clock=clock)
        forget_mails(instance, messages)
    return len(messages)


def forget_mails(instance: Instance, message_ids: Iterable[str]) -> None:
    """Remove the files of these messages from the outbox folder, and what the journal says."""
    gone = frozenset(message_ids)
    SentJournal(instance.home / JOURNAL_FILE).drop(gone)
    for file in files_of_mails(instance):
        if message_of(file) in gone:
            file.unlink(missing_ok=True)


def files_of_mails(instance: Instance) -> list[Path]:
    """What lies in the outbox folder."""
    try:
        return [path for path in instance.outbox.iterdir() if path.is_file()]
    except OSError:
        return []


def message_of(file: Path) -> str:
    """The id of the message a file of the outbox holds, also an unfinished one."""
    name = file.name.removeprefix(".").removesuffix(".unfinished")
    return name.removesuffix(".eml").removesuffix(".html")
