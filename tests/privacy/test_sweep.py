"""Every night what has had its time is forgotten, and nothing that keeps mails from doubling."""

import os
from datetime import datetime, timedelta

import httpx
import pytest

from aggregator import moderate, service
from aggregator.errors import StoreError
from aggregator.model import Answer, MessageState
from aggregator.store import Store
from aggregator.store.codec import moment
from aggregator.testing import a_stated_time
from privacy.lives import (
    CANARY,
    NEW,
    OTHER,
    answers,
    bounces,
    complains,
    found,
    gets_a_digest,
    moves,
    sends,
    stops,
    sweeps,
)
from web.sites import TheSite, mails

LEDGER = "SELECT subscriber_id, channel, event_id, message_id FROM ledger"


def overdue(store: Store, now: datetime) -> dict[str, int]:
    """Rows that are older than promised, by an account of their own."""

    def ago(days: int) -> str:
        return moment(now - timedelta(days=days))

    ended = (
        "SELECT s.id FROM subscribers s JOIN consents c ON c.subscriber_id = s.id"
        " WHERE s.state = 'ended' AND c.act = 'withdrawn' GROUP BY s.id HAVING max(c.at) < ?"
    )
    questions = {
        "addresses": (
            f"SELECT count(*) FROM subscribers WHERE email LIKE '%@%' AND id IN ({ended})", 28,
        ),
        "channels": (
            f"SELECT count(*) FROM ledger WHERE channel LIKE '%@%' AND subscriber_id IN ({ended})",
            28,
        ),
        "contents": (
            "SELECT count(*) FROM messages WHERE state IN ('sent', 'failed', 'dropped') AND"
            " changed_at < ? AND (body LIKE '%\"text\":\"%' OR body LIKE '%<html%'"
            " OR body LIKE '%\"subject\":\"%')", 7,
        ),
        "answers": ("SELECT count(*) FROM receipts WHERE at < ?", 90),
        "last answers": (
            "SELECT count(*) FROM messages WHERE state = 'sent' AND last_answer IS NOT NULL"
            " AND changed_at < ?", 90,
        ),
        "moderators": (
            "SELECT count(*) FROM person_verdicts WHERE moderator LIKE '%Rowan%' AND at < ?", 365,
        ),
        "readers": (f"SELECT count(*) FROM ({ended})", 365),
        "unconfirmed": ("SELECT count(*) FROM opt_ins WHERE asked_at < ?", 7),
        "complaints": (
            "SELECT count(*) FROM complaints WHERE words <> '-' AND answered_at < ?", 365,
        ),
    }  # fmt: skip
    counts = {name: store._db.value(sql, (ago(days),)) for name, (sql, days) in questions.items()}
    return {name: count for name, count in counts.items() if count}


async def test_nothing_is_ever_overdue(site: TheSite) -> None:
    seen: set[str] = set()
    await gets_a_digest(site, OTHER)
    reader = await gets_a_digest(site, CANARY)
    bounces(site, CANARY)
    with site.store() as store:
        moderate.say(
            site.first_id(), Answer.YES, store=store, clock=site.clock, moderator="Rowan Ash"
        )
    number = complains(site, CANARY)
    await sends(site)
    answers(site, number)
    stops(site, CANARY)
    for day in range(0, 420, 7):
        site.clock.advance(days=7)
        with site.store() as store:
            seen |= overdue(store, site.clock.now()).keys()
            service.sweep(site.instance, store, clock=site.clock)
        sweeps(site)
        with site.store() as store:
            assert overdue(store, site.clock.now()) == {}, f"on day {day + 7}"
    assert seen >= {"addresses", "channels", "contents", "answers", "moderators", "readers",
                    "complaints", "unconfirmed"}  # fmt: skip
    with site.store() as store:
        assert reader not in {one.id for one in store.subscribers()}
        assert store.subscriber_by_email(OTHER)
    assert found(site, CANARY) == []


async def test_nobody_is_told_twice_after_a_sweep(site: TheSite) -> None:
    reader = await gets_a_digest(site, CANARY)
    site.clock.advance(days=20)
    await sends(site)
    with site.store() as store:
        told = store._db.rows(LEDGER)
    assert sweeps(site).mails > 0
    site.clock.advance(days=1)
    assert await sends(site) == 0
    with site.store() as store:
        later = a_stated_time(site.clock.now() + timedelta(days=30))
        site.arrives(store, 9, deadline=later)
    site.clock.advance(days=1)
    assert await sends(site) == 1
    with site.store() as store:
        assert told
        assert set(told) < set(store._db.rows(LEDGER)), "told once, by the same messages as before"
        assert mails(store)[-1].subscriber_id == reader


