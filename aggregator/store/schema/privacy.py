"""Complaints about how personal data is handled, and mails whose content has gone."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

COMPLAINTS = """
CREATE TABLE complaints (
    id TEXT PRIMARY KEY,
    received_at TEXT NOT NULL,
    address TEXT NOT NULL,
    words TEXT NOT NULL,
    acknowledged_at TEXT,
    reminded_at TEXT,
    answered_at TEXT,
    answer TEXT,
    forgotten_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX complaints_by_answer ON complaints (answered_at, received_at);
ALTER TABLE messages ADD COLUMN emptied INTEGER NOT NULL DEFAULT 0;
"""


@migrations()
def privacy(db: Database) -> None:
    """Complaints; which messages have lost their content. No rebuild clears them."""
    carry_out(db, COMPLAINTS)
