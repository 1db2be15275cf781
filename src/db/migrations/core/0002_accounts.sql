-- Schools, people and their sessions. Every row carries its school, and every
-- reference includes it, so no row can point into another school.

-- Names the box in tokens; a restored backup keeps it.
INSERT INTO meta (key, value) VALUES ('box_id', lower(hex(randomblob(16))));

CREATE TABLE orgs (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    language   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    org_id         TEXT NOT NULL REFERENCES orgs (id),
    id             TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    -- As typed, and folded for comparing.
    username       TEXT NOT NULL,
    username_key   TEXT NOT NULL,
    role           TEXT NOT NULL,
    platform_admin INTEGER NOT NULL DEFAULT 0,
    language       TEXT NOT NULL,
    -- A PHC string.
    password_hash  TEXT NOT NULL,
    active         INTEGER NOT NULL DEFAULT 1,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    last_seen_at   INTEGER,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, username_key)
) STRICT, WITHOUT ROWID;

-- A signed-in browser or program. Ending one deletes its row.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    org_id       TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    -- How often the refresh token was replaced; only the last one counts.
    generation   INTEGER NOT NULL DEFAULT 0,
    rotated_at   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_user ON sessions (org_id, user_id);

-- Browsers a person has signed in with; kept as hashes of their cookies.
CREATE TABLE devices (
    org_id       TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    device       BLOB NOT NULL CHECK (length(device) = 32),
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, device),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