async def test_who_comes_back_after_a_month_is_not_told_the_same_again(site: TheSite) -> None:
    before = await gets_a_digest(site, CANARY)
    bounces(site, CANARY)
    with site.store() as store:
        told = set(store.told_opportunities(before, f"email:{CANARY}"))
    stops(site, CANARY)
    site.clock.advance(days=29)
    assert sweeps(site).addresses == 1
    assert found(site, CANARY) == []
    site.clock.moment -= timedelta(days=29)
    after = site.joins(CANARY)
    with site.store() as store:
        assert told
        assert set(store.told_opportunities(after, f"email:{CANARY}")) == told
        assert [one.id for one in store.subscribers()] == [after]


async def test_files_of_the_outbox_go_after_a_week_and_those_under_way_stay(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    stranger = site.instance.outbox / "of-an-older-database.eml"
    stranger.write_bytes(b"To: somebody@example.org")
    now = site.clock.now().timestamp()
    os.utime(stranger, (now, now))
    sent = {file.name for file in site.instance.outbox.glob("*.eml")}
    assert len(sent) > 1
    sweeps(site)
    assert {file.name for file in site.instance.outbox.glob("*.eml")} == sent
    with site.store() as store:
        kept = mails(store)[-1].id
        store._db.write("UPDATE messages SET state = 'unsure' WHERE id = ?", (kept,))
    site.clock.advance(days=8)
    assert sweeps(site).files > 1
    assert {file.stem for file in site.instance.outbox.glob("*.eml")} == {kept}


async def test_an_address_somebody_moved_away_from_goes_with_the_mails_sent_to_it(
    site: TheSite,
) -> None:
    await gets_a_digest(site, CANARY)
    moves(site, CANARY, NEW)
    await sends(site)
    site.clock.advance(days=8)
    with site.store() as store:
        store.drop_opt_ins(site.clock.now() - timedelta(days=7))
    sweeps(site)
    assert found(site, CANARY) == []
    assert found(site, NEW)


async def test_a_mail_whose_content_is_gone_cannot_be_sent_again(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    site.clock.advance(days=8)
    sweeps(site)
    with site.store() as store, pytest.raises(StoreError, match="no longer kept"):
        store.send_again(mails(store)[-1].id, site.clock.now())


async def test_what_waits_is_never_emptied(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    with site.store() as store:
        waiting = mails(store)[-1].id
        store._db.write("UPDATE messages SET state = 'held' WHERE id = ?", (waiting,))
    site.clock.advance(days=300)
    sweeps(site)
    with site.store() as store:
        held = store.deliveries(states=(MessageState.HELD,))
    assert [one.message.id for one in held] == [waiting]
    assert held[0].message.text


def test_a_sweep_with_nothing_to_do_says_so(site: TheSite) -> None:
    assert sweeps(site).in_words() == "nothing"


def test_moderators_are_told_apart_after_their_names_are_gone(site: TheSite) -> None:
    with site.store() as store:
        for name in ("Rowan Ash", "Sam Hill"):
            moderate.say(site.first_id(), Answer.NO, store=store, clock=site.clock, moderator=name)
    site.clock.advance(days=366)
    assert sweeps(site).moderators == 2
    with site.store() as store:
        names = {one.moderator for one in store.verdicts()}
    assert len(names) == 2
    assert all(name and name.startswith("former moderator ") for name in names)


async def test_no_address_of_a_visitor_is_written_down(
    site: TheSite, capfd: pytest.CaptureFixture[str]
) -> None:
    """Network addresses stand in memory alone, for an hour: see web/guard.py."""
    visitor = "203.0.113.77"
    transport = httpx.ASGITransport(site.app, client=(visitor, 4711))
    async with httpx.AsyncClient(transport=transport, base_url=site.base) as client:
        for path in ("/complain", "/sign-up", "/my-link", "/nowhere"):
            for _ in range(5):
                await client.post(path, data={"email": CANARY, "words": "x"})
    await sends(site)
    files = [path for path in site.home.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if visitor.encode() in path.read_bytes()]
    said = capfd.readouterr()
    assert visitor not in said.out + said.err
