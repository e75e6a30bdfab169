CREATE TABLE aliases (
    younger TEXT PRIMARY KEY,
    older TEXT NOT NULL,
    at TEXT NOT NULL,
    in_force INTEGER NOT NULL DEFAULT 1,
    CHECK (younger <> older)
) STRICT, WITHOUT ROWID;

CREATE TABLE binding (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE channel_starts (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels_off (
    subscriber_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL,
    told_at TEXT,
    PRIMARY KEY (subscriber_id, channel)
) STRICT;

CREATE TABLE consents (
    number INTEGER PRIMARY KEY,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    act TEXT NOT NULL,
    at TEXT NOT NULL,
    how TEXT NOT NULL,
    wording TEXT,
    words TEXT
) STRICT;

CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE coverage (
    source_id TEXT NOT NULL,
    window_start TEXT NOT NULL,
    window_end TEXT NOT NULL,
    quiet_reads INTEGER,
    PRIMARY KEY (source_id, window_start, window_end)
) STRICT, WITHOUT ROWID;

CREATE TABLE daily_counts (
    source_id TEXT NOT NULL,
    day TEXT NOT NULL,
    notices INTEGER NOT NULL,
    PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest_runs (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    due_at TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    finished_at TEXT,
    opportunities INTEGER,
    events INTEGER, is_between INTEGER NOT NULL DEFAULT 0, said INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscriber_id, channel, due_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    opportunity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    field TEXT,
    lot_id TEXT,
    old TEXT,
    new TEXT,
    backfill INTEGER NOT NULL
) STRICT;

CREATE TABLE follows (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    opportunity_id TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, opportunity_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE former_events (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    backfill INTEGER NOT NULL,
    verdict TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE former_secrets (
    subscriber_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    secret TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, channel, secret)
) STRICT;

CREATE TABLE health_changes (
    number INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL
) STRICT;

CREATE TABLE health_reports (
    source_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE held_messages (
    message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE held_notices (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES source_runs (id),
    PRIMARY KEY (source_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
    host TEXT NOT NULL PRIMARY KEY,
    next_turn_at TEXT,
    rests_until TEXT
) STRICT;

CREATE TABLE identities (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    opportunity_id TEXT NOT NULL,
    PRIMARY KEY (source_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lapsed_follows (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    opportunity_id TEXT NOT NULL,
    since TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (subscriber_id, opportunity_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_seen (
    source_id TEXT PRIMARY KEY,
    last_notice TEXT,
    last_complete TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    event_id TEXT NOT NULL,
    opportunity_id TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, channel, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE likely_links (
    number INTEGER NOT NULL REFERENCES notices (number),
    other INTEGER NOT NULL REFERENCES notices (number),
    rule INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (number, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_decision_notices (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    decision INTEGER NOT NULL REFERENCES link_decisions (number),
    side INTEGER NOT NULL,
    PRIMARY KEY (source_id, notice_id, decision)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_decisions (
    number INTEGER PRIMARY KEY,
    together INTEGER NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE link_keys (
    key TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES notices (number),
    PRIMARY KEY (key, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    missed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (source_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE looks (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, channel, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_hold (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    kind TEXT NOT NULL,
    since TEXT NOT NULL,
    because TEXT NOT NULL,
    known_until TEXT NOT NULL
) STRICT;

CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    last_answer TEXT,
    changed_at TEXT NOT NULL,
    body TEXT NOT NULL
, unsure_once INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL DEFAULT 'digest') STRICT;

CREATE TABLE notices (
    number INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    version TEXT NOT NULL,
    ocid TEXT,
    payload_id INTEGER REFERENCES payloads (id),
    retrieved_at TEXT NOT NULL,
    backfill INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (notice_id, source_id, version)
) STRICT;

CREATE TABLE opportunities (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    verdict TEXT NOT NULL,
    stage TEXT NOT NULL,
    deadline TEXT,
    updated TEXT NOT NULL,
    title TEXT,
    notices TEXT NOT NULL,
    judgement TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE opportunity_notices (
    number INTEGER PRIMARY KEY REFERENCES notices (number),
    opportunity_id TEXT NOT NULL
) STRICT;

CREATE TABLE opt_ins (
    id TEXT PRIMARY KEY,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    kind TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    wording TEXT NOT NULL,
    confirmed_at TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organisations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payloads (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES source_runs (id),
    source_id TEXT NOT NULL,
    url TEXT NOT NULL,
    reader TEXT NOT NULL,
    page INTEGER NOT NULL,
    window_start TEXT,
    window_end TEXT,
    request_headers TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    retrieved_at TEXT NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents (id),
    backfill INTEGER NOT NULL,
    was_read INTEGER NOT NULL DEFAULT 0
, request_content TEXT) STRICT;

CREATE TABLE person_verdicts (
    number INTEGER PRIMARY KEY,
    opportunity_id TEXT NOT NULL,
    moderator TEXT,
    subscriber_id TEXT REFERENCES subscribers (id),
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT,
    CHECK ((moderator IS NULL) <> (subscriber_id IS NULL))
) STRICT;

CREATE TABLE rebuilds (
    id INTEGER PRIMARY KEY CHECK (id = 1)
) STRICT;

CREATE TABLE receipts (
    message_id TEXT NOT NULL REFERENCES messages (id),
    at TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT;

CREATE TABLE rejections (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    payload_id INTEGER NOT NULL REFERENCES payloads (id),
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    record_id TEXT,
    fingerprint BLOB NOT NULL,
    content BLOB NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (source_id, fingerprint, field, reason)
) STRICT;

CREATE TABLE rereads (
    source_id TEXT NOT NULL,
    ocid TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (source_id, ocid)
) STRICT, WITHOUT ROWID;

CREATE TABLE reruns (
    later INTEGER NOT NULL REFERENCES notices (number),
    earlier INTEGER NOT NULL REFERENCES notices (number),
    confidence TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (later, earlier)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_items (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subjects TEXT NOT NULL,
    words TEXT NOT NULL,
    found_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    answer TEXT,
    by TEXT,
    at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE robots (
    origin TEXT NOT NULL PRIMARY KEY,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    fetched_at TEXT NOT NULL
) STRICT;

CREATE TABLE run_figures (
    run_id INTEGER PRIMARY KEY REFERENCES source_runs (id),
    source_id TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE source_runs (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT,
    window_start TEXT,
    window_end TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    notices INTEGER NOT NULL DEFAULT 0,
    new_notices INTEGER NOT NULL DEFAULT 0,
    rejections INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    backfill INTEGER NOT NULL
, purpose TEXT NOT NULL DEFAULT 'collect') STRICT;

CREATE TABLE subscribers (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    folded_email TEXT NOT NULL UNIQUE,
    name TEXT,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    organisation_id TEXT,
    consent_given_at TEXT,
    consent_how TEXT,
    consent_wording TEXT
, provider TEXT, language TEXT NOT NULL DEFAULT 'en') STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    secret TEXT,
    cadence TEXT NOT NULL,
    name TEXT,
    created_at TEXT NOT NULL,
    criteria TEXT NOT NULL
, opened_at TEXT, hour INTEGER, still_watching INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE suppressions (
    fingerprint TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ticks (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE troubles_told (
    subscriber_id TEXT NOT NULL REFERENCES subscribers (id),
    channel TEXT NOT NULL,
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (subscriber_id, channel, source_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE watches (
    source_id TEXT PRIMARY KEY,
    since TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX aliases_of_an_opportunity ON aliases (older);

CREATE INDEX consents_of_a_subscriber ON consents (subscriber_id);

CREATE INDEX events_of_an_opportunity ON events (opportunity_id);

CREATE INDEX health_changes_of_a_source ON health_changes (source_id, number);

CREATE INDEX lapsed_follows_of_a_message ON lapsed_follows (message_id);

CREATE INDEX ledger_of_a_message ON ledger (message_id);

CREATE INDEX likely_links_of_the_other ON likely_links (other);

CREATE INDEX messages_by_state ON messages (state, next_attempt_at);

CREATE INDEX messages_of_a_channel ON messages (subscriber_id, channel, state, number);

CREATE INDEX notices_by_ocid ON notices (ocid) WHERE ocid IS NOT NULL;

CREATE INDEX notices_of_a_link_decision ON link_decision_notices (decision, side);

CREATE INDEX notices_of_a_source ON notices (source_id, number)
;

CREATE INDEX opportunities_of_concern ON opportunities (verdict, stage, updated, id)
    WHERE verdict <> 'no';

CREATE INDEX opt_ins_of_a_subscriber ON opt_ins (subscriber_id, asked_at);

CREATE INDEX payloads_of_a_url ON payloads (source_id, url, id);

CREATE INDEX person_verdicts_of_a_subscriber ON person_verdicts (subscriber_id)
    WHERE subscriber_id IS NOT NULL;

CREATE INDEX person_verdicts_of_an_opportunity ON person_verdicts (opportunity_id);

CREATE INDEX receipts_of_a_message ON receipts (message_id);

CREATE INDEX reruns_of_the_earlier ON reruns (earlier);

CREATE INDEX review_items_by_state ON review_items (state, found_at);

CREATE INDEX run_figures_of_a_source ON run_figures (source_id, run_id);

CREATE INDEX source_runs_of_a_source ON source_runs (source_id, id);

CREATE INDEX subscriptions_of_a_subscriber ON subscriptions (subscriber_id, channel);

CREATE INDEX troubles_told_of_a_message ON troubles_told (message_id);
