"""Acts that keep the data: backup, restore, release, rebuild."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

from aggregator import (
    app,
    backups,
    consent,
    holding,
    mailbox,
    relevance,
    restoring,
)
from aggregator import rebuild as rebuilding
from aggregator.app import Instance, SystemClock
from aggregator.backups import Backup, Manifest
from aggregator.binding import bind
from aggregator.deliver import JOURNAL_FILE, KEPT, SentJournal
from aggregator.errors import (
    AlreadyRunning,
    BackupFault,
    MailHeld,
    StoreDamaged,
    UnknownIdentifier,
)
from aggregator.holding import Reconciled
from aggregator.ports import Clock
from aggregator.rebuild import Rebuilt
from aggregator.service.alone import FixedClock, collecting_alone, only_one
from aggregator.service.people import forget_mails
from aggregator.service.telling import compose
from aggregator.sources.mail_folder import MailFolder
from aggregator.store import Store

A_DAY = timedelta(days=1)


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
