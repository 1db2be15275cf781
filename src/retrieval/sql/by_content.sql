SELECT id, text, anchor_label, language
FROM passages
WHERE lesson_id = ?1
ORDER BY ordinal DESC
