"""Every column that can hold something about a person is in the data map."""

from dataclasses import dataclass

import msgspec
import pytest

from aggregator import privacy
from aggregator.store import Store


def tables(store: Store) -> dict[str, tuple[str, ...]]:
    names = store._db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: tuple(store._columns(name)) for (name,) in names}


@pytest.fixture
def columns() -> dict[str, tuple[str, ...]]:
    with Store.open(None) as store:
        return tables(store)


def test_every_column_of_the_database_is_in_the_map(columns: dict[str, tuple[str, ...]]) -> None:
    assert list(privacy.faults_of(privacy.load(), columns)) == []


def test_a_new_column_without_an_entry_is_found() -> None:
    known = privacy.load()
    with Store.open(None) as store:
        store._db.write("ALTER TABLE notices RENAME COLUMN ocid TO ocid_before")
        store._db.write("ALTER TABLE review_items ADD COLUMN telephone TEXT")
        store._db.write("CREATE TABLE telephones (subscriber_id TEXT, number TEXT) STRICT")
        store._db.write("ALTER TABLE subscribers ADD COLUMN telephone TEXT")
        found = "\n".join(privacy.faults_of(known, tables(store)))
    assert "subscribers.telephone is not in" in found
    assert "telephones.number is not in" in found


def test_an_entry_without_its_column_or_period_is_found(
    columns: dict[str, tuple[str, ...]],
) -> None:
    known = privacy.load()
    kind = msgspec.structs.replace(
        known.kinds[0], columns={"subscribers": ("telephone",)}, kept="{never} days", basis="whim"
    )
    found = "\n".join(
        privacy.faults_of(msgspec.structs.replace(known, kinds=(kind, *known.kinds)), columns)
    )
    assert "there is no column subscribers.telephone" in found
    assert "names a period that is not there" in found
    assert "there is no basis 'whim'" in found


def test_a_column_in_two_entries_is_found(columns: dict[str, tuple[str, ...]]) -> None:
    known = privacy.load()
    twice = msgspec.structs.replace(known.kinds[0], id="again")
    found = privacy.faults_of(msgspec.structs.replace(known, kinds=(*known.kinds, twice)), columns)
    assert any("subscribers.email is in two entries" in words for words in found)


def test_every_table_of_subscribers_is_personal(columns: dict[str, tuple[str, ...]]) -> None:
    known = privacy.load()
    of_people = {name for name, some in columns.items() if {"subscriber_id", "email"} & set(some)}
    assert len(of_people) > 10
    assert of_people <= known.tables_of_people()


def test_a_field_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        privacy.read("days: {}\nkind: []\n")


@dataclass(frozen=True)
class Promise:
    """What the facts of our own privacy page have said, and what others rely on."""

    period: str
    at_most: int


@pytest.mark.parametrize(
    "promise",
    [
        Promise("ended_address", 28),
        Promise("mail_content", 7),
        Promise("unconfirmed", 7),
        Promise("server_answers", 90),
        Promise("record", 365),
        Promise("network_address", 1),
    ],
    ids=lambda one: one.period,
)
def test_no_period_is_longer_than_promised(promise: Promise) -> None:
    assert 0 < privacy.load().days[promise.period] <= promise.at_most
