SELECT id
FROM passages
WHERE org_id = :org
  AND lesson_id IN (SELECT value FROM json_each(:lessons))
  AND anchor_kind = :kind
  AND anchor_number = :number
ORDER BY id
LIMIT :limit
