-- Classes: who learns together, and who teaches them. References to classes and
-- people include the school, so no row can point into another one.
CREATE TABLE classes (
    org_id      TEXT NOT NULL REFERENCES orgs (id),
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    -- When it was over; its people keep their accounts.
    archived_at INTEGER,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX classes_name ON classes (org_id, name COLLATE NOCASE)
    WHERE archived_at IS NULL;

CREATE TABLE class_members (
    org_id   TEXT NOT NULL,
    class_id TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    PRIMARY KEY (org_id, class_id, user_id),
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX class_members_user ON class_members (org_id, user_id);

-- Whether learners may read a lesson only in the classes it is kept for; without
-- such a class nobody does, so that a class that is deleted opens nothing.
ALTER TABLE lessons ADD COLUMN for_classes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE lesson_classes (
    lesson_id TEXT NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    org_id    TEXT NOT NULL,
    class_id  TEXT NOT NULL,
    PRIMARY KEY (lesson_id, class_id),
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Whom a lesson kept for classes reaches.
CREATE VIEW lesson_readers AS
SELECT l.lesson_id, m.user_id
FROM lesson_classes AS l
JOIN classes AS c ON c.org_id = l.org_id AND c.id = l.class_id AND c.archived_at IS NULL
JOIN class_members AS m ON m.org_id = l.org_id AND m.class_id = l.class_id;
