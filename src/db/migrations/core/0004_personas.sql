-- Tutors. Which lessons one may answer from is `lessons_mode` ('all' or
-- 'only') and, for 'only', the rows of persona_lessons.
CREATE TABLE personas (
    id                TEXT PRIMARY KEY,
    org_id            TEXT NOT NULL,
    name              TEXT NOT NULL,
    subject           TEXT,
    -- A language, or 'auto' for the one of the question.
    language          TEXT NOT NULL,
    tone              TEXT NOT NULL,
    greeting          TEXT,
    lessons_mode      TEXT NOT NULL CHECK (lessons_mode IN ('all', 'only')),
    only_from_lessons INTEGER NOT NULL,
    -- JSON list of questions to begin with.
    suggestions       TEXT NOT NULL DEFAULT '[]',
    active            INTEGER NOT NULL DEFAULT 1,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;

CREATE INDEX personas_org ON personas (org_id, name);

CREATE TABLE persona_lessons (
    persona_id TEXT NOT NULL REFERENCES personas (id) ON DELETE CASCADE,
    lesson_id  TEXT NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    PRIMARY KEY (persona_id, lesson_id)
) STRICT, WITHOUT ROWID;
