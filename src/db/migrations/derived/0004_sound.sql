-- Words of passages as they sound, for names and terms spelled by ear. `sounds`
-- is a function of ours (src/db/functions.rs).
CREATE VIRTUAL TABLE passages_sound USING fts5 (
    text,
    label,
    content = '',
    contentless_delete = 1
);

CREATE TRIGGER passages_sound_insert AFTER INSERT ON passages BEGIN
    INSERT INTO passages_sound (rowid, text, label)
    VALUES (new.id, sounds(new.text), sounds(new.anchor_label));
END;

CREATE TRIGGER passages_sound_delete AFTER DELETE ON passages BEGIN
    DELETE FROM passages_sound WHERE rowid = old.id;
END;

INSERT INTO passages_sound (rowid, text, label)
SELECT id, sounds(text), sounds(anchor_label) FROM passages;
