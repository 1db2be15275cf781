SELECT a.*, u.name AS actor_name, s.name AS subject_name
FROM audit AS a
LEFT JOIN users AS u ON u.org_id = a.org_id AND u.id = a.actor
LEFT JOIN users AS s ON a.kind = 'person' AND s.org_id = a.org_id AND s.id = a.subject
WHERE a.org_id = :org
  AND a.seq < :before
  AND (:person IS NULL OR a.actor = :person OR (a.kind = 'person' AND a.subject = :person))
  AND (:actions IS NULL OR a.action IN (SELECT value FROM json_each(:actions)))
  AND (:from IS NULL OR a.at >= :from)
  AND (:to IS NULL OR a.at < :to)
ORDER BY a.seq DESC
LIMIT :limit
