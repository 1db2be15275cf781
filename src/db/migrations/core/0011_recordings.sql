-- Recordings: how long each is, and the loudness along it as bytes for the picture
-- below the player.
ALTER TABLE lessons ADD COLUMN duration_ms INTEGER;
ALTER TABLE lessons ADD COLUMN loudness BLOB;

-- Stretches of a recording that were transcribed, kept until all were, so that a
-- power cut costs one of them. `said` is a JSON list.
CREATE TABLE lesson_windows (
    lesson_id TEXT NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    start_ms  INTEGER NOT NULL,
    end_ms    INTEGER NOT NULL,
    -- What was heard, ISO 639-1.
    language  TEXT,
    said      TEXT NOT NULL,
    PRIMARY KEY (lesson_id, start_ms)
) STRICT, WITHOUT ROWID;
