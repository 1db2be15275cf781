-- Tutors are for the school, for some classes or for its staff, as lessons are.
ALTER TABLE personas ADD COLUMN shared INTEGER NOT NULL DEFAULT 1;
ALTER TABLE personas ADD COLUMN for_classes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE persona_classes (
    persona_id TEXT NOT NULL REFERENCES personas (id) ON DELETE CASCADE,
    org_id     TEXT NOT NULL,
    class_id   TEXT NOT NULL,
    PRIMARY KEY (persona_id, class_id),
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Whom a tutor kept for classes reaches.
CREATE VIEW persona_learners AS
SELECT p.persona_id, m.user_id
FROM persona_classes AS p
JOIN school_classes AS c ON c.org_id = p.org_id AND c.id = p.class_id AND c.archived_at IS NULL
JOIN class_members AS m ON m.org_id = p.org_id AND m.class_id = p.class_id;
