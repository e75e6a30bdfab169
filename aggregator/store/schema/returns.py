"""What came back for our mails, and the addresses that rest because of it."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

RETURNS = """
CREATE TABLE setbacks (
    fingerprint TEXT PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES messages (id),
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT,
    words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX setbacks_of_a_subscriber ON setbacks (subscriber_id, at);

CREATE TABLE mail_rests (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    setbacks INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, channel)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def mails_returned(db: Database) -> None:
    """Bounces and complaints as evidence, and the rests of addresses; no rebuild clears them."""
    carry_out(db, RETURNS)
