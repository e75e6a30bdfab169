"""Looks an instance over: what is well, what is not, and what to do about it."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from aggregator import app
from aggregator.app import Instance, SystemClock, build_sources
from aggregator.checks import files, machine, names, starting, stored, written
from aggregator.checks.names import Ask
from aggregator.checks.result import Result, doubtful, fine, refused
from aggregator.checks.stored import LOOK_BACK, last_good, read_words
from aggregator.config.host import FILE
from aggregator.errors import ConfigError, DeliveryError, FairNoticeError
from aggregator.model import Channel, ChannelKind, Message
from aggregator.store import Store

__all__ = ["LOOK_BACK", "Result", "examine", "last_good", "read_words", "send_test"]


def examine(
    home: Path, sources: Path | None, *, now: datetime | None = None, ask: Ask = names.ask_dns
) -> tuple[Result, ...]:
    """All checks; a file that cannot be read ends them early with its own result."""
    now = now or datetime.now(UTC)
    try:
        instance = Instance.at(home, sources)
        build_sources(instance.entries)
    except FairNoticeError as fault:
        where = fault.file if isinstance(fault, ConfigError) else None
        return (
            *files.misnamed(home),
            refused("config", "the configuration", str(fault), where=where),
        )
    if not instance.is_there and not (home / FILE).is_file():
        remedy = "run: fairnotice collect (it makes one), or name its folder with --home"
        missing = doubtful("home", f"there is no Fair Notice in {home}", remedy)
        return (*files.misnamed(home), missing)
    return tuple(all_checks(instance, now=now, ask=ask))


def all_checks(instance: Instance, *, now: datetime, ask: Ask) -> Iterator[Result]:
    """The checks of an instance whose files can be read."""
    on = sum(entry.enabled for entry in instance.entries)
    yield Result(
        about="sources",
        well=on > 0,
        words=f"{on} of {len(instance.entries)} sources are enabled",
        remedy="enable at least one entry of sources.yaml",
    )
    yield mail_path(instance)
    yield manners(instance)
    if written.reaches_people(instance.settings):
        domain = instance.settings.sender.address.rpartition("@")[2]
        yield from names.of_domain(domain, ask)
    yield from machine.of_user()
    yield from machine.of_libraries()
    with ExitStack() as parts:
        store, fault = None, None
        if instance.is_there:
            try:
                store = parts.enter_context(instance.store())
            except FairNoticeError as error:
                fault = error
        yield from starting.of_start(instance, store, now=now)
        if fault is not None:
            yield refused("database", "the database", str(fault))
        elif store is None:
            yield doubtful("database", "nothing was collected yet", "run: fairnotice collect")
        else:
            yield from of_what_is_stored(instance, store, now=now)


def of_what_is_stored(instance: Instance, store: Store, *, now: datetime) -> Iterator[Result]:
    """What only the database knows."""
    yield from stored.of_sources(instance, store, now=now)
    yield from stored.of_messages(store)
    yield from stored.of_jobs(store, now=now)
    yield from stored.of_keeping(instance, store, now=now)


def mail_path(instance: Instance) -> Result:
    """Where mail goes."""
    mail = instance.settings.mail
    if mail is None:
        return fine("mail", f"mail is written into {instance.outbox} (no server is set)")
    return fine("mail", f"mail goes to the server {mail.host}; try it with --mail ADDRESS")


def manners(instance: Instance) -> Result:
    """Whether portals can tell who asks."""
    contact = instance.settings.contact
    if contact:
        return fine("contact", f"portals are told to turn to {contact}")
    return doubtful(
        "contact",
        "portals are told no contact",
        f"set host: name and contact in {instance.home / FILE}, so that a portal's staff can "
        "write to you before they block you",
    )


TEST_TEXT = """This is a test mail of Fair Notice, sent by fairnotice doctor.

If you can read it, the mail server takes our mail. Two things to look at:
- Did it land among spam? Then SPF, DKIM or DMARC are missing; the doctor says which.
- In the headers of this mail ("show original"), Authentication-Results should say
  spf=pass, dkim=pass and dmarc=pass.
"""


async def send_test(home: Path, sources: Path | None, address: str) -> Result:
    """Send one mail past the outbox, and say what became of it."""
    try:
        instance = Instance.at(home, sources)
        clock = SystemClock()
        now = clock.now()
        message = Message(
            id=f"test-{now:%Y%m%dT%H%M%S}",
            subscriber_id="operator",
            channel=Channel(kind=ChannelKind.EMAIL, target=address),
            created_at=now,
            subject="Test mail of Fair Notice",
            text=TEST_TEXT,
            html=f'<!doctype html><html lang="en"><title>Test</title><pre>{TEST_TEXT}</pre></html>',
        )
        async with app.notifying(instance, clock) as notifier:
            receipt = await notifier.send(message)
    except (DeliveryError, ConfigError) as fault:
        remedy = f"check mail: in {home / FILE} and the password in the environment"
        return doubtful("test mail", f"the test mail to {address} was not taken: {fault}", remedy)
    return fine("test mail", f"the test mail to {address} was taken: {receipt.answer}")
