"""What the operator was told of; no rebuild clears it."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

CONCERNS = """
CREATE TABLE concerns (
    key TEXT NOT NULL PRIMARY KEY,
    since TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    told_at TEXT
) STRICT, WITHOUT ROWID;
"""


@migrations()
def concerns_of_the_operator(db: Database) -> None:
    """What a person must see to, since when, and when that was told."""
    carry_out(db, CONCERNS)
