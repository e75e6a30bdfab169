"""What waits for a confirmation, the consent record, and who asked to be forgotten."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

CONSENT = """
CREATE TABLE organisations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE opt_ins (
    id TEXT PRIMARY KEY,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    kind TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    wording TEXT NOT NULL,
    confirmed_at TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX opt_ins_of_a_subscriber ON opt_ins (subscriber_id, asked_at);

CREATE TABLE consents (
    number INTEGER PRIMARY KEY,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    act TEXT NOT NULL,
    at TEXT NOT NULL,
    how TEXT NOT NULL,
    wording TEXT,
    words TEXT
) STRICT;
CREATE INDEX consents_of_a_subscriber ON consents (subscriber_id);

CREATE TABLE suppressions (
    fingerprint TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


@migrations()
def consent(db: Database) -> None:
    """Double opt-in, the consent record, suppression; mails of the service beside digests."""
    carry_out(db, CONSENT)
    db.execute("ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT 'digest'")
