"""Groups of members, moderators who are signed in, and the record of what was done."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

TABLES = """
CREATE TABLE member_groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    criteria TEXT NOT NULL,
    cadence TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    group_id TEXT NOT NULL REFERENCES member_groups (id),
    PRIMARY KEY (subscriber_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_of_a_group ON group_members (group_id);

ALTER TABLE subscriptions ADD COLUMN group_id TEXT REFERENCES member_groups (id);

CREATE TABLE sign_ins (
    fingerprint TEXT PRIMARY KEY,
    moderator TEXT NOT NULL,
    asked_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    fingerprint TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    moderator TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE moderation (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    moderator TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    subscriber_id TEXT REFERENCES subscribers (id),
    because TEXT
) STRICT;
CREATE INDEX moderation_of_a_subscriber ON moderation (subscriber_id);
"""


@migrations()
def members(db: Database) -> None:
    """Groups with defaults, sessions of moderators, and who did what."""
    carry_out(db, TABLES)
