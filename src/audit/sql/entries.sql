SELECT a.*, u.name AS actor_name, s.name AS subject_name
FROM audit AS a
LEFT JOIN users AS u ON u.org_id = a.org_id AND u.id = a.actor
LEFT JOIN users AS s ON a.kind = 'person' AND s.org_id = a.org_id AND s.id = a.subject
WHERE a.org_id = :org AND a.seq IN (SELECT value FROM json_each(:found))
ORDER BY a.seq DESC
