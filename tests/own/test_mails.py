"""Mails in the drop folder: never lost, never twice, never trusted."""

import os
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import mailbox, service
from aggregator.app import Instance
from aggregator.errors import ParserStopped
from aggregator.fetch import put_away
from aggregator.model import Outcome, Parsed, RawPayload, ReviewKind
from aggregator.sources.base import AdapterOptions
from aggregator.sources.mail_folder import MailFolder
from aggregator.testing import FrozenClock, utc
from sources.goldens import FIXTURES

NOW = utc(2026, 11, 20, 12)
SOURCES = "- {id: portal-mails, kind: mail-folder, name: Mails, local: mails}\n"
LINK = "https://etendersni.gov.uk/epps/cft/prepareViewCfTWS.do?resourceId=42"
ADAPTER = MailFolder(id="portal-mails", base_url="file:mails", options=AdapterOptions())


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "home" / "mails").mkdir(parents=True)
    return Instance.at(tmp_path / "home", tmp_path / "sources.yaml")


def folder(instance: Instance) -> Path:
    return instance.home / "mails"


def drop(instance: Instance, name: str, body: bytes) -> Path:
    path = folder(instance) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def sample(case: str) -> bytes:
    return (FIXTURES / "portal-mails" / case / "payload.eml").read_bytes()


def read(body: bytes) -> Parsed:
    request = ADAPTER.mail("0" * 64)
    return ADAPTER.read(
        RawPayload(request=request, status=200, headers={}, body=body, retrieved_at=NOW)
    )


def in_folder(instance: Instance) -> list[str]:
    return sorted(path.name for path in folder(instance).iterdir() if path.is_file())


def done(instance: Instance) -> list[str]:
    return sorted(path.name for path in (folder(instance) / "done").iterdir())


async def test_mails_become_notices_and_are_put_away_after_that(instance: Instance) -> None:
    drop(instance, "one.eml", sample("etenders-ni"))
    with instance.store() as store:
        (run,) = await service.collect(instance, store, clock=FrozenClock(NOW))
        titles = {judged.opportunity.facts.title for judged in store.opportunities()}
    assert run.outcome is Outcome.COMPLETE
    assert titles == {"Counselling for young people in Lough County", "Crisis line for farmers"}
    assert (in_folder(instance), done(instance)) == ([], ["one.eml"])


async def test_the_same_mail_dropped_twice_is_one(instance: Instance) -> None:
    drop(instance, "one.eml", sample("delta"))
    drop(instance, "copy.eml", sample("delta"))
    clock = FrozenClock(NOW)
    with instance.store() as store:
        await service.collect(instance, store, clock=clock)
        drop(instance, "one.eml", sample("delta"))
        clock.advance(hours=1)
        (run,) = await service.collect(instance, store, clock=clock)
        (judged,) = store.opportunities()
    assert run.new_notices == 0
    assert len(judged.opportunity.notices) == 1
    assert in_folder(instance) == []
    assert len(done(instance)) == 3


async def test_of_two_mails_the_one_sent_later_counts_whatever_their_names(
    instance: Instance,
) -> None:
    drop(instance, "a.eml", sample("amended"))
    drop(instance, "b.eml", sample("etenders-ni"))
    with instance.store() as store:
        await service.collect(instance, store, clock=FrozenClock(NOW))
        found = {o.opportunity.facts.title: o.opportunity.deadline for o in store.opportunities()}
    deadline = found["Counselling for young people in Lough County"]
    assert deadline
    assert deadline.text == "08/01/2027 15:00"


async def test_what_nobody_can_read_waits_for_a_person_also_after_a_rebuild(
    instance: Instance,
) -> None:
    drop(instance, "lunch.eml", sample("unknown-sender"))
    drop(instance, "broken.eml", sample("broken"))
    drop(instance, "list.xlsx", b"PK")
    with instance.store() as store:
        (run,) = await service.collect(instance, store, clock=FrozenClock(NOW))
        assert run.outcome is Outcome.COMPLETE
        waiting = store.review_items()
        await service.rebuild(instance, store)
        assert {one.id for one in store.review_items()} == {one.id for one in waiting}
        kept = {one.content for one in store.rejections()}
    assert [one.kind for one in waiting] == [ReviewKind.UNREAD_MAIL] * 3
    assert sample("unknown-sender") in kept
    assert in_folder(instance) == ["list.xlsx"]


async def test_a_run_that_was_killed_before_mails_were_put_away_is_made_good(
    instance: Instance,
) -> None:
    body = sample("delta")
    drop(instance, "one.eml", body)
    clock = FrozenClock(NOW)
    with instance.store() as store:
        await service.collect(instance, store, clock=clock)
        shutil.move(folder(instance) / "done" / "one.eml", folder(instance) / "one.eml")
        clock.advance(hours=1)
        (run,) = await service.collect(instance, store, clock=clock)
    assert (run.new_notices, in_folder(instance), done(instance)) == (0, [], ["one.eml"])


def test_nothing_is_put_away_that_is_not_stored(instance: Instance) -> None:
    drop(instance, "one.eml", b"From: a\n\nb")
    with instance.store() as store:
        assert put_away(folder(instance), mailbox.stored(ADAPTER, store)) == 0
    assert in_folder(instance) == ["one.eml"]


