"""The outbox folder."""

import asyncio
import email
from pathlib import Path

import pytest

from aggregator.deliver.outbox import FileOutbox
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.testing import FrozenClock
from deliver.messages import SENDER, a_mail, a_mail_to


@pytest.fixture
def outbox(tmp_path: Path, clock: FrozenClock) -> FileOutbox:
    return FileOutbox(tmp_path / "outbox", sender=SENDER, clock=clock)


async def test_a_mail_is_a_file_that_mail_programs_open(outbox: FileOutbox) -> None:
    receipt = await outbox.send(a_mail())
    mail = email.message_from_bytes((outbox.folder / "msg-k3v9a2.eml").read_bytes())
    assert mail["Message-ID"] == "<msg-k3v9a2@vale-cvs.example.org>"
    assert receipt.accepted
    assert receipt.at == outbox.clock.now()
    assert receipt.message_id == "msg-k3v9a2"


async def test_the_file_is_the_proof_of_sending(outbox: FileOutbox) -> None:
    assert await outbox.was_sent(a_mail()) is False
    await outbox.send(a_mail())
    assert await outbox.was_sent(a_mail()) is True
    assert await outbox.was_sent(a_mail(id="msg-other")) is False


async def test_a_mail_sent_again_stays_as_it_is(outbox: FileOutbox) -> None:
    await outbox.send(a_mail())
    before = (outbox.folder / "msg-k3v9a2.eml").stat()
    receipt = await outbox.send(a_mail(text="something else"))
    assert (outbox.folder / "msg-k3v9a2.eml").stat().st_mtime_ns == before.st_mtime_ns
    assert "already there" in receipt.answer


async def test_an_unfinished_file_of_a_crash_counts_for_nothing(outbox: FileOutbox) -> None:
    outbox.folder.mkdir()
    (outbox.folder / ".msg-k3v9a2.eml.unfinished").write_bytes(b"From: half")
    assert await outbox.was_sent(a_mail()) is False
    await outbox.send(a_mail())
    assert [path.name for path in outbox.folder.iterdir()] == ["msg-k3v9a2.eml"]


async def test_the_html_lies_beside_it_when_wanted(tmp_path: Path, clock: FrozenClock) -> None:
    outbox = FileOutbox(tmp_path, sender=SENDER, clock=clock, with_html=True)
    await outbox.send(a_mail())
    assert (tmp_path / "msg-k3v9a2.html").read_text("utf-8") == a_mail().html


async def test_many_at_once_are_all_written(outbox: FileOutbox) -> None:
    await asyncio.gather(*(outbox.send(a_mail(id=f"msg-{number}")) for number in range(40)))
    assert len(list(outbox.folder.iterdir())) == 40


@pytest.mark.parametrize("odd", ["../msg", "a/b", "..", ""])
async def test_no_message_is_written_outside_the_folder(outbox: FileOutbox, odd: str) -> None:
    for ask in (outbox.send, outbox.was_sent):
        with pytest.raises(PermanentFailure, match="message id"):
            await ask(a_mail(id=odd))


async def test_two_addresses_leave_no_file(outbox: FileOutbox) -> None:
    with pytest.raises(PermanentFailure):
        await outbox.send(a_mail_to("a@example.org, b@example.org"))
    assert not outbox.folder.exists()


async def test_a_folder_that_cannot_be_written_is_named(outbox: FileOutbox) -> None:
    outbox.folder.write_text("a file where the folder should be")
    with pytest.raises(TemporaryFailure, match=r"outbox folder .* cannot be written"):
        await outbox.send(a_mail())
