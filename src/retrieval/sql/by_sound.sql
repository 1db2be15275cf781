SELECT p.id AS id, bm25(passages_sound, 1.0, 2.0) AS score
FROM passages_sound f
JOIN passages p ON p.id = f.rowid
WHERE passages_sound MATCH :query
  AND p.org_id = :org
  AND p.lesson_id IN (SELECT value FROM json_each(:lessons))
ORDER BY score, p.id
LIMIT :limit
