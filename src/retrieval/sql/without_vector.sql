-- Headings give a passage its topic, so they are embedded with it.
SELECT id,
  CASE WHEN anchor_label IS NULL OR instr(text, anchor_label) = 1 THEN text
       ELSE anchor_label || char(10) || text END AS text
FROM passages
WHERE lesson_id = ?1 AND embed_model IS NOT ?2
ORDER BY ordinal
LIMIT ?3
