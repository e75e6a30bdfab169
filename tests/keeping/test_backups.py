"""A backup counts only when it is proven, and a good one is never lost to a bad one."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from aggregator import backups, service
from aggregator.app import DAMAGED, Instance
from aggregator.errors import AlreadyRunning, BackupFault, StoreDamaged
from aggregator.store import Store
from aggregator.testing import a_subscriber, utc

NOW = utc(2026, 11, 22, 2, 30)
SETTINGS = "host: {name: Arden Voluntary Action, contact: hello@example.org}\n"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fairnotice.yaml").write_text(SETTINGS)
    (home / "members.csv").write_text("name,email\n")
    (home / "notes.txt").write_text("not ours")
    sources = tmp_path / "sources.yaml"
    sources.write_text(
        "- {id: one, kind: feed, name: One, base_url: 'http://127.0.0.1:9', pace: 1, path: /f/,"
        " kind_of_notice: news}\n"
    )
    made = Instance.at(home, sources)
    with made.store() as store:
        store.add_subscriber(a_subscriber())
    made.keys()
    return made


def corrupt(file: Path) -> None:
    """Overwrite half of the pages behind the schema."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40_000] = b"\x7f" * len(content[middle : middle + 40_000])
    file.write_bytes(content)


def test_a_backup_holds_all_an_instance_needs_for_its_owner_only(instance: Instance) -> None:
    made, manifest = service.backup(instance, now=NOW)
    names = {path.name for path in made.folder.iterdir()}
    assert names == {
        "fairnotice.db", "fairnotice.yaml", "members.csv", "secret", "sources.yaml", "manifest.json"
    }  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert made.folder.name == "2026-11-22T023000Z"
    assert manifest.rows["subscribers"] == 1


def test_the_newest_is_found_by_its_name(instance: Instance) -> None:
    assert backups.newest(instance.backups) is None
    for days in (0, 2, 1):
        service.backup(instance, now=NOW + timedelta(days=days))
    found = backups.newest(instance.backups)
    assert found is not None
    assert found.made_at == NOW + timedelta(days=2)


def test_what_a_crash_left_is_no_backup_and_goes_with_the_next(instance: Instance) -> None:
    left = instance.backups / ".unfinished-2026-11-21T023000Z-1"
    left.mkdir(parents=True)
    assert backups.newest(instance.backups) is None
    service.backup(instance, now=NOW)
    assert not left.exists()


def test_a_second_backup_of_the_same_second_leaves_the_first_as_it_is(instance: Instance) -> None:
    made, _ = service.backup(instance, now=NOW)
    before = (made.folder / "manifest.json").read_bytes()
    with pytest.raises(BackupFault, match="this second"):
        service.backup(instance, now=NOW)
    assert (made.folder / "manifest.json").read_bytes() == before


def test_one_at_a_time(instance: Instance) -> None:
    with service.only_one(instance.home, "backup"), pytest.raises(AlreadyRunning):
        service.backup(instance, now=NOW)


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(instance: Instance) -> None:
    blocked = instance.home / "notes.txt"
    with pytest.raises(BackupFault, match=r"No backup was made in .*notes\.txt"):
        service.backup(instance, blocked, now=NOW)
    assert blocked.read_text() == "not ours"


def test_a_damaged_database_makes_no_backup_removes_none_and_is_noted(instance: Instance) -> None:
    for days in range(30):
        backups.make(
            instance.database, files={}, folder=instance.backups, now=NOW - timedelta(days=days + 1)
        )
    before = backups.all_in(instance.backups)
    corrupt(instance.database)
    with pytest.raises(StoreDamaged):
        service.backup(instance, now=NOW)
    assert backups.all_in(instance.backups) == before
    assert "Restore" in (instance.home / DAMAGED).read_text()


