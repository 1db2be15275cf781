-- What teachers changed in the text that was read from a lesson. The text
-- itself stays as it was read; these are laid over it.
CREATE TABLE lesson_edits (
    lesson_id TEXT NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    -- Names a block of text or a whole page (src/lessons/edits.rs).
    key       TEXT NOT NULL,
    -- The text instead; none where it is left out.
    text      TEXT,
    edited_by TEXT NOT NULL,
    edited_at INTEGER NOT NULL,
    PRIMARY KEY (lesson_id, key)
) STRICT, WITHOUT ROWID;

-- A hash over all changes of a lesson; none without any.
ALTER TABLE lessons ADD COLUMN edits TEXT;
