"""Whoever asks to be forgotten is in no byte of any file afterwards."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator import personal, subscribe
from aggregator.errors import Unwanted
from aggregator.model import Cadence, Channel, ChannelKind, Criteria
from privacy.lives import (
    CANARY,
    NEW,
    OTHER,
    answers,
    bounces,
    complains,
    erases,
    found,
    gets_a_digest,
    moves,
    sends,
    stops,
    sweeps,
    wants_to_move,
)
from web.sites import TheSite


async def test_a_whole_life_leaves_no_byte(site: TheSite) -> None:
    await gets_a_digest(site, OTHER)
    await gets_a_digest(site, CANARY)
    bounces(site, CANARY)
    complains(site, CANARY, f"I am {CANARY} and do not like it.")
    await sends(site)
    site.clock.advance(days=1)
    moves(site, CANARY, NEW)
    await sends(site)
    complains(site, NEW)
    assert len(found(site, CANARY)) > 5
    assert len(found(site, NEW)) > 5
    erases(site, NEW, with_complaints=True)
    erases(site, CANARY, with_complaints=True)
    assert found(site, CANARY) == []
    assert found(site, NEW) == []
    assert len(found(site, OTHER)) > 5


async def test_erasing_the_old_address_of_who_moved_keeps_what_they_were_told(
    site: TheSite,
) -> None:
    reader = await gets_a_digest(site, CANARY)
    moves(site, CANARY, NEW)
    with site.store() as store:
        key = store.subscriptions(reader)[0].channel.key
        told = store.told_opportunities(reader, key)
    erases(site, CANARY)
    assert found(site, CANARY) == []
    with site.store() as store:
        assert told
        assert store.told_opportunities(reader, key) == told


async def test_an_address_that_somebody_wanted_to_move_to_is_erased(site: TheSite) -> None:
    await gets_a_digest(site, OTHER)
    wants_to_move(site, OTHER, CANARY)
    assert found(site, CANARY)
    erases(site, CANARY)
    assert found(site, CANARY) == []
    await sends(site)
    assert found(site, CANARY) == []


async def test_among_many_the_erased_one_is_in_no_free_part_of_a_page(site: TheSite) -> None:
    with site.store() as store:
        for number in range(200):
            address = CANARY if number == 100 else f"reader.{number}@example.org"
            channel = Channel(kind=ChannelKind.EMAIL, target=address)
            subscribe.add(
                address, criteria=Criteria(), channel=channel, cadence=Cadence.DAILY,
                store=store, clock=site.clock,
            )  # fmt: skip
    await sends(site)
    assert found(site, CANARY)
    erases(site, CANARY)
    assert found(site, CANARY) == []
    with site.store() as store:
        assert len(store.subscribers()) == 199


async def test_who_stopped_long_ago_can_still_be_erased(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    stops(site, CANARY)
    site.clock.advance(days=30)
    sweeps(site)
    with site.store() as store:
        assert len(store.subscribers()) == 1
    erases(site, CANARY.upper())
    with site.store() as store:
        assert store.subscribers() == ()
        assert store._db.value("SELECT count(*) FROM ledger") == 0


async def test_a_keyed_hash_stays_and_no_list_brings_the_address_back(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    erases(site, CANARY)
    channel = Channel(kind=ChannelKind.EMAIL, target=CANARY)
    with site.store() as store, pytest.raises(Unwanted):
        subscribe.add(
            CANARY, criteria=Criteria(), channel=channel, cadence=Cadence.DAILY,
            store=store, clock=site.clock, keys=site.keys,
        )  # fmt: skip


async def test_a_complaint_that_waits_is_kept_until_it_is_answered(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    number = complains(site, CANARY)
    erases(site, CANARY)
    with site.store() as store:
        assert store.subscriber_by_email(CANARY) is None
        assert store.complaint(number).address == CANARY
    answers(site, number)
    with site.store() as store:
        assert store.complaint(number).words == "-"
        assert store.complaint(number).received_at == site.clock.now()
    assert found(site, CANARY) == []


async def test_erasing_twice_or_a_stranger_is_as_good_as_once(site: TheSite) -> None:
    erases(site, CANARY)
    erases(site, CANARY)
    assert found(site, CANARY) == []


async def test_somebody_who_reads_the_database_meanwhile_only_delays_it(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    with closing(sqlite3.connect(site.instance.database, isolation_level=None)) as beside:
        beside.execute("BEGIN")
        beside.execute("SELECT count(*) FROM subscribers").fetchall()
        erases(site, CANARY)
        beside.execute("COMMIT")
    sweeps(site)
    assert found(site, CANARY) == []


async def test_a_backup_is_named_and_does_not_count_as_left_behind(site: TheSite) -> None:
    await gets_a_digest(site, CANARY)
    backup = site.home / "backups" / "2026-11-22T023000Z"
    backup.mkdir(parents=True)
    (backup / "fairnotice.db").write_bytes(b"page " + CANARY.encode())
    erases(site, CANARY)
    search, backups = personal.search(site.instance, CANARY)
    assert search.traces == ()
    assert [Path(one.traces[0].where).parent.name for one in backups] == [backup.name]
