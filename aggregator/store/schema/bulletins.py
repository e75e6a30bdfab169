"""The host's bulletin: its editions, what each told, and what the host said. No rebuild clears it.

The ledger of editions has an event once, so nothing is printed twice as news.
"""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

BULLETINS = """
CREATE TABLE editions (
    week TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    composed_at TEXT NOT NULL,
    published_at TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE printed_events (
    event_id TEXT PRIMARY KEY,
    week TEXT NOT NULL REFERENCES editions (week),
    opportunity_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX printed_events_of_an_opportunity ON printed_events (opportunity_id);

CREATE TABLE host_words (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    opportunity_id TEXT,
    words TEXT,
    link TEXT,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    week TEXT REFERENCES editions (week),
    undone_by TEXT,
    undone_at TEXT,
    CHECK ((opportunity_id IS NULL) <> (words IS NULL)),
    CHECK ((undone_by IS NULL) = (undone_at IS NULL))
) STRICT;
"""


@migrations()
def bulletins(db: Database) -> None:
    """Editions, the ledger of what they told, and what the host said about them."""
    carry_out(db, BULLETINS)
