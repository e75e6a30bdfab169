"""The service makes its backup by the clock, and says once that mail is held."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import backups, scheduling, service
from aggregator.app import DAMAGED, Instance
from aggregator.backups import Backup
from aggregator.checks import stored
from aggregator.config import load_settings
from aggregator.errors import StoreDamaged
from aggregator.model import HoldKind, MailHold
from aggregator.testing import utc

NOW = utc(2026, 11, 22, 9)
HOLD = MailHold(kind=HoldKind.RESTORED, since=NOW, because="restored in a test", known_until=NOW)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(home=tmp_path / "home", settings=load_settings(tmp_path, {}), entries=())


async def test_the_nightly_job_runs_at_half_past_two_which_every_night_has(
    instance: Instance,
) -> None:
    with instance.store() as store:
        job = scheduling.scheduler(instance, store).get_job("backup")
    fields = {field.name: str(field) for field in job.trigger.fields}
    assert (fields["hour"], fields["minute"]) == ("2", "30")


def test_after_a_night_off_it_is_made_up_for_soon_after_the_start(tmp_path: Path) -> None:
    def missed(hours: int) -> object:
        made = Backup(folder=tmp_path, made_at=NOW - timedelta(hours=hours))
        return scheduling.missed_backup(made, NOW).get("next_run_time")

    assert missed(8) is None
    assert missed(26) == NOW + timedelta(minutes=15)
    assert scheduling.missed_backup(None, NOW)


async def test_the_job_makes_a_backup_beside_the_open_store(instance: Instance) -> None:
    with instance.store() as store:
        await scheduling.backing_up(instance, store)()
    assert backups.newest(instance.backups) is not None


async def test_a_database_found_damaged_at_night_is_only_read_from_then_on(
    instance: Instance,
) -> None:
    with instance.store() as store:
        page = store._db.value("SELECT rootpage FROM sqlite_master WHERE name = 'events'")
    with instance.database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x77" * 4096)
    from aggregator.store import Store

    with Store.open(instance.database, check=False) as store:
        with pytest.raises(StoreDamaged):
            await scheduling.backing_up(instance, store)()
        assert store.damage
        with pytest.raises(StoreDamaged):
            await service.deliver(instance, store)
    assert (instance.home / DAMAGED).exists()


async def test_held_mail_is_said_once_and_not_every_minute(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    with instance.store() as store:
        store.hold_mail(HOLD)
        act = scheduling.delivering(instance, store)
        for _ in range(3):
            await act()
    said = capsys.readouterr()
    assert (said.out + said.err).count("restored in a test") == 1


def test_doctor_sees_held_mail_missing_backups_and_damage(instance: Instance) -> None:
    with instance.store() as store:
        store.hold_mail(HOLD)
        found = {one.words: one for one in stored.of_keeping(instance, store, now=NOW)}
        assert not found["there is no backup"].well
        assert "restore --release" in found["all mail is held: restored in a test"].remedy
    (instance.home / DAMAGED).write_text("an index misses rows")
    service.backup(instance, now=utc(2026, 11, 1))
    with instance.store() as store:
        words = [one.words for one in stored.of_keeping(instance, store, now=NOW) if not one.well]
    assert words[0] == "the database is damaged"
    assert words[1].startswith("last backup")
