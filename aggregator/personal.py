"""Acts of a running instance on people's data: sweep, search, answer, copy without people."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from aggregator import complaints, forgetting, privacy, service, tracing
from aggregator.app import Instance
from aggregator.errors import StoreError
from aggregator.forgetting import Swept
from aggregator.ports import Clock
from aggregator.privacy import Affected
from aggregator.store import Store, addresses_in

WAL = "-wal", "-shm"


def sweep(instance: Instance, store: Store, *, clock: Clock, patience: float = 0) -> Swept:
    """Forget everything whose time has come, also files in the outbox folder.

    Raises AlreadyRunning while mails go out.
    """
    with service.only_one(instance.home, "deliver", patience=patience):
        swept, messages = forgetting.sweep(store=store, clock=clock, keys=instance.keys())
        service.forget_mails(instance, messages)
        files = old_files(instance, store, clock.now())
        for file in files:
            file.unlink(missing_ok=True)
    return replace(swept, files=len(files))


def old_files(instance: Instance, store: Store, now: datetime) -> list[Path]:
    """Files of the outbox that have had their time.

    A mail's own state tells; a file no message belongs to goes by the time it was written.
    """
    before = now - timedelta(days=privacy.load().days["mail_content"])
    files = service.files_of_mails(instance)
    names = [service.message_of(file) for file in files]
    known, kept = store.known_among(names), store.unfinished_among(names, before)
    return [
        file
        for file, name in zip(files, names, strict=True)
        if name not in kept and (name in known or tracing.is_old(file, before))
    ]


def search(
    instance: Instance, address: str, *, also: Iterable[Path] = ()
) -> tuple[tracing.Search, tuple[tracing.Search, ...]]:
    """Look for an address in everything of an instance, and in other files and folders.

    Gives what was found outside backups, and what each backup holds.
    """
    backups = sorted(path for path in (instance.home / "backups").glob("*") if path.is_dir())
    inside = frozenset(tracing.all_files(backups))
    files = [one for one in tracing.all_files([instance.home, *also]) if one not in inside]
    with instance.store() as store:
        found = tracing.search(address, files, store=store)
    return found, tuple(tracing.search(address, [folder]) for folder in backups)


def remind(instance: Instance, store: Store, *, clock: Clock) -> tuple[complaints.Due, ...]:
    """Tell the host of complaints that wait."""
    return complaints.remind(store=store, clock=clock, host=instance.settings.host)


def affected(store: Store, since: datetime) -> Affected:
    """What a breach since then may concern."""
    known = privacy.load()
    rows = {}
    for kind in known.kinds:
        counts = [store.rows_of(table, since) for table in kind.columns]
        rows[kind.id] = (sum(one for one, _ in counts), sum(came for _, came in counts))
    return Affected(people=store.rows_of("subscribers", since), rows=rows)


def anonymised_copy(instance: Instance, to: Path) -> int:
    """A copy of the database without people, for testing; says how many readers were in it.

    Every byte of it is searched for the real addresses; where one is found the copy is removed
    and StoreError raised. Names in public notices stay: they were published.
    """
    with instance.store() as store:
        real = store.real_addresses()
        store.copy_whole(to)
    try:
        to.chmod(0o600)
        with Store.open(to) as copy:
            known = privacy.load()
            people = copy.anonymise(
                [(one.table, one.column) for one in known.names],
                [one.table for one in known.sweeps],
            )
        left = addresses_left(to, real)
    except BaseException:
        remove(to)
        raise
    if left:
        remove(to)
        raise StoreError(
            f"The copy still held {left} real address(es), so it was removed again. Please report "
            "this as a fault of Fair Notice."
        )
    return people


def addresses_left(copy: Path, real: frozenset[bytes]) -> int:
    """How many of the real addresses occur in any byte of a copy, or in what is packed in it."""
    found = addresses_in(copy.read_bytes())
    with Store.open(copy, check=False) as store:
        for _, content in store.every_value():
            found |= addresses_in(content) if b"@" in content else frozenset()
    return len(found & real)


def remove(copy: Path) -> None:
    """Take a copy away, with what SQLite put beside it."""
    for path in (copy, *(copy.with_name(copy.name + end) for end in WAL)):
        path.unlink(missing_ok=True)
