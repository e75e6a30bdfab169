"""Opening a database: a new one, an old one, and what is none."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from aggregator.errors import StoreDamaged, StoreError, StoreTooNew
from aggregator.store import Store
from aggregator.store.schema import known_steps
from store.made import arrive, known

SCHEMA = Path(__file__).with_name("schema.sql")


def raw(file: Path) -> "sqlite3.Connection":
    return sqlite3.connect(file, isolation_level=None)


def tables_and_indexes(file: Path) -> str:
    with Store.open(file):
        pass
    connection = raw(file)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'"
        " AND tbl_name <> '_sqlite_migrations' ORDER BY type DESC, name"
    ).fetchall()
    connection.close()
    return "\n\n".join(f"{sql};" for (sql,) in rows) + "\n"


def test_a_new_store_makes_its_folder_and_a_file_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "instance" / "fairnotice.db"
    with Store.open(file) as store:
        arrive(store)
        files = [file, *file.parent.glob("fairnotice.db-*")]
        modes = {stat.S_IMODE(one.stat().st_mode) for one in files}
    assert len(files) == 3
    assert modes == {0o600}


def test_stores_in_memory_begin_empty_and_know_nothing_of_each_other() -> None:
    with Store.open(None) as one, Store.open(None) as other:
        arrive(one)
        with Store.open(None) as third:
            assert [len(list(store.stored_notices())) for store in (one, other, third)] == [1, 0, 0]


def test_stores_in_memory_are_opened_in_any_thread() -> None:
    def arrived() -> int:
        with Store.open(None) as store:
            arrive(store)
            return len(list(store.stored_notices()))

    with ThreadPoolExecutor(2) as threads:
        assert [threads.submit(arrived).result() for _ in range(4)] == [1] * 4
    assert arrived() == 1


def test_a_file_that_is_there_keeps_its_mode(file: Path) -> None:
    Store.open(file).close()
    file.chmod(0o640)
    Store.open(file).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_store_opened_again_has_what_was_stored(file: Path) -> None:
    with Store.open(file) as store:
        first = arrive(store)
    with Store.open(file) as store:
        assert list(store.stored_notices()) == [first]


def test_every_store_in_memory_is_its_own() -> None:
    with Store.open(None) as one, Store.open(None) as other:
        arrive(one)
        assert list(other.stored_notices()) == []


def test_a_change_of_the_tables_is_seen_here(file: Path) -> None:
    found = tables_and_indexes(file)
    if os.environ.get("WRITE_SCHEMA"):
        SCHEMA.write_text(found)
    assert found == SCHEMA.read_text(), "review the change, then: WRITE_SCHEMA=1 pytest tests/store"


def test_the_settings_that_keep_a_commit_through_a_power_cut_are_on(file: Path) -> None:
    with Store.open(file) as store:
        settings = {
            name: store._db.value(f"PRAGMA {name}")
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_tables_are_made_once(file: Path) -> None:
    for _ in range(2):
        Store.open(file).close()
    connection = raw(file)
    applied = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
    connection.close()
    assert {name for (name,) in applied} == known_steps()
    assert len(applied) == len(known_steps())


def test_two_starters_at_once_make_the_tables_once(file: Path) -> None:
    def start(_: int) -> int:
        with Store.open(file) as store:
            return len(list(store.stored_notices()))

    with ThreadPoolExecutor(4) as starters:
        assert list(starters.map(start, range(8))) == [0] * 8


def test_a_database_of_a_later_version_is_left_alone(file: Path) -> None:
    Store.open(file).close()
    connection = raw(file)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('fair-notice', 'second_light', '2027-01-01')"
    )
    connection.close()
    with pytest.raises(StoreTooNew, match=r"later version.*second_light"):
        Store.open(file)


def test_a_database_of_another_program_is_left_alone(file: Path) -> None:
    database = Database(file)
    database["recipes"].insert({"name": "soup"})
    database.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store.open(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"Dear reader, " * 400, b"\x00" * 8192, b"SQLite format 3\x00"]
)
def test_a_file_that_is_no_database_is_said_to_be_none(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"(?i)fairnotice\.db.*(restore it|move it away)"):
        Store.open(file)
    assert file.read_bytes() == content


def test_an_empty_file_is_a_new_database(file: Path) -> None:
    file.touch()
    with Store.open(file) as store:
        assert store.counts().notices == 0


def test_flipped_bytes_are_found_at_the_start(file: Path) -> None:
    with Store.open(file) as store, store.transaction():
        for number in range(60):
            known(store, f"fn-{number}", ocid=f"ocds-{number}")
    content = bytearray(file.read_bytes())
    for place in range(len(content) // 3 // 4096 * 4096, len(content), 4096):  # heads of pages
        content[place : place + 64] = b"\xff" * 64
    file.write_bytes(content)
    with pytest.raises(StoreDamaged, match="Restore it from a backup"):
        Store.open(file)


def test_damage_met_later_is_said_as_such(file: Path) -> None:
    with Store.open(file) as store, store.transaction():
        for number in range(300):
            arrive(store, notice_id=f"{number}")
    content = bytearray(file.read_bytes())
    for place in range(len(content) // 2, len(content), 4096):
        content[place : place + 2048] = b"\xff" * 2048
    file.write_bytes(content)
    with Store.open(file, check=False) as store, pytest.raises(StoreDamaged):
        list(store.stored_notices())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"var/fairnotice\.db.*cannot be opened"):
        Store.open(tmp_path / "var" / "fairnotice.db")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened|is a directory"):
        Store.open(tmp_path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fair-notice-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_file_we_may_not_write_is_said_to_be_so(open_to_all: Path) -> None:
    file = open_to_all / "fairnotice.db"
    Store.open(file).close()
    file.chmod(0o444)
    with (
        as_nobody(),
        pytest.raises(StoreError, match=r"cannot be (written|opened).*who owns"),
    ):
        Store.open(file)


def test_closing_twice_is_closing_once(file: Path) -> None:
    store = Store.open(file)
    store.close()
    store.close()
    assert not file.with_name("fairnotice.db-wal").exists()
