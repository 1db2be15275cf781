-- How long the box had been there when something came into the trash: days are counted
-- by this, because dates leap where clocks are set. What is there already waits 30 days
-- from now on.
ALTER TABLE classes ADD COLUMN trashed_lived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN trashed_lived INTEGER NOT NULL DEFAULT 0;

-- Notes of the terminal that were taken in, by the hashes of their codes: one that a
-- power cut brings back makes no second card.
CREATE TABLE terminal_notes (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32)
) STRICT, WITHOUT ROWID;

-- Each ends with the number of the entry, so a page is read from the newest on.
CREATE INDEX audit_actors ON audit (org_id, actor);
CREATE INDEX audit_people ON audit (org_id, subject) WHERE kind = 'person';
CREATE INDEX audit_actions ON audit (org_id, action);
CREATE INDEX audit_times ON audit (org_id, at);

-- The last time a log was computed from its first entry: up to which one, and what the
-- chain was there. What was broken stays so until it is whole again.
CREATE TABLE audit_checks (
    org_id    TEXT PRIMARY KEY,
    seq       INTEGER NOT NULL,
    chain     BLOB NOT NULL CHECK (length(chain) = 32),
    broken_at INTEGER
) STRICT, WITHOUT ROWID;

-- What a list does is decided when it is sent and done as it was shown. Those that wait
-- are sent again; one that was being carried out is started anew by whoever sent it.
DELETE FROM imports WHERE state = 'checked';
UPDATE imports SET state = 'failed', steps = '[]' WHERE state = 'running';
ALTER TABLE imports RENAME COLUMN list TO findings;
UPDATE imports SET findings = '{}';

CREATE TABLE import_rows (
    import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    outcome   TEXT NOT NULL,
    row       TEXT NOT NULL,
    PRIMARY KEY (import_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_rows_outcome ON import_rows (import_id, outcome);

-- Rows that were left as they are, because something changed after they were shown.
CREATE TABLE import_left (
    import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    -- None for somebody who is not in the list.
    line      INTEGER,
    user_id   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (import_id, place)
) STRICT, WITHOUT ROWID;
