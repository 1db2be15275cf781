-- Passages at these places: a list of lesson and place in it.
SELECT id, lesson_id, ordinal, anchor_kind, anchor_number, anchor_label,
    anchor_start_ms, anchor_end_ms, language, text
FROM passages
WHERE (lesson_id, ordinal) IN (
    SELECT value ->> 0, value ->> 1 FROM json_each(:places)
  )
  AND org_id = :org
