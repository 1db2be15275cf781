SELECT count(*)
FROM passages_fts f
JOIN passages p ON p.id = f.rowid
WHERE passages_fts MATCH :query
  AND p.org_id = :org
  AND p.lesson_id IN (SELECT value FROM json_each(:lessons))
