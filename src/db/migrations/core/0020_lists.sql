-- Lists of people that schools keep elsewhere.

-- The school's own number of a person, by which lists know people again.
ALTER TABLE users ADD COLUMN number TEXT;

CREATE UNIQUE INDEX users_number ON users (org_id, number)
    WHERE number IS NOT NULL AND trashed_at IS NULL;

-- A list that somebody sent: what it says, then what is done about it. Rows and steps
-- go when it is done; the counts stay for whoever sent it.
CREATE TABLE imports (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL,
    sent_by    TEXT NOT NULL,
    file_name  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('checked', 'running', 'done', 'failed')),
    list       TEXT NOT NULL,
    steps      TEXT NOT NULL DEFAULT '[]',
    total      INTEGER NOT NULL DEFAULT 0,
    done       INTEGER NOT NULL DEFAULT 0,
    counts     TEXT,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, sent_by) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX imports_of_school ON imports (org_id, sent_by);
