-- Stretches of lesson text with their keywords and vectors. Everything here is
-- rebuilt from the lessons' stored text when this file is lost.
CREATE TABLE passages (
    id            INTEGER PRIMARY KEY,
    org_id        TEXT NOT NULL,
    lesson_id     TEXT NOT NULL,
    ordinal       INTEGER NOT NULL,
    anchor_kind   TEXT NOT NULL,
    anchor_number INTEGER NOT NULL,
    anchor_label  TEXT,
    language      TEXT,
    text          TEXT NOT NULL,
    -- Catalogue id of the model that made the vector.
    embed_model   TEXT,
    -- Little-endian 32-bit floats of length one.
    embedding     BLOB
) STRICT;

CREATE INDEX passages_lesson ON passages (lesson_id, ordinal);

CREATE VIRTUAL TABLE passages_fts USING fts5 (
    text,
    anchor_label,
    content = 'passages',
    content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '3 4 5'
);

CREATE TRIGGER passages_insert AFTER INSERT ON passages BEGIN
    INSERT INTO passages_fts (rowid, text, anchor_label)
    VALUES (new.id, new.text, new.anchor_label);
END;

CREATE TRIGGER passages_delete AFTER DELETE ON passages BEGIN
    INSERT INTO passages_fts (passages_fts, rowid, text, anchor_label)
    VALUES ('delete', old.id, old.text, old.anchor_label);
END;
