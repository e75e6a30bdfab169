"""Acts about people’s data: erase, sweep, forget mails."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from aggregator import (
    consent,
    forgetting,
    tracing,
)
from aggregator.app import Instance
from aggregator.deliver import JOURNAL_FILE, SentJournal
from aggregator.ports import Clock
from aggregator.service.alone import PATIENCE, only_one
from aggregator.store import Store


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
