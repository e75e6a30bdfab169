"""Webhooks: secrets that still sign besides the present one, and channels that are switched off."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

WEBHOOKS = """
CREATE TABLE former_secrets (
    subscriber_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    secret TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, channel, secret)
) STRICT;
CREATE TABLE channels_off (
    subscriber_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL,
    told_at TEXT,
    PRIMARY KEY (subscriber_id, channel)
) STRICT;
"""


@migrations()
def webhooks_kept_well(db: Database) -> None:
    """Rotation of secrets, and channels that are switched off; no rebuild clears them."""
    carry_out(db, WEBHOOKS)
