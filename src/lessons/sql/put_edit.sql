INSERT INTO lesson_edits (lesson_id, key, text, edited_by, edited_at)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (lesson_id, key) DO UPDATE
SET text = excluded.text,
    edited_by = excluded.edited_by,
    edited_at = excluded.edited_at