async def test_a_maildir_is_read_links_and_hidden_files_are_not(instance: Instance) -> None:
    drop(instance, "new/1700000000.M1.host", sample("delta"))
    drop(instance, ".hidden.eml", sample("delta-html"))
    (folder(instance) / "link.eml").symlink_to("/etc/passwd")
    with instance.store() as store:
        await service.collect(instance, store, clock=FrozenClock(NOW))
        assert len([*store.opportunities()]) == 1
        assert store.rejections() == ()


async def test_a_mail_that_is_too_large_is_told_and_stays(instance: Instance) -> None:
    drop(instance, "huge.eml", b"From: a@b.example\n\n" + b"x" * (10 * 2**20))
    with instance.store() as store:
        (run,) = await service.collect(instance, store, clock=FrozenClock(NOW))
        (item,) = store.review_items()
    assert run.outcome is Outcome.COMPLETE
    assert "larger than 10 MB" in item.words
    assert in_folder(instance) == ["huge.eml"]


def mail(text: str, *, html: bool = False) -> bytes:
    message = EmailMessage()
    message["From"] = "eTendersNI <noreply@etendersni.gov.uk>"
    message["Subject"] = "Alert"
    message.set_content(text, subtype="html" if html else "plain")
    return message.as_bytes()


def test_a_link_to_a_host_that_only_looks_like_the_portal_is_no_notice() -> None:
    for host in ("etendersni.gov.uk.evil.example", "evil.example/https://etendersni.gov.uk"):
        text = f"Title: Fake\nhttps://{host}/epps/cft/prepareViewCfTWS.do?resourceId=1\n"
        parsed = read(mail(text))
        assert parsed.notices == ()
        assert parsed.rejections


def test_a_forwarded_mail_is_read_by_the_links_it_holds() -> None:
    outer = EmailMessage()
    outer["From"] = "Jo <jo@northmoor-cvs.example>"
    outer.set_content("see below")
    inner = EmailMessage()
    inner["From"] = "noreply@etendersni.gov.uk"
    inner.set_content(f"Title: Crisis line\nBuyer: Mourne Council\n{LINK}\n")
    outer.add_attachment(inner)
    (notice,) = read(outer.as_bytes()).notices
    assert notice.notice_id == "etendersni/42"
    assert notice.facts.title == "Crisis line"


def test_a_time_below_its_label_is_no_label() -> None:
    (notice,) = read(mail(f"Title:\nCrisis line\nDeadline:\n18/12/2026 15:00\n{LINK}\n")).notices
    assert notice.facts.deadline
    assert notice.facts.deadline.text == "18/12/2026 15:00"


def test_what_a_block_tells_it_tells_of_its_first_notice_alone() -> None:
    parsed = read(mail(f"Title: One\n{LINK}\n{LINK}1\n"))
    assert [notice.facts.title for notice in parsed.notices] == ["One"]
    assert [one.record_id for one in parsed.rejections] == ["etendersni/421"]


HOSTILE = {
    "no charset of this world": b"From: a@b.example\nContent-Type: text/plain; charset=klingon\n\n"
    + f"Title: Well\n{LINK}\n".encode(),
    "a charset that lies": b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
    + f"Title: Caf\xe9\n{LINK}\n".encode("cp1252"),
    "a charset that is no text": b"From: a@b.example\nContent-Type: text/plain; charset=zlib\n\n"
    + f"Title: Well\n{LINK}\n".encode(),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_charsets_that_lie_are_read_as_well_as_can_be(body: bytes) -> None:
    (notice,) = read(body).notices
    assert notice.facts.title in ("Well", "Café")


def test_parts_within_parts_end_somewhere() -> None:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    )
    assert read(b"From: a@b.example\n" + head + b"\nTitle: x\n").notices == ()


def test_a_script_and_hidden_text_are_not_shown() -> None:
    page = f'<script>Title: evil</script><p>Title: <b>Good</b></p><a href="{LINK}">x</a>'
    (notice,) = read(mail(page, html=True)).notices
    assert notice.facts.title == "Good"


def test_a_mail_over_which_the_child_died_goes_to_a_person() -> None:
    request = ADAPTER.mail("0" * 64)
    payload = RawPayload(request=request, status=200, headers={}, body=b"x", retrieved_at=NOW)
    told = ADAPTER.unreadable(payload, ParserStopped("it took too long"))
    assert told
    assert "took too long" in told.rejections[0].reason
    (listing,) = ADAPTER.requests(None)  # type: ignore[arg-type]
    payload = RawPayload(request=listing, status=200, headers={}, body=b"x", retrieved_at=NOW)
    assert ADAPTER.unreadable(payload, ParserStopped("x")) is None


@given(st.binary(max_size=600))
def test_any_bytes_are_a_notice_or_kept_for_a_person(body: bytes) -> None:
    parsed = read(body)
    assert parsed.notices or parsed.rejections


@given(st.text(max_size=300))
def test_any_header_and_text_are_a_notice_or_kept_for_a_person(text: str) -> None:
    body = f"From: {text}\nSubject: {text}\nContent-Type: {text}\n\nTitle: {text}\n{LINK}\n"
    parsed = read(body.encode("utf-8", "replace"))
    assert parsed.notices or parsed.rejections
