"""What is remembered of the hosts we call; no rebuild clears it."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

HOSTS = """
CREATE TABLE hosts (
    host TEXT NOT NULL PRIMARY KEY,
    next_turn_at TEXT,
    rests_until TEXT
) STRICT;
CREATE TABLE robots (
    origin TEXT NOT NULL PRIMARY KEY,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    fetched_at TEXT NOT NULL
) STRICT;
"""


@migrations()
def hosts_and_robots(db: Database) -> None:
    """Turns and rests of hosts, and their robots.txt files."""
    carry_out(db, HOSTS)
