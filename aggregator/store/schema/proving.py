"""Heartbeats of the scheduler's jobs. No rebuild clears them."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

HEARTBEATS = """
CREATE TABLE heartbeats (
    job TEXT PRIMARY KEY,
    since TEXT NOT NULL,
    next_at TEXT,
    began_at TEXT,
    ended_at TEXT,
    failed INTEGER
) STRICT, WITHOUT ROWID;
"""


@migrations()
def heartbeats(db: Database) -> None:
    """When each job of the scheduler last began and ended."""
    carry_out(db, HEARTBEATS)
