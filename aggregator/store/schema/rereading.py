"""Tables for what was asked for again. No rebuild clears them."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

REREADS = """
CREATE TABLE rereads (
    source_id TEXT NOT NULL,
    ocid TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (source_id, ocid)
) STRICT, WITHOUT ROWID;
ALTER TABLE source_runs ADD COLUMN purpose TEXT NOT NULL DEFAULT 'collect';
"""


@migrations()
def rereads(db: Database) -> None:
    """When each procurement was re-read, and which source runs were re-readings."""
    carry_out(db, REREADS)
