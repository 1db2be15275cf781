-- The trash: a class or a person that was deleted waits there for 30 days. Everything
-- that reads them asks the views, so what is in the trash is nowhere else.
ALTER TABLE classes ADD COLUMN trashed_at INTEGER;
ALTER TABLE users ADD COLUMN trashed_at INTEGER;

CREATE VIEW school_classes AS SELECT * FROM classes WHERE trashed_at IS NULL;
CREATE VIEW people AS SELECT * FROM users WHERE trashed_at IS NULL;

-- A class in the trash holds no name.
DROP INDEX classes_name;
CREATE UNIQUE INDEX classes_name ON classes (org_id, name COLLATE NOCASE)
    WHERE archived_at IS NULL AND trashed_at IS NULL;

DROP VIEW lesson_readers;
CREATE VIEW lesson_readers AS
SELECT l.lesson_id, m.user_id
FROM lesson_classes AS l
JOIN school_classes AS c ON c.org_id = l.org_id AND c.id = l.class_id AND c.archived_at IS NULL
JOIN class_members AS m ON m.org_id = l.org_id AND m.class_id = l.class_id;
