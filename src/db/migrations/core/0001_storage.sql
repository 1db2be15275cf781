-- Facts about this file. `epoch` names this history of the box: a restored
-- backup gets another, so that the hub never takes reused numbers for repeats.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('epoch', lower(hex(randomblob(16))));

-- What happened, for the hub: numbered without gaps per epoch and stream in
-- commit order, each row hash-chained to the one before. Rows are never
-- changed; sent ones may be dropped, which is why the heads are kept apart.
CREATE TABLE outbox (
    epoch        TEXT NOT NULL,
    stream       TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    org_id       TEXT NOT NULL,
    type         TEXT NOT NULL,
    v            INTEGER NOT NULL,
    payload      TEXT NOT NULL,
    boot_id      TEXT NOT NULL,
    mono_ms      INTEGER NOT NULL,
    wall_claim   INTEGER NOT NULL,
    wall_quality TEXT NOT NULL,
    chain        BLOB NOT NULL CHECK (length(chain) = 32),
    PRIMARY KEY (epoch, stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_head (
    epoch  TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    chain  BLOB NOT NULL CHECK (length(chain) = 32),
    PRIMARY KEY (epoch, stream)
) STRICT, WITHOUT ROWID;

-- Work to do after the commit that asked for it. Finished jobs are deleted;
-- given-up ones stay as `dead` until retried or dismissed. A rowid table,
-- because the runner is woken by SQLite's update hook, which only rowid
-- tables call.
CREATE TABLE jobs (
    n                INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    org_id           TEXT NOT NULL,
    kind             TEXT NOT NULL,
    queue            TEXT NOT NULL,
    subject          TEXT NOT NULL,
    payload          TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('queued', 'running', 'dead')),
    -- Given up, but the feature has not been told yet.
    giving_up        INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    stage            TEXT,
    -- Failures that count, and times it took its process or child down.
    attempts         INTEGER NOT NULL DEFAULT 0,
    crashes          INTEGER NOT NULL DEFAULT 0,
    run_at           INTEGER NOT NULL,
    lease_owner      TEXT,
    lease_until      INTEGER,
    error_code       TEXT,
    error_detail     TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_due ON jobs (queue, state, n);
CREATE INDEX jobs_subject ON jobs (subject, kind);
