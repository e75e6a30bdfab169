"""How often people hear of us, in which language, and what was said besides the news."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

COLUMNS = """
ALTER TABLE subscriptions ADD COLUMN hour INTEGER;
ALTER TABLE subscriptions ADD COLUMN still_watching INTEGER;
ALTER TABLE subscribers ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE digest_runs ADD COLUMN is_between INTEGER NOT NULL DEFAULT 0;
ALTER TABLE digest_runs ADD COLUMN said INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN unsure_once INTEGER NOT NULL DEFAULT 0;
"""

TABLES = """
CREATE TABLE looks (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, channel, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE troubles_told (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (subscriber_id, channel, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX troubles_told_of_a_message ON troubles_told (message_id);

CREATE TABLE lapsed_follows (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    opportunity_id TEXT NOT NULL,
    since TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (subscriber_id, opportunity_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lapsed_follows_of_a_message ON lapsed_follows (message_id);

CREATE INDEX messages_of_a_channel ON messages (subscriber_id, channel, state, number);
"""


@migrations()
def cadences(db: Database) -> None:
    """Hours, languages, quiet weeks; digests between two regular ones; follows that lapsed."""
    carry_out(db, f"{COLUMNS}{TABLES}")
