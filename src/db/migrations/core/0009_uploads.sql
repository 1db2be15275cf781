-- A school may have the same file twice when its teacher wants that. SQLite
-- can not take a constraint away, so the table is made anew without it.
CREATE TABLE lessons_anew (
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
    updated_at     INTEGER NOT NULL
) STRICT;

INSERT INTO lessons_anew (
    id, org_id, title, subject, language, format, file_name, bytes, original, shared, status,
    text, pages, page_kind, passages, failure_code, failure_detail, warnings, created_by,
    created_at, updated_at
)
SELECT
    id, org_id, title, subject, language, format, file_name, bytes, original, shared, status,
    text, pages, page_kind, passages, failure_code, failure_detail, warnings, created_by,
    created_at, updated_at
FROM lessons;

DROP TABLE lessons;
ALTER TABLE lessons_anew RENAME TO lessons;
CREATE INDEX lessons_org ON lessons (org_id, created_at);
CREATE INDEX lessons_original ON lessons (org_id, original);

-- Files on their way in. `received` counts the bytes that were flushed to the
-- file of this upload. `original` is set once all came and names their blob
-- from then on; `lesson_id` is set with the lesson that was made of them.
CREATE TABLE uploads (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    file_name  TEXT NOT NULL,
    title      TEXT NOT NULL,
    subject    TEXT,
    language   TEXT,
    shared     INTEGER NOT NULL,
    format     TEXT NOT NULL,
    -- What the client said about the file, word for word.
    metadata   TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    received   INTEGER NOT NULL DEFAULT 0,
    original   TEXT,
    lesson_id  TEXT REFERENCES lessons (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX uploads_owner ON uploads (owner);
CREATE INDEX uploads_expiry ON uploads (expires_at);
CREATE INDEX uploads_lesson ON uploads (lesson_id);
CREATE INDEX uploads_original ON uploads (original);
