SELECT id, lesson_id, ordinal, anchor_kind, anchor_number, anchor_label, language, text
FROM passages
WHERE id IN (SELECT value FROM json_each(?1))
