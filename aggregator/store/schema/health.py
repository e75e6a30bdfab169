"""What runs read, how the reading of sources stood, what lists show, what is held; no rebuild
clears any of it."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

HEALTH = """
CREATE TABLE run_figures (
    run_id INTEGER PRIMARY KEY REFERENCES source_runs (id),
    source_id TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX run_figures_of_a_source ON run_figures (source_id, run_id);

CREATE TABLE daily_counts (
    source_id TEXT NOT NULL,
    day TEXT NOT NULL,
    notices INTEGER NOT NULL,
    PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_seen (
    source_id TEXT PRIMARY KEY,
    last_notice TEXT,
    last_complete TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE health_changes (
    number INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL
) STRICT;
CREATE INDEX health_changes_of_a_source ON health_changes (source_id, number);

CREATE TABLE health_reports (
    source_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE held_notices (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES source_runs (id),
    PRIMARY KEY (source_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    missed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (source_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_of_a_source ON notices (source_id, number)
"""


@migrations()
def health_of_sources(db: Database) -> None:
    """Figures of runs, health, listings, and what is held for a person."""
    carry_out(db, HEALTH)
