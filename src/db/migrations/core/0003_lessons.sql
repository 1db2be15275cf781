-- The lessons of a school. The original and the text read from it are blobs,
-- named here by their SHA-256.
CREATE TABLE lessons (
    id             TEXT PRIMARY KEY,
    org_id         TEXT NOT NULL,
    title          TEXT NOT NULL,
    subject        TEXT,
    language       TEXT,
    format         TEXT NOT NULL,
    file_name      TEXT NOT NULL,
    bytes          INTEGER NOT NULL,
    original       TEXT NOT NULL,
    -- Whether learners may read it; staff always may.
    shared         INTEGER NOT NULL,
    status         TEXT NOT NULL,
    -- What was read; none until it was.
    text           TEXT,
    pages          INTEGER,
    page_kind      TEXT NOT NULL,
    passages       INTEGER NOT NULL DEFAULT 0,
    failure_code   TEXT,
    failure_detail TEXT,
    -- JSON list of what the teacher should know.
    warnings       TEXT NOT NULL DEFAULT '[]',
    created_by     TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    UNIQUE (org_id, original)
) STRICT;

CREATE INDEX lessons_org ON lessons (org_id, created_at);
