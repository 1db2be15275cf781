-- What teachers decided about answers of tutors: those that are served as
-- approved, and those that are not to be given again. What a tutor wrote
-- without anybody's decision is in derived.db.
CREATE TABLE answers (
    id              TEXT PRIMARY KEY,
    org_id          TEXT NOT NULL,
    persona_id      TEXT NOT NULL REFERENCES personas (id) ON DELETE CASCADE,
    language        TEXT NOT NULL,
    standing        TEXT NOT NULL CHECK (standing IN ('approved', 'rejected')),
    -- What a rejected answer was before, for taking the rejection back.
    before_standing TEXT,
    -- Everything the tutor wrote it from, as a hash.
    made_from       BLOB NOT NULL CHECK (length(made_from) = 32),
    -- As asked; without case and signs; and what near-identical ones share.
    question        TEXT NOT NULL,
    normal          TEXT NOT NULL,
    sense           TEXT NOT NULL,
    text            TEXT NOT NULL,
    -- Whether the words are the teacher's.
    corrected       INTEGER NOT NULL,
    -- JSON list of the passages it was made from.
    passages        TEXT NOT NULL,
    decided_by      TEXT NOT NULL,
    decided_at      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX answers_question ON answers (org_id, persona_id, language, normal);
CREATE INDEX answers_sense ON answers (org_id, persona_id, language, sense);

-- The lessons an approved answer rests on, with the text they had. Not a
-- reference: an answer outlives its lessons, to be looked at again.
CREATE TABLE answer_lessons (
    answer_id TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    lesson_id TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (answer_id, lesson_id)
) STRICT, WITHOUT ROWID;

-- Where an answer in a chat came from.
ALTER TABLE messages ADD COLUMN origin TEXT NOT NULL DEFAULT 'model';
