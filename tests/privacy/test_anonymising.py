"""A copy for testing holds nobody, and works."""

from dataclasses import replace
from pathlib import Path

import pytest

from aggregator import moderate, personal, service
from aggregator.app import Instance
from aggregator.errors import MailHeld, StoreError
from aggregator.model import Answer, Channel, ChannelKind, Criteria, MessageState, Subscription
from aggregator.store import Store
from aggregator.testing import utc
from privacy.lives import CANARY, NEW, OTHER, bounces, complains, gets_a_digest, moves, sends
from store.made import a_payload
from web.sites import TheSite, mails


async def a_full_life(site: TheSite) -> None:
    await gets_a_digest(site, OTHER)
    reader = await gets_a_digest(site, CANARY)
    bounces(site, CANARY)
    moves(site, CANARY, NEW)
    complains(site, NEW, f"I am {NEW}")
    await sends(site)
    payload = replace(a_payload(), body=f'{{"contact": "{OTHER.upper()}"}}'.encode())
    with site.store() as store:
        moderate.say(
            site.first_id(), Answer.YES, store=store, clock=site.clock, moderator="Rowan Ash"
        )
        run = store.begin_run("x", payload.retrieved_at, window=None, backfill=False)
        store.keep_payload(payload, run_id=run, backfill=False)
        store.add_subscription(
            Subscription(
                id="want-hook",
                subscriber_id=reader,
                criteria=Criteria(),
                channel=Channel(
                    kind=ChannelKind.WEBHOOK,
                    target="https://alex-stone.example.net/hook",
                    secret="whsec_c2VjcmV0",
                ),
                created_at=utc(2026, 11, 23),
            )
        )


async def test_no_real_address_is_in_any_byte_of_the_copy(site: TheSite, tmp_path: Path) -> None:
    await a_full_life(site)
    copy = tmp_path / "copy.db"
    assert personal.anonymised_copy(site.instance, copy) == 2
    content = copy.read_bytes().lower()
    with Store.open(copy) as store:
        values = b"\n".join(value for _, value in store.every_value()).lower()
    for real in (CANARY, NEW, OTHER, "alex-stone", "whsec_c2", "rowan ash"):
        assert real.lower().encode() not in content, real
        assert real.lower().encode() not in values, real


async def test_the_copy_works_and_mails_nobody(site: TheSite, tmp_path: Path) -> None:
    await a_full_life(site)
    with site.store() as store:
        site.arrives(store, 9)
    home = tmp_path / "test"
    home.mkdir()
    personal.anonymised_copy(site.instance, home / "fairnotice.db")
    instance = Instance.at(home)
    with instance.store() as store:
        assert store._db.rows("PRAGMA foreign_key_check") == []
        assert {one.email for one in store.subscribers()} == {
            "reader-1@example.org", "reader-2@example.org"
        }  # fmt: skip
        assert len(mails(store)) > 3
        with pytest.raises(MailHeld):
            service.compose(instance, store, now=site.clock.now())
        waiting = (MessageState.PENDING, MessageState.HELD, MessageState.UNSURE)
        assert store.deliveries(states=waiting) == ()
        targets = {one.message.channel.target for one in store.deliveries()}
    assert targets <= {"reader-1@example.org", "reader-2@example.org"}


async def test_the_original_stays_as_it_was(site: TheSite, tmp_path: Path) -> None:
    await a_full_life(site)
    before = site.content()
    personal.anonymised_copy(site.instance, tmp_path / "copy.db")
    assert site.content() == before


def test_a_file_that_is_there_is_not_overwritten(site: TheSite, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is there already"):
        personal.anonymised_copy(site.instance, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "mine"


def test_a_copy_in_which_somebody_is_left_would_be_found(site: TheSite, tmp_path: Path) -> None:
    site.joins(CANARY)
    copy = tmp_path / "copy.db"
    with site.store() as store:
        real = store.real_addresses()
        store.copy_whole(copy)
    assert personal.addresses_left(copy, real) == 1


async def test_a_breach_counts_people_and_rows_since_a_moment(site: TheSite) -> None:
    await gets_a_digest(site, OTHER)
    site.clock.advance(days=2)
    since = site.clock.now()
    with site.store() as store:
        assert personal.affected(store, since).people == (1, 0)
        store._db.write("UPDATE subscribers SET created_at = '2026-11-26T09:00:00.000000Z'")
        affected = personal.affected(store, since)
    assert affected.people == (1, 1)
    assert affected.rows["mails"][0] == 2
    assert affected.rows["mails"][1] == 0
