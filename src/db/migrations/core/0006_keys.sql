-- Keys with which programs use a school's models. The key itself is never
-- stored, only its SHA-256; `hint` is its beginning, for telling keys apart.
CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY,
    org_id       TEXT NOT NULL,
    name         TEXT NOT NULL,
    sha256       BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    hint         TEXT NOT NULL,
    -- JSON list of 'chat' and 'embeddings'.
    scopes       TEXT NOT NULL,
    -- Requests a minute.
    rate         INTEGER NOT NULL CHECK (rate > 0),
    -- Whether its answers come after everybody else's.
    batch        INTEGER NOT NULL,
    -- Tutors answer in it when a question does not tell its language.
    language     TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE INDEX api_keys_org ON api_keys (org_id, created_at);
