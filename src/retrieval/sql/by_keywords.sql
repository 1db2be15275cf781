-- The permitted lessons filter before the ranking is cut.
SELECT p.id AS id
FROM passages_fts f
JOIN passages p ON p.id = f.rowid
WHERE passages_fts MATCH :query
  AND p.org_id = :org
  AND p.lesson_id IN (SELECT value FROM json_each(:lessons))
ORDER BY bm25(passages_fts, 1.0, 0.5), p.id
LIMIT :limit
