"""A damaged database is read as far as it can be, and nothing is collected, composed or sent."""

from pathlib import Path

import pytest

from aggregator import service
from aggregator.app import DAMAGED, Instance
from aggregator.errors import StoreDamaged
from aggregator.store import Store
from aggregator.testing import a_subscriber, utc

NOW = utc(2026, 11, 22, 9)


@pytest.fixture
def damaged(tmp_path: Path) -> Instance:
    """One page of an index is gone: people can still be listed."""
    sources = tmp_path / "sources.yaml"
    sources.write_text("[]\n")
    instance = Instance(home=tmp_path / "home", settings=Instance_settings(tmp_path), entries=())
    with instance.store() as store:
        store.add_subscriber(a_subscriber())
    with Store.open(instance.database) as store:
        page = store._db.value("SELECT rootpage FROM sqlite_master WHERE name = 'rejections'")
    with instance.database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x00" * 4096)
    return instance


def Instance_settings(folder: Path):  # type: ignore[no-untyped-def]
    from aggregator.config import load_settings

    return load_settings(folder, {})


def test_it_is_still_read(damaged: Instance) -> None:
    with damaged.store() as store:
        assert store.damage is not None
        assert [one.email for one in store.subscribers()] == [a_subscriber().email]
        assert "restore" in store.damage.lower()


async def test_collecting_composing_delivering_and_rebuilding_refuse(damaged: Instance) -> None:
    with damaged.store() as store:
        for act in (
            service.collect(damaged, store),
            service.reread(damaged, store),
            service.deliver(damaged, store),
            service.rebuild(damaged, store),
            service.release(damaged, store, now=NOW),
        ):
            with pytest.raises(StoreDamaged, match="Restore"):
                await act
        with pytest.raises(StoreDamaged, match="Restore"):
            service.compose(damaged, store, now=NOW)


def test_nothing_is_written(damaged: Instance) -> None:
    before = damaged.database.read_bytes()
    with damaged.store() as store:
        with pytest.raises(StoreDamaged):
            store.add_subscriber(a_subscriber(id="new", email="new@example.org"))
        with pytest.raises(StoreDamaged), store.transaction():
            store.set_last_tick(NOW)
    assert damaged.database.read_bytes() == before


def test_what_the_nightly_check_found_holds_for_all_who_open_it_later(tmp_path: Path) -> None:
    """quick_check at the start may miss what the whole check finds at night."""
    instance = Instance(home=tmp_path, settings=Instance_settings(tmp_path), entries=())
    with instance.store() as store:
        store.add_subscriber(a_subscriber())
    (tmp_path / DAMAGED).write_text("an index misses rows. Restore the newest backup.")
    with instance.store() as store:
        assert store.subscribers()
        with pytest.raises(StoreDamaged, match="index misses rows"):
            store.must_be_sound()


def test_a_restore_ends_it(damaged: Instance, tmp_path: Path) -> None:
    other = Instance(home=tmp_path / "b", settings=damaged.settings, entries=())
    with other.store() as store:
        store.add_subscriber(a_subscriber())
    made, _ = service.backup(other, now=NOW)
    (damaged.home / DAMAGED).write_text("damaged")
    service.restore(made.folder, damaged.home, replace=True, now=NOW)
    with damaged.store() as store:
        assert store.damage is None
        assert store.mail_hold() is not None