def test_the_rule_about_old_ones_is_applied_after_a_good_one(instance: Instance) -> None:
    for days in range(1, 30):
        backups.make(
            instance.database, files={}, folder=instance.backups, now=NOW - timedelta(days=days)
        )
    service.backup(instance, now=NOW)
    kept = backups.all_in(instance.backups)
    assert kept[0].made_at == NOW
    assert 7 <= len(kept) <= 13


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "fairnotice.db").unlink(),
        lambda folder: corrupt(folder / "fairnotice.db"),
        lambda folder: (folder / "secret").write_text("another"),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff\x00"),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: renamed_inside(folder, "../../elsewhere"),
        lambda folder: renamed_inside(folder, "/etc/passwd"),
    ],
)
def test_a_spoilt_backup_is_refused_and_the_home_stays_as_it_was(
    instance: Instance, spoil: object
) -> None:
    made, _ = service.backup(instance, now=NOW)
    spoil(made.folder)  # type: ignore[operator]
    before = {path.name: path.stat().st_ino for path in instance.home.iterdir()}
    with pytest.raises(BackupFault):
        service.restore(made.folder, instance.home, replace=True, now=NOW)
    after = {path.name: path.stat().st_ino for path in instance.home.iterdir()}
    assert {**before, "run.lock": 0, "deliver.lock": 0} == {
        **after,
        "run.lock": 0,
        "deliver.lock": 0,
    }


def renamed_inside(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = manifest["files"].pop("secret")
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_restore_into_a_used_home_needs_replace_and_moves_the_old_state_aside(
    instance: Instance,
) -> None:
    made, _ = service.backup(instance, now=NOW)
    with pytest.raises(BackupFault, match="--replace"):
        service.restore(made.folder, instance.home, now=NOW)
    service.restore(made.folder, instance.home, replace=True, now=NOW)
    aside = instance.home / "replaced-2026-11-22T023000Z"
    assert {"fairnotice.db", "secret", "notes.txt"} <= {path.name for path in aside.iterdir()}
    with instance.store() as store:
        assert len(store.subscribers()) == 1
    assert backups.newest(instance.backups) == made


def test_a_restore_beside_a_running_service_is_refused(instance: Instance) -> None:
    made, _ = service.backup(instance, now=NOW)
    with service.only_one(instance.home, "run"), pytest.raises(AlreadyRunning):
        service.restore(made.folder, instance.home, replace=True, now=NOW)


def test_the_restored_key_still_checks_the_links_in_old_mails(
    instance: Instance, tmp_path: Path
) -> None:
    made, _ = service.backup(instance, now=NOW)
    service.restore(made.folder, tmp_path / "new", now=NOW)
    assert (tmp_path / "new" / "secret").read_text() == (instance.home / "secret").read_text()


def test_an_interrupted_restore_opens_no_empty_database(instance: Instance) -> None:
    (instance.home / "restoring").touch()
    with pytest.raises(Exception, match="interrupted"):
        instance.store()


def test_a_typing_error_makes_no_home(tmp_path: Path) -> None:
    with pytest.raises(BackupFault, match="no backup"):
        service.restore(tmp_path / "typo", tmp_path / "new", now=NOW)
    assert not (tmp_path / "new").exists()


def test_the_copy_is_one_file_with_no_log_beside_it(instance: Instance) -> None:
    made, _ = service.backup(instance, now=NOW)
    connection = sqlite3.connect(made.folder / "fairnotice.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_backup_is_made_while_a_transaction_is_open(instance: Instance) -> None:
    with instance.store() as store, store.transaction():
        store.add_subscriber(a_subscriber(id="later", email="later@example.org"))
        _, manifest = service.backup(instance, now=NOW)
    assert manifest.rows["subscribers"] == 1


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    instance: Instance, tmp_path: Path
) -> None:
    with Store.open(instance.database):
        pass
    connection = sqlite3.connect(instance.database)
    for table in ("mail_hold", "held_messages", "binding"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'holding'")
    connection.commit()
    connection.close()
    made, _ = backups.make(instance.database, files={}, folder=tmp_path / "old", now=NOW)
    service.restore(made.folder, tmp_path / "new", now=NOW)
    with Store.open(tmp_path / "new" / "fairnotice.db") as store:
        assert store.mail_hold() is not None


def test_backups_kept_elsewhere_in_the_home_are_not_moved_aside(instance: Instance) -> None:
    made, _ = service.backup(instance, instance.home / "safe", now=NOW)
    service.restore(made.folder, instance.home, replace=True, now=NOW)
    assert backups.newest(instance.home / "safe") == made
