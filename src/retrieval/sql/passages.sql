-- An id may have become another lesson's since it was found: the filter holds here too.
SELECT id, lesson_id, ordinal, anchor_kind, anchor_number, anchor_label,
    anchor_start_ms, anchor_end_ms, language, text
FROM passages
WHERE id IN (SELECT value FROM json_each(:ids))
  AND org_id = :org
  AND lesson_id IN (SELECT value FROM json_each(:lessons))
