"""Restored and copied databases mail nobody until a person says so."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import binding, consent, service
from aggregator.app import Instance
from aggregator.binding import Seen
from aggregator.deliver import JOURNAL_FILE, Journalled, SentJournal
from aggregator.errors import MailHeld, PermanentFailure, TemporaryFailure, UnknownIdentifier
from aggregator.model import Binding, HoldKind, MessageState, SentElsewhere, SubscriberState
from aggregator.testing import FrozenClock, RecordingNotifier, utc
from tests.deliver.messages import a_mail
from tests.drills.world import World

BOUND = Binding(nonce="n1", changed_ns=5, numbers=(1, 2, 3), machine="m")
SAME = Seen(nonce="n1", changed_ns=5, numbers=(1, 2, 3), machine="m")


@pytest.mark.parametrize(
    ("what", "seen", "found"),
    [
        ("a reboot", SAME, None),
        ("another device number or mount point", SAME, None),
        ("chown over the folder", replace(SAME, changed_ns=9), None),
        ("inode numbers of a network file system", replace(SAME, numbers=(7, 8, 9)), None),
        ("a container without a machine id", replace(SAME, machine=None), None),
        ("cp -a", replace(SAME, changed_ns=9, numbers=(4, 5, 6)), HoldKind.COPY),
        ("the database alone", replace(SAME, nonce=None), HoldKind.COPY),
        ("a disk image on another machine", replace(SAME, machine="other"), HoldKind.COPY),
        ("an old database put back", replace(SAME, nonce="n9"), HoldKind.OLDER),
    ],
)
def test_what_is_ordinary_and_what_is_a_copy(what: str, seen: Seen, found: HoldKind | None) -> None:
    assert binding.differs(BOUND, seen) is found, what


def test_a_crash_while_the_mark_is_renewed_is_no_copy() -> None:
    renewing = replace(BOUND, pending="n2")
    assert binding.differs(renewing, SAME) is None
    assert (
        binding.differs(renewing, replace(SAME, nonce="n2", changed_ns=99, numbers=(1, 2, 44)))
        is None
    )


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "home", datetime.now(UTC) - timedelta(days=5))
    made.day()
    return made


def held(world: World) -> str:
    with pytest.raises(MailHeld) as caught:
        world.cycle()
    return str(caught.value)


def test_an_instance_that_goes_on_is_never_held(world: World) -> None:
    for _ in range(3):
        world.day()
    os.utime(world.home / "instance")
    (world.home / "instance").chmod(0o640)
    moved = world.home.rename(world.home.with_name("elsewhere"))
    world.moved_to(moved)
    world.day()
    assert world.mails() > 0


@pytest.mark.parametrize("copied", [shutil.copytree, lambda a, b: os.system(f"cp -a {a} {b}")])
def test_a_copied_folder_mails_nobody_and_the_original_goes_on(
    world: World, copied: Callable[[Path, Path], object]
) -> None:
    copied(world.home, world.home.with_name("copy"))
    original = world.home
    world.moved_to(original.with_name("copy"))
    assert "copy" in held(world)
    assert "restore --release" in held(world)
    world.moved_to(original)
    world.day()


def test_a_second_look_at_a_copy_says_the_same(world: World) -> None:
    shutil.copytree(world.home, world.home.with_name("copy"))
    world.moved_to(world.home.with_name("copy"))
    assert held(world) == held(world)


async def test_a_copy_is_let_go_only_by_somebody_who_says_what_happened(world: World) -> None:
    shutil.copytree(world.home, world.home.with_name("copy"))
    world.moved_to(world.home.with_name("copy"))
    with world.instance.store() as store:
        with pytest.raises(MailHeld, match="--moved"):
            await service.release(world.instance, store, now=world.now)
        await service.release(world.instance, store, now=world.now, moved=True)
        assert store.mail_hold() is None
        assert binding.suspicion(world.home, world.instance.database, store) is None


async def test_where_no_mail_is_held_there_is_nothing_to_release(world: World) -> None:
    with (
        world.instance.store() as store,
        pytest.raises(UnknownIdentifier, match="nothing to release"),
    ):
        await service.release(world.instance, store, now=world.now)


async def test_a_restore_without_any_journal_asks_a_person(world: World, tmp_path: Path) -> None:
    made, _ = service.backup(world.instance, now=world.now)
    service.restore(made.folder, tmp_path / "new", now=world.now)
    world.moved_to(tmp_path / "new")
    with world.instance.store() as store, pytest.raises(MailHeld, match="--told-until"):
        await service.release(world.instance, store, now=world.now)


async def test_messages_on_their_way_are_held_and_those_of_the_brake_stay_held(
    world: World, tmp_path: Path
) -> None:
    with world.instance.store() as store:
        (waiting,) = store.deliveries(limit=1)
        for number, state in enumerate((MessageState.PENDING, MessageState.HELD)):
            message = replace(waiting.message, id=f"{number:032x}")
            store.enqueue(message, state=state, at=world.now)
    made, _ = service.backup(world.instance, now=world.now)
    assert service.restore(made.folder, world.home, replace=True, now=world.now) == 1
    with world.instance.store() as store:
        assert store.deliveries(states=(MessageState.PENDING,)) == ()
        result = await service.release(world.instance, store, now=world.now)
        assert result.released == 1
        (pending,) = store.deliveries(states=(MessageState.PENDING,))
        (braked,) = store.deliveries(states=(MessageState.HELD,))
    assert (pending.message.id[-1], braked.message.id[-1]) == ("0", "1")


def test_a_message_sent_after_the_backup_was_made_is_not_sent_again(world: World) -> None:
    """The outbox folder is asked: the file is there."""
    with world.instance.store() as store:
        (sent,) = store.deliveries(limit=1)
        message = replace(sent.message, id="f" * 32)
        store.enqueue(message, state=MessageState.PENDING, at=world.now)
    made, _ = service.backup(world.instance, now=world.now)
    world.cycle()
    service.restore(made.folder, world.home, replace=True, now=world.now)
    (world.home / JOURNAL_FILE).write_text("")
    with world.instance.store() as store:
        result = asyncio.run(service.release(world.instance, store, now=world.now))
        assert result.released == 0
        assert store.deliveries(states=(MessageState.PENDING,)) == ()


def an_entry(number: int) -> SentElsewhere:
    return SentElsewhere(
        message_id=f"m{number}",
        subscriber_id="reader-0",
        channel="email:reader0@example.org",
        at=utc(2026, 11, number),
        due_at=None,
        events=(("e1", "fn-1"),),
    )


def test_a_torn_line_of_the_journal_costs_that_line_only(tmp_path: Path) -> None:
    journal = SentJournal(tmp_path / JOURNAL_FILE)
    journal.going(an_entry(1))
    with journal.path.open("ab") as file:
        file.write(b'{"message":"m2","at":"2026-1')
    journal.going(an_entry(3))
    journal.ended("m3", taken=True)
    assert [(one.sent.message_id, one.taken) for one in journal.entries()] == [
        ("m1", None),
        ("m3", True),
    ]


@pytest.mark.parametrize(
    "junk", [b"\xff\x00\n", b"[]\n", b'{"message": 5, "taken": 1}\n', b"[" * 9999]
)
def test_junk_in_the_journal_is_left_out(tmp_path: Path, junk: bytes) -> None:
    journal = SentJournal(tmp_path / JOURNAL_FILE)
    journal.path.write_bytes(junk)
    journal.going(an_entry(1))
    assert [one.sent.message_id for one in journal.entries()] == ["m1"]


def test_the_journal_holds_no_address_and_forgets(tmp_path: Path) -> None:
    journal = SentJournal(tmp_path / JOURNAL_FILE)
    for number in (1, 20):
        journal.going(an_entry(number))
    assert b"example.org" not in journal.path.read_bytes()
    journal.forget(before=utc(2026, 11, 10))
    assert [one.sent.message_id for one in journal.entries()] == ["m20"]
    assert journal.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("failure", "taken"),
    [
        (None, True),
        (PermanentFailure("no such address"), False),
        (TemporaryFailure("busy"), False),
        (TemporaryFailure("the line broke", unsure=True), None),
    ],
)
async def test_the_journal_says_what_became_of_a_message(
    tmp_path: Path, failure: Exception | None, taken: bool | None
) -> None:
    clock = FrozenClock(utc(2026, 11, 2))
    journal = SentJournal(tmp_path / JOURNAL_FILE)
    channel = RecordingNotifier(clock, failures=[failure] if failure else [])
    notifier = Journalled(
        channel=channel, journal=journal, described=lambda _, at: an_entry(2), clock=clock
    )
    message = replace(a_mail(), id="m2")
    if failure:
        with pytest.raises(type(failure)):
            await notifier.send(message)
    else:
        await notifier.send(message)
    assert [one.taken for one in journal.entries()] == [taken]


async def test_without_its_journal_nothing_is_sent(tmp_path: Path) -> None:
    clock = FrozenClock(utc(2026, 11, 2))
    channel = RecordingNotifier(clock)
    notifier = Journalled(
        channel=channel,
        journal=SentJournal(tmp_path / "no folder" / JOURNAL_FILE),
        described=lambda _, at: an_entry(2),
        clock=clock,
    )
    with pytest.raises(TemporaryFailure, match="cannot be written"):
        await notifier.send(a_mail())
    assert channel.sent == []


def test_a_mark_that_cannot_be_read_just_now_says_nothing_about_the_place(world: World) -> None:
    """Found by the drills: a transient fault of the disk made an instance a copy for good."""
    mark = world.home / "instance"
    content = mark.read_text()
    mark.unlink()
    mark.mkdir()
    assert "cannot be read" in held(world)
    mark.rmdir()
    mark.write_text(content)
    with world.instance.store() as store:
        assert store.mail_hold() is None


def test_a_renewal_that_failed_twice_still_fits(world: World) -> None:
    """The database knew a coming mark that the file already bore; the next one must fit too."""
    with world.instance.store() as store:
        bound = store.binding()
        assert bound is not None
        binding.write_mark(world.home / "instance", "a" * 32)
        store.set_binding(replace(bound, pending="a" * 32))
        binding.bind(world.home, world.instance.database, store)
        assert binding.suspicion(world.home, world.instance.database, store) is None
    world.day()


def test_an_empty_database_in_the_place_of_one_that_was_moved_away_may_begin(world: World) -> None:
    for path in world.home.glob("fairnotice.db*"):
        path.unlink()
    instance: Instance = world.instance
    with instance.store() as store:
        assert binding.suspicion(world.home, instance.database, store) is None


def test_whoever_was_forgotten_stays_forgotten_after_a_restore(world: World) -> None:
    made, _ = service.backup(world.instance, now=world.now)
    with world.instance.store() as store:
        service.erase(world.instance, store, "reader-1", clock=world.portal.clock)
    assert b"reader1@example.org" not in b"".join(
        path.read_bytes() for path in world.home.rglob("*.eml")
    )
    service.restore(made.folder, world.home, replace=True, now=world.now)
    with world.instance.store() as store:
        assert "reader-1" in {one.id for one in store.subscribers()}
        asyncio.run(service.release(world.instance, store, now=world.now))
        assert "reader1@example.org" not in {one.email for one in store.subscribers()}
    world.cycle()
    assert not any(b"reader1@example.org" in path.read_bytes()
                   for path in (world.home / "outbox").glob("*.eml"))  # fmt: skip


def test_the_journal_drops_what_it_says_of_erased_messages_and_keeps_the_erasure(
    tmp_path: Path,
) -> None:
    journal = SentJournal(tmp_path / JOURNAL_FILE)
    journal.drop(("m1",))
    for number in (1, 2):
        journal.going(an_entry(number))
    journal.erased("reader-0")
    journal.drop(("m1",))
    assert [one.sent.message_id for one in journal.entries()] == ["m2"]
    assert journal.erasures() == {"reader-0"}


def test_whoever_unsubscribed_after_the_backup_is_sent_nothing_after_a_restore(
    world: World,
) -> None:
    made, _ = service.backup(world.instance, now=world.now)
    with world.instance.store() as store:
        consent.stop("reader-2", "by a link", store=store, clock=world.portal.clock)
    world.day()
    service.restore(made.folder, world.home, replace=True, now=world.now)
    with world.instance.store() as store:
        result = asyncio.run(service.release(world.instance, store, now=world.now))
        assert result.stopped == 1
        assert store.subscriber("reader-2").state is SubscriberState.ENDED
    before = world.mails()
    world.day()
    new = world.mails() - before
    assert new == 2
