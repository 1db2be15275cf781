-- The numbers of entries done by or to a person. Without the names of indexes SQLite
-- would look through the whole log for both.
SELECT seq FROM audit INDEXED BY audit_actors
WHERE org_id = :org AND actor = :person AND seq >= :first AND seq < :before
  AND (:actions IS NULL OR action IN (SELECT value FROM json_each(:actions)))
UNION
SELECT seq FROM audit INDEXED BY audit_people
WHERE org_id = :org AND kind = 'person' AND subject = :person
  AND seq >= :first AND seq < :before
  AND (:actions IS NULL OR action IN (SELECT value FROM json_each(:actions)))
ORDER BY seq DESC
LIMIT :limit
