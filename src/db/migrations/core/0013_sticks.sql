-- Copies from USB sticks: what was chosen, and what became of each file. A
-- file's row changes in the transaction that adds its lesson.
CREATE TABLE stick_copies (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    -- Tells the stick from others, and what people call it.
    stick      TEXT NOT NULL,
    stick_name TEXT NOT NULL,
    subject    TEXT,
    language   TEXT,
    shared     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX stick_copies_owner ON stick_copies (owner, created_at);

CREATE TABLE stick_files (
    copy_id   TEXT NOT NULL REFERENCES stick_copies (id) ON DELETE CASCADE,
    n         INTEGER NOT NULL,
    -- Names on a stick are any bytes.
    place     BLOB NOT NULL,
    bytes     INTEGER NOT NULL,
    state     TEXT NOT NULL,
    -- Why it failed.
    code      TEXT,
    -- The lesson it became or is; that one may be deleted later.
    lesson_id TEXT,
    PRIMARY KEY (copy_id, n)
) STRICT, WITHOUT ROWID;
