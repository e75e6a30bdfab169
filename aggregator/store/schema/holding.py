"""Whether mail is held, and the place this database is bound to. No rebuild clears them."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

HOLDING = """
CREATE TABLE mail_hold (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    kind TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL,
    known_until TEXT NOT NULL
) STRICT;
CREATE TABLE held_messages (
    message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE binding (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL
) STRICT;
"""


@migrations()
def holding(db: Database) -> None:
    """A hold on all mail, the messages it stopped, and the marks of the place."""
    carry_out(db, HOLDING)
